#include "phy/modulation/edge_jitter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "phy/core/error.hpp"
#include "phy/modulation/pam.hpp"

namespace tessera {
namespace {

std::vector<float> levels_of(int order) {
  const auto levels = Modulation::pam(order).levels;
  return {levels.begin(), levels.end()};
}

EdgeJitter jitter() {
  EdgeJitter j;
  j.random_key = stream_key(1, "tx/random");
  j.sign_key = stream_key(1, "tx/sign");
  return j;
}

// Symbols 0, 1, 0, 1, … and two more ahead.
std::vector<std::uint8_t> clock_pattern(std::size_t count) {
  std::vector<std::uint8_t> s(count + 4);
  for (std::size_t i = 0; i < s.size(); ++i) s[i] = i % 2 == 0 ? 0 : 1;
  return s;
}

// Crossings of zero by straight lines between samples, in UI.
std::vector<double> crossings(const std::vector<float>& x, std::size_t samples_per_ui) {
  std::vector<double> t;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double a = static_cast<double>(x[i]), b = static_cast<double>(x[i + 1]);
    if ((a < 0.0) != (b < 0.0))
      t.push_back((static_cast<double>(i) + a / (a - b)) / static_cast<double>(samples_per_ui));
  }
  return t;
}

TEST(EdgeJitter, EdgesCrossWhereTheyWerePut) {
  constexpr std::size_t kCount = 4000;
  EdgeJitter j = jitter();
  j.random_rms_ui = 0.02;
  j.dual_dirac_ui = 0.05;
  j.sinusoidal_ui = 0.1;
  j.frequency = 0.00137;
  for (const auto& [samples, edge] : {std::pair<std::size_t, double>{8, 0.25}, {16, 0.3}, {32, 0.0625}}) {
    const EdgeRenderer r = make_edge_renderer(levels_of(2), samples, edge, j);
    std::vector<float> x(kCount * samples);
    render(r, 0, clock_pattern(kCount), x);
    std::vector<double> tau(kCount);
    edge_displacements(j, 0, tau);
    const auto t = crossings(x, samples);
    // Edge 0 may lie ahead of the first sample.
    const std::size_t first = t.front() < 0.5 ? 0 : 1;
    ASSERT_GE(t.size() + 2, kCount);
    for (std::size_t i = 0; i < t.size() && i + first < kCount; ++i)
      ASSERT_NEAR(t[i], static_cast<double>(i + first) + tau[i + first], 2e-6) << i;
  }
}

TEST(EdgeJitter, DisplacementsHaveTheStatedLaw) {
  EdgeJitter j = jitter();
  j.random_rms_ui = 0.01;
  j.dual_dirac_ui = 0.03;
  std::vector<double> tau(400000);
  edge_displacements(j, 0, tau);
  double mean = 0.0, square = 0.0, late = 0.0;
  for (const double v : tau) {
    mean += v;
    square += v * v;
    late += v > 0.0 ? 1.0 : 0.0;
  }
  const double n = static_cast<double>(tau.size()), variance = 1e-4 + 9e-4;
  EXPECT_NEAR(mean / n, 0.0, 4.5 * std::sqrt(variance / n));
  // E x^4 = 3 r^4 + 6 r^2 d^2 + d^4 for a Gaussian beside +-d.
  EXPECT_NEAR(square / n, variance, 4.5 * std::sqrt((3e-8 + 6 * 9e-8 + 81e-8 - variance * variance) / n));
  EXPECT_NEAR(late / n, 0.5, 4.5 * 0.5 / std::sqrt(n));
}

// A clock signal of period 2 UI, phase-modulated by 2 pi (1/2) A sin: sidebands at its fundamental +- f, each J1(pi A)
// against J0(pi A) of the carrier.
TEST(EdgeJitter, SinusoidalJitterMakesTheSidebandsOfPhaseModulation) {
  constexpr std::size_t kCount = 1 << 12, kSamples = 128;  // so many that aliases of sharp edges are below 1 %
  const double frequency = 16.0 / kCount;
  for (const double amplitude : {0.02, 0.1, 0.2}) {
    EdgeJitter j = jitter();
    j.sinusoidal_ui = amplitude;
    j.frequency = frequency;
    const EdgeRenderer r = make_edge_renderer(levels_of(2), kSamples, 0.25, j);
    std::vector<float> x(kCount * kSamples);
    render(r, 1 << 20, clock_pattern(kCount), x);
    const auto line = [&](double f) {
      std::complex<double> sum;
      for (std::size_t i = 0; i < x.size(); ++i)
        sum += static_cast<double>(x[i]) *
               std::polar(1.0, -2.0 * std::numbers::pi * f * static_cast<double>(i) / kSamples);
      return std::abs(sum);
    };
    const double beta = std::numbers::pi * amplitude;
    const double expected = std::cyl_bessel_j(1.0, beta) / std::cyl_bessel_j(0.0, beta);
    EXPECT_NEAR(line(0.5 + frequency) / line(0.5) / expected, 1.0, 0.01) << amplitude;
    EXPECT_NEAR(line(0.5 - frequency) / line(0.5) / expected, 1.0, 0.01) << amplitude;
  }
}

TEST(EdgeJitter, BlocksMayBeCutAnywhereAndLevelsAreReached) {
  EdgeJitter j = jitter();
  j.random_rms_ui = 0.05;
  j.dual_dirac_ui = 0.02;
  const EdgeRenderer r = make_edge_renderer(levels_of(4), 8, 0.25, j);
  std::vector<std::uint32_t> words(504);
  random_words(stream_key(1, "s"), 0, words);
  std::vector<std::uint8_t> s;
  for (const std::uint32_t w : words) s.push_back(static_cast<std::uint8_t>(w >> 30));
  std::vector<float> whole(4000), pieces(4000);
  render(r, 7, s, whole);
  for (std::size_t done = 0, step = 1; done < 500; step = step * 5 % 61 + 1) {
    const std::size_t run = std::min(step, 500 - done);
    render(r, 7 + done, std::span(s).subspan(done, run + 4), std::span(pieces).subspan(8 * done, 8 * run));
    done += run;
  }
  EXPECT_EQ(whole, pieces);
  for (std::size_t k = 0; k < 500; ++k) ASSERT_NEAR(whole[8 * k + 4], r.levels[s[k + 2]], 1e-6F);  // mid-symbol
}

TEST(EdgeJitter, BadInputNamesTheRule) {
  try {
    make_edge_renderer(levels_of(2), 8, 0.1, {});
    FAIL();
  } catch (const ConfigError& e) {
    EXPECT_STREQ(e.what(), "an edge must last between two samples and one UI, got 0.1 UI at 8 samples per UI");
  }
}

}  // namespace
}  // namespace tessera
