#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "phy/io/hdf5_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/support/locations.hpp"

namespace tessera::testing_support {
namespace {

using nlohmann::json;
using testing::HasSubstr;

std::vector<std::string> shipped(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(test::library_dir() / folder))
    if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

// A link whose channel is a file of the user's runs on a measured one.
std::vector<std::string> channel_arguments(const std::string& name) {
  const std::string text = read_text((test::library_dir() / "links" / (name + ".toml")).string());
  if (text.find("touchstone_channel") == std::string::npos || text.find("\nfile = ") != std::string::npos) return {};
  return {"--touchstone", (test::shared_dir() / "data/sparams/com_golden_kr4_6ch/example2_THRU.s4p").string()};
}

bool channel_missing(const std::string& name) {
  const auto arguments = channel_arguments(name);
  return !arguments.empty() && !std::filesystem::exists(arguments.back());
}

ProcessResult run_link(const std::string& name, std::vector<std::string> more) {
  std::vector<std::string> arguments{"run", name, "--json", "-"};
  const auto channel = channel_arguments(name);
  arguments.insert(arguments.end(), channel.begin(), channel.end());
  arguments.insert(arguments.end(), more.begin(), more.end());
  return tessera(arguments);
}

class ShippedLink : public testing::TestWithParam<std::string> {};

TEST_P(ShippedLink, RunsAndGivesTheStableNames) {
  if (channel_missing(GetParam())) GTEST_SKIP() << "the measured channel file is not here";
  const ProcessResult result = run_link(GetParam(), {});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const json document = json::parse(result.out);
  EXPECT_EQ(document.at("schema"), 1);
  const json& link = document.at("links").at(0);
  for (const char* name : {"name",
                           "technology",
                           "lanes",
                           "spare_lanes",
                           "lane_rate_bps",
                           "line_rate_bps",
                           "payload_rate_bps",
                           "length_m",
                           "engine",
                           "segments",
                           "pre_fec_ber",
                           "log10_pre_fec_ber",
                           "log10_codeword_error_ratio",
                           "log10_frame_loss_ratio",
                           "margin_q",
                           "margin_electrical_db",
                           "margin_optical_db",
                           "limited_by",
                           "reach_nominal_m",
                           "reach_design_m",
                           "reach_standard_m",
                           "reach_limited_by",
                           "latency_s",
                           "power_w",
                           "energy_pj_per_bit",
                           "fit",
                           "shoreline_bps_per_m",
                           "area_bps_per_m2",
                           "validity_notes",
                           "curves"})
    EXPECT_TRUE(link.contains(name)) << name;
  EXPECT_GT(link.at("margin_q").get<double>(), 0.0);
  EXPECT_NEAR(link.at("margin_electrical_db").get<double>(), 20.0 * std::log10(link.at("margin_q").get<double>()),
              1e-9);
  EXPECT_FALSE(document.at("provenance").empty());
}

TEST_P(ShippedLink, CarriesItsPayloadWithItsCode) {
  if (channel_missing(GetParam())) GTEST_SKIP() << "the measured channel file is not here";
  const ProcessResult result = run_link(GetParam(), {"--engine", "budget", "--no-reach"});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const json link = json::parse(result.out).at("links").at(0);
  const std::string fec = link.at("fec");
  const double overhead = fec == "kp4"   ? 544.0 / 514.0 * 257.0 / 256.0
                          : fec == "kr4" ? 528.0 / 514.0 * 257.0 / 256.0
                                         : 66.0 / 64.0;
  EXPECT_GE(link.at("line_rate_bps").get<double>(),
            link.at("payload_rate_bps").get<double>() * overhead * (1.0 - 1e-9));
}

TEST_P(ShippedLink, EnergyRowsSumToTheTotal) {
  if (channel_missing(GetParam())) GTEST_SKIP() << "the measured channel file is not here";
  const ProcessResult result = run_link(GetParam(), {"--engine", "budget", "--no-reach"});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const json link = json::parse(result.out).at("links").at(0);
  double sum = 0.0;
  for (const json& row : link.at("power_rows")) sum += row.at("watts").get<double>();
  const double total = link.at("power_w").at("total_per_end").get<double>();
  EXPECT_NEAR(sum, total, 1e-12 * total);
  EXPECT_NEAR(link.at("energy_pj_per_bit").at("module_and_host").get<double>(),
              total / link.at("payload_rate_bps").get<double>() * 1e12, 1e-9);
}

INSTANTIATE_TEST_SUITE_P(Library, ShippedLink, testing::ValuesIn(shipped("links")),
                         [](const auto& info) { return info.param; });

TEST(Run, MainJobWritesJsonHdf5AndPictures) {
  const TemporaryFolder folder;
  const auto json_file = folder.path() / "r.json", hdf5_file = folder.path() / "r.h5";
  const ProcessResult result = tessera(
      {"run", "studies/compare_800g", "--json", json_file, "--out", hdf5_file, "--plots", folder.path() / "pictures"});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  EXPECT_THAT(result.out, HasSubstr("copper_dac_800g"));
  EXPECT_THAT(result.out, HasSubstr("reach, nominal"));
  const json document = json::parse(read_text(json_file));
  const Hdf5Reader file(hdf5_file);
  EXPECT_EQ(file.format_version(), 1);
  for (const json& link : document.at("links")) {
    const std::string base = "/links/" + link.at("name").get<std::string>() + "/curves/ber_against_length";
    const auto curve = file.dataset(base + "/log10_pre_fec_ber");
    EXPECT_EQ(curve.values,
              link.at("curves").at("ber_against_length").at("log10_pre_fec_ber").get<std::vector<double>>());
    EXPECT_EQ(file.axis_of(base + "/log10_pre_fec_ber", 0), base + "/length_m");
    EXPECT_EQ(file.dataset(base + "/length_m").unit, "m");
  }
  for (const char* name : {"ber_against_length.svg", "power_breakdown.svg", "reach_against_energy.svg"})
    EXPECT_THAT(read_text(folder.path() / "pictures" / name), testing::EndsWith("</svg>\n")) << name;
}

TEST(Run, ResultDoesNotDependOnTheNumberOfThreads) {
  const ProcessResult one = tessera({"run", "microled_800g", "--json", "-", "--threads", "1"});
  const ProcessResult two = tessera({"run", "microled_800g", "--json", "-", "--threads", "2"});
  ASSERT_EQ(one.exit_code, 0) << one.error;
  EXPECT_EQ(one.out, two.out);
}

TEST(Run, SetChangesTheLengthAndIsRecorded) {
  const ProcessResult result = tessera({"run", "copper_dac_800g", "--json", "-", "--engine", "budget", "--no-reach",
                                        "--set", "copper.cable.length=1.25 m"});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const json document = json::parse(result.out);
  EXPECT_DOUBLE_EQ(document.at("links").at(0).at("length_m").get<double>(), 1.25);
  bool found = false;
  for (const json& row : document.at("provenance"))
    found = found || (row.at("parameter") == "copper_dac_800g.copper.cable.length" && row.at("status") == "override" &&
                      row.at("value") == "1.25 m");
  EXPECT_TRUE(found);
}

TEST(Run, InterruptEndsWithinASecondAndLeavesNoHalfFile) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "r.json";
  ProcessOptions options;
  options.interrupt_after_s = 0.15 * kSlowness;
  const ProcessResult result = tessera({"run", "studies/compare_800g", "--threads", "1", "--json", file}, options);
  EXPECT_TRUE(result.exit_code == 130 || result.exit_code == 0) << result.error;
  EXPECT_LT(result.seconds, options.interrupt_after_s + 1.0 * kSlowness);
  // On a busy machine the signal may come while the program is still being loaded.
  if (result.exit_code == 130 && !result.signalled) EXPECT_THAT(result.error, HasSubstr("interrupted"));
  if (std::filesystem::exists(file)) EXPECT_EQ(json::parse(read_text(file)).at("complete"), result.exit_code == 0);
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) EXPECT_EQ(entry.path(), file);
}

