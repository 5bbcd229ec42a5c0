// The mean burst of the statistical engine against one that is counted: the same samples decided with feedback of what
// was decided and with feedback of what was sent.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "phy/engine/baud_lane.hpp"
#include "phy/engine/statistical_engine.hpp"
#include "phy/engine/symbol_decider.hpp"
#include "tests/support/copper_lane.hpp"
#include "tests/support/noisier_segment.hpp"
#include "tests/support/synthetic_segment.hpp"

namespace tessera::test {
namespace {

struct Counts {
  std::uint64_t fed_back = 0, alone = 0;
};

Counts count(const PreparedSegment& segment, std::uint64_t symbols) {
  const DecisionPoint point = settled_decision(segment, {});
  SymbolDecider deciding(segment, point, adverse_thresholds(segment, point, StatisticalOptions{}.bins));
  SymbolDecider knowing = deciding;
  const std::vector<double> thresholds = deciding.thresholds();
  LaneOptions options;
  options.seed = 3;
  options.instance = "burst";
  options.jitter = JitterPlace::decision;
  options.converter = ConverterError::gaussian;
  const BaudLane lane(segment, point, options);
  BaudLane::Block block;
  std::vector<std::uint8_t> decided;
  Counts counts;
  for (std::uint64_t i = 0; i * lane.size() < symbols; ++i) {
    lane.fill(i, block);
    decided.resize(block.sent.size());
    deciding.decide(block.y, block.sent, decided);
    knowing.feed_back(block.y, block.sent);
    for (std::size_t k = 0; k < decided.size(); ++k) {
      const auto above = std::count_if(thresholds.begin(), thresholds.end(), [&](double t) { return t < block.y[k]; });
      counts.fed_back += decided[k] != block.sent[k];
      counts.alone += above != block.sent[k];
    }
  }
  return counts;
}

// Jitter decides which neighbours an error speaks for: taken for noise alone it made bursts of 4.6 and 3.0 here.
TEST(ErrorPropagation, JitteredErrorsMakeAsManyAsAreCounted) {
  for (const std::string name : {"backplane_nvl72", "acc_800g"}) {
    SCOPED_TRACE(name);
    PreparedSegment segment = shipped_link(name).segments.front();
    segment.jitter.dual_dirac_ui *= 2.0;
    segment = with_error_ratio(segment, 3e-4);
    const Counts counts = count(segment, 40'000'000);
    ASSERT_GT(counts.alone, 2500u);
    const double counted = static_cast<double>(counts.fed_back) / static_cast<double>(counts.alone);
    const double burst = run_statistical(segment).burst_mean;
    std::printf("%s: mean burst %.3f, counted %.3f from %llu errors\n", name.c_str(), burst, counted,
                static_cast<unsigned long long>(counts.alone));
    // About 1.5 % of it is what counting leaves open.
    EXPECT_NEAR(burst / counted, 1.0, 0.045);
  }
}

// A slicer with feedback on noise of correlation rho^k: nothing of the library but its levels.
double counted_ratio(int order, const std::vector<double>& feedback, double sigma, double rho, int symbols) {
  std::mt19937_64 random(5);
  std::normal_distribution<double> gauss;
  std::uniform_int_distribution<int> level(0, order - 1);
  const double spacing = 2.0 / (order - 1);
  std::vector<double> mistakes(feedback.size(), 0.0);  // V, newest first
  double noise = sigma * gauss(random);
  int errors = 0;
  for (int i = 0; i < symbols; ++i) {
    noise = rho * noise + std::sqrt(1.0 - rho * rho) * sigma * gauss(random);
    const int sent = level(random);
    double z = -1.0 + sent * spacing + noise;
    for (std::size_t j = 0; j < feedback.size(); ++j) z -= feedback[j] * mistakes[j];
    const int decided = std::clamp(static_cast<int>(std::floor((z + 1.0) / spacing + 0.5)), 0, order - 1);
    errors += decided != sent;
    std::shift_right(mistakes.begin(), mistakes.end(), 1);
    mistakes.front() = (decided - sent) * spacing;
  }
  return static_cast<double>(errors) / symbols;
}

PreparedSegment fed_back(int order, const std::vector<double>& feedback, double sigma, double rho) {
  SyntheticSegment s;
  s.levels = Modulation::pam(order).levels;
  std::vector<double> cursors{1.0};
  cursors.insert(cursors.end(), feedback.begin(), feedback.end());
  s.pulse = held_pulse(cursors, 0);
  s.noise_rms = sigma;
  PreparedSegment segment = make_segment(s);
  auto& density = segment.noise.front().s0;
  double total = 0.0, before = 0.0;
  for (std::size_t k = 0; k < density.size(); ++k) {
    const double w = 2.0 * M_PI * segment.grid.frequency(k) / segment.grid.symbol_rate;
    const double shape = (1.0 - rho * rho) / (1.0 - 2.0 * rho * std::cos(w) + rho * rho);
    before += density[k];
    total += density[k] *= shape;
  }
  for (double& value : density) value *= before / total;
  segment.receiver.dfe = {feedback, feedback};
  segment.receiver.phase = PhasePolicy::minimum_mse;
  return segment;
}

// Errors that are not rare, noise that goes on, and taps so many that single paths of a burst are all improbable.
TEST(ErrorPropagation, BareSlicersCountTheSame) {
  std::vector<double> many{-0.4};
  for (int j = 1; j < 14; ++j) many.push_back(-0.1 * std::pow(0.9, j));
  struct Case {
    const char* name;
    int order;
    std::vector<double> feedback;
    double sigma, rho;
    int symbols;
    double tolerance;
  };
  for (const Case& c : {Case{"NRZ, an error in eight", 2, {0.5}, 0.9, 0.0, 10'000'000, 0.01},
                        Case{"PAM4, one in fourteen", 4, {0.7}, 0.18, 0.0, 10'000'000, 0.01},
                        Case{"PAM4, noise of 0.4", 4, {0.7}, 0.11, 0.4, 10'000'000, 0.02},
                        Case{"PAM4, noise of -0.4", 4, {0.7}, 0.11, -0.4, 10'000'000, 0.03},
                        // 1 % of it is what counting so many leaves open.
                        Case{"PAM4, 14 taps", 4, many, 0.1, 0.0, 60'000'000, 0.03}}) {
    SCOPED_TRACE(c.name);
    const SegmentResult r = run_statistical(fed_back(c.order, c.feedback, c.sigma, c.rho));
    const double counted = counted_ratio(c.order, c.feedback, c.sigma, c.rho, c.symbols);
    std::printf("%s: %.4e counted %.4e, ratio %.4f, mean burst %.3f\n", c.name, r.symbol_error_ratio.value(), counted,
                r.symbol_error_ratio.value() / counted, r.burst_mean);
    EXPECT_NEAR(r.symbol_error_ratio.value() / counted, 1.0, c.tolerance);
  }
}

}  // namespace
}  // namespace tessera::test
