#include "phy/engine/receiver_sampler.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "phy/noise/gaussian_noise.hpp"
#include "phy/signal/fft.hpp"

namespace tessera {
namespace {

constexpr double kRate = ReceiverSampler::kRate;

// A sine of 0.7 symbol rates.
constexpr double kFrequency = 0.7;
double signal(double ui) { return std::sin(2.0 * M_PI * kFrequency * ui + 0.2); }

std::vector<float> samples(std::size_t symbols) {
  std::vector<float> v;
  for (std::size_t i = 0; i < symbols * ReceiverSampler::kRate; ++i)
    v.push_back(static_cast<float>(signal(static_cast<double>(i) / kRate)));
  return v;
}

TEST(ReceiverSampler, InterpolatesBetweenTheSamplesAndIsExactAtThem) {
  ReceiverSampler s;
  s.append(samples(64));
  EXPECT_EQ(s.end(), 64u);
  // (5/2 3/2 1/2)^2/6! of the sixth derivative, half way between two samples.
  const double bound = 1.875 * 1.875 / 720.0 * std::pow(2.0 * M_PI * kFrequency / kRate, 6);
  for (const double position : {0.0, 3.0, -5.0, 8.0})
    EXPECT_NEAR(static_cast<double>(s.at(30, position)), signal(30.0 + position / kRate), 1e-6);
  for (const double position : {0.4, -0.7, 6.31, -12.9})
    EXPECT_NEAR(static_cast<double>(s.at(30, position)), signal(30.0 + position / kRate), bound) << position;
}

TEST(ReceiverSampler, ManySymbolsAreThoseOfOneEachLessTheOffset) {
  ReceiverSampler s;
  s.append(samples(64));
  std::vector<float> x(16);
  s.at(40, -2.3, 0.25F, x);
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(x[i], s.at(25 + i, -2.3) - 0.25F, 1e-6F);
}

TEST(ReceiverSampler, PiecesAndForgottenSymbolsChangeNothing) {
  const std::vector<float> v = samples(64);
  ReceiverSampler whole, pieces;
  whole.append(v);
  for (std::size_t done = 0; done < 64; done += 16) {
    pieces.append(std::span(v).subspan(done * ReceiverSampler::kRate, 16 * ReceiverSampler::kRate));
    pieces.forget(done / 2);
  }
  EXPECT_EQ(pieces.begin, 24u);
  EXPECT_EQ(pieces.end(), 64u);
  EXPECT_EQ(pieces.at(40, 1.7), whole.at(40, 1.7));
}

TEST(FloorOf, IsTheWholePartTowardsMinusInfinity) {
  for (const double x : {-3.0, -2.5, -0.1, 0.0, 0.9, 7.0, 7.3})
    EXPECT_EQ(static_cast<double>(floor_of(x)), std::floor(x));
}

TEST(Fft, SinglePrecisionIsTheDoubleOneToRounding) {
  constexpr std::size_t kSize = 4096;
  std::vector<float> x(kSize + 1);
  gaussian_noise(stream_key(1, "x"), 0, x);
  for (const std::size_t shift : {0U, 1U}) {  // aligned, and not
    const auto in = std::span(x).subspan(shift, kSize);
    const std::vector<Complex> exact = real_fft(std::vector<double>(in.begin(), in.end()));
    std::vector<std::complex<float>> bins(kSize / 2 + 1);
    real_fft(in, bins);
    for (std::size_t k = 0; k < bins.size(); ++k) ASSERT_LT(std::abs(Complex(bins[k]) - exact[k]), 1e-6 * 64.0) << k;
    std::vector<float> back(kSize);
    inverse_real_fft(bins, back);
    for (std::size_t i = 0; i < kSize; ++i) ASSERT_NEAR(back[i] / static_cast<float>(kSize), in[i], 2e-6F);
  }
}

}  // namespace
}  // namespace tessera
