#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "phy/core/version.hpp"
#include "scenarios/link/report_json.hpp"
#include "tests/support/locations.hpp"

namespace tessera {
namespace {

using Json = nlohmann::ordered_json;

// How far a quantity may move before the change must be accepted: absolute, plus relative to the stored value. The
// statistical engine's densities differ by rounding between compilers; everything that is arithmetic stays at rounding.
struct Quantity {
  const char* path;
  double absolute, relative;
};

constexpr Quantity kQuantities[] = {
    {"/log10_pre_fec_ber", 2e-3, 0.0},
    {"/log10_frame_loss_ratio/64", 3e-2, 0.0},
    {"/margin_q", 0.0, 1e-4},
    {"/latency_s/total", 0.0, 1e-9},
    {"/power_w/total_per_end", 0.0, 1e-9},
    {"/energy_pj_per_bit/lane_electronics", 0.0, 1e-9},
    {"/energy_pj_per_bit/module", 0.0, 1e-9},
    {"/energy_pj_per_bit/module_and_host", 0.0, 1e-9},
    {"/fit/total", 0.0, 1e-9},
    {"/segments/0/noise_rms_v", 0.0, 1e-5},
    {"/segments/0/isi_rms_v", 0.0, 1e-4},
    {"/segments/0/crosstalk_rms_v", 1e-9, 1e-4},
};

struct Case {
  const char* scenario;
  Engine engine;
};

constexpr Case kCases[] = {{"copper_dac_800g", Engine::statistical}, {"copper_dac_800g", Engine::budget},
                           {"lpo_dr8_800g", Engine::statistical},    {"lpo_dr8_800g", Engine::budget},
                           {"microled_800g", Engine::statistical},   {"microled_800g", Engine::budget}};

std::filesystem::path cases() { return test::source_dir() / "tests/golden/cases"; }

Library library() { return {test::library_dir()}; }

Json evaluate_case(const LinkScenario& scenario, Engine engine) {
  EvaluationOptions options;
  options.engine = engine;
  options.reach = false;
  options.eye = false;
  return to_json(evaluate(scenario.link, options));
}

void accept(const Case& c, const std::filesystem::path& toml, const std::filesystem::path& json) {
  const LinkScenario scenario =
      read_link(library().folder / "links" / (std::string(c.scenario) + ".toml"), library(), all_models());
  std::filesystem::create_directories(cases());
  std::ofstream(toml) << to_toml(resolved_scenario(scenario));
  const Json report = evaluate_case(scenario, c.engine);
  Json stored{{"command", "tests/golden/accept.sh"},
              {"version", version()},
              {"scenario", c.scenario},
              {"engine", to_string(c.engine)},
              {"values", Json::object()}};
  for (const Quantity& q : kQuantities) stored["values"][q.path] = report.at(Json::json_pointer(q.path));
  std::ofstream(json) << stored.dump(2) << "\n";
}

class ReportGolden : public testing::TestWithParam<Case> {};

TEST_P(ReportGolden, NumbersHaveNotMoved) {
  const Case c = GetParam();
  const auto toml = cases() / (std::string(c.scenario) + ".toml");
  const auto json = cases() / (std::string(c.scenario) + "." + std::string(to_string(c.engine)) + ".json");
  if (const char* wanted = std::getenv("TESSERA_ACCEPT_GOLDEN"); wanted != nullptr && std::string(wanted) == "1") {
    accept(c, toml, json);
    return;
  }
  std::ifstream file(json);
  ASSERT_TRUE(file.good()) << json << " is missing; tests/golden/accept.sh writes it";
  const Json stored = Json::parse(file);
  const Json report = evaluate_case(read_link(toml, library(), all_models()), c.engine);
  for (const Quantity& q : kQuantities) {
    const double expected = stored.at("values").at(q.path).get<double>();
    const double got = report.at(Json::json_pointer(q.path)).get<double>();
    EXPECT_NEAR(got, expected, q.absolute + q.relative * std::abs(expected))
        << q.path << " moved; accept it with tests/golden/accept.sh and list it in CHANGELOG.md";
  }
}

INSTANTIATE_TEST_SUITE_P(Links, ReportGolden, testing::ValuesIn(kCases), [](const auto& info) {
  return std::string(info.param.scenario) + "_" + std::string(to_string(info.param.engine));
});

}  // namespace
}  // namespace tessera
