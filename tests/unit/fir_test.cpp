#include "phy/signal/fir.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "phy/core/error.hpp"
#include "phy/core/rng.hpp"
#include "phy/noise/gaussian_noise.hpp"

namespace tessera {
namespace {

std::vector<float> noise(const char* name, std::size_t count) {
  std::vector<float> x(count);
  gaussian_noise(stream_key(3, name), 0, x);
  return x;
}

// Longest double sum at hand: the definition, term by term.
std::vector<double> by_definition(const std::vector<float>& taps, const std::vector<float>& x) {
  std::vector<double> y(x.size(), 0.0);
  for (std::size_t n = 0; n < x.size(); ++n)
    for (std::size_t i = 0; i <= std::min(n, taps.size() - 1); ++i)
      y[n] += static_cast<double>(taps[i]) * static_cast<double>(x[n - i]);
  return y;
}

class FirLengths : public testing::TestWithParam<std::size_t> {};

TEST_P(FirLengths, EqualsTheDefinition) {
  const auto taps = noise("taps", GetParam()), x = noise("x", 9000);
  const auto expected = by_definition(taps, x);
  StreamingFir fir(taps);
  std::vector<float> y(x.size());
  fir_filter(fir, x, y);
  const double size = std::sqrt(static_cast<double>(GetParam()));
  for (std::size_t n = 0; n < x.size(); ++n)
    ASSERT_NEAR(static_cast<double>(y[n]), expected[n], 2e-6 * size + 3e-7 * size * size) << n;
}

TEST_P(FirLengths, BlocksMayBeCutAnywhereAndFilteredInPlace) {
  const auto taps = noise("taps", GetParam()), x = noise("x", 13000);
  StreamingFir whole(taps), pieces(taps);
  std::vector<float> a(x.size()), b = x;
  fir_filter(whole, x, a);
  for (std::size_t done = 0, step = 1; done < b.size(); step = step * 5 % 1009 + 1) {
    const std::size_t run = std::min(step, b.size() - done);
    const auto block = std::span(b).subspan(done, run);
    fir_filter(pieces, block, block);
    done += run;
  }
  EXPECT_EQ(a, b);
}

INSTANTIATE_TEST_SUITE_P(Taps, FirLengths, testing::Values(1, 2, 16, 31, 32, 33, 128, 700, 2500));

TEST(Fir, InterpolationIsTheFilterOfAStreamWithZerosBetween) {
  constexpr std::size_t kRate = 8;
  for (const std::size_t count : {3U, 100U, 1000U}) {
    const auto taps = noise("taps", count), x = noise("x", 5000);
    std::vector<float> stuffed(x.size() * kRate, 0.0F), y(x.size() * kRate), pieces(y.size());
    for (std::size_t n = 0; n < x.size(); ++n) stuffed[n * kRate] = x[n];
    const auto expected = by_definition(taps, stuffed);
    PolyphaseFir whole(taps, kRate), parts(taps, kRate);
    fir_interpolate(whole, x, y);
    for (std::size_t done = 0, step = 1; done < x.size(); step = step * 5 % 1009 + 1) {
      const std::size_t run = std::min(step, x.size() - done);
      fir_interpolate(parts, std::span(x).subspan(done, run), std::span(pieces).subspan(done * kRate, run * kRate));
      done += run;
    }
    EXPECT_EQ(y, pieces);
    for (std::size_t n = 0; n < y.size(); ++n) ASSERT_NEAR(static_cast<double>(y[n]), expected[n], 1e-4) << n;
  }
}

TEST(Fir, RefusesAnEmptyFilterAndUnequalBlocks) {
  EXPECT_THROW(StreamingFir(std::vector<float>{}), ConfigError);
  StreamingFir fir(std::vector<float>{1.0F});
  std::vector<float> x(3), y(4);
  EXPECT_THROW(fir_filter(fir, x, y), Error);
}

}  // namespace
}  // namespace tessera
