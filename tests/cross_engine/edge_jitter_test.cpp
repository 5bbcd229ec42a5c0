// White jitter of single edges against closed forms and against edges that are moved one by one.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>
#include <vector>

#include "phy/engine/bit_by_bit_engine.hpp"
#include "tests/support/copper_lane.hpp"
#include "tests/support/synthetic_segment.hpp"

namespace tessera::test {
namespace {

constexpr double kTau = 0.28;  // UI, of the two poles

double step(double t) { return t <= 0.0 ? 0.0 : 1.0 - (1.0 + t / kTau) * std::exp(-t / kTau); }
double step_slope(double t) { return t <= 0.0 ? 0.0 : t / (kTau * kTau) * std::exp(-t / kTau); }

PreparedSegment smooth(int order, double noise_rms) {
  SyntheticSegment s;
  s.levels = Modulation::pam(order).levels;
  s.pulse = low_pass_pulse(kTau);
  s.noise_rms = noise_rms;
  return make_segment(s);
}

// UI from the pulse's time 0, which is one UI behind the edge that begins it.
double decided_at(const PreparedSegment& segment, const DecisionPoint& point) {
  const double t = point.receiver.position / segment.grid.samples_per_ui;
  return t > segment.grid.ui_count / 2.0 ? t - segment.grid.ui_count : t;
}

// Mean square of what the jitter adds to noise-free samples.
double jitter_variance(const PreparedSegment& segment, const DecisionPoint& point) {
  LaneOptions options;
  options.noise = false;
  options.jitter = JitterPlace::edges;
  PreparedSegment still = segment;
  still.jitter = still.transmitter.jitter = still.receiver.jitter = {};
  const BaudLane moved(segment, point, options), fixed(still, point, options);
  BaudLane::Block a, b;
  double sum = 0.0, count = 0.0;
  for (std::uint64_t i = 0; i < 40; ++i) {
    moved.fill(i, a);
    fixed.fill(i, b);
    for (std::size_t n = 0; n < a.y.size(); ++n) sum += (a.y[n] - b.y[n]) * (a.y[n] - b.y[n]);
    count += static_cast<double>(a.y.size());
  }
  return sum / count;
}

TEST(EdgeJitter, WhiteDisplacementsMakeTheNoiseOfTheSquaredSlopes) {
  constexpr double kRms = 0.004;  // second-order terms are 1e-3 of the variance
  PreparedSegment segment = smooth(4, 0.0);
  segment.transmitter.jitter.random_rms_ui = segment.jitter.random_rms_ui = kRms;
  const DecisionPoint point = settled_decision(segment);
  const double t = decided_at(segment, point) + 1.0;
  double squares = 0.0;
  for (int k = -4; k < 30; ++k) squares += std::pow(step_slope(t + k), 2);
  const double expected = 2.0 * kRms * kRms * Modulation::pam(4).variance() * squares;
  EXPECT_NEAR(jitter_variance(segment, point) / expected, 1.0, 0.02);
}

// Behind a TX FFE the height of an edge has the variance sigma_a^2 sum (c_i - c_{i-1})^2; the slopes of the equalised
// step are the running sum of those of the pulse, which comes without the TX FFE here.
TEST(EdgeJitter, BehindAnFfeTheHeightsAreThoseOfItsSteps) {
  constexpr double kRms = 0.002;
  PreparedSegment segment = copper_lane(false);
  segment.jitter = {0.0, kRms};
  segment.transmitter.jitter = {0.0, kRms};
  segment.receiver.jitter = {};
  const std::vector<double> taps{-0.08, 0.84, -0.08};
  const double sum = std::accumulate(taps.begin(), taps.end(), 0.0);
  const Response bare = segment.channel;
  segment.transmitter.ffe_taps = taps;
  segment.transmitter.ffe_main = 1;
  const double pi = std::acos(-1.0);
  for (std::size_t k = 0; k < segment.channel.values.size(); ++k) {
    const double turn = 2.0 * pi * static_cast<double>(k) / segment.grid.ui_count;
    segment.channel.values[k] *= (taps[0] * std::polar(1.0, turn) + taps[1] + taps[2] * std::polar(1.0, -turn)) / sum;
  }
  const DecisionPoint point = settled_decision(segment);
  const AdaptedReceiver& r = point.receiver;
  Response behind = bare;
  for (std::size_t k = 0; k < behind.values.size(); ++k) behind.values[k] *= r.ctle[k];
  const PulseResponse pulse = pulse_response(behind);
  const auto cursors = [&](double ui) {
    return apply_ffe(pulse.cursors(r.position + ui * pulse.samples_per_ui), r.taps);
  };
  const auto late = cursors(1.0 / 64.0), early = cursors(-1.0 / 64.0);
  double slope = 0.0, squares = 0.0, heights = 0.0;
  const std::size_t n = late.size();
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t k = (n / 2 + 1 + i) % n;
    slope += 32.0 * (late[k] - early[k]);
    squares += slope * slope;
  }
  for (std::size_t i = 0; i <= taps.size(); ++i)
    heights += std::pow(((i < taps.size() ? taps[i] : 0.0) - (i > 0 ? taps[i - 1] : 0.0)) / sum, 2);
  const double expected = kRms * kRms * level_variance(segment.levels) * heights * squares;
  EXPECT_NEAR(jitter_variance(segment, point) / expected, 1.0, 0.02);
}

// Edges of Gaussian steps: a lane that is band-limited and known in closed form.
constexpr double kRise = 0.36;  // UI rms

double smooth_step(double t) { return 0.5 * std::erfc(-t / (kRise * std::sqrt(2.0))); }

PreparedSegment gaussian_lane(double noise_rms) {
  SyntheticSegment s;
  s.levels = Modulation::pam(4).levels;
  s.pulse = [](double t) { return smooth_step(t + 0.5) - smooth_step(t - 0.5); };
  s.noise_rms = noise_rms;
  return make_segment(s);
}

// Each edge moved for real on the step in closed form; the noise behind it as a tail.
double moved_edge_error_ratio(const PreparedSegment& segment, const DecisionPoint& point, double jitter_rms,
                              double noise_rms) {
  const Decision& d = point.decision;
  const std::vector<double>& levels = segment.levels;
  const double time = decided_at(segment, point) + 0.5;
  std::mt19937_64 random(5);
  std::normal_distribution<double> normal;
  constexpr int kBefore = 5, kAhead = 5, kSymbols = 2'000'000;
  std::vector<std::size_t> s(kBefore + kAhead + 1, 0);
  std::vector<double> late(s.size(), 0.0);
  const auto tail = [&](double x) { return 0.5 * std::erfc(x / noise_rms / std::sqrt(2.0)); };
  double errors = 0.0;
  for (int i = 0; i < kSymbols; ++i) {
    std::rotate(s.begin(), s.begin() + 1, s.end());
    std::rotate(late.begin(), late.begin() + 1, late.end());
    s.back() = static_cast<std::size_t>(random() % levels.size());
    late.back() = jitter_rms * normal(random);
    double y = levels[s[0]];
    for (std::size_t k = 1; k < s.size(); ++k)
      if (s[k] != s[k - 1])
        y += (levels[s[k]] - levels[s[k - 1]]) * smooth_step(time - (static_cast<double>(k) - kBefore) - late[k]);
    const std::size_t m = s[kBefore];
    if (m + 1 < levels.size()) errors += tail(d.thresholds[m] - y);
    if (m > 0) errors += tail(y - d.thresholds[m - 1]);
  }
  return errors / kSymbols;
}

TEST(EdgeJitter, CountedErrorsAreThoseOfEdgesMovedOneByOne) {
  constexpr double kNoise = 0.03, kRms = 0.04;
  PreparedSegment segment = gaussian_lane(kNoise);
  const double without = run_statistical(segment).symbol_error_ratio.value();
  segment.transmitter.jitter.random_rms_ui = segment.jitter.random_rms_ui = kRms;
  BitByBitOptions options;
  options.jitter = JitterPlace::edges;
  options.stop = {5'000, 0, 0.0};
  const ErrorCount count = *run_bit_by_bit(segment, options).count;
  const double expected = moved_edge_error_ratio(segment, settled_decision(segment), kRms, kNoise);
  std::printf("edges moved one by one %.4e, counted %.4e, without jitter %.4e\n", expected, count.symbol_error_ratio(),
              without);
  EXPECT_GT(expected, 4.0 * without);
  EXPECT_NEAR(count.symbol_error_ratio() / expected, 1.0, 0.06);  // 4 deviations of both estimates
}

}  // namespace
}  // namespace tessera::test
