#include <gtest/gtest.h>

#include <cmath>

#include "phy/engine/statistical_engine.hpp"
#include "phy/equalization/phase_search.hpp"
#include "tests/support/copper_lane.hpp"
#include "tests/support/synthetic_segment.hpp"

namespace tessera::test {
namespace {

TEST(PhaseSearch, MuellerMullerEquatesCursorsBesideTheMain) {
  const auto shape = low_pass_pulse(0.35);
  const PulseResponse pulse = pulse_response(response_of({1e9, 64, 32}, shape));
  const double peak = static_cast<double>(pulse.peak());
  const std::vector<double> noise{0.0};
  const TapLimits limits{1, 0, 1e9, {}, {}};
  const PhaseChoice choice =
      mueller_muller_phase(phase_solver(pulse, noise, limits), 32, false, {peak, -0.75, 0.5, 1.0 / 32.0});
  double t = choice.position / 32.0;
  if (t > 32.0) t -= 64.0;
  EXPECT_NEAR(shape(t - 1.0), shape(t + 1.0), 2e-4);
}

TEST(PhaseSearch, MuellerMullerWithDfeLeavesTheFirstPostcursorToTheDfe) {
  const auto shape = low_pass_pulse(0.5);
  const PulseResponse pulse = pulse_response(response_of({1e9, 64, 32}, shape));
  const double peak = static_cast<double>(pulse.peak());
  const std::vector<double> noise{0.0};
  const TapLimits limits{1, 0, 1e9, {0.0}, {0.1}};
  const PhaseChoice choice =
      mueller_muller_phase(phase_solver(pulse, noise, limits), 32, false, {peak, -0.75, 0.5, 1.0 / 32.0});
  double t = choice.position / 32.0;
  if (t > 32.0) t -= 64.0;
  EXPECT_NEAR(shape(t - 1.0), shape(t + 1.0) - 0.1 * shape(t), 2e-4);
}

TEST(PhaseSearch, BestErrorRatioIsNoWorseThanLeastSquares) {
  PreparedSegment segment = copper_lane(false);
  segment.jitter = {};
  const double squares = run_statistical(segment).symbol_error_ratio.log10();
  segment.receiver.phase = PhasePolicy::best_ber;
  EXPECT_LE(run_statistical(segment).symbol_error_ratio.log10(), squares + 1e-6);
}

TEST(PhaseSearch, LongGainListsEndNearTheExhaustiveBest) {
  PreparedSegment segment = copper_lane(false);
  auto& ctle = segment.receiver.ctle;
  ctle.dc_gains_db.clear();
  for (int g = 0; g <= 12; ++g) ctle.dc_gains_db.push_back(-g);
  ctle.dc_gains2_db = {-4.0, -2.0, 0.0};
  const SegmentResult found = run_statistical(segment);
  double best = 0.0;
  const auto gains = ctle.dc_gains_db, gains2 = ctle.dc_gains2_db;
  for (double g : gains) {
    for (double g2 : gains2) {
      ctle.dc_gains_db = {g};
      ctle.dc_gains2_db = {g2};
      best = std::max(best, run_statistical(segment).q);
    }
  }
  EXPECT_GT(found.q, 0.97 * best);
}

}  // namespace
}  // namespace tessera::test
