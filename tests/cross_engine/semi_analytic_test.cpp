// A third way to an error ratio: noise-free samples, each with its own noise.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "phy/core/error.hpp"
#include "phy/engine/bit_by_bit_engine.hpp"
#include "phy/engine/semi_analytic.hpp"
#include "tests/support/copper_lane.hpp"
#include "tests/support/noisier_segment.hpp"
#include "tests/support/synthetic_segment.hpp"

namespace tessera::test {
namespace {

PreparedSegment eight_cursors(int order, double noise_rms) {
  SyntheticSegment s;
  s.levels = Modulation::pam(order).levels;
  s.pulse = held_pulse({0.02, 1.0, 0.05, -0.04, 0.03, 0.02, -0.015, 0.01}, 1);
  s.noise_rms = noise_rms;
  return make_segment(s);
}

SemiAnalyticResult pattern(const PreparedSegment& segment, int cursors = 0) {
  return semi_analytic_pattern(segment, settled_decision(segment), {.cursors = cursors});
}

SemiAnalyticResult waveform(const PreparedSegment& segment, std::uint64_t symbols) {
  SemiAnalyticOptions options;
  options.lane.jitter = JitterPlace::decision;
  options.symbols = symbols;
  return semi_analytic_waveform(segment, settled_decision(segment), options);
}

// Without the errors that errors cause, which a noise-free waveform does not have.
double alone(const SegmentResult& r) { return r.symbol_error_ratio.log10() - std::log10(r.burst_mean); }

TEST(SemiAnalytic, EightSymbolsOfMemoryAreExactAtTenToTheMinusTwelve) {
  for (const int order : {2, 4}) {
    SCOPED_TRACE(order);
    const PreparedSegment segment = with_error_ratio(eight_cursors(order, order == 2 ? 0.11 : 0.03), 1e-12);
    const SemiAnalyticResult r = pattern(segment, 8);
    EXPECT_NEAR(r.symbol_error_ratio.log10(), run_statistical(segment).symbol_error_ratio.log10(), std::log10(1.05));
    EXPECT_EQ(r.symbols, static_cast<std::uint64_t>(std::pow(order, 8)));
  }
}

TEST(SemiAnalytic, LongMemoryIsSplitIntoPatternAndDensity) {
  const PreparedSegment copper = with_error_ratio(copper_lane(true), 1e-6);
  EXPECT_NEAR(pattern(copper, 8).symbol_error_ratio.log10(), alone(run_statistical(copper)), 0.1);
  // How many cursors the pattern holds must not matter.
  PreparedSegment still = copper;
  still.jitter = {};
  const double all = pattern(still).symbol_error_ratio.log10();  // 4^11
  EXPECT_NEAR(pattern(still, 4).symbol_error_ratio.log10(), all, 0.01);
  EXPECT_NEAR(all, alone(run_statistical(still)), 0.1);
}

TEST(SemiAnalytic, WaveformAgreesWhereNoiseDoesNotFollowTheSignal) {
  PreparedSegment copper = with_error_ratio(copper_lane(false), 1e-6);
  const SemiAnalyticResult r = waveform(copper, 2'000'000);
  EXPECT_NEAR(r.symbol_error_ratio.log10(), alone(run_statistical(copper)), 0.1);
  EXPECT_GT(r.effective_samples, 1000.0);
}

// The light of neighbours is in every sample's own noise: the statistical engine has it by its generating function.
TEST(SemiAnalytic, WaveformAgreesWhereNoiseFollowsTheSignal) {
  for (const auto& [name, index] : {std::pair{"lpo_dr8_800g", 0}, {"cpo_dr8_800g", 0}, {"aoc_sr8_800g", 1}}) {
    SCOPED_TRACE(name);
    PreparedSegment segment = with_lane_class(shipped_link(name).segments.at(static_cast<std::size_t>(index)), 0);
    segment.jitter = segment.transmitter.jitter = segment.receiver.jitter = {};
    for (const double ratio : {1e-3, 1e-5}) {
      const PreparedSegment noisy = with_error_ratio(segment, ratio);
      const SemiAnalyticResult r = waveform(noisy, 1'000'000);
      std::printf("%s %g: %.4f\n", name, ratio, r.symbol_error_ratio.log10() - alone(run_statistical(noisy)));
      EXPECT_NEAR(r.symbol_error_ratio.log10(), alone(run_statistical(noisy)), 0.02);
    }
  }
}

// Without interference of its own a lane still has neighbours that move its noise; Gaussian noise of each pattern's own
// variance is summed in closed form.
TEST(SemiAnalytic, NeighboursMoveTheNoiseOfALaneWithoutInterference) {
  SyntheticSegment s;
  s.levels = {-1.0, 1.0};
  s.pulse = held_pulse({1.0}, 0);
  s.noise_rms = 0.05;
  PreparedSegment segment = make_segment(s);
  NoiseInjection shot = white_noise(segment.grid, 1.0);
  shot.s0.clear();
  shot.levels = {0.6, 1.4};
  shot.from_symbol = response_of(segment.grid, held_pulse({0.7, 0.3}, 0));  // light that carries the symbol before
  // s1 x times the bandwidth is the variance at the decision.
  const double bandwidth = 0.5 * segment.grid.samples_per_ui * segment.grid.symbol_rate;
  shot.s1 = 0.06 / bandwidth;
  segment.noise.push_back(shot);
  const double threshold = settled_decision(segment).decision.thresholds.front();
  const auto log_ratio = [&](const std::vector<double>& before) {
    double sum = 0.0;
    for (const double x : before)
      for (const double own : {-1.0, 1.0}) {
        const double light = 0.7 * (1.0 + 0.4 * own) + 0.3 * x, sigma = std::sqrt(0.05 * 0.05 + 0.06 * light);
        sum += 0.25 * std::erfc((1.0 - own * threshold) / sigma / std::sqrt(2.0)) / static_cast<double>(before.size());
      }
    return std::log10(sum);
  };
  const double expected = log_ratio({0.6, 1.4});
  constexpr double kTolerance = 0.01;
  EXPECT_GT(expected - log_ratio({1.0}), 10.0 * kTolerance);  // what the mean over neighbours would miss
  const double found = run_statistical(segment).symbol_error_ratio.log10();
  std::printf("%.4f decades, by sum %.4f\n", found, expected);
  EXPECT_NEAR(found, expected, kTolerance);
}

// Which side of a threshold is the worse one is for the noise to say that follows the neighbours: without it the
// waveform was taken on the other side, 0.03 decades better.
TEST(SemiAnalytic, AThresholdOffsetStandsOnItsWorseSide) {
  const PreparedSegment segment = with_lane_class(
      shipped_link("microled_800g", {"optical.fiber.length=25 m", "optical.rx.threshold_error=10 mV"}).segments.front(),
      0);
  const double expected = run_statistical(segment).symbol_error_ratio.log10(),
               found = waveform(segment, 4'000'000).symbol_error_ratio.log10();
  std::printf("%.4f decades, statistical engine %.4f\n", found, expected);
  EXPECT_NEAR(found, expected, 0.015);
}

TEST(SemiAnalytic, AFewSamplesAreNoErrorRatio) {
  const PreparedSegment copper = with_error_ratio(copper_lane(false), 1e-15);
  try {
    waveform(copper, 10'000);
    FAIL();
  } catch (const NumericError& e) {
    EXPECT_NE(std::string(e.what()).find("at least 100 are needed"), std::string::npos) << e.what();
  }
}

TEST(SemiAnalytic, PatternsBeyondFourMillionAreRefused) {
  try {
    pattern(eight_cursors(4, 0.03), 12);
    FAIL();
  } catch (const ConfigError& e) {
    EXPECT_NE(std::string(e.what()).find("at most 2^22 patterns"), std::string::npos) << e.what();
  }
}

}  // namespace
}  // namespace tessera::test
