#include "devices/transmitter/vcsel_driver.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/support/small_signal.hpp"

namespace tessera {
namespace {

LaneState drive(double peak_to_peak) {
  LaneState in;
  in.levels = {-0.5 * peak_to_peak, -peak_to_peak / 6.0, peak_to_peak / 6.0, 0.5 * peak_to_peak};
  return in;
}

TEST(VcselDriver, CurrentIsBiasPlusTransconductanceAndSaturates) {
  const VcselDriver driver;  // 7 mA, 10 mA/V, 12 mA
  const LaneState small = driver.operate(drive(2e-3)), large = driver.operate(drive(20.0));
  EXPECT_EQ(small.port, Port::current);
  EXPECT_NEAR(small.swing(), 10e-3 * 2e-3, 1e-10);
  EXPECT_NEAR(small.mean(), 7e-3, 1e-12);
  EXPECT_NEAR(large.swing(), 12e-3, 1e-9);
  EXPECT_NEAR(driver.operate(drive(0.8)).levels[3], 7e-3 + 6e-3 * std::tanh(10e-3 * 0.4 / 6e-3), 1e-12);
}

TEST(VcselDriver, ThreeDecibelsAndTwelveAnOctave) {
  const VcselDriver driver;
  const FrequencyGrid grid{70e9, 4, 16};  // bins of 17.5 GHz; the corner is 35 GHz
  const StageResponse r = driver.respond(grid, drive(0.4));
  EXPECT_NEAR(std::norm(r.at(2, 0, 0)), 0.5, 1e-9);
  EXPECT_NEAR(std::norm(r.at(4, 0, 0)), 1.0 / 17.0, 1e-9);
}

// 2.5 V x 6 mA/0.5, 1 V x 7 mA and 0.5 pJ x 35 GHz.
TEST(VcselDriver, WattsOfOutputStageLaserSupplyAndGainStages) {
  const VcselDriver driver;
  CostContext context;
  context.output = {Port::current, {4e-3, 6e-3, 8e-3, 10e-3}, {}};
  EXPECT_NEAR(driver.power(context)[0].watts, 30e-3 + 7e-3 + 17.5e-3, 1e-12);
  context.output.levels = {5.5e-3, 6.5e-3, 7.5e-3, 8.5e-3};
  EXPECT_NEAR(driver.power(context)[0].watts, 15e-3 + 7e-3 + 17.5e-3, 1e-12);
  context.case_temperature += 31.315;
  EXPECT_NEAR(driver.power(context)[0].watts, 15e-3 + 7e-3 + 1.1 * 17.5e-3, 1e-12);
}

TEST(VcselDriver, NotesCompressionOfTheOuterLevels) {
  const VcselDriver driver;
  const FrequencyGrid grid{53.125e9, 64, 32};
  EXPECT_TRUE(driver.validity(grid, drive(0.4)).empty());
  const auto notes = driver.validity(grid, drive(1.2));
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_NEAR(notes[0].value, 100.0 * (1.0 - std::tanh(1.0)), 1e-9);
}

TEST(VcselDriver, StreamedSmallSignalEqualsResponse) {
  const FrequencyGrid grid{53.125e9, 128, 64};
  const VcselDriver driver;
  const std::size_t period = grid.sample_count();
  for (std::size_t k : {4u, 64u}) {
    std::vector<double> v(8 * period);
    for (std::size_t i = 0; i < v.size(); ++i)
      v[i] =
          1e-4 * std::cos(2.0 * std::numbers::pi * static_cast<double>(k * i % period) / static_cast<double>(period));
    const auto processor = driver.make_processor(grid.time_step(), drive(0.4));
    const auto out = testing::stream({processor}, {Port::current}, v, 4096);
    const Complex got = testing::tone(out, static_cast<double>(k), period, processor.latency()) / (1e-4 * 10e-3);
    EXPECT_LT(std::abs(got - driver.respond(grid, drive(0.4)).at(k, 0, 0)), 1e-4) << k;
  }
}

TEST(VcselDriver, RefusesABiasThatCannotCarryTheSwing) {
  VcselDriver::Params p;
  p.bias_current = Current::from_si(5e-3);
  try {
    VcselDriver driver(p);
    FAIL() << "nothing was thrown";
  } catch (const ConfigError& e) {
    EXPECT_STREQ(e.what(), "bias_current must be at least half of saturation_swing (6 mA), got 5 mA");
  }
}

}  // namespace
}  // namespace tessera
