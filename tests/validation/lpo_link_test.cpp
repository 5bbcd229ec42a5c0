#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>

#include "phy/link/energy.hpp"
#include "scenarios/link/scenario_reader.hpp"

namespace tessera {
namespace {

PreparedLink lpo(const std::vector<std::string>& sets = {}) {
  const std::filesystem::path library = std::filesystem::path(TESSERA_SOURCE_DIR) / "scenarios/library";
  ScenarioOptions options;
  options.sets = sets;
  return prepare(read_link(library / "links/lpo_dr8_800g.toml", {library}, all_models(), options).link);
}

const PreparedLink& nominal() {
  static const PreparedLink link = lpo();  // made once: the window is long
  return link;
}

const LaneState& state(const PreparedLink& link, const std::string& stage) {
  const auto& stages = link.link.segments[0].stages;
  for (std::size_t i = 0; i < stages.size(); ++i)
    if (stages[i].name == stage) return link.segments[0].states[i];
  throw Error("no stage " + stage);
}

double watts(const EnergyBreakdown& energy, const std::string& component) {
  for (const auto& row : energy.rows)
    if (row.component == component) return row.watts;
  throw Error("no component " + component);
}

// The walk of the operating point, by hand: launch 1.5 dBm behind 1.41 dB, quadrature and 2.5 dB of modulator, four
// connectors.
TEST(LpoLink, OperatingPointsFollowTheDecibels) {
  const PreparedLink& link = nominal();
  const double launch = 1e-3 * std::pow(10.0, 0.15);
  EXPECT_NEAR(state(link, "coupler").mean(), launch, 1e-9);
  EXPECT_NEAR(state(link, "laser").carrier.power, 2.0 * launch * std::pow(10.0, 0.141 + 0.25), 1e-6 * launch);
  EXPECT_NEAR(state(link, "fiber").mean(), launch * std::pow(10.0, -0.2 - 0.025), 1e-9);
  EXPECT_NEAR(state(link, "photodiode").mean(), 0.6 * state(link, "fiber").mean(), 1e-12);
  EXPECT_NEAR(state(link, "tia").swing(), 0.6, 1e-9);
  EXPECT_NEAR(state(link, "tia").mean(), 0.0, 1e-12);
  // OMA/(2 P) = sin(x), x = pi V_pp/(2 V_pi), less the floor of 25 dB.
  const double x = 0.5 * std::numbers::pi * state(link, "driver").swing() / 5.5, m = (316.228 - 1.0) / (316.228 + 1.0);
  EXPECT_NEAR(state(link, "modulator").swing() / (2.0 * state(link, "modulator").mean()), m * std::sin(x), 1e-6);
}

// IEEE 802.3 clause 124 (800GBASE-DR8): average launch -2.9 to 4.0 dBm, OMA -0.8 to 4.2 dBm, extinction ratio at
// least 3.5 dB, 3.0 dB of channel insertion loss.
TEST(LpoLink, LaunchIsInsideTheLimitsOfTheStandard) {
  const PreparedLink& link = nominal();
  const auto dbm = [](double w) { return 10.0 * std::log10(1e3 * w); };
  const LaneState& tp2 = state(link, "coupler");
  EXPECT_GT(dbm(tp2.mean()), -2.9);
  EXPECT_LT(dbm(tp2.mean()), 4.0);
  EXPECT_GT(dbm(tp2.swing()), -0.8);
  EXPECT_LT(dbm(tp2.swing()), 4.2);
  EXPECT_GT(10.0 * std::log10(tp2.levels.back() / tp2.levels.front()), 3.5);
  EXPECT_LT(dbm(tp2.mean()) - dbm(state(link, "fiber").mean()), 3.0);
}

TEST(LpoLink, HalvingTheCouplingLossMovesTheLaserByItsDecibels) {
  const auto before = energy(nominal()), after = energy(lpo({"lpo.coupler.insertion_loss=0.705 dB"}));
  EXPECT_NEAR(watts(after, "laser.laser") / watts(before, "laser.laser"), std::pow(10.0, -0.0705), 1e-9);
  EXPECT_EQ(watts(after, "driver.driver"), watts(before, "driver.driver"));
  EXPECT_LT(after.module.watts, before.module.watts);
}

// 6.4 pJ/bit for a linear pluggable module, 14 to 18.5 for a retimed one, 3 to 4 for co-packaged optics (vendor claim,
// ECOC). Trade press prints 5 to 9 W an 800G module; Chou et al. (OFC 2024 W4H.3) measured 12.5 pJ/bit, which this set
// does not reach.
TEST(LpoLink, ModuleEnergyIsThatOfALinearModule) {
  const EnergyBreakdown breakdown = energy(nominal());
  RecordProperty("module_watts", std::to_string(breakdown.module.watts));
  RecordProperty("module_pj_per_bit", std::to_string(1e12 * breakdown.module.joules_per_bit));
  EXPECT_NEAR(1e12 * breakdown.module.joules_per_bit, 6.4, 0.6);
  EXPECT_GT(breakdown.module_and_host.joules_per_bit, breakdown.module.joules_per_bit);
  // Starting split of an 800G DR8 module: drivers 2 to 2.5 W, amplifiers 1 to 1.3 W.
  EXPECT_NEAR(watts(breakdown, "driver.driver"), 2.25, 0.25);
  EXPECT_NEAR(watts(breakdown, "tia.tia"), 1.15, 0.15);
}

}  // namespace
}  // namespace tessera