TEST(Run, InterruptLeavesTheOldFileOrOneWithLinks) {
  for (const double seconds : {0.005, 0.02, 0.03, 0.04, 0.06, 0.1, 0.2}) {
    const TemporaryFolder folder;
    const std::string file = folder.file("r.json", "an earlier result");
    ProcessOptions options;
    options.interrupt_after_s = seconds;
    const ProcessResult result = tessera({"run", "studies/compare_800g", "--threads", "1", "--json", file}, options);
    const bool kept = read_text(file) == "an earlier result";
    if (result.error.find("no link was finished") != std::string::npos) EXPECT_TRUE(kept) << seconds;
    if (!kept) EXPECT_FALSE(json::parse(read_text(file)).at("links").empty()) << seconds;
  }
}

TEST(Run, InterruptKeepsEveryLinkThatHasItsOwnLength) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "r.json";
  ProcessOptions options;
  for (options.interrupt_after_s = 0.1; options.interrupt_after_s < 20.0; options.interrupt_after_s *= 1.5) {
    const ProcessResult result = tessera({"run", "studies/compare_800g", "--threads", "1", "--json", file}, options);
    if (result.exit_code == 0) break;
    EXPECT_EQ(result.exit_code, 130) << result.error;
    if (!std::filesystem::exists(file)) continue;
    const json document = json::parse(read_text(file));
    EXPECT_FALSE(document.at("complete").get<bool>());
    ASSERT_FALSE(document.at("links").empty());
    EXPECT_EQ(document.at("links").at(0).at("name"), "copper_dac_800g");
    for (const json& link : document.at("links")) {
      EXPECT_GT(link.at("margin_q").get<double>(), 0.0);
      if (!link.at("complete").get<bool>()) EXPECT_TRUE(link.at("reach_nominal_m").is_null());
    }
    return;
  }
  GTEST_SKIP() << "no interrupt came between the first link and the end";
}

