#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>

#include "phy/io/hdf5_file.hpp"
#include "scenarios/fabric/export/export.hpp"
#include "tests/cli/program.hpp"
#include "tests/support/small_fabric.hpp"

namespace tessera::testing_support {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
namespace fs = std::filesystem;

// The small fabric with more of everything: lengths that change the technology, notes of transport and workload,
// another technology beside.
const std::string kFabric =
    std::string(test::kSmallFabric) +
    "spares = 2\n[transport]\nround_trip = \"7 us\"\n[workload]\nranks = 32\n[operation]\ncheckpoint = \"45 s\"\n"
    "[[alternative]]\nname = \"light\"\ntier = \"spine\"\nlink = [\"microled_800g\", \"cpo_dr8_800g\"]\n";

class FabricResultFile : public testing::Test {
 protected:
  FabricResultFile() {
    std::string text = kFabric;
    const std::string one = "link = \"copper_dac_800g\"\nport_rate = \"400 Gbit/s\"\nlength = \"1.5 m\"\n";
    text.replace(text.find(one), one.size(),
                 "link = [\"copper_dac_800g\", \"dr8_dsp_800g\"]\nport_rate = \"400 Gbit/s\"\n"
                 "length = { value = [\"1 m\", \"1.5 m\", \"9 m\"], source = \"plan\", status = \"estimate\" }\n");
    fabric_ = folder_.file("fabric.toml", text);
    result_ = path("r.h5");
    const ProcessResult done =
        tessera({"fabric", fabric_, "--engine", "budget", "--quiet", "--out", result_, "--json", path("r.json")});
    EXPECT_EQ(done.exit_code, 0) << done.error;
  }
  std::string path(const std::string& name) const { return folder_.path() / name; }
  // A result needs no library: nothing of a link is read or computed again.
  static ProcessResult alone(std::vector<std::string> arguments) {
    return tessera(arguments, {.environment = {"TESSERA_LIBRARY=/nowhere"}});
  }
  static void expect_refused(const ProcessResult& result, int exit_code, const std::string& message) {
    EXPECT_EQ(result.exit_code, exit_code) << result.error;
    EXPECT_THAT(result.error, HasSubstr(message));
    EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
    EXPECT_EQ(result.out, "");
  }
  TemporaryFolder folder_;
  std::string fabric_, result_;
};

TEST_F(FabricResultFile, ExportsAreThoseOfTheFabricFileToTheByte) {
  for (const std::string& format : export_formats()) {
    const std::vector<std::string> options{"--to", format, "--engine", "budget", "--seed", "5", "--frame", "1518"};
    const auto exported = [&](const std::string& from, const std::string& to) {
      std::vector<std::string> arguments{"export", from, "--out", path(to)};
      arguments.insert(arguments.end(), options.begin(), options.end());
      return from == result_ ? alone(arguments) : tessera(arguments);
    };
    const ProcessResult file = exported(fabric_, format + "_file"), result = exported(result_, format + "_result");
    ASSERT_EQ(file.exit_code, 0) << format << ": " << file.error;
    ASSERT_EQ(result.exit_code, 0) << format << ": " << result.error;
    EXPECT_EQ(file.error, result.error) << format;
    std::size_t files = 0;
    for (const auto& entry : fs::directory_iterator(path(format + "_file"))) {
      EXPECT_EQ(read_text(entry.path()), read_text(fs::path(path(format + "_result")) / entry.path().filename()))
          << format << " " << entry.path().filename();
      ++files;
    }
    EXPECT_GE(files, 2U) << format;
  }
}

TEST_F(FabricResultFile, ReportAndSecondResultAreTheSame) {
  ASSERT_EQ(alone({"fabric", result_, "--quiet", "--json", path("again.json"), "--out", path("again.h5")}).exit_code,
            0);
  EXPECT_EQ(read_text(path("again.json")), read_text(path("r.json")));
  const Hdf5Reader first(result_), second(path("again.h5"));
  for (const char* text : {"/report", "/scenario/fabric", "/scenario/links/copper_dac_800g"})
    EXPECT_EQ(first.text(text), second.text(text)) << text;
  EXPECT_EQ(first.names("/scenario/links"), second.names("/scenario/links"));
  EXPECT_EQ(first.texts("/provenance/value"), second.texts("/provenance/value"));
  EXPECT_EQ(first.names("/fabric/alternatives/light/evaluated"), (std::vector<std::string>{"0"}));
}

TEST_F(FabricResultFile, OtherNumbersAreThoseOfTheFabricFile) {
  const std::vector<std::string> sets{"--set", "transport.kind=selective_repeat",
                                      "--set", "operation.pue=1.3",
                                      "--set", "spine.margin_rms=0.4",
                                      "--set", "fabric.load=0.25"};
  const auto report = [&](const std::string& fabric) {
    std::vector<std::string> arguments{"fabric", fabric, "--engine", "budget", "--quiet", "--json", "-"};
    arguments.insert(arguments.end(), sets.begin(), sets.end());
    const ProcessResult result = tessera(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.error;
    return json::parse(result.out);
  };
  const json file = report(fabric_), result = report(result_);
  EXPECT_EQ(file.at("fabric"), result.at("fabric"));
  EXPECT_NE(file.at("fabric"), json::parse(read_text(path("r.json"))).at("fabric"));
  const auto row = [](const json& document, const std::string& parameter) {
    for (const json& each : document.at("provenance"))
      if (each.at("parameter") == parameter) return each;
    ADD_FAILURE() << "no row " << parameter;
    return json();
  };
  for (const char* parameter : {"small.transport.kind", "small.spine.margin_rms", "small.rack.length"})
    EXPECT_EQ(row(file, parameter), row(result, parameter)) << parameter;
  EXPECT_EQ(row(result, "small.transport.kind").at("status"), "override");
  EXPECT_EQ(row(result, "small.rack.length").at("source"), "plan");
  EXPECT_EQ(row(result, "small.transport.replays").at("status"), "default");
}

TEST_F(FabricResultFile, WhatNeedsAnotherLinkIsRefused) {
  const auto set = [&](const std::string& value) { return tessera({"fabric", result_, "--set", value}); };
  expect_refused(set("spine.link=cpo_dr8_800g"), 2, "holds links that are evaluated; link of a tier needs the fabric");
  expect_refused(set("rack.length=2 m"), 2, "length of a tier needs the fabric file");
  expect_refused(set("spine.name=other"), 2, "name of a tier needs the fabric file");
  expect_refused(set("spine.lnk=x"), 2, "did you mean \"link\"?");
  expect_refused(set("operation.pue=0.5"), 2, "pue must be in [1, 10]");
  expect_refused(tessera({"fabric", result_, "--engine", "statistical"}), 2, "are evaluated with budget");
  expect_refused(tessera({"export", result_, "--to", "ns3", "--out", path("x"), "--engine", "statistical"}), 2,
                 "--engine");
  EXPECT_FALSE(fs::exists(path("x")));
  EXPECT_EQ(tessera({"fabric", result_, "--quiet", "--engine", "budget"}).exit_code, 0);
}

TEST_F(FabricResultFile, FilesThatAreNoneAreNamed) {
  const auto both = [&](const std::string& file, int exit_code, const std::string& message) {
    expect_refused(tessera({"fabric", file}), exit_code, message);
    expect_refused(tessera({"export", file, "--to", "csv", "--out", path("none")}), exit_code, message);
    EXPECT_FALSE(fs::exists(path("none")));
  };
  both(path("missing.h5"), 4, path("missing.h5"));
  fs::create_directory(path("folder.h5"));
  both(path("folder.h5"), 4, path("folder.h5"));
  both(folder_.file("text.h5", "not HDF5\n"), 2, "text.h5");
  both(folder_.file("empty.h5", ""), 2, "empty.h5");
  const std::string whole = read_text(result_);
  both(folder_.file("half.h5", whole.substr(0, whole.size() / 2)), 2, "half.h5");
  both(folder_.file("half.dat", whole.substr(0, whole.size() / 2)), 2, "half.dat");  // known by its first bytes
  ASSERT_EQ(tessera({"run", "copper_dac_800g", "--quiet", "--no-reach", "--out", path("run.h5")}).exit_code, 0);
  both(path("run.h5"), 2, "a result of `tessera run` holds links and no fabric");
  {
    Hdf5Writer other(path("other.h5"), 1);
    other.scalar("/x", 1.0, "1");
    other.finish();
    Hdf5Writer old(path("old.h5"), 1);
    old.scalar("/fabric/gpus", 1.0, "1");
    old.finish();
    Hdf5Writer bare(path("bare.h5"), 2);
    bare.scalar("/fabric/gpus", 1.0, "1");
    bare.finish();
  }
  both(path("other.h5"), 2, "it holds no fabric of `tessera fabric --out`");
  both(path("old.h5"), 2, "format 1, this program reads format 2; run `tessera fabric`");
  both(path("bare.h5"), 2, "its end is missing; the file is cut off or was changed");
}

// Whatever a bad disk makes of the file: one line.
TEST_F(FabricResultFile, DamagedFilesNeverCrash) {
  const std::string whole = read_text(result_);
  std::mt19937 random(1);
  for (int i = 0; i < 8; ++i) {
    std::string damaged = whole;
    for (int hits = 0; hits < 8; ++hits) damaged[random() % (damaged.size() - 24)] ^= 1;
    expect_refused(tessera({"fabric", folder_.file("damaged.h5", damaged), "--quiet"}), 2, "its check sum is wrong");
  }
}

TEST_F(FabricResultFile, HelpNamesResults) {
  EXPECT_THAT(tessera({"export", "--help"}).out, HasSubstr("llama.h5"));
  EXPECT_THAT(tessera({"fabric", "--help"}).out, HasSubstr("llama.h5"));
}

}  // namespace
}  // namespace tessera::testing_support
