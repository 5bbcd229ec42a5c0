#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "phy/core/error.hpp"
#include "phy/engine/jitter_mixing.hpp"
#include "phy/equalization/tap_solver.hpp"
#include "phy/modulation/gray.hpp"
#include "phy/modulation/pam.hpp"
#include "phy/noise/tail_kernel.hpp"
#include "phy/signal/pdf.hpp"
#include "phy/signal/pulse_response.hpp"
#include "tests/support/synthetic_segment.hpp"

namespace tessera::test {
namespace {

TEST(Modulation, NeighboursOfGrayLabelsDifferInOneBit) {
  for (int order : {2, 4, 8, 16})
    EXPECT_DOUBLE_EQ(Modulation::pam(order).bit_errors_per_symbol_error(), 1.0 / std::log2(order));
  for (int n = 0; n < 64; ++n) EXPECT_EQ(from_gray(to_gray(n)), n);
}

TEST(Modulation, VarianceOfEqualSpacing) {
  for (int m : {2, 3, 4, 6, 8})
    EXPECT_NEAR(Modulation::pam(m).variance(), (m * m - 1.0) / (3.0 * (m - 1.0) * (m - 1.0)), 1e-15);
}

TEST(Modulation, Pam6CarriesTwoAndAHalfBits) {
  const Modulation m = Modulation::pam(6);
  EXPECT_DOUBLE_EQ(m.bits_per_symbol, 2.5);
  // A 32-point cross has no Gray map; Smith (1975) gives 7/6 bits a neighbour error for the best one.
  EXPECT_NEAR(m.bit_errors_per_symbol_error() * 2.5, 7.0 / 6.0, 0.06);
}

TEST(Modulation, LevelMismatchShrinksOuterEyes) {
  const Modulation m = Modulation::pam(4).with_level_mismatch(0.95);
  const double outer = m.levels[3] - m.levels[2];
  EXPECT_NEAR(3.0 * outer / (m.levels[3] - m.levels[0]), 0.95, 1e-12);
  EXPECT_THROW(Modulation::pam(4).with_level_mismatch(0.6), ConfigError);
  EXPECT_THROW(Modulation::pam(1), ConfigError);
}

TEST(TailKernel, AgreesWithErfc) {
  for (double x = 0.0; x < 26.0; x += 0.37)
    EXPECT_NEAR(scaled_gaussian_tail(x) * std::exp(-0.5 * x * x) / (0.5 * std::erfc(x / std::sqrt(2.0))), 1.0, 2e-13)
        << x;
}

TEST(TailKernel, QuantileInvertsTheTail) {
  for (double q : {0.1, 1.0, 3.4141, 8.0, 40.0})
    EXPECT_NEAR(gaussian_quantile(std::log(scaled_gaussian_tail(q)) - 0.5 * q * q), q, 1e-10);
  EXPECT_NEAR(gaussian_quantile(std::log(0.8413447460685429)), -1.0, 1e-9);
}

TEST(Pdf, MomentsAreThoseOfTheSum) {
  Pdf pdf(0.01, 0.0, 400);
  const std::vector<std::vector<double>> alphabets = {{-0.113, 0.113}, {-0.3, -0.11, 0.11, 0.3}, {-0.2, 0.05, 0.15}};
  double variance = 0.0;
  for (const auto& values : alphabets) {
    pdf.add_impulses(values);
    for (double v : values) variance += v * v / static_cast<double>(values.size());
  }
  const auto p = pdf.probabilities();
  double sum = 0.0, mean = 0.0, square = 0.0;
  for (std::size_t i = 0; i < p.size(); ++i)
    sum += p[i], mean += p[i] * pdf.position(i), square += p[i] * std::pow(pdf.position(i), 2);
  EXPECT_NEAR(sum, 1.0, 1e-14);
  EXPECT_NEAR(mean, 0.0, 1e-14);
  EXPECT_NEAR(square, variance + pdf.split_variance(), 1e-14);
}

TEST(Pdf, TiltedDensityHasTheExactMomentGeneratingFunction) {
  Pdf pdf(0.004, 7.0, 800);
  double expected = 0.0;
  for (const auto& values : {std::vector<double>{-0.2, 0.2}, std::vector<double>{-0.31, -0.07, 0.07, 0.31},
                             std::vector<double>{-0.1, 0.02, 0.08}}) {
    pdf.add_impulses(values);
    double sum = 0.0;
    for (double v : values) sum += std::exp(7.0 * v) / static_cast<double>(values.size());
    expected += std::log(sum);
  }
  EXPECT_NEAR(pdf.log_mgf(), expected, 1e-13);
}

TEST(Pdf, DenseConvolutionEqualsImpulses) {
  Pdf a(0.01, 3.0, 300), b(0.01, 3.0, 300), both(0.01, 3.0, 600);
  const std::vector<double> u{-0.2, 0.2}, v{-0.15, 0.1, 0.3};
  a.add_impulses(u);
  b.add_impulses(v);
  both.add_impulses(u);
  both.add_impulses(v);
  Pdf sum(0.01, 3.0, 600);
  sum.add(a);
  sum.add(b);
  EXPECT_NEAR(log_tail(sum, 0.4, 0.01), log_tail(both, 0.4, 0.01), 1e-12);
}

TEST(Jitter, QuadraticExponentHasAClosedMixture) {
  // E[e^{-c + k t^2}] for t ~ N(0, s): e^{-c}/sqrt(1 - 2 k s^2)
  const double s = 0.01, k = 2000.0;
  EXPECT_NEAR(mix_over_jitter([&](double t) { return -40.0 + k * t * t; }, {0.0, s}).log_ratio,
              -40.0 - 0.5 * std::log(1.0 - 2.0 * k * s * s), 1e-6);
}

TEST(Jitter, DualDiracIsTheMeanOfTwoPhases) {
  const auto f = [](double t) { return -30.0 + 100.0 * t + 500.0 * t * t; };
  EXPECT_NEAR(mix_over_jitter(f, {0.03, 0.0}).log_ratio, std::log(0.5 * (std::exp(f(0.03)) + std::exp(f(-0.03)))),
              1e-9);
}

TEST(Jitter, ErrorsOfAQuadraticExponentSpreadAsItsGaussian) {
  // e^{-t^2/(2 s^2)} e^{k t^2} is Gaussian of variance s^2/(1 - 2 k s^2).
  const double s = 0.01, k = 2000.0, spread = s / std::sqrt(1.0 - 2.0 * k * s * s);
  const auto offsets = mix_over_jitter([&](double t) { return -40.0 + k * t * t; }, {0.0, s}).offsets;
  ASSERT_EQ(offsets.size(), 2u);
  EXPECT_NEAR(offsets[0].offset_ui, -spread, 1e-5);
  EXPECT_NEAR(offsets[1].offset_ui, spread, 1e-5);
  EXPECT_NEAR(offsets[0].share, 0.5, 1e-9);
}

TEST(Jitter, ErrorsOfTwoPhasesSplitByTheirRatios) {
  const auto f = [](double t) { return -30.0 + 100.0 * t; };
  const auto offsets = mix_over_jitter(f, {0.03, 0.0}).offsets;
  ASSERT_EQ(offsets.size(), 2u);
  EXPECT_DOUBLE_EQ(offsets[1].offset_ui, 0.03);
  EXPECT_NEAR(offsets[1].share, 1.0 / (1.0 + std::exp(-6.0)), 1e-9);
}

TEST(Jitter, NoneCostsOneEvaluation) {
  int calls = 0;
  EXPECT_EQ(mix_over_jitter([&](double) { return ++calls, -5.0; }, {}).log_ratio, -5.0);
  EXPECT_EQ(calls, 1);
}

// Mean-square error of taps by direct summation over the convolution matrix.
double direct_error(const std::vector<double>& h, const std::vector<double>& noise, const EqualizerTaps& t) {
  const auto eq = apply_ffe(h, t);
  double error = 0.0;
  for (std::size_t k = 1; k < eq.size(); ++k) {
    const double b = k - 1 < t.dfe.size() ? t.dfe[k - 1] * eq[0] : 0.0;
    error += (eq[k] - b) * (eq[k] - b);
  }
  for (std::size_t i = 0; i < t.ffe.size(); ++i)
    for (std::size_t j = 0; j < t.ffe.size(); ++j) error += t.ffe[i] * t.ffe[j] * noise[i > j ? i - j : j - i];
  return error / (eq[0] * eq[0]);
}

TEST(TapSolver, NoOtherTapsDoBetter) {
  std::vector<double> h(64, 0.0);
  const std::vector<double> pulse = {0.8, 0.45, 0.2, 0.11, 0.06, 0.03};
  std::copy(pulse.begin(), pulse.end(), h.begin());
  h[63] = 0.12;
  const std::vector<double> noise = {2e-3, 8e-4, 2e-4, 0.0, 0.0, 0.0};
  const TapLimits limits{6, 2, 1e9, {-0.1}, {0.3}};
  const EqualizerTaps best = solve_mmse(h, noise, limits);
  EXPECT_NEAR(best.mean_square_error, direct_error(h, noise, best), 1e-12);
  EXPECT_LE(best.dfe[0], 0.3);
  std::mt19937 random(1);
  std::uniform_real_distribution<double> shake(-0.02, 0.02);
  for (int i = 0; i < 500; ++i) {
    EqualizerTaps other = best;
    for (double& w : other.ffe) w += shake(random);
    other.dfe[0] = std::clamp(other.dfe[0] + shake(random), -0.1, 0.3);
    EXPECT_GE(direct_error(h, noise, other), best.mean_square_error - 1e-12);
  }
}

TEST(TapSolver, DfeAtItsLimitIsReportedThere) {
  std::vector<double> h(16, 0.0);
  h[0] = 1.0;
  h[1] = 0.7;
  const EqualizerTaps t = solve_mmse(h, std::vector<double>{1e-3}, {1, 0, 1e9, {0.0}, {0.5}});
  EXPECT_DOUBLE_EQ(t.dfe[0], 0.5);
  EXPECT_NEAR(t.mean_square_error, 0.04 + 1e-3, 1e-12);
}

TEST(PulseResponse, FractionalPositionsInterpolate) {
  const FrequencyGrid grid{1e9, 64, 32};
  const auto bump = [](double t) { return std::exp(-4.0 * t * t); };
  const PulseResponse p = pulse_response(response_of(grid, bump));
  for (double t : {0.013, 0.31, -0.77}) EXPECT_NEAR(p.at(t * 32.0), bump(t), 1e-7);
  EXPECT_NEAR(p.cursors(0.4)[63], bump(0.4 / 32 - 1.0), 1e-7);
}

TEST(PulseResponse, DecimationKeepsSamples) {
  const FrequencyGrid grid{1e9, 64, 32};
  const Response r = response_of(grid, low_pass_pulse(0.7));
  const PulseResponse all = pulse_response(r), few = pulse_response(r, 8);
  for (std::size_t i = 0; i < few.samples.size(); ++i) EXPECT_NEAR(few.samples[i], all.samples[4 * i], 1e-13);
}

}  // namespace
}  // namespace tessera::test
