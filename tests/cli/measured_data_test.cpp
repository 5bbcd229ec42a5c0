#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "phy/io/hdf5_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/support/locations.hpp"

namespace tessera::testing_support {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kLink = R"([link]
name = "small"
technology = "microled"
payload_rate = "100 Gbit/s"
fec = { code = "kp4", interleave = 4 }
reach = { stage = "fiber", limit = "100 m" }

[[segment]]
name = "optical"
modulation = "nrz"
symbol_rate = "2 GBd"
lanes = 54

[[segment.stage]]
name = "tx"
part = "microled_driver_2g"

[[segment.stage]]
name = "led"
part = "microled_blue"

[[segment.stage]]
name = "lens_tx"
part = "microled_tir_lens"

[[segment.stage]]
name = "fiber"
part = "imaging_fiber_430nm"
length = "10 m"

[[segment.stage]]
name = "lens_rx"
part = "microled_receive_lens"

[[segment.stage]]
name = "photodiode"
part = "silicon_photodiode_blue"

[[segment.stage]]
name = "tia"
part = "microled_tia"

[[segment.stage]]
name = "rx"
part = "microled_slicer"
)";

constexpr const char* kResponse =
    "frequency [GHz], magnitude [dB]\n0.01, 0\n0.1, -0.03\n0.5, -0.6\n1.0, -2.0\n2.0, -5.3\n5.0, -12\n10.0, -17.8\n";

class MeasuredInput : public testing::Test {
 protected:
  // The link with a line added behind the part of one of its stages.
  std::string link_with(const std::string& part, const std::string& line) const {
    std::string text = kLink;
    const std::string at = "part = \"" + part + "\"\n";
    return text.insert(text.find(at) + at.size(), line + "\n");
  }
  ProcessResult check(const std::string& part, const std::string& line) const {
    return tessera({"check", folder_.file("link.toml", link_with(part, line))});
  }
  void expect_refused(const ProcessResult& result, const std::string& start, const std::string& message) const {
    EXPECT_EQ(result.exit_code, 2) << result.error;
    EXPECT_THAT(result.error, StartsWith("tessera: " + (folder_.path() / start).string() + ": "));
    EXPECT_THAT(result.error, HasSubstr(message));
    EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
  }
  // What a file says wrongly, with the place inside it.
  void expect_bad_file(const std::string& part, const std::string& key, const std::string& more,
                       const std::string& content, const std::string& place, const std::string& message) {
    folder_.file("my.csv", content);
    expect_refused(check(part, key + " = { file = \"my.csv\"" + more + " }"), "my.csv" + place, message);
  }
  TemporaryFolder folder_;
};

TEST_F(MeasuredInput, FileBesideTheLinkIsTaken) {
  folder_.file("my.csv", kResponse);
  const ProcessResult result =
      check("microled_tia", "measured_response = { file = \"my.csv\", convention = \"electrical_db\" }");
  EXPECT_EQ(result.exit_code, 0) << result.error;
}

TEST_F(MeasuredInput, MissingFileIsRefusedWhereItIsNamed) {
  expect_refused(check("microled_tia", "measured_response = { file = \"my.csv\", convention = \"linear\" }"),
                 "link.toml:42:30", "my.csv: no such file");
}

TEST_F(MeasuredInput, ConventionIsNeverGuessed) {
  folder_.file("my.csv", kResponse);
  expect_refused(
      check("microled_tia", "measured_response = { file = \"my.csv\" }"), "link.toml:42:21",
      "measured_response must have a key \"convention\": electrical_db (20 log10 of an amplitude), optical_db "
      "(10 log10 of an optical power) or linear");
  expect_refused(check("microled_tia", "measured_response = { file = \"my.csv\", convention = \"optical\" }"),
                 "link.toml:42:53", "convention must be electrical_db | optical_db | linear, got \"optical\"");
  expect_refused(check("microled_tia", "measured_response = { file = \"my.csv\", convention = \"linear\" }"),
                 "my.csv:1:18", "with the convention linear the magnitude must be in [1], the heading says [dB]");
}

