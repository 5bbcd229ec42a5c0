#include <gtest/gtest.h>

#include <cmath>

#include "phy/engine/statistical_engine.hpp"
#include "tests/support/pattern_enumeration.hpp"
#include "tests/support/synthetic_segment.hpp"

namespace tessera::test {
namespace {

struct Shape {
  const char* name;
  std::vector<double> cursors;  // main cursor first 1 after `first` pre-cursors; 8 symbols
  int first;
};

const Shape kOpen{"open", {-0.013, 1.0, 0.031, -0.017, 0.0113, 0.007, -0.0051, 0.0023}, 1};
const Shape kSpread{"spread", {0.021, 1.0, 0.083, 0.0517, 0.0331, 0.0197, 0.0113, 0.0071}, 1};
const Shape kNearlyClosed{"nearly closed", {0.0313, 1.0, 0.1117, -0.0571, 0.0413, 0.0291, -0.0173, 0.0117}, 1};

Enumeration enumeration_of(const Shape& shape, std::vector<double> levels, std::vector<double> noise) {
  Enumeration e;
  e.main = shape.cursors[static_cast<std::size_t>(shape.first)];
  for (std::size_t k = 0; k < shape.cursors.size(); ++k)
    if (static_cast<int>(k) != shape.first) e.others.push_back(shape.cursors[k]);
  e.levels = std::move(levels);
  e.noise_rms = std::move(noise);
  return e;
}

// Noise rms that puts the exact symbol error ratio on a target.
double noise_for(Enumeration e, double target, const std::vector<double>& shape_of_noise) {
  double low = 1e-3, high = 0.5;
  // Midpoints will do here: the target need only be met roughly.
  for (std::size_t m = 0; m + 1 < e.levels.size(); ++m)
    e.thresholds.push_back(0.5 * (e.levels[m] + e.levels[m + 1]) * e.main);
  for (int i = 0; i < 16; ++i) {
    const double middle = std::sqrt(low * high);
    for (std::size_t m = 0; m < e.levels.size(); ++m) e.noise_rms[m] = middle * shape_of_noise[m];
    (enumerate_patterns(e).symbol_error_ratio > target ? high : low) = middle;
  }
  return std::sqrt(low * high);
}

double relative_error(const Shape& shape, const std::vector<double>& levels, double target) {
  const std::vector<double> flat(levels.size(), 1.0);
  Enumeration e = enumeration_of(shape, levels, flat);
  const double sigma = noise_for(e, target, flat);
  e.noise_rms.assign(levels.size(), sigma);
  SyntheticSegment s;
  s.levels = levels;
  s.pulse = held_pulse(shape.cursors, shape.first);
  s.noise_rms = sigma;
  const double got = run_statistical(make_segment(s)).symbol_error_ratio.value();
  const double exact = enumerate_patterns(e).symbol_error_ratio;
  EXPECT_NEAR(std::log10(exact), std::log10(target), 3.5);
  return got / exact - 1.0;
}

const std::vector<double> kPam2{-1.0, 1.0};
const std::vector<double> kPam4{-1.0, -1.0 / 3.0, 1.0 / 3.0, 1.0};
const std::vector<double> kUnequal{-0.98, -0.345, 0.31, 1.015};  // mean 0

class PatternEnumeration : public testing::TestWithParam<std::tuple<Shape, std::vector<double>>> {};

TEST_P(PatternEnumeration, AgreesTo1e4At1e6) {
  EXPECT_LT(std::abs(relative_error(std::get<0>(GetParam()), std::get<1>(GetParam()), 1e-6)), 1e-4);
}

TEST_P(PatternEnumeration, AgreesTo1e3At1e15) {
  EXPECT_LT(std::abs(relative_error(std::get<0>(GetParam()), std::get<1>(GetParam()), 1e-15)), 1e-3);
}

std::string case_name(const testing::TestParamInfo<PatternEnumeration::ParamType>& info) {
  const auto& levels = std::get<1>(info.param);
  std::string name = std::get<0>(info.param).name;
  for (char& c : name)
    if (c == ' ') c = '_';
  return name + (levels.size() == 2 ? "_pam2" : levels == kPam4 ? "_pam4" : "_unequal_pam4");
}

INSTANTIATE_TEST_SUITE_P(Shapes, PatternEnumeration,
                         testing::Combine(testing::Values(kOpen, kSpread, kNearlyClosed),
                                          testing::Values(kPam2, kPam4, kUnequal)),
                         case_name);

TEST(PatternEnumeration, ErrorRatioAt1e30StaysRight) {
  EXPECT_LT(std::abs(relative_error(kSpread, kPam4, 1e-30)), 3e-3);
}

// Relative intensity noise at the decision, s2 x^2 of a memoryless path: its variance follows the intensity of each
// pattern, and the reported one of a level is the mean over its patterns, s2 E[x^2|m]. Thresholds are the best ones on
// both sides.
void expect_level_noise(const Shape& shape, double tolerance) {
  SyntheticSegment s;
  s.levels = {-0.3, -0.1, 0.1, 0.3};
  s.pulse = held_pulse(shape.cursors, shape.first);
  s.noise_rms = 0.006;
  PreparedSegment segment = make_segment(s);
  NoiseInjection rin = white_noise(s.grid, 0.0);
  rin.s0.clear();
  rin.mechanism = "rin";
  const double band = s.grid.frequency_step() * static_cast<double>(s.grid.frequency_count() - 1);
  rin.s2 = 4e-4 / band;
  rin.levels = {0.2, 0.4, 0.6, 0.8};
  rin.from_symbol = segment.channel;
  segment.noise.push_back(rin);

  Enumeration e = enumeration_of(shape, s.levels, {});
  double others = 0.0;
  for (double h : e.others) others += h * h;
  const double variance = 0.05;  // of {0.2, 0.4, 0.6, 0.8}
  for (double x : rin.levels) {
    const double square = std::pow(0.5 + (x - 0.5) * e.main, 2) + variance * others;
    e.noise_rms.push_back(std::sqrt(0.006 * 0.006 + 4e-4 * square));
  }
  e.noise_of_sample = [](double sample) { return std::sqrt(0.006 * 0.006 + 4e-4 * std::pow(0.5 + sample, 2)); };
  const EnumerationResult exact = enumerate_patterns(e);
  const SegmentResult got = run_statistical(segment);
  for (std::size_t m = 0; m < 4; ++m) EXPECT_NEAR(got.level_noise_rms[m], e.noise_rms[m], 1e-9);
  EXPECT_LT(exact.symbol_error_ratio, 1e-4);
  std::printf("%s: %.4f of the enumerated %.3e\n", shape.name,
              got.symbol_error_ratio.value() / exact.symbol_error_ratio, exact.symbol_error_ratio);
  EXPECT_NEAR(got.symbol_error_ratio.value() / exact.symbol_error_ratio, 1.0, tolerance);
}

TEST(PatternEnumeration, LevelDependentNoiseAndItsThresholdsAgree) {
  expect_level_noise({"alone", {1.0, 1e-5}, 0}, 1e-4);
}

// The neighbours' share is taken at the saddle point; their mean alone would be off by 2 % here, and
// thresholds that know nothing of it by 17 %.
TEST(PatternEnumeration, NoiseThatFollowsNeighboursAgrees) { expect_level_noise(kOpen, 0.005); }

TEST(PatternEnumeration, SynchronousAggressorAgrees) {
  SyntheticSegment s;
  s.levels = kPam2;
  s.pulse = held_pulse({0.02, 1.0, 0.1, 0.03}, 1);
  s.noise_rms = 0.12;
  PreparedSegment segment = make_segment(s);
  const auto crosstalk = held_pulse({0.3, 1.0, 0.2}, 1);
  segment.crosstalk.push_back({"neighbour", response_of(s.grid, crosstalk), {0.11, 0.07}, true});

  Enumeration e{1.0, {0.02, 0.1, 0.03}, kPam2, {0.12, 0.12}, {}, {}, {-1.0, 1.0}};
  for (double gain : {0.11, 0.07})
    for (double h : {0.3, 1.0, 0.2}) e.aggressor.push_back(gain * h);
  EXPECT_NEAR(run_statistical(segment).symbol_error_ratio.value() / enumerate_patterns(e).symbol_error_ratio, 1.0,
              1e-4);
}

TEST(PatternEnumeration, AsynchronousAggressorIsTheMeanOverItsPhases) {
  SyntheticSegment s;
  s.levels = kPam2;
  s.pulse = held_pulse({0.02, 1.0, 0.05, 0.03}, 1);
  s.noise_rms = 0.2;
  PreparedSegment segment = make_segment(s);
  const auto shape = low_pass_pulse(0.4);
  segment.crosstalk.push_back({"far", response_of(s.grid, shape), {0.15}, false});

  double mean = 0.0;
  for (int phase = 0; phase < 16; ++phase) {
    Enumeration e{1.0, {0.02, 0.05, 0.03}, kPam2, {0.2, 0.2}, {}, {}, kPam2};
    for (int k = -1; k < 9; ++k) e.aggressor.push_back(0.15 * shape(phase / 16.0 + k));
    mean += enumerate_patterns(e).symbol_error_ratio / 16.0;
  }
  EXPECT_LT(mean, 1e-4);
  EXPECT_NEAR(run_statistical(segment).symbol_error_ratio.value() / mean, 1.0, 2e-4);
}

}  // namespace
}  // namespace tessera::test
