#include "phy/noise/gaussian_noise.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <vector>

namespace tessera {
namespace {

double upper_tail(double x) { return 0.5 * std::erfc(x / std::sqrt(2.0)); }

const StreamKey kKey = stream_key(20240607, "seg1/rx/tia", 0);

TEST(GaussianNoise, PortableAndVectorCodeGiveTheSameBits) {
  std::vector<float> a(40000), b(40000);
  gaussian_noise(kKey, 5, a, 0.3F);
  gaussian_noise_portable(kKey, 5, b, 0.3F);
  EXPECT_EQ(a, b);
}

TEST(GaussianNoise, BlockSizeDoesNotMatter) {
  std::vector<float> whole(10000), pieces(10000);
  gaussian_noise(kKey, 1000003, whole, 2.0F);
  for (std::size_t done = 0, step = 1; done < pieces.size(); step = step * 5 % 307 + 1) {
    const std::size_t run = std::min(step, pieces.size() - done);
    gaussian_noise(kKey, 1000003 + done, std::span(pieces).subspan(done, run), 2.0F);
    done += run;
  }
  EXPECT_EQ(whole, pieces);
  std::vector<double> wide(10000);
  gaussian_noise(kKey, 1000003, wide, 1.0);
  std::vector<float> unit(10000);
  gaussian_noise(kKey, 1000003, unit, 1.0F);
  for (std::size_t i = 0; i < wide.size(); ++i) ASSERT_EQ(wide[i], static_cast<double>(unit[i]));
}

// Moments of N(0, 1): E x^4 = 3, E x^6 = 15; the variance of a mean of x^k is (E x^{2k} - (E x^k)^2)/n.
TEST(GaussianNoise, MomentsAreThoseOfTheNormalLaw) {
  constexpr std::size_t kCount = 1 << 25, kBlock = 1 << 14;
  std::vector<float> x(kBlock);
  double m[7] = {};
  for (std::size_t done = 0; done < kCount; done += kBlock) {
    gaussian_noise(kKey, done, x);
    for (const float v : x) {
      double power = 1.0;
      for (double& sum : m) {
        sum += power;
        power *= static_cast<double>(v);
      }
    }
  }
  const double n = kCount;
  EXPECT_NEAR(m[1] / n, 0.0, 4.5 * std::sqrt(1.0 / n));
  EXPECT_NEAR(m[2] / n, 1.0, 4.5 * std::sqrt(2.0 / n));
  EXPECT_NEAR(m[3] / n, 0.0, 4.5 * std::sqrt(15.0 / n));
  EXPECT_NEAR(m[4] / n, 3.0, 4.5 * std::sqrt(96.0 / n));
  EXPECT_NEAR(m[5] / n, 0.0, 4.5 * std::sqrt(945.0 / n));
  EXPECT_NEAR(m[6] / n, 15.0, 4.5 * std::sqrt(10170.0 / n));
}

// 2^27 samples: bins of a quarter sigma to +-5 by chi-square, and the counts beyond 3, 4 and 5 sigma against erfc.
TEST(GaussianNoise, HistogramAndTailsFollowErfc) {
  constexpr std::size_t kCount = std::size_t{1} << 27, kBlock = 1 << 14;
  constexpr int kBins = 40;
  std::vector<float> x(kBlock);
  std::vector<double> counts(kBins + 2, 0.0);
  double beyond[3] = {};
  for (std::size_t done = 0; done < kCount; done += kBlock) {
    gaussian_noise(kKey, done, x);
    for (const float v : x) {
      counts[static_cast<std::size_t>(std::clamp(static_cast<int>(std::floor(v * 4.0F)) + 21, 0, kBins + 1))] += 1.0;
      const float a = std::abs(v);
      for (int k = 0; k < 3; ++k)
        if (a > static_cast<float>(3 + k)) beyond[k] += 1.0;
    }
  }
  const double n = kCount;
  double chi = 0.0;
  for (int i = 0; i < kBins + 2; ++i) {
    const double low = (i - 21) / 4.0, high = low + 0.25;
    const double p = i == 0           ? upper_tail(-high)
                     : i == kBins + 1 ? upper_tail(low)
                     : low < 0.0      ? upper_tail(-high) - upper_tail(-low)
                                      : upper_tail(low) - upper_tail(high);
    chi += (counts[static_cast<std::size_t>(i)] - n * p) * (counts[static_cast<std::size_t>(i)] - n * p) / (n * p);
  }
  const boost::math::chi_squared law(kBins + 1);
  EXPECT_GT(chi, quantile(law, 1e-5));
  EXPECT_LT(chi, quantile(complement(law, 1e-5)));
  for (int k = 0; k < 3; ++k) {
    const double expected = 2.0 * n * upper_tail(3.0 + k);  // 362,368; 8,501; 77
    EXPECT_NEAR(beyond[k], expected, 4.5 * std::sqrt(expected)) << 3 + k << " sigma";
  }
}

// The radius of a pair is u itself: pairs with -ln u beyond L are a share e^-L of all, out to 18 = 6 sigma of radius.
TEST(GaussianNoise, RadiiReachSixSigmaAsOftenAsTheyShould) {
  constexpr std::size_t kCount = std::size_t{1} << 30, kBlock = 1 << 14;
  std::vector<float> x(kBlock);
  double beyond[3] = {};
  float largest = 0.0F;
  for (std::size_t done = 0; done < kCount; done += kBlock) {
    gaussian_noise(kKey, done, x);
    for (std::size_t base = 0; base < kBlock; base += 32) {
      for (std::size_t i = base; i < base + 16; ++i) {
        const float half_square = 0.5F * (x[i] * x[i] + x[i + 16] * x[i + 16]);
        largest = std::max(largest, half_square);
        if (half_square < 12.0F) continue;
        beyond[0] += 1.0;
        if (half_square > 15.0F) beyond[1] += 1.0;
        if (half_square > 18.0F) beyond[2] += 1.0;
      }
    }
  }
  for (int k = 0; k < 3; ++k) {
    const double expected = 0.5 * kCount * std::exp(-12.0 - 3.0 * k);  // 3,299; 164; 8.2
    EXPECT_NEAR(beyond[k], expected, 4.5 * std::sqrt(expected)) << k;
  }
  EXPECT_GT(largest, 18.0F);
}

// Radius words of 0 stand at these places of this stream: the radius comes from 64 more bits, beyond the
// sqrt(2 ln 2^32) = 6.66 where a word alone would end.
TEST(GaussianNoise, WordsOfZerosTakeTheirRadiusFromMoreBits) {
  for (const std::uint64_t index : {std::uint64_t{4445435084}, std::uint64_t{5010717189}}) {
    std::vector<std::uint32_t> word(1);
    random_words(kKey, index, word, Rounds::seven);
    ASSERT_EQ(word[0], 0U);
    std::vector<float> x(17);
    gaussian_noise(kKey, index, x);
    const double more = (static_cast<double>(random_refinement(kKey, index)) + 0.5) * 0x1p-64;
    const double expected = std::sqrt(2.0 * (31.0 * std::log(2.0) - std::log(more)));
    EXPECT_NEAR(std::hypot(x[0], x[16]), expected, 1e-5);
    EXPECT_GT(expected, std::sqrt(62.0 * std::log(2.0)));
  }
}

TEST(GaussianNoise, SamplesAreUncorrelatedAtEveryLag) {
  constexpr std::size_t kCount = 1 << 20;
  std::vector<float> x(kCount), other(kCount);
  gaussian_noise(kKey, 0, x);
  gaussian_noise(stream_key(20240607, "seg1/rx/tia", 1), 0, other);
  const double deviation = 1.0 / std::sqrt(double{kCount});
  for (std::size_t lag = 1; lag <= 130; ++lag) {
    double sum = 0.0, squares = 0.0;
    for (std::size_t i = 0; i + lag < kCount; ++i) {
      const double a = x[i], b = x[i + lag];
      sum += a * b;
      squares += (a * a - 1.0) * (b * b - 1.0) / 2.0;
    }
    EXPECT_LT(std::abs(sum / kCount), 4.8 * deviation) << lag;
    EXPECT_LT(std::abs(squares / kCount), 4.8 * deviation) << lag;  // of the squares: a pair shares its radius word
  }
  double cross = 0.0;
  for (std::size_t i = 0; i < kCount; ++i) cross += static_cast<double>(x[i]) * static_cast<double>(other[i]);
  EXPECT_LT(std::abs(cross / kCount), 4.5 * deviation);
}

}  // namespace
}  // namespace tessera