TEST_F(MeasuredInput, UnknownKeyStatusAndKindAreRefused) {
  folder_.file("my.csv", kResponse);
  expect_refused(check("microled_tia", "measured_response = { file = \"my.csv\", conventions = \"linear\" }"),
                 "link.toml:42:40", "unknown key \"conventions\" in measured_response; did you mean \"convention\"?");
  expect_refused(
      check("microled_tia", "measured_response = { file = \"my.csv\", convention = \"linear\", status = \"mesured\" }"),
      "link.toml:42:72", "unknown status \"mesured\"");
  expect_refused(check("microled_tia", "measured_response = \"my.csv\""), "link.toml:42:21",
                 "measured_response must be a table");
  expect_refused(check("microled_tia", "measured_respons = { value = 1 }"), "link.toml:42:30",
                 "unknown parameter \"measured_respons\"");
}

TEST_F(MeasuredInput, PhaseOfAFileWithoutOneIsRefused) {
  expect_bad_file("microled_tia", "measured_response", ", convention = \"electrical_db\", phase = \"file\"", kResponse,
                  ":1:1", "the file must have a column \"phase\", it has: frequency, magnitude");
}

TEST_F(MeasuredInput, WhatAFileSaysWronglyIsRefusedWithItsPlace) {
  const std::string key = "measured_response", db = ", convention = \"electrical_db\"";
  expect_bad_file("microled_tia", key, db, "frequency, magnitude [dB]\n1, 2\n", ":1:1",
                  "column \"frequency\" must name its unit in brackets");
  expect_bad_file("microled_tia", key, db, "frequency [GHz], magnitude [dB]\n1, 0\n2, 0\n2, 0\n3, 0\n", ":4:1",
                  "frequency must rise from row to row: 2 comes after 2 GHz");
  expect_bad_file("microled_tia", key, db, "frequency [GHz], magnitude [dB]\n1, 0\n2, nan\n3, 0\n4, 0\n", ":3:4",
                  "expects a finite number, got \"nan\"");
  expect_bad_file("microled_tia", key, db, "frequency [GHz], magnitude [dB]\n1, 0\n2, 0\n3, 0\n", "",
                  "at least 4 rows of numbers are needed, got 3");
  expect_bad_file("microled_tia", key, db, "frequency [GHz], phase [deg]\n1, 0\n2, 0\n3, 0\n4, 0\n", ":1:1",
                  "the file must have a column \"magnitude\"");
  expect_bad_file("microled_tia", key, db, "frequency [GHz], magnitude [dB]\n1, 0\n2, -1e5\n3, 0\n4, 0\n", ":3:4",
                  "magnitude must be in [-1000, 1000] dB, got -1e+05");
  expect_bad_file("microled_tia", key, ", convention = \"linear\"",
                  "frequency [GHz], magnitude [1]\n1, 1\n2, 0.5\n3, 0\n4, 0.1\n", ":4:4",
                  "magnitude must be positive, got 0");
}

TEST_F(MeasuredInput, CurvesSpectraAndNoiseAreCheckedToo) {
  expect_bad_file("microled_blue", "measured_liv", "",
                  "current [mA], voltage [V], optical_power [uW]\n0, 0, 0\n1, 3, -5\n2, 3, 9\n3, 3, 12\n", ":3:7",
                  "optical_power must not be negative, got -5 uW");
  expect_bad_file("microled_blue", "measured_liv", "", "current [mA], optical_power [uW]\n0, 0\n1, 5\n2, 9\n3, 12\n",
                  ":1:1", "the file must have a column \"voltage\"");
  expect_bad_file("microled_blue", "measured_spectrum", "",
                  "wavelength [nm], relative_power [1]\n420, 0\n430, 0\n440, 0\n450, 0\n", ":1:18",
                  "a measured spectrum must hold some light, its area is 0");
  expect_bad_file("microled_blue", "measured_spectrum", "",
                  "wavelength [nm], relative_power [1]\n420, 0\n430, -1\n440, 0\n450, 0\n", ":3:6",
                  "relative_power must not be negative");
  expect_bad_file("microled_tia", "measured_noise", "", "frequency [GHz], density [pA]\n0, 2\n1, 2\n2, 2\n3, 2\n",
                  ":1:18", "density must be in unit/sqrt(Hz) or unit^2/Hz of A, V or W, the heading says [pA]");
}

