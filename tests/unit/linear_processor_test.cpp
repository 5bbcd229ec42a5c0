#include "phy/signal/linear_processor.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

#include "phy/core/error.hpp"
#include "phy/signal/all_pole_filter.hpp"
#include "phy/signal/overlap_save.hpp"

namespace tessera {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kStep = 1.0 / (53.125e9 * 32);

std::vector<double> noise(std::size_t n) {
  std::mt19937_64 engine(7);
  std::uniform_real_distribution<double> uniform(-1.0, 1.0);
  std::vector<double> x(n);
  for (double& v : x) v = uniform(engine);
  return x;
}

std::vector<double> run_in_blocks(Processor processor, const std::vector<double>& in, std::size_t block) {
  std::vector<double> out(in.size());
  for (std::size_t at = 0; at < in.size(); at += block) {
    const std::size_t n = std::min(block, in.size() - at);
    processor.process(std::span(in).subspan(at, n), std::span(out).subspan(at, n));
  }
  return out;
}

// The transfer at one frequency from the steady state of a tone, by correlation over whole periods.
Complex measured_transfer(Processor processor, double cycles, std::size_t period, std::size_t settle) {
  std::vector<double> in(settle + period), out(settle + period);
  for (std::size_t i = 0; i < in.size(); ++i)
    in[i] = std::cos(2.0 * kPi * cycles * static_cast<double>(i) / static_cast<double>(period));
  processor.process(in, out);
  Complex sum = 0.0;
  for (std::size_t i = settle; i < out.size(); ++i) {
    const double t = static_cast<double>(i) - static_cast<double>(processor.latency());
    sum +=
        out[i] * std::polar(2.0 / static_cast<double>(period), -2.0 * kPi * cycles * t / static_cast<double>(period));
  }
  return sum;
}

TEST(OverlapSave, EqualsTheDirectSum) {
  const auto taps = noise(700);
  const auto x = noise(3000);
  std::vector<double> y(x.size());
  OverlapSave<double>(taps).process(x, y);
  for (std::size_t n = 0; n < x.size(); ++n) {
    double expected = 0.0;
    for (std::size_t i = 0; i < taps.size() && i <= n; ++i) expected += taps[i] * x[n - i];
    ASSERT_NEAR(y[n], expected, 1e-11) << n;
  }
}

TEST(OverlapSave, ComplexTapsEqualTheDirectSum) {
  const auto a = noise(900);
  std::vector<Complex> taps(300), x(1000), y(1000);
  for (std::size_t i = 0; i < taps.size(); ++i) taps[i] = {a[i], a[i + 300]};
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = {a[(7 * i) % 900], a[(11 * i + 3) % 900]};
  OverlapSave<Complex>(taps).process(x, y);
  for (std::size_t n = 0; n < x.size(); ++n) {
    Complex expected = 0.0;
    for (std::size_t i = 0; i < taps.size() && i <= n; ++i) expected += taps[i] * x[n - i];
    ASSERT_LT(std::abs(y[n] - expected), 1e-11) << n;
  }
}

TEST(OverlapSave, RefusesNoTaps) { EXPECT_THROW(OverlapSave<double>(std::span<const double>{}), ConfigError); }

TEST(LinearProcessor, BlockSizeChangesNoBit) {
  const auto in = noise(50000);
  const auto line = [](double f) { return std::exp(-Complex(1.0, 1.0) * std::sqrt(f / 900e9)); };
  const auto poles = butterworth_poles(3, 40e9);
  for (const auto& make : {std::function<Processor()>([&] { return make_linear_processor(line, kStep); }),
                           std::function<Processor()>([&] { return make_low_pass_processor(poles, kStep, 0.2); })}) {
    const auto whole = run_in_blocks(make(), in, in.size());
    EXPECT_EQ(run_in_blocks(make(), in, 4096), whole);
    EXPECT_EQ(run_in_blocks(make(), in, 10000), whole);
    EXPECT_EQ(run_in_blocks(make(), in, 1), whole);
  }
}

TEST(LinearProcessor, ReproducesItsResponseUpToThreeTenthsOfTheSampleRate) {
  const auto line = [](double f) { return std::exp(-Complex(1.0, 1.0) * std::sqrt(f / 900e9)); };
  for (double cycles : {0.0, 16.0, 64.0, 300.0, 1100.0}) {
    const double f = cycles / (4096.0 * kStep);
    const Complex got = measured_transfer(make_linear_processor(line, kStep), cycles, 4096, 40000);
    EXPECT_LT(std::abs((cycles == 0.0 ? 0.5 : 1.0) * got - line(f)), 2e-6) << f;
  }
}

TEST(LinearProcessor, WireHasShortPrecursorAndUnitGain) {
  const auto filter = design_fir([](double) { return Complex(1.0); }, kStep);
  EXPECT_EQ(filter.latency, 64u);
  double sum = 0.0;
  for (double tap : filter.taps) sum += tap;
  EXPECT_NEAR(sum, 1.0, 1e-7);
}

TEST(LinearProcessor, RefusesResponseThatDoesNotDieOut) {
  EXPECT_THROW(make_linear_processor([](double f) { return 1.0 / Complex(1.0, f / 1e3); }, kStep), NumericError);
}

TEST(LinearProcessor, ZeroPhaseResponseGetsThePrecursorItNeeds) {
  const double sigma = 120 * kStep;  // s, Gaussian kernel
  const auto gaussian = [sigma](double f) { return Complex(std::exp(-0.5 * std::pow(2.0 * kPi * f * sigma, 2))); };
  const auto filter = design_fir(gaussian, kStep);
  EXPECT_GT(filter.latency, 4u * 120u);
  const double peak = kStep / (sigma * std::sqrt(2.0 * kPi));
  EXPECT_NEAR(filter.taps[filter.latency], peak, 1e-9);
  EXPECT_NEAR(filter.taps[filter.latency - 240], peak * std::exp(-2.0), 1e-9);
}

TEST(LinearProcessor, ChainAddsLatencies) {
  const auto wire = [](double) { return Complex(1.0); };
  const auto once = make_linear_processor(wire, kStep);
  const auto twice = chain(make_linear_processor(wire, kStep), make_linear_processor(wire, kStep));
  EXPECT_EQ(twice.latency(), 2 * once.latency());
}

TEST(AllPoleFilter, StepResponseOfOnePoleIsExponential) {
  const double corner = 20e9;
  std::vector<double> x(400, 1.0);
  AllPoleFilter filter(equal_poles(1, corner), kStep, 1.0);
  filter.process(x);
  for (double v : x) EXPECT_NEAR(v, 1.0, 1e-12);  // steady state from the first sample on
  std::fill(x.begin(), x.end(), 0.0);
  filter.process(x);
  // The edge lies between two samples; from the third on the decay is that of the pole.
  for (std::size_t n = 3; n + 1 < x.size() / 4; ++n)
    EXPECT_NEAR(x[n + 1] / x[n], std::exp(-2.0 * kPi * corner * kStep), 1e-12);
}

TEST(AllPoleFilter, ErrorStaysBelowTheStatedBound) {
  for (const auto& poles :
       {equal_poles(1, 30e9), butterworth_poles(2, 56e9), butterworth_poles(3, 26e9), equal_poles(2, 90e9)}) {
    for (double cycles : {8.0, 64.0, 200.0}) {
      const double f = cycles / (4096.0 * kStep);
      const Complex h = all_pole_response(poles, f);
      const Complex got = measured_transfer(make_low_pass_processor(poles, kStep), cycles, 4096, 8192);
      const double orders = 3.0;
      EXPECT_LT(std::abs(got - h) / std::abs(h), orders * 0.03 * std::pow(2.0 * kPi * f * kStep, 4) + 1e-12) << f;
    }
  }
}

TEST(AllPoleFilter, BandwidthIsThreeDecibelDown) {
  for (int n = 1; n <= 5; ++n) {
    EXPECT_NEAR(std::norm(all_pole_response(equal_poles(n, 10e9), 10e9)), 0.5, 1e-12);
    EXPECT_NEAR(std::norm(all_pole_response(butterworth_poles(n, 10e9), 10e9)), 0.5, 1e-12);
    EXPECT_NEAR(std::norm(all_pole_response(butterworth_poles(n, 10e9), 25e9)), 1.0 / (1.0 + std::pow(2.5, 2 * n)),
                1e-12);
  }
}

TEST(AllPoleFilter, RefusesBadBandwidth) {
  EXPECT_THROW(equal_poles(1, 0.0), ConfigError);
  EXPECT_THROW(butterworth_poles(0, 1e9), ConfigError);
  EXPECT_THROW(AllPoleFilter(Poles{Complex(1.0, 0.0)}, kStep), ConfigError);
}

}  // namespace
}  // namespace tessera