TEST(Run, StoredScenarioReadsBackAsTheLinkItCameFrom) {
  const TemporaryFolder folder;
  const auto first = folder.path() / "a.h5", second = folder.path() / "b.h5";
  const ProcessResult result =
      tessera({"run", "studies/compare_800g", "--engine", "budget", "--no-reach", "--quiet", "--out", first});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const Hdf5Reader file(first);
  ASSERT_EQ(file.names("/scenario").size(), 3u);
  for (const std::string& link : file.names("/scenario")) {
    const std::string scenario = folder.file(link + ".toml", file.text("/scenario/" + link));
    const ProcessResult again =
        tessera({"run", scenario, "--engine", "budget", "--no-reach", "--quiet", "--out", second});
    ASSERT_EQ(again.exit_code, 0) << again.error;
    EXPECT_EQ(Hdf5Reader(second).text("/scenario/" + link), file.text("/scenario/" + link));
    for (const std::string name : {"/margin_q", "/log10_pre_fec_ber", "/fit/total", "/power/total_per_end"})
      EXPECT_EQ(Hdf5Reader(second).dataset("/links/" + link + name).values,
                file.dataset("/links/" + link + name).values)
          << link << name;
  }
}

TEST(Run, StoredRowsSumToTheirTotals) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "r.h5";
  ASSERT_EQ(tessera({"run", "microled_800g", "--engine", "budget", "--no-reach", "--quiet", "--out", path}).exit_code,
            0);
  const Hdf5Reader file(path);
  const std::string base = "/links/microled_800g";
  const auto sum = [&](const std::string& name) {
    double total = 0.0;
    for (const double value : file.dataset(base + name).values) total += value;
    return total;
  };
  const auto total = [&](const std::string& name) { return file.dataset(base + name).values.at(0); };
  EXPECT_NEAR(sum("/power/watts"), total("/power/total_per_end"), 1e-12 * total("/power/total_per_end"));
  EXPECT_NEAR(sum("/fit/fit"), total("/fit/total"), 1e-9 * total("/fit/total"));
  EXPECT_NEAR(sum("/latency/seconds"), total("/latency/total"), 1e-12 * total("/latency/total"));
  EXPECT_NEAR(total("/margin_optical_db"), 0.5 * total("/margin_electrical_db"), 1e-12);
  EXPECT_EQ(file.dataset(base + "/margin_electrical_db").unit, "dB");
}

TEST(Run, TableNamesTheEngineAndTheMissionOfSpares) {
  const ProcessResult result = tessera({"run", "microled_800g", "--engine", "budget", "--no-reach"});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  EXPECT_THAT(result.out, HasSubstr("(engine budget)"));
  const bool spares = result.out.find(" + ") != std::string::npos;
  EXPECT_EQ(result.out.find("mission time of 5") != std::string::npos, spares) << result.out;
}

TEST(Run, QuietPrintsNothing) {
  const ProcessResult result = tessera({"run", "copper_dac_800g", "--quiet", "--engine", "budget", "--no-reach"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out + result.error, "");
}

TEST(Lists, EveryModelAndPartIsListedAndShown) {
  EXPECT_THAT(tessera({"models"}).out, HasSubstr("twinax_cable"));
  EXPECT_THAT(tessera({"models", "twinax_cable"}).out, HasSubstr("length"));
  const ProcessResult parts = tessera({"parts"});
  EXPECT_EQ(parts.exit_code, 0) << parts.error;
  for (const std::string& name : shipped("parts")) EXPECT_THAT(parts.out, HasSubstr(name));
  const ProcessResult part = tessera({"parts", "twinax_26awg"});
  EXPECT_EQ(part.exit_code, 0) << part.error;
  EXPECT_THAT(part.out, HasSubstr("source"));
}

TEST(Validate, EveryRowIsWithinItsTolerance) {
  const ProcessResult result = tessera({"validate", "--json", "-"});
  ASSERT_EQ(result.exit_code, 0) << result.error << result.out;
  const json rows = json::parse(result.out);
  EXPECT_GE(rows.size(), 30u);
  for (const json& row : rows) {
    EXPECT_TRUE(row.at("within").get<bool>()) << row.dump();
    EXPECT_LE(std::abs(row.at("got").get<double>() - row.at("expected").get<double>()),
              row.at("tolerance").get<double>())
        << row.dump();
    EXPECT_FALSE(row.at("source").get<std::string>().empty());
  }
}

}  // namespace
}  // namespace tessera::testing_support