TEST_F(MeasuredInput, StageThatCannotUseATableNamesThoseThatCan) {
  folder_.file("my.csv", "current [mA], voltage [V], optical_power [uW]\n0, 0, 0\n1, 3, 5\n2, 3, 9\n3, 3, 12\n");
  const ProcessResult result = check("microled_tia", "measured_liv = { file = \"my.csv\" }");
  expect_refused(result, "link.toml:42:1",
                 "model transimpedance_amplifier of stage tia takes no measured_liv; models that do: ");
  EXPECT_THAT(result.error, HasSubstr("dfb_laser"));
  EXPECT_THAT(result.error, HasSubstr("micro_led"));
  folder_.file("my.csv", "frequency [GHz], density [nV/sqrt(Hz)]\n0, 2\n1, 2\n2, 2\n3, 2\n");
  expect_refused(check("microled_tia", "measured_noise = { file = \"my.csv\" }"), "link.toml:42:1",
                 "measured_noise of stage tia: the noise \"thermal\" of transimpedance_amplifier enters at a port of "
                 "current: its density must be in A/sqrt(Hz) or A^2/Hz");
}

TEST_F(MeasuredInput, MeasuredErrorRatiosStandBesideTheModel) {
  const std::string link = folder_.file("link.toml", kLink);
  const std::string points = folder_.file("ber.csv",
                                          "length [m], ber [1], ber_low [1], ber_high [1]\n20, 1e-9, 1e-300, 1\n45, "
                                          "1e-6, 5e-7, 2e-6\n60, 2e-3, 1e-3, 4e-3\n");
  const std::string hdf5 = (folder_.path() / "run.h5").string(), plots = (folder_.path() / "plots").string();
  const ProcessResult json =
      tessera({"run", link, "--measured-ber", points, "--no-reach", "--json", "-", "--out", hdf5, "--plots", plots});
  ASSERT_EQ(json.exit_code, 0) << json.error;
  const auto overlay = nlohmann::json::parse(json.out).at("links").at(0).at("measured_ber");
  EXPECT_EQ(overlay.at("file"), points);
  ASSERT_EQ(overlay.at("points").size(), 3u);
  double mean = 0.0;
  for (const auto& point : overlay.at("points")) {
    // The same length asked for by itself gives the same error ratio.
    const ProcessResult alone =
        tessera({"run", link, "--no-reach", "--json", "-", "--set",
                 "optical.fiber.length=" + std::to_string(point.at("length_m").get<double>()) + " m"});
    const double model = nlohmann::json::parse(alone.out).at("links").at(0).at("log10_pre_fec_ber").get<double>();
    EXPECT_NEAR(point.at("log10_model_ber").get<double>(), model, 1e-9);
    EXPECT_NEAR(point.at("residual_decades").get<double>(), point.at("log10_measured_ber").get<double>() - model, 1e-9);
    mean += point.at("residual_decades").get<double>() / 3.0;
  }
  EXPECT_NEAR(overlay.at("mean_decades").get<double>(), mean, 1e-12);
  EXPECT_NEAR(overlay.at("points").at(1).at("log10_measured_ber").get<double>(), -6.0, 1e-12);
  EXPECT_THAT(read_text(folder_.path() / "plots" / "ber_against_length.svg"), HasSubstr("small, measured (x)"));
  const Hdf5Reader stored(hdf5);
  EXPECT_EQ(stored.dataset("/links/small/measured_ber/residual_decades").values.size(), 3u);

  const ProcessResult table = tessera({"run", link, "--measured-ber", points, "--no-reach"});
  EXPECT_THAT(table.out, HasSubstr("log10(measured/model)"));
  EXPECT_THAT(table.out, HasSubstr("model within the interval"));
  EXPECT_THAT(table.out, HasSubstr("decades over 3 points"));
}

