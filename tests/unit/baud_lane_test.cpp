#include "phy/engine/baud_lane.hpp"

#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include <cmath>
#include <fstream>
#include <numeric>
#include <string>

#include "phy/engine/bit_by_bit_engine.hpp"
#include "phy/noise/gaussian_tail.hpp"
#include "tests/support/copper_lane.hpp"
#include "tests/support/noisier_segment.hpp"
#include "tests/support/synthetic_segment.hpp"

namespace tessera::test {
namespace {

BaudLane::Block block_of(const BaudLane& lane, std::uint64_t index) {
  BaudLane::Block block;
  lane.fill(index, block);
  return block;
}

PreparedSegment smooth(double tau, double noise_rms) {
  SyntheticSegment s;
  s.levels = Modulation::pam(4).levels;
  s.pulse = low_pass_pulse(tau);
  s.noise_rms = noise_rms;
  return make_segment(s);
}

TEST(BaudLane, IsTheSumOfCursorsAndSymbols) {
  PreparedSegment copper = copper_lane(false);
  copper.jitter = {};
  const DecisionPoint point = settled_decision(copper);
  LaneOptions options;
  options.noise = false;
  const BaudLane lane(copper, point, options);
  const BaudLane::Block now = block_of(lane, 3), before = block_of(lane, 2), after = block_of(lane, 4);
  const auto h = apply_ffe(point.receiver.pulse.cursors(point.receiver.position), point.receiver.taps);
  const int window = static_cast<int>(h.size()), n = static_cast<int>(now.y.size());
  const auto symbol = [&](int i) {
    return i < 0   ? before.sent[static_cast<std::size_t>(i + n)]
           : i < n ? now.sent[static_cast<std::size_t>(i)]
                   : after.sent[static_cast<std::size_t>(i - n)];
  };
  for (const int i : {0, 1, 517, n - 1}) {
    double y = 0.0;
    for (int k = -window / 2 + 1; k <= window / 2; ++k)
      y += h[static_cast<std::size_t>((k + window) % window)] * copper.levels[symbol(i - k)];
    EXPECT_NEAR(now.y[static_cast<std::size_t>(i)], y, 1e-12) << i;
  }
}

TEST(BaudLane, NoiseHasTheVarianceOfItsDensity) {
  PreparedSegment copper = copper_lane(false);
  copper.jitter = {};
  const DecisionPoint point = settled_decision(copper);
  LaneOptions with, without;
  without.noise = false;
  const BaudLane noisy(copper, point, with), quiet(copper, point, without);
  double sum = 0.0, count = 0.0;
  for (std::uint64_t b = 0; b < 20; ++b) {
    const auto a = block_of(noisy, b), c = block_of(quiet, b);
    ASSERT_EQ(a.sent, c.sent);
    for (std::size_t i = 0; i < a.y.size(); ++i) sum += (a.y[i] - c.y[i]) * (a.y[i] - c.y[i]);
    count += static_cast<double>(a.y.size());
  }
  EXPECT_NEAR(sum / count / point.largest_variance(), 1.0, 0.02);
  EXPECT_NEAR(noisy.constant_variance() / point.largest_variance(), 1.0, 1e-9);
}

// Independent of Taylor terms: the pulse is known in closed form, so that an edge can be moved for real.
TEST(BaudLane, DisplacedEdgesAreThoseOfTheStepResponse) {
  constexpr double kTau = 0.28;
  PreparedSegment segment = smooth(kTau, 0.0);
  const DecisionPoint point = settled_decision(segment);
  LaneOptions options;
  options.noise = false;
  options.sinusoidal = {0.05, 0.013};
  const BaudLane moved(segment, point, options);
  const BaudLane::Block block = block_of(moved, 0);
  const auto step = [](double t) { return t <= 0.0 ? 0.0 : 1.0 - (1.0 + t / kTau) * std::exp(-t / kTau); };
  const double t_s = point.receiver.position / segment.grid.samples_per_ui;
  const double time = t_s > segment.grid.ui_count / 2.0 ? t_s - segment.grid.ui_count : t_s;
  double worst = 0.0;
  for (std::size_t n = 100; n < 300; ++n) {
    double y = segment.levels[block.sent[n - 40]];
    for (std::size_t k = n - 39; k <= n + 3; ++k) {
      const double index = static_cast<double>(BaudLane::kOrigin + k);
      const double late = 0.05 * std::sin(2.0 * std::acos(-1.0) * 0.013 * index);
      // low_pass_pulse is step(t + 1) - step(t): the edge before symbol k stands at k - 1.
      const double t = time + static_cast<double>(n) - static_cast<double>(k) + 1.0 - late;
      y += (segment.levels[block.sent[k]] - segment.levels[block.sent[k - 1]]) * step(t);
    }
    worst = std::max(worst, std::abs(y - block.y[n]));
  }
  EXPECT_LT(worst, 2e-3);  // moved edges change y by up to 0.1
}

TEST(BaudLane, ABlockDependsOnItsIndexAlone) {
  const PreparedSegment copper = copper_lane(true);
  const DecisionPoint point = settled_decision(copper);
  LaneOptions options;
  options.seed = 9;
  options.instance = "a";
  const BaudLane lane(copper, point, options);
  const auto late = block_of(lane, 5), early = block_of(lane, 1), again = block_of(lane, 5);
  EXPECT_EQ(late.y, again.y);  // whatever was asked for between
  EXPECT_NE(late.y, early.y);
}

TEST(BitByBit, OneOrTwoThreadsGiveTheSameBits) {
  const PreparedSegment copper = with_error_ratio(copper_lane(true), 1e-3);
  BitByBitOptions options;
  options.stop = {0, 200'000, 0.0};
  options.eye = true;
  const auto with = [&](std::size_t threads) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    return run_bit_by_bit(copper, options);
  };
  const SegmentResult one = with(1), two = with(2);
  EXPECT_EQ(one.count->symbol_errors, two.count->symbol_errors);
  EXPECT_GT(one.count->symbol_errors, 0u);
  EXPECT_EQ(one.count->bursts, two.count->bursts);
  EXPECT_EQ(one.count->bit_errors, two.count->bit_errors);
  EXPECT_EQ(one.simulated_eye->density, two.simulated_eye->density);
}

double peak_memory_mb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1024.0;
  return 0.0;
}

TEST(BitByBit, MemoryDoesNotGrowWithSymbols) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "a sanitizer keeps what was freed";
#endif
  const PreparedSegment copper = copper_lane(false);
  for (const LanePath path : {LanePath::baud_rate, LanePath::receiver}) {
    BitByBitOptions options;
    options.path = path;
    options.receiver.clock = ClockMode::mueller_muller;
    options.receiver.detector = Detector::mlse;
    options.stop = {0, 500'000, 0.0};
    run_bit_by_bit(copper, options);
    const double before = peak_memory_mb();
    ASSERT_GT(before, 0.0);
    options.stop.symbols = 5'000'000;  // a byte kept of each would show
    run_bit_by_bit(copper, options);
    EXPECT_LT(peak_memory_mb() - before, 2.0) << to_string(path);
  }
}

// Each sample of one phase falls into one bin, and the open middle of the eye is empty.
TEST(BitByBit, TheEyeIsADensity) {
  SyntheticSegment s;
  s.levels = Modulation::pam(2).levels;
  s.pulse = held_pulse({1.0}, 0);
  s.noise_rms = 0.05;
  BitByBitOptions options;
  options.stop = {0, 20'000, 0.0};
  options.eye = true;
  const EyeDensity eye = *run_bit_by_bit(make_segment(s), options).simulated_eye;
  const std::size_t bins = eye.amplitude.size(), middle = eye.phase_ui.size() / 2;
  const double step = eye.amplitude[1] - eye.amplitude[0];
  EXPECT_NEAR(eye.phase_ui[middle], 0.0, 1e-12);
  double sum = 0.0, variance = 0.0;
  for (std::size_t i = 0; i < bins; ++i) {
    const double p = eye.density[middle * bins + i] * step;
    sum += p;
    variance += p * std::pow(std::abs(eye.amplitude[i]) - 1.0, 2);
  }
  EXPECT_NEAR(sum, 1.0, 1e-9);
  EXPECT_NEAR(std::sqrt(variance) / std::hypot(0.05, step / std::sqrt(12.0)), 1.0, 0.03);
  EXPECT_EQ(eye.density[middle * bins + bins / 2], 0.0);
}

TEST(BitByBit, WhiteNoiseGivesTheClosedForm) {
  SyntheticSegment s;
  s.levels = Modulation::pam(4).levels;
  s.pulse = held_pulse({1.0}, 0);
  s.noise_rms = 1.0 / 3.0 / 3.0;
  BitByBitOptions options;
  options.stop = {0, 1'000'000, 0.0};
  const ErrorCount count = *run_bit_by_bit(make_segment(s), options).count;
  EXPECT_TRUE(count.symbol_error_999.contains(pam_symbol_error_ratio(4, 3.0).value()));
  EXPECT_NEAR(count.clustering, 1.0, 0.02);
  // Gray labels: one bit for every symbol that goes to its neighbour.
  EXPECT_NEAR(count.bit_errors / static_cast<double>(count.symbol_errors), 1.0, 1e-3);
}

}  // namespace
}  // namespace tessera::test
