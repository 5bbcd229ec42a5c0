// The lane through every stage's processor against its linear response where stages are linear, and against closed
// forms where they are not.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>

#include "phy/engine/bit_by_bit_engine.hpp"
#include "phy/engine/semi_analytic.hpp"
#include "phy/engine/stage_signal.hpp"
#include "tests/support/microled_lane.hpp"
#include "tests/support/noisier_segment.hpp"

namespace tessera::test {
namespace {

// Noise-free samples of one segment through its stages, beside what the linear lane makes of the same symbols.
struct Samples {
  double departure = 0.0;
  std::vector<std::uint8_t> sent;
  std::vector<double> y, linear;
};

Samples noise_free(const PreparedLink& link, std::size_t index = 0, double offset_ui = 0.0) {
  PreparedSegment segment = with_lane_class(link.segments.at(index), 0);
  segment.crosstalk.clear();
  segment.jitter = segment.transmitter.jitter = segment.receiver.jitter = {};
  const DecisionPoint point = settled_decision(segment);
  LaneOptions still;
  still.noise = false;
  const BaudLane linear(segment, point, still);
  StageSignal signal(link.link.segments.at(index), segment, point, still, linear);
  Samples s;
  s.departure = signal.departure();
  BaudLane::Block block;
  for (std::uint64_t b = 0; b < 4; ++b) {
    linear.fill(b, block);
    std::vector<double> y(block.y.size());
    signal.read(y, offset_ui);
    signal.advance(y.size());
    if (b == 0) continue;  // the stages start from rest
    s.sent.insert(s.sent.end(), block.sent.begin(), block.sent.end());
    s.y.insert(s.y.end(), y.begin(), y.end());
    s.linear.insert(s.linear.end(), block.y.begin(), block.y.end());
  }
  return s;
}

// Mean sample of each level.
std::vector<double> level_means(const Samples& s, std::size_t levels) {
  std::vector<double> sum(levels, 0.0), count(levels, 0.0);
  for (std::size_t i = 0; i < s.y.size(); ++i) {
    sum[s.sent[i]] += s.y[i];
    count[s.sent[i]] += 1.0;
  }
  for (std::size_t m = 0; m < levels; ++m) sum[m] /= count[m];
  return sum;
}

TEST(StagePath, LinearStagesGiveTheLinearLane) {
  EXPECT_LT(noise_free(shipped_link("copper_dac_800g")).departure, 5e-3);
}

TEST(StagePath, ASmallDriveOnAModulatorGivesTheLinearLane) {
  const double real = noise_free(shipped_link("cpo_dr8_800g")).departure;
  const double small = noise_free(shipped_link("cpo_dr8_800g", {"cpo.driver.gain=-10 dB"})).departure;
  EXPECT_LT(small, 0.012);
  EXPECT_GT(real, 2.0 * small);
}

// theta_m = pi V_m/V_pi behind the driver's tanh: light (1 + sin theta)/2. At 0.2 GBd each symbol settles.
TEST(StagePath, LevelsBehindDriverAndModulatorAreTheClosedForm) {
  const PreparedLink link =
      shipped_link("cpo_dr8_800g", {"link.payload_rate=1 Gbit/s", "cpo.symbol_rate=0.2 GBd", "cpo.driver.gain=15 dB",
                                    "cpo.tx.ffe_taps=[1.0]", "cpo.tx.ffe_main=0"});
  const PreparedSegment& segment = link.segments.front();
  const std::vector<double>& in = segment.states.at(2).levels;  // in front of the driver, V
  const auto light = [&](double v) {
    const double drive = 3.0 * std::tanh(std::pow(10.0, 15.0 / 20.0) * v / 3.0);  // saturates at 6 V peak to peak
    return std::sin(std::numbers::pi * drive / 5.5);
  };
  const Samples s = noise_free(link);
  const std::vector<double> y = level_means(s, 4);
  const double outer = light(in[3]) - light(in[2]), inner = light(in[2]) - light(in[1]);
  EXPECT_LT(outer / inner, 0.9);  // both curves flatten the outer eyes
  EXPECT_NEAR((y[3] - y[2]) / (y[2] - y[1]), outer / inner, 0.01);
  EXPECT_NEAR((y[1] - y[0]) / (y[2] - y[1]), outer / inner, 0.01);
}

// At 300 MBd carriers settle: four currents give the light of the one root of A n + B n^2 + C n^3 = G each.
TEST(StagePath, SlowLevelsOfAMicroLedAreThoseOfTheSteadyCarriers) {
  const PreparedLink link = shipped_link(
      "microled_800g", {"link.payload_rate=1 Gbit/s", "optical.modulation=pam4", "optical.symbol_rate=300 MBd"});
  const std::vector<double>& light = link.segments.front().states.at(1).levels;  // by the root, not by integration
  const std::vector<double> y = level_means(noise_free(link), 4);
  const double middle = (light[1] - light[0]) / (light[3] - light[0]);
  EXPECT_GT(middle, 0.355);  // the efficiency droops: lower eyes are wider than the upper one
  for (std::size_t m = 1; m < 3; ++m)
    EXPECT_NEAR((y[m] - y[0]) / (y[3] - y[0]), (light[m] - light[0]) / (light[3] - light[0]), 0.004);
}

// The oracle integrates the LED over every pattern of nine bits and sums histograms; engines have no part in it.
TEST(StagePath, AFastLedIsAsMuchWorseThanItsLinearLaneAsAllPatternsSay) {
  const MicroledLane lane = microled_lane(3.3e9, 10.0);
  const double oracle =
      std::log10(large_signal_error_ratio(lane).bit_error_ratio) - std::log10(linear_error_ratio(lane).bit_error_ratio);
  PreparedSegment segment = lane.segment;
  segment.jitter = segment.transmitter.jitter = segment.receiver.jitter = {};
  std::size_t most = 0;  // lanes with six neighbours
  for (std::size_t i = 0; i < segment.lane_classes.size(); ++i)
    if (segment.lane_classes[i].gains.size() > segment.lane_classes[most].gains.size()) most = i;
  segment = with_lane_class(segment, most);
  const DecisionPoint point = settled_decision(segment);
  const auto log_ratio = [&](const Segment* description) {
    SemiAnalyticOptions options;
    options.symbols = 400'000;
    return semi_analytic_waveform(segment, point, options, description).symbol_error_ratio.log10();
  };
  const double linear = log_ratio(nullptr), large = log_ratio(&lane.link.segments.front());
  EXPECT_NEAR(linear, std::log10(linear_error_ratio(lane).bit_error_ratio), 0.03);
  EXPECT_GT(oracle, 0.15);
  EXPECT_NEAR(large - linear, oracle, 0.1);
}

TEST(StagePath, CountsWhatTheLinearLaneCountsWhereStagesAreLinear) {
  const PreparedLink link = shipped_link("copper_dac_800g");
  const PreparedSegment segment = with_error_ratio(link.segments.front(), 2e-3);
  BitByBitOptions options;
  options.jitter = JitterPlace::decision;
  options.converter = ConverterError::gaussian;
  options.path = LanePath::stages;
  options.stop = {2000, 600'000, 0.0};
  const ErrorCount count = *run_bit_by_bit(segment, options, &link.link.segments.front()).count;
  EXPECT_EQ(count.path, "stages");
  const double expected = run_statistical(segment).symbol_error_ratio.value();
  EXPECT_TRUE(count.symbol_error_999.contains(expected))
      << expected << " outside " << count.symbol_error_999.low << " ... " << count.symbol_error_999.high;
}

}  // namespace
}  // namespace tessera::test
