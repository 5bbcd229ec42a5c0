// Drawn samples against the closed form and against densities, far below what can be counted.
#include <gtest/gtest.h>

#include <cmath>

#include "phy/core/error.hpp"
#include "phy/engine/importance_sampling.hpp"
#include "phy/engine/semi_analytic.hpp"
#include "phy/engine/statistical_engine.hpp"
#include "phy/noise/gaussian_tail.hpp"
#include "tests/support/copper_lane.hpp"
#include "tests/support/noisier_segment.hpp"
#include "tests/support/synthetic_segment.hpp"

namespace tessera::test {
namespace {

ImportanceResult drawn(const PreparedSegment& segment, const ImportanceOptions& options) {
  return importance_sampling(segment, settled_decision(segment), options);
}

TEST(ImportanceSampling, IsTheClosedFormInWhiteGaussianNoise) {
  for (const int order : {2, 4}) {
    for (const double q : {3.0, 7.0, 12.0}) {
      SyntheticSegment s;
      s.levels = Modulation::pam(order).levels;
      s.pulse = held_pulse({1.0}, 0);
      s.noise_rms = 1.0 / (order - 1) / q;
      const ImportanceResult r = drawn(make_segment(s), {.samples = 100'000, .seed = 3});
      const double expected = pam_symbol_error_ratio(order, q).log10();
      EXPECT_LT(r.relative_error, 0.02);
      EXPECT_NEAR((r.symbol_error_ratio.log10() - expected) * std::log(10.0), 0.0, 4.0 * r.relative_error)
          << order << " levels, q " << q;
    }
  }
}

TEST(ImportanceSampling, ConfirmsTheDensitiesOfACopperLane) {
  for (const double ratio : {1e-6, 1e-12}) {
    const PreparedSegment copper = with_error_ratio(copper_lane(true), ratio);
    const SegmentResult r = run_statistical(copper);
    const ImportanceResult sampled = drawn(copper, {.seed = 5});
    EXPECT_LT(sampled.relative_error, 0.05);
    EXPECT_NEAR(
        (sampled.symbol_error_ratio.log10() - r.symbol_error_ratio.log10() + std::log10(r.burst_mean)) * std::log(10.0),
        0.0, 4.0 * sampled.relative_error)
        << ratio;
  }
}

// An offset of the thresholds does harm on one side of each; taken on both it would cost twice as much.
TEST(ImportanceSampling, AThresholdOffsetIsThatOfTheOtherMethods) {
  const double own = run_statistical(with_error_ratio(copper_lane(false), 1e-6)).cursor;
  for (const double offset : {0.02, 0.06}) {
    SCOPED_TRACE(offset);
    PreparedSegment copper = with_error_ratio(copper_lane(false), 1e-6);
    copper.receiver.dfe = {};
    copper.jitter = {};
    copper.receiver.slicer_threshold_error = offset * own;
    const SegmentResult r = run_statistical(copper);
    const ImportanceResult sampled = drawn(copper, {.samples = 200'000, .seed = 5});
    EXPECT_NEAR((sampled.symbol_error_ratio.log10() - r.symbol_error_ratio.log10()) * std::log(10.0), 0.0,
                4.0 * sampled.relative_error);
    const SemiAnalyticResult pattern = semi_analytic_pattern(copper, settled_decision(copper));
    EXPECT_NEAR(pattern.symbol_error_ratio.log10(), r.symbol_error_ratio.log10(), 0.02);
  }
}

TEST(ImportanceSampling, ItsOwnErrorIsThatOfRepeatedRuns) {
  PreparedSegment copper = with_error_ratio(copper_lane(false), 1e-8);
  copper.jitter = {};
  constexpr int kRuns = 40;
  double sum = 0.0, squares = 0.0, claimed = 0.0;
  for (int i = 0; i < kRuns; ++i) {
    const ImportanceResult r = drawn(copper, {.samples = 6000, .seed = static_cast<std::uint64_t>(i)});
    const double p = r.symbol_error_ratio.value();
    sum += p;
    squares += p * p;
    claimed += r.relative_error / kRuns;
  }
  const double mean = sum / kRuns, spread = std::sqrt(squares / kRuns - mean * mean) / mean;
  EXPECT_NEAR(spread / claimed, 1.0, 0.4);  // 40 runs know their spread to 11 %
}

}  // namespace
}  // namespace tessera::test
