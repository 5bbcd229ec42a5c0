#include "scenarios/link/probe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "scenarios/link/link_evaluation.hpp"
#include "scenarios/link/report_json.hpp"
#include "scenarios/link/scenario_reader.hpp"
#include "tests/support/locations.hpp"

namespace tessera {
namespace {

using testing::HasSubstr;

LinkScenario shipped(const std::string& name, const std::vector<std::string>& sets = {}) {
  const Library library{test::library_dir()};
  return read_link(library.folder / "links" / (name + ".toml"), library, all_models(), {sets, std::nullopt});
}

std::string refusal(const std::string& name, const std::vector<std::string>& sets) {
  try {
    shipped(name, sets);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

// Conventions: when the outer eyes are the small ones, 1 - smallest spacing is half of 1 - transmitter form.
TEST(LevelMismatch, BothFormsOfDocumentedLevels) {
  EXPECT_DOUBLE_EQ(level_mismatch({-3.0, -1.0, 1.0, 3.0})->smallest_spacing, 1.0);
  EXPECT_DOUBLE_EQ(level_mismatch({-3.0, -1.0, 1.0, 3.0})->transmitter, 1.0);
  const auto compressed = level_mismatch({-1.0, -0.35, 0.35, 1.0});  // ES = 0.35: 2 - 1.05 and 1.5 x 0.65
  EXPECT_NEAR(compressed->transmitter, 0.95, 1e-12);
  EXPECT_NEAR(compressed->smallest_spacing, 0.975, 1e-12);
  const auto lifted = level_mismatch({10.0, 12.0, 13.0, 16.0});  // ES1 = 1/3, ES2 = 0: spacings 2, 1, 3 of 6
  EXPECT_NEAR(lifted->smallest_spacing, 0.5, 1e-12);
  EXPECT_NEAR(lifted->transmitter, 0.0, 1e-12);
}

TEST(LevelMismatch, TurnedRoundLevelsHaveTheSameAndOtherCountsHaveNone) {
  EXPECT_NEAR(level_mismatch({1.0, 0.35, -0.35, -1.0})->transmitter, 0.95, 1e-12);
  EXPECT_FALSE(level_mismatch({0.0, 1.0}).has_value());
  EXPECT_FALSE(level_mismatch({1.0, 1.0, 1.0, 1.0}).has_value());
}

std::map<std::string, std::string> named(const Segment& segment) {
  std::map<std::string, std::string> stages;
  const std::vector<std::string> points = test_points(segment);
  for (std::size_t i = 0; i < points.size(); ++i)
    if (!points[i].empty()) stages[points[i]] = segment.stages[i].name;
  return stages;
}

using Points = std::map<std::string, std::string>;

TEST(TestPoints, AreNamedWhereTheLinkLeavesNoDoubt) {
  EXPECT_EQ(named(shipped("copper_dac_800g").link.segments[0]), (Points{{"TP0a", "package_tx"}, {"TP5a", "host_rx"}}));
  Segment linear = shipped("lpo_dr8_800g").link.segments[0];
  const Points expected{{"TP0a", "package_tx"}, {"TP1a", "connector_tx"}, {"TP2", "coupler"},
                        {"TP3", "fiber"},       {"TP4", "tia"},           {"TP5a", "host_rx"}};
  EXPECT_EQ(named(linear), expected);
  for (Stage& stage : linear.stages) stage.probe.clear();
  EXPECT_EQ(named(linear), expected);
  EXPECT_EQ(named(shipped("microled_800g").link.segments[0]), (Points{{"TP2", "connector_tx"}, {"TP3", "fiber"}}));
}

// Inside a module nothing is the host's: neither its retimer's package nor its traces are test points.
TEST(TestPoints, OfARetimedModuleStandAtItsEdges) {
  const Link link = shipped("dr8_dsp_800g").link;
  ASSERT_EQ(link.segments.size(), 3u);
  EXPECT_EQ(named(link.segments[0]), (Points{{"TP0a", "package_tx"}, {"TP1a", "connector_tx"}}));
  EXPECT_EQ(named(link.segments[1]), (Points{{"TP2", "receptacle_tx"}, {"TP3", "fiber"}}));
  EXPECT_EQ(named(link.segments[2]), (Points{{"TP4", "package_dsp"}, {"TP5a", "host_rx"}}));
}

TEST(TestPoints, NameOfTheFileWins) {
  const Segment linear =
      shipped("lpo_dr8_800g", {"lpo.patch.probe=TP2", "lpo.coupler.probe=TP1", "lpo.tia.probe=TP5"}).link.segments[0];
  const Points points = named(linear);
  EXPECT_EQ(points.at("TP2"), "patch");
  EXPECT_EQ(points.at("TP1"), "coupler");
  EXPECT_EQ(points.at("TP5"), "tia");
  EXPECT_FALSE(points.contains("TP4"));
}

TEST(TestPoints, UnknownAndDoubledNamesAreRefused) {
  EXPECT_THAT(refusal("lpo_dr8_800g", {"lpo.patch.probe=TP22"}),
              HasSubstr("--set lpo.patch.probe=TP22: unknown test point \"TP22\"; did you mean \"TP2\"?"));
  EXPECT_THAT(refusal("lpo_dr8_800g", {"lpo.patch.probe=TP2"}),
              HasSubstr("test point TP2 stands twice in one segment"));
}

TEST(TestPoints, ResolvedFileKeepsThem) {
  const LinkScenario first = shipped("lpo_dr8_800g");
  const Library library{test::library_dir()};
  const LinkScenario second =
      read_link(parse_config(to_toml(resolved_scenario(first)), "resolved.toml"), "/", library, all_models());
  for (std::size_t i = 0; i < first.link.segments[0].stages.size(); ++i)
    EXPECT_EQ(second.link.segments[0].stages[i].probe, first.link.segments[0].stages[i].probe);
}

nlohmann::json report_of(const Link& link, Engine engine) {
  EvaluationOptions options;
  options.engine = engine;
  options.reach = options.eye = false;
  options.port_noise = true;
  return nlohmann::json::parse(to_json(evaluate(link, options)).dump());
}

TEST(Probes, AreTheSameInEveryEngine) {
  const Link link = shipped("lpo_dr8_800g").link;
  const auto statistical = report_of(link, Engine::statistical), budget = report_of(link, Engine::budget);
  EXPECT_EQ(statistical.at("probes"), budget.at("probes"));
  const auto& tp2 = *std::find_if(budget.at("probes").begin(), budget.at("probes").end(),
                                  [](const auto& p) { return p.at("test_point") == "TP2"; });
  EXPECT_NEAR(tp2.at("average_power_dbm").get<double>(), 1.5, 1e-9);  // the launch target of the file
  EXPECT_GT(tp2.at("noise_rms").get<double>(), 0.0);
  EXPECT_DOUBLE_EQ(tp2.at("noise_bandwidth_hz").get<double>(), 53.125e9);
}

TEST(Density, IsPayloadOfOneDirectionOverWidthAndArea) {
  const auto report =
      report_of(shipped("copper_dac_800g", {"density.width=20 mm", "density.area=400 mm^2", "density.pairs=17"}).link,
                Engine::budget);
  EXPECT_DOUBLE_EQ(report.at("shoreline_bps_per_m").get<double>(), 800e9 / 20e-3);
  EXPECT_NEAR(report.at("area_bps_per_m2").get<double>() / (800e9 / 400e-6), 1.0, 1e-12);
  EXPECT_EQ(report.at("density").at("pairs"), 17);
  EXPECT_TRUE(report.at("density").at("fibres").is_null());
}

TEST(Density, IsNullWithoutSourcedDimensions) {
  Link link = shipped("copper_dac_800g").link;
  EXPECT_NEAR(report_of(link, Engine::budget).at("shoreline_bps_per_m").get<double>(), 800e9 / 22.58e-3, 1.0);
  link.density = {};
  const auto report = report_of(link, Engine::budget);
  EXPECT_TRUE(report.at("shoreline_bps_per_m").is_null());
  EXPECT_TRUE(report.at("area_bps_per_m2").is_null());
}

TEST(Density, NumberWithoutASourceOrOfAWrongKindIsRefused) {
  const auto read = [](const std::string& density) {
    try {
      const Library library{test::library_dir()};
      ConfigTable tree = read_config(library.folder / "links" / "copper_dac_800g.toml");
      tree.set("density", *parse_config("[density]\n" + density, "d.toml").find("density"));
      read_link(tree, library.folder / "links", library, all_models());
    } catch (const ConfigError& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  const std::string end = "source = \"ruler\", status = \"measured\" }";
  EXPECT_EQ(read("width = { value = \"20 mm\", " + end), "no error");
  EXPECT_THAT(read("width = \"20 mm\""),
              HasSubstr("d.toml:2:9: width must be a table with value, source and status: dimensions say where they"));
  EXPECT_THAT(read("width = { value = \"20 W\", " + end), HasSubstr("d.toml:2:19: "));
  EXPECT_THAT(read("area = { value = \"0 mm^2\", " + end), HasSubstr("area must be in"));
  EXPECT_THAT(read("fibers = { value = 2, " + end),
              HasSubstr("d.toml:2:1: unknown key \"fibers\" in [density]; did you mean"));
}

TEST(Density, ProvenanceAndResolvedFileHaveIt) {
  const LinkScenario first = shipped("microled_800g");
  const auto row = std::find_if(first.provenance.begin(), first.provenance.end(), [](const ProvenanceRow& r) {
    return r.parameter == "microled_800g.density.cable_diameter";
  });
  ASSERT_NE(row, first.provenance.end());
  EXPECT_EQ(row->status, "vendor-claim");
  const std::string text = to_toml(resolved_scenario(first));
  const LinkScenario second =
      read_link(parse_config(text, "resolved.toml"), "/", Library{test::library_dir()}, all_models());
  EXPECT_EQ(to_toml(resolved_scenario(second)), text);
  EXPECT_EQ(second.link.density.cable_diameter, first.link.density.cable_diameter);
  EXPECT_EQ(second.link.density.fibres, first.link.density.fibres);
}

}  // namespace
}  // namespace tessera