TEST_F(MeasuredInput, PointsOverReceivedPowerStandBehindAnAttenuator) {
  const std::string link = folder_.file("link.toml", kLink);
  const auto own = nlohmann::json::parse(tessera({"run", link, "--no-reach", "--json", "-"}).out).at("links").at(0);
  double oma = 0.0, average = 0.0;
  for (const auto& probe : own.at("probes")) {
    if (probe.at("stage") != "lens_rx") continue;
    oma = 10.0 * std::log10(1e3 * probe.at("swing").get<double>());
    average = 10.0 * std::log10(1e3 * probe.at("mean").get<double>());
  }
  const auto model_at = [&](const std::string& heading, double dbm) {
    const std::string points = folder_.file("ber.csv", heading + ", ber [1]\n" + std::to_string(dbm) + ", 1e-6\n");
    const ProcessResult result = tessera({"run", link, "--no-reach", "--json", "-", "--measured-ber", points});
    EXPECT_EQ(result.exit_code, 0) << result.error;
    const auto point = nlohmann::json::parse(result.out).at("links").at(0).at("measured_ber").at("points").at(0);
    return point.at("log10_model_ber").get<double>();
  };
  // Without attenuation it is the link itself; a decibel less light is worse by more than a decade here.
  const double ber = own.at("log10_pre_fec_ber").get<double>();
  EXPECT_NEAR(model_at("received_oma [dBm]", oma) / ber, 1.0, 1e-4);
  EXPECT_NEAR(model_at("received_power [dBm]", average) / ber, 1.0, 1e-4);
  EXPECT_GT(model_at("received_oma [dBm]", oma - 1.0), ber + 1.0);
}

TEST_F(MeasuredInput, PointsThatFitNoLinkAreRefused) {
  const std::string link = folder_.file("link.toml", kLink);
  const auto message = [&](const std::string& content) {
    const ProcessResult result =
        tessera({"run", link, "--no-reach", "--measured-ber", folder_.file("ber.csv", content)});
    EXPECT_EQ(result.exit_code, 2) << result.error;
    return result.error;
  };
  EXPECT_THAT(message("length [m], ber [1]\n20, 0\n"),
              HasSubstr("ber.csv:2:5: ber must be in (0, 1], got 0; leave out"));
  EXPECT_THAT(message("length [m], ber [1]\n-1, 1e-3\n"), HasSubstr("ber.csv:2:1: length must be positive, got -1 m"));
  EXPECT_THAT(message("length [m], ber [1], ber_low [1]\n1, 1e-3, 2e-3\n"),
              HasSubstr("ber.csv:2:10: the interval from ber_low to ber_high must contain ber"));
  EXPECT_THAT(message("received_oma [mW], ber [1]\n1, 1e-3\n"),
              HasSubstr("ber.csv:1:1: received_oma must be in [dBm], the heading says [mW]"));
  EXPECT_THAT(message("length [m], received_oma [dBm], ber [1]\n1, -9, 1e-3\n"),
              HasSubstr("not over length and received_oma"));
  EXPECT_THAT(message("ber [1]\n1e-3\n"), HasSubstr("need a column length, received_oma or received_power"));
  EXPECT_THAT(message("length [m]\n1\n"), HasSubstr("must have a column \"ber\", it has: length"));
  const ProcessResult missing = tessera({"run", link, "--measured-ber", "nowhere.csv"});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_THAT(missing.error, StartsWith("tessera: --measured-ber nowhere.csv: cannot read nowhere.csv: no such file"));
  const ProcessResult study = tessera({"run", "compare_800g", "--measured-ber", "nowhere.csv"});
  EXPECT_EQ(study.exit_code, 2);
  EXPECT_THAT(study.error, HasSubstr("in a study the points belong to a link, LINK=FILE"));
}

// The worked examples of the guide run as they stand.
TEST(MeasuredExamples, OfTheGuideRun) {
  const std::filesystem::path folder = test::source_dir() / "docs" / "examples" / "own_data";
  const ProcessResult result = tessera({"run", (folder / "microled_own_data.toml").string(), "--no-reach", "--json",
                                        "-", "--measured-ber", (folder / "measured_ber.csv").string()});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const auto document = nlohmann::json::parse(result.out);
  int measured = 0;
  for (const auto& row : document.at("provenance"))
    if (row.at("parameter").get<std::string>().find(".measured_") != std::string::npos) {
      ++measured;
      EXPECT_THAT(row.at("source").get<std::string>(), HasSubstr("synthetic"));
    }
  EXPECT_EQ(measured, 4);
  EXPECT_EQ(document.at("links").at(0).at("measured_ber").at("points").size(), 6u);
}

}  // namespace
}  // namespace tessera::testing_support
