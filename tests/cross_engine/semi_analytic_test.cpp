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

// Without the errors that errors cause, which a noise-free waveform does not have.
double alone(const SegmentResult& r) { return r.symbol_error_ratio.log10() - std::log10(r.burst_mean); }

TEST(SemiAnalytic, EightSymbolsOfMemoryAreExactAtTenToTheMinusTwelve) {
  for (const int order : {2, 4}) {
    SCOPED_TRACE(order);
    const PreparedSegment segment = with_error_ratio(eight_cursors(order, order == 2 ? 0.11 : 0.03), 1e-12);
    const SemiAnalyticResult pattern = semi_analytic_pattern(segment, {.cursors = 8});
    EXPECT_NEAR(pattern.symbol_error_ratio.log10(), run_statistical(segment).symbol_error_ratio.log10(),
                std::log10(1.05));
    EXPECT_EQ(pattern.symbols, static_cast<std::uint64_t>(std::pow(order, 8)));
  }
}

TEST(SemiAnalytic, LongMemoryIsSplitIntoPatternAndDensity) {
  const PreparedSegment copper = with_error_ratio(copper_lane(true), 1e-6);
  EXPECT_NEAR(semi_analytic_pattern(copper).symbol_error_ratio.log10(), alone(run_statistical(copper)), 0.1);
  // How many cursors the pattern holds must not matter.
  EXPECT_NEAR(semi_analytic_pattern(copper, {.cursors = 4}).symbol_error_ratio.log10(),
              semi_analytic_pattern(copper, {.cursors = 9}).symbol_error_ratio.log10(), 0.01);
}

TEST(SemiAnalytic, WaveformAgreesWhereNoiseDoesNotFollowTheSignal) {
  PreparedSegment copper = with_error_ratio(copper_lane(false), 1e-6);
  SemiAnalyticOptions options;
  options.jitter = JitterPlace::decision;
  options.symbols = 2'000'000;
  const SemiAnalyticResult r = semi_analytic_waveform(copper, options);
  EXPECT_NEAR(r.symbol_error_ratio.log10(), alone(run_statistical(copper)), 0.1);
  EXPECT_GT(r.effective_samples, 1000.0);
}

TEST(SemiAnalytic, AFewSamplesAreNoErrorRatio) {
  const PreparedSegment copper = with_error_ratio(copper_lane(false), 1e-15);
  SemiAnalyticOptions options;
  options.symbols = 10'000;
  try {
    semi_analytic_waveform(copper, options);
    FAIL();
  } catch (const NumericError& e) {
    EXPECT_NE(std::string(e.what()).find("at least 100 are needed"), std::string::npos) << e.what();
  }
}

TEST(SemiAnalytic, PatternsBeyondFourMillionAreRefused) {
  try {
    semi_analytic_pattern(eight_cursors(4, 0.03), {.cursors = 12});
    FAIL();
  } catch (const ConfigError& e) {
    EXPECT_NE(std::string(e.what()).find("at most 2^22 patterns"), std::string::npos) << e.what();
  }
}

}  // namespace
}  // namespace tessera::test
