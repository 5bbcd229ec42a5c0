#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

#include "phy/core/error.hpp"
#include "phy/engine/budget_engine.hpp"
#include "phy/engine/decision_point.hpp"
#include "phy/engine/statistical_engine.hpp"
#include "phy/engine/statistical_eye.hpp"
#include "tests/support/copper_lane.hpp"
#include "tests/support/synthetic_segment.hpp"

namespace tessera::test {
namespace {

PreparedSegment smooth(double noise_rms, double tau, int order) {
  SyntheticSegment s;
  s.levels = Modulation::pam(order).levels;
  s.pulse = low_pass_pulse(tau);
  s.noise_rms = noise_rms;
  return make_segment(s);
}

TEST(Engines, BudgetEqualsStatisticalWithoutInterference) {
  SyntheticSegment s;
  s.levels = Modulation::pam(4).levels;
  s.pulse = held_pulse({1.0}, 0);
  s.noise_rms = 0.05;
  const PreparedSegment segment = make_segment(s);
  EXPECT_NEAR(run_budget(segment).symbol_error_ratio.log10(), run_statistical(segment).symbol_error_ratio.log10(),
              1e-9);
}

TEST(Engines, BudgetIsWithinATenthDecibelWhereInterferenceIsAThirdOfNoise) {
  SyntheticSegment s;
  s.levels = Modulation::pam(4).levels;
  s.pulse = held_pulse({0.006, 1.0, 0.008, -0.007, 0.006, 0.005, 0.004, -0.004}, 1);
  s.noise_rms = 0.075;
  const PreparedSegment segment = make_segment(s);
  const SegmentResult budget = run_budget(segment), full = run_statistical(segment);
  EXPECT_NEAR(20.0 * std::log10(budget.q / full.q), 0.0, 0.1);
  EXPECT_GT(full.isi_rms, 0.0);
}

TEST(Engines, BudgetRowsNameEveryMechanism) {
  const SegmentResult r = run_budget(copper_lane(true));
  for (const char* name : {"signal", "level mismatch", "isi", "crosstalk", "jitter", "receiver.thermal",
                           "transmitter.snr", "signal to noise"})
    EXPECT_TRUE(std::any_of(r.rows.begin(), r.rows.end(), [&](const BudgetRow& row) { return row.name == name; }))
        << name;
}

// Independent of densities: symbols drawn at random, samples summed, noise added, nearest level decided.
TEST(Engines, MonteCarloConfirmsTheStatisticalSymbolErrorRatio) {
  const PreparedSegment segment = smooth(0.065, 0.28, 4);
  const SegmentResult r = run_statistical(segment);
  const auto pulse = low_pass_pulse(0.28);
  // The sampling phase is relative to the pulse's peak on the grid.
  double peak = 0.0;
  for (int i = 0; i < 64; ++i)
    if (pulse(i / 32.0 - 1.0) > pulse(peak)) peak = i / 32.0 - 1.0;
  const double phase = peak + r.equalizer.phase_ui;
  std::mt19937_64 random(7);
  std::normal_distribution<double> normal(0.0, 0.065);
  const std::vector<double> levels = segment.levels;
  constexpr int kSymbols = 1'000'000;
  std::array<double, 16> h{};
  for (int k = 0; k < 16; ++k) h[static_cast<std::size_t>(k)] = pulse(phase + k - 2);
  std::array<double, 16> past{};
  int errors = 0;
  for (int n = 0; n < kSymbols; ++n) {
    std::rotate(past.rbegin(), past.rbegin() + 1, past.rend());
    past[0] = levels[random() & 3];
    const double y = std::inner_product(h.begin(), h.end(), past.begin(), 0.0) + normal(random);
    std::size_t decided = 0;
    for (std::size_t m = 1; m < 4; ++m)
      if (y > 0.5 * (levels[m] + levels[m - 1]) * h[2]) decided = m;
    errors += levels[decided] != past[2];
  }
  const double expected = r.symbol_error_ratio.value() * kSymbols;
  EXPECT_GT(expected, 300.0);
  EXPECT_NEAR(errors, expected, 3.3 * std::sqrt(expected));
}

TEST(Engines, PeakDistortionBoundsTheEye) {
  const std::vector<double> cursors = {0.02, 1.0, 0.11, -0.06, 0.04};
  SyntheticSegment s;
  s.pulse = held_pulse(cursors, 1);
  s.noise_rms = 1e-3;
  StatisticalOptions options;
  options.eye = true;
  options.contour = 1e-15;
  const double opening = run_statistical(make_segment(s), options).eye->eye_height;
  const double bound = 2.0 * (1.0 - 0.02 - 0.11 - 0.06 - 0.04);
  EXPECT_LT(opening, bound);
  EXPECT_NEAR(opening, bound - 2.0 * 7.8e-3, 1.2e-3);  // Q(7.8) is 1e-15 of noise over 2^-4 patterns
}

TEST(Engines, JitterEqualsTheMeanOfShiftedSamplingTimes) {
  PreparedSegment segment = smooth(0.1, 0.3, 2);
  const SegmentResult still = run_statistical(segment);
  segment.jitter = {0.0, 0.03};
  const double got = run_statistical(segment).symbol_error_ratio.value();
  // Same equaliser-less receiver at displaced phases: exact enumeration of the 2^12 patterns at each.
  const auto pulse = low_pass_pulse(0.3);
  double peak = 0.0;
  for (int i = 0; i < 64; ++i)
    if (pulse(i / 32.0 - 1.0) > pulse(peak)) peak = i / 32.0 - 1.0;
  const auto at = [&](double t) {
    double sum = 0.0;
    for (int pattern = 0; pattern < 4096; ++pattern) {
      double x = pulse(t);
      for (int k = 0; k < 12; ++k) x += (pattern >> k & 1 ? 1.0 : -1.0) * pulse(t + (k < 2 ? k - 2 : k - 1));
      sum += 0.5 * std::erfc(x / (0.1 * std::sqrt(2.0))) / 4096.0;
    }
    return sum;
  };
  const double phase = peak + still.equalizer.phase_ui;
  EXPECT_NEAR(still.symbol_error_ratio.value() / at(phase), 1.0, 1e-4);
  double mean = 0.0;
  for (int i = -35; i <= 35; ++i)
    mean += 0.2 / std::sqrt(2.0 * std::acos(-1.0)) * std::exp(-0.02 * i * i) * at(phase + 0.03 * 0.2 * i);
  EXPECT_GT(mean, 1.05 * at(phase));
  EXPECT_NEAR(got / mean, 1.0, 2e-3);
}

TEST(ErrorPropagation, WorstCaseIsHalfForNrzAndThreeQuartersForPam4) {
  for (const int order : {2, 4}) {
    SyntheticSegment s;
    s.levels = Modulation::pam(order).levels;
    s.pulse = held_pulse({1.0, 1.0}, 0);
    s.noise_rms = 0.02;
    PreparedSegment segment = make_segment(s);
    segment.receiver.dfe = {{0.0}, {1.0}};
    segment.receiver.phase = PhasePolicy::minimum_mse;
    const SegmentResult r = run_statistical(segment);
    EXPECT_DOUBLE_EQ(r.equalizer.dfe[0], 1.0);
    EXPECT_NEAR(1.0 - 1.0 / r.burst_mean, order == 2 ? 0.5 : 0.75, 1e-3);
  }
}

TEST(LaneClasses, MixtureIsTheMeanOverLanes) {
  SyntheticSegment s;
  s.pulse = held_pulse({1.0, 0.1}, 0);
  s.noise_rms = 0.12;
  PreparedSegment segment = make_segment(s);
  segment.crosstalk.push_back({"array", response_of(s.grid, held_pulse({1.0}, 0)), {}, true});
  const auto with = [&](std::vector<LaneClass> classes) {
    segment.lane_classes = std::move(classes);
    return run_statistical(segment).symbol_error_ratio.value();
  };
  const double quiet = with({{1, {}}}), loud = with({{1, {0.1, 0.1, 0.05}}});
  EXPECT_GT(loud, 10.0 * quiet);
  EXPECT_NEAR(with({{3, {}}, {5, {0.1, 0.1, 0.05}}}) / ((3.0 * quiet + 5.0 * loud) / 8.0), 1.0, 1e-9);
}

TEST(BaselineWander, VarianceIsPiTimesCornerPerSymbolRate) {
  SyntheticSegment s;
  s.pulse = held_pulse({1.0}, 0);
  PreparedSegment segment = make_segment(s);
  segment.high_pass = 1e5;
  // One-pole low-pass of random +-1 data: variance of the geometric sum (1 - a)/(1 + a), a = e^{-2 pi f_hp T}.
  const double a = std::exp(-2.0 * std::acos(-1.0) * 1e5 / s.grid.symbol_rate);
  EXPECT_NEAR(run_statistical(segment).noise_rms_by_mechanism.at("segment.baseline_wander"),
              std::sqrt((1.0 - a) / (1.0 + a)), 1e-6 * 1e-3);
}

TEST(StatisticalEye, ContourIsThatOfTheFullResolution) {
  for (const bool crosstalk : {false, true}) {
    const PreparedSegment segment = copper_lane(crosstalk);
    StatisticalOptions options;
    options.eye = true;
    const SegmentResult r = run_statistical(segment, options);
    const DecisionPoint point(segment, adapt_receiver(segment, nullptr), options.crosstalk_phases);
    const Interference x = point.at(segment, 0.0);
    const InterferenceTails fine(x, interference_span(x) / 8192.0,
                                 saddle_tilt(x, point.half_distance(), point.largest_variance()));
    const double height = eye_opening(point.decision, fine, 1e-12);
    EXPECT_GT(height, 0.0);
    EXPECT_NEAR(r.eye->eye_height / height, 1.0, 2e-3);
  }
}

TEST(StatisticalEye, DensityHasUnitMassAtEveryPhase) {
  StatisticalOptions options;
  options.eye = true;
  const StatisticalEye eye = *run_statistical(copper_lane(false), options).eye;
  const double step = eye.amplitude[1] - eye.amplitude[0];
  for (std::size_t i = 0; i < eye.phase_ui.size(); ++i) {
    const auto* row = eye.density.data() + i * eye.amplitude.size();
    EXPECT_NEAR(std::accumulate(row, row + eye.amplitude.size(), 0.0) * step, 1.0, 1e-4) << eye.phase_ui[i];
  }
}

TEST(Input, LevelsThatDescendAreRefused) {
  SyntheticSegment s;
  s.pulse = held_pulse({1.0}, 0);
  PreparedSegment segment = make_segment(s);
  std::swap(segment.levels[0], segment.levels[1]);
  try {
    run_statistical(segment);
    FAIL();
  } catch (const ConfigError& e) {
    EXPECT_NE(std::string(e.what()).find("levels must ascend"), std::string::npos);
  }
}

}  // namespace
}  // namespace tessera::test
