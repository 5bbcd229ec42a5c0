#include "phy/equalization/adc.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "phy/core/error.hpp"
#include "phy/core/rng.hpp"
#include "phy/noise/gaussian_noise.hpp"

namespace tessera {
namespace {

double error_power(const std::vector<float>& before, const std::vector<float>& behind) {
  double sum = 0.0;
  for (std::size_t i = 0; i < before.size(); ++i)
    sum += std::pow(static_cast<double>(behind[i]) - static_cast<double>(before[i]), 2);
  return sum / static_cast<double>(before.size());
}

double power(const std::vector<float>& x) { return error_power(std::vector<float>(x.size(), 0.0F), x); }

// Full-scale sine: 6.02 B + 1.76 dB, approached as 2^(-B/2) because its crests dwell in one step; uniform over the
// range: 6.02 B dB.
TEST(Adc, SignalToNoiseRatioIsThatOfTheTextbook) {
  for (const int bits : {4, 6, 8, 10}) {
    std::vector<float> sine(1 << 17), uniform(1 << 17);
    for (std::size_t i = 0; i < sine.size(); ++i)
      sine[i] = static_cast<float>(0.5 * std::sin(2.0 * std::numbers::pi * std::sqrt(2.0) * static_cast<double>(i)));
    std::vector<double> u(uniform.size());
    random_uniform(stream_key(1, "u"), 0, u);
    for (std::size_t i = 0; i < u.size(); ++i) uniform[i] = static_cast<float>(u[i] - 0.5);
    for (const bool flat : {false, true}) {
      const auto& x = flat ? uniform : sine;
      auto q = x;
      Adc adc = make_adc(bits, 0.5);
      convert(adc, q);
      EXPECT_NEAR(10.0 * std::log10(power(x) / error_power(x, q)), 20.0 * std::log10(2.0) * bits + (flat ? 0.0 : 1.76),
                  flat ? 0.03 : 2.4 * std::exp2(-0.5 * bits))
          << bits;
      EXPECT_EQ(adc.clipped, 0U);
    }
  }
}

// Gaussian beyond the range F: P = 2 Q(F/s); the error power that clipping adds is
// 2 s^2 [(1 + x^2) Q(x) - x phi(x)], x = F/s (to first order in the step).
TEST(Adc, ClippingOfAGaussianIsTheClosedForm) {
  const double full_scale = 1.0, sigma = 0.6, x = full_scale / sigma;
  std::vector<float> v(1 << 22);
  gaussian_noise(stream_key(2, "adc"), 0, v, static_cast<float>(sigma));
  auto quantised = v;
  Adc adc = make_adc(10, full_scale);
  convert(adc, quantised);
  const double tail = 0.5 * std::erfc(x / std::sqrt(2.0));
  const double density = std::exp(-0.5 * x * x) / std::sqrt(2.0 * std::numbers::pi);
  const double n = static_cast<double>(v.size());
  EXPECT_NEAR(static_cast<double>(adc.clipped), 2.0 * tail * n, 4.5 * std::sqrt(2.0 * tail * n));
  const double expected =
      2.0 * sigma * sigma * ((1.0 + x * x) * tail - x * density) + adc.step() * adc.step() / 12.0 * (1.0 - 2.0 * tail);
  EXPECT_NEAR(error_power(v, quantised) / expected, 1.0, 0.02);
}

TEST(Adc, CodesAreTheMiddlesOfTheirSteps) {
  Adc adc = make_adc(2, 1.0);  // steps of 0.5: -0.75, -0.25, 0.25, 0.75
  std::vector<float> v{-9.0F, -1.0F, -0.6F, -0.01F, 0.01F, 0.49F, 0.51F, 1.0F, 9.0F};
  convert(adc, v);
  EXPECT_EQ(v, (std::vector<float>{-0.75F, -0.75F, -0.75F, -0.25F, 0.25F, 0.25F, 0.75F, 0.75F, 0.75F}));
  EXPECT_EQ(adc.clipped, 2U);
  EXPECT_EQ(adc.samples, 9U);
}

TEST(Adc, BadInputNamesTheRule) {
  const auto message = [](int bits, double full_scale) {
    try {
      make_adc(bits, full_scale);
    } catch (const ConfigError& e) {
      return std::string(e.what());
    }
    return std::string("no error");
  };
  EXPECT_EQ(message(0, 1.0), "a converter has 1 to 16 bits, got 0");
  EXPECT_EQ(message(8, -1.0), "full scale must be positive, got -1 V");
}

}  // namespace
}  // namespace tessera
