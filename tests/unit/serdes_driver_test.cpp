#include "devices/transmitter/serdes_driver.hpp"

#include <cmath>
#include <numeric>
#include <string_view>

#include <gtest/gtest.h>

#include "phy/core/error.hpp"
#include "tests/support/power_items.hpp"

namespace tessera {
namespace {

using testing_support::long_reach_lane;
using testing_support::total_watts;
using testing_support::watts_of;

const FrequencyGrid kGrid{53.125e9, 16, 8};

Modulation alphabet(int order) {
  Modulation m;
  m.order = order;
  m.levels.clear();
  for (int i = 0; i < order; ++i) m.levels.push_back(2.0 * i / (order - 1) - 1.0);
  m.bits_per_symbol = std::log2(order);
  return m;
}

double total(const SerdesDriver::Params& p, const CostContext& c) { return total_watts(SerdesDriver(p).power(c)); }

double watts_of(std::string_view component, const SerdesDriver::Params& p, const CostContext& c) {
  return watts_of(component, SerdesDriver(p).power(c));
}

TEST(SerdesDriver, OuterLevelsArePlusAndMinusThePeakDifferentialVoltage) {
  SerdesDriver::Params p;
  p.level_mismatch = 1.0;
  const TransmitterSpec spec = SerdesDriver(p).describe(alphabet(4), kGrid);
  EXPECT_DOUBLE_EQ(spec.levels.front(), -0.413);
  EXPECT_DOUBLE_EQ(spec.levels.back(), 0.413);
  EXPECT_NEAR(spec.levels[1], -0.413 / 3.0, 1e-15);
}

// R_LM = 3 min(spacing)/span, so that 0.95 puts the inner levels of PAM4 at 1 - 2 * 0.95/3 = 0.3667 of the outer ones.
TEST(SerdesDriver, LevelMismatchShrinksTheOuterEyesOfPam4) {
  const TransmitterSpec spec = SerdesDriver().describe(alphabet(4), kGrid);
  EXPECT_NEAR(spec.levels[2] / 0.413, 1.0 - 2.0 * 0.95 / 3.0, 1e-12);
  EXPECT_NEAR(3.0 * (spec.levels[3] - spec.levels[2]) / (spec.levels[3] - spec.levels[0]), 0.95, 1e-12);
}

TEST(SerdesDriver, LevelMismatchKeepsEightLevelsRisingAndSymmetric) {
  const TransmitterSpec spec = SerdesDriver().describe(alphabet(8), kGrid);
  for (std::size_t m = 1; m < spec.levels.size(); ++m) EXPECT_GT(spec.levels[m], spec.levels[m - 1]);
  for (std::size_t m = 0; m < 8; ++m) EXPECT_NEAR(spec.levels[m], -spec.levels[7 - m], 1e-15);
  EXPECT_NEAR(7.0 * (spec.levels[1] - spec.levels[0]) / (2.0 * 0.413), 0.95, 1e-12);
}

TEST(SerdesDriver, TwoLevelsKnowNoMismatch) {
  const TransmitterSpec spec = SerdesDriver().describe(alphabet(2), kGrid);
  EXPECT_EQ(spec.levels, (std::vector<double>{-0.413, 0.413}));
}

TEST(SerdesDriver, EdgeIsTheGaussianOfAnnex93a) {
  const TransmitterSpec spec = SerdesDriver().describe(alphabet(4), kGrid);
  const double f_ghz = kGrid.frequency(8) * 1e-9, t_ns = 7.5e-3;
  EXPECT_NEAR(spec.edge.values[8].real(), std::exp(-2.0 * std::pow(3.14159265358979 * f_ghz * t_ns / 1.6832, 2)),
              1e-12);
  EXPECT_EQ(spec.edge.values[0], Complex(1.0));
}

// The erf step of a Gaussian edge rises from 20 to 80 % in T_r: its sigma is T_r/(2 * 0.84162).
TEST(SerdesDriver, EdgeRisesFrom20To80PercentInTheStatedTime) {
  const double sigma = 7.5e-12 / 1.6832;
  const auto step = [&](double t) { return 0.5 * std::erfc(-t / (sigma * std::sqrt(2.0))); };
  EXPECT_NEAR(step(3.75e-12) - step(-3.75e-12), 0.6, 1e-4);
  const TransmitterSpec spec = SerdesDriver().describe(alphabet(4), kGrid);
  const double w = 2.0 * 3.14159265358979 * kGrid.frequency(10);
  EXPECT_NEAR(spec.edge.values[10].real(), std::exp(-0.5 * w * w * sigma * sigma), 1e-9);
}

TEST(SerdesDriver, OutputStageDrawsTheCurrentOfItsSwingAndChargesItsGates) {
  SerdesDriver::Params p;
  const double one = watts_of("output_stage", p, long_reach_lane());
  EXPECT_NEAR(one, 0.9 * 0.413 / 100.0 + 100e-15 * 0.81 * 53.125e9, 1e-12);
  p.swing = Voltage::from_si(0.826);
  EXPECT_NEAR(watts_of("output_stage", p, long_reach_lane()) - one, 0.9 * 0.413 / 100.0, 1e-12);
}

TEST(SerdesDriver, DoublingTheRateDoublesAllButTheStaticCurrentAndLeakage) {
  SerdesDriver::Params p;
  p.ffe_taps = {-0.02, 0.06, -0.2, 0.68, -0.04};
  p.ffe_main = 3;
  const CostContext slow = long_reach_lane();
  CostContext fast = slow;
  fast.symbol_rate *= 2.0;
  const double fixed = 0.9 * 0.413 / 100.0 + watts_of("transmit_leakage", p, slow);
  EXPECT_NEAR(total(p, fast) - fixed, 2.0 * (total(p, slow) - fixed), 1e-12);
}

TEST(SerdesDriver, ATapCostsItsEnergyOncePerSymbol) {
  SerdesDriver::Params p;
  const double one = total(p, long_reach_lane());
  p.ffe_taps = {-0.1, 0.9};
  p.ffe_main = 1;
  EXPECT_NEAR(total(p, long_reach_lane()) - one, 0.18e-12 * 53.125e9, 1e-12);
}

TEST(SerdesDriver, ThirtyKelvinRaiseTheLeakageAsTheDoublingRuleSays) {
  const SerdesDriver::Params p;
  CostContext hot = long_reach_lane();
  hot.case_temperature += 30.0;
  EXPECT_NEAR(watts_of("transmit_leakage", p, hot) / watts_of("transmit_leakage", p, long_reach_lane()),
              std::exp2(30.0 / 25.0), 1e-12);
  EXPECT_NEAR(total(p, hot) - total(p, long_reach_lane()), 3e-3 * (std::exp2(1.2) - 1.0), 1e-12);
}

TEST(SerdesDriver, LatencyIsItsPipelineAtTheSymbolRate) {
  EXPECT_NEAR(SerdesDriver().latency(long_reach_lane()), 256.0 / 53.125e9, 1e-18);
}

TEST(SerdesDriver, TapsBeyondThePeakVoltageAreRefused) {
  SerdesDriver::Params p;
  p.ffe_taps = {-0.2, 0.9};
  p.ffe_main = 1;
  try {
    SerdesDriver{p};
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_STREQ(error.what(), "magnitudes of ffe_taps must add to at most 1, got 1.1");
  }
}

TEST(SerdesDriver, MainTapOutsideTheListIsRefused) {
  SerdesDriver::Params p;
  p.ffe_main = 1;
  EXPECT_THROW(SerdesDriver{p}, ConfigError);
  p.ffe_taps = {};
  p.ffe_main = 0;
  EXPECT_THROW(SerdesDriver{p}, ConfigError);
}

}  // namespace
}  // namespace tessera
