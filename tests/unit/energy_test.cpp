#include "phy/link/energy.hpp"

#include <gtest/gtest.h>

#include "phy/link/cost_context.hpp"
#include "tests/support/fixed_cost.hpp"

namespace tessera {
namespace {

FixedCost per_lane_watts(double watts, bool constant = false) {
  return {
      .watts = [=](const CostContext&) { return std::vector<PowerItem>{{"core", watts, Scope::per_lane, constant}}; }};
}

FixedCost per_end_watts(double watts, bool constant = false) {
  return {
      .watts = [=](const CostContext&) { return std::vector<PowerItem>{{"core", watts, Scope::per_end, constant}}; }};
}

Stage overhead(const std::string& name, FixedCost model, Boundary boundary) {
  return {name, AnyModel(std::move(model)), boundary, ""};
}

PreparedLink three_boundaries() {
  PreparedLink prepared = bare_prepared_link(400, 60);
  add_stage(prepared, "driver", per_lane_watts(1.7e-3), Boundary::lane_electronics);
  add_stage(prepared, "receiver", per_lane_watts(0.9e-3), Boundary::lane_electronics);
  prepared.link.overhead.push_back(overhead("gearbox", per_end_watts(0.4), Boundary::module));
  prepared.link.overhead.push_back(overhead("mcu", per_end_watts(0.3, true), Boundary::module));
  prepared.link.overhead.push_back(overhead("host", per_end_watts(2.1), Boundary::host));
  return prepared;
}

TEST(Energy, BoundariesNest) {
  const EnergyBreakdown e = energy(three_boundaries());
  EXPECT_NEAR(e.lane_electronics.watts, 460 * 2.6e-3, 1e-15);
  EXPECT_NEAR(e.module.watts, 460 * 2.6e-3 + 0.7, 1e-14);
  EXPECT_NEAR(e.module_and_host.watts, 460 * 2.6e-3 + 2.8, 1e-14);
}

TEST(Energy, JoulesPerBitIsOneEndOverPayloadOfOneDirection) {
  const EnergyBreakdown e = energy(three_boundaries());
  EXPECT_NEAR(e.lane_electronics.joules_per_bit, 460 * 2.6e-3 / 800e9, 1e-24);
  EXPECT_NEAR(e.lane_electronics.joules_per_bit * 1e12, 1.5, 0.01);  // 1.2 W per end at 800G
}

TEST(Energy, TotalIsTheSumOfItsRowsBitForBit) {
  const EnergyBreakdown e = energy(three_boundaries());
  double sum = 0.0;
  for (const EnergyRow& row : e.rows) sum += row.watts;
  EXPECT_EQ(sum, e.module_and_host.watts);
  EXPECT_EQ(e.rows.front().component, "driver.core");
  EXPECT_EQ(e.rows.front().count, 460);
}

TEST(Energy, ConstantsAreListedWithTheirShare) {
  const EnergyBreakdown e = energy(three_boundaries());
  EXPECT_NEAR(e.module.constant_share, 0.3 / (460 * 2.6e-3 + 0.7), 1e-14);
  EXPECT_EQ(e.lane_electronics.constant_share, 0.0);
}

TEST(Energy, SparesCanBeOff) {
  EXPECT_NEAR(energy(three_boundaries(), {.spares_powered = false}).lane_electronics.watts, 400 * 2.6e-3, 1e-15);
}

TEST(Energy, DoublingLanesDoublesPerLaneItemsOnly) {
  PreparedLink prepared = three_boundaries();
  const double before = energy(prepared).module.watts;
  prepared.link.segments[0].lanes *= 2;
  prepared.link.segments[0].spare_lanes *= 2;
  EXPECT_NEAR(energy(prepared).module.watts - before, 460 * 2.6e-3, 1e-13);
}

TEST(Energy, OverheadsSeeTheModuleWattsBeforeThem) {
  PreparedLink prepared = three_boundaries();
  std::vector<double> seen;
  FixedCost spy{.watts = [&](const CostContext& c) {
    seen.push_back(c.module_watts);
    return std::vector<PowerItem>{{"loss", 0.1 * c.module_watts, Scope::per_end}};
  }};
  prepared.link.overhead.push_back(overhead("dc_dc", spy, Boundary::module));
  prepared.link.overhead.push_back(overhead("dc_dc_2", spy, Boundary::module));
  const double base = 460 * 2.6e-3 + 0.7;  // the host's 2.1 W are outside the module
  EXPECT_NEAR(energy(prepared).module.watts, base * 1.1 * 1.1, 1e-13);
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_NEAR(seen[0], base, 1e-13);
  EXPECT_NEAR(seen[1], base * 1.1, 1e-13);
}

TEST(Energy, PartsSeeTheOperatingPointsAtTheirPorts) {
  PreparedLink prepared = bare_prepared_link(4, 0);
  prepared.link.case_temperature = 343.15;
  std::vector<CostContext> seen;
  const FixedCost spy{.watts = [&](const CostContext& c) {
    seen.push_back(c);
    return std::vector<PowerItem>{};
  }};
  add_stage(prepared, "tx", spy, Boundary::module, 0.4);
  add_stage(prepared, "cable", spy, Boundary::module, 0.2);
  add_stage(prepared, "rx", spy, Boundary::module, 0.1);
  prepared.segments[0].states.pop_back();  // a receiver may have no output state of its own
  energy(prepared);
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_TRUE(seen[0].input.levels.empty());
  EXPECT_EQ(seen[0].output.swing(), 0.4);
  EXPECT_EQ(seen[1].input.swing(), 0.4);
  EXPECT_EQ(seen[1].output.swing(), 0.2);
  EXPECT_EQ(seen[2].input.swing(), 0.2);
  EXPECT_EQ(seen[2].output.swing(), 0.2);
  EXPECT_EQ(seen[2].case_temperature, 343.15);
  EXPECT_EQ(seen[2].line_rate, 8e9);
  EXPECT_EQ(seen[2].payload_rate, 800e9);
  EXPECT_EQ(seen[2].lane_bit_rate(), 2e9);
}

TEST(Energy, ComponentsOfSeveralSegmentsCarryTheSegmentsName) {
  PreparedLink prepared = three_boundaries();
  prepared.link.segments.push_back(prepared.link.segments[0]);
  prepared.link.segments[1].name = "second";
  prepared.segments.push_back(prepared.segments[0]);
  EXPECT_EQ(energy(prepared).rows.at(2).component, "second.driver.core");
}

TEST(Energy, RefusesWhatHasNoAnswer) {
  PreparedLink prepared = three_boundaries();
  prepared.link.payload_rate = 0.0;
  EXPECT_THROW(energy(prepared), ConfigError);
  prepared = three_boundaries();
  add_stage(prepared, "bad", per_end_watts(-1.0), Boundary::module);
  EXPECT_THROW(energy(prepared), NumericError);
  prepared.segments.clear();
  EXPECT_THROW(energy(prepared), ConfigError);
}

}  // namespace
}  // namespace tessera
