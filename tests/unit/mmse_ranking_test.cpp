#include "phy/equalization/mmse_ranking.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>

#include "phy/core/error.hpp"

namespace tessera::test {
namespace {

// A pulse with pre- and post-cursors, echoes and coloured noise, different for every seed.
SampledPulse random_pulse(const TapLimits& limits, unsigned seed, double noise_share) {
  std::mt19937 source(seed);
  std::uniform_real_distribution<double> uniform(-1.0, 1.0);
  std::vector<double> cursors(128, 0.0), noise(static_cast<std::size_t>(limits.ffe_taps));
  cursors[0] = 1.0;
  for (std::size_t k = 1; k < 20; ++k) cursors[k] = 0.6 * std::exp(-0.3 * static_cast<double>(k)) * uniform(source);
  for (std::size_t k = 1; k < 6; ++k)
    cursors[128 - k] = 0.4 * std::exp(-0.5 * static_cast<double>(k)) * uniform(source);
  for (std::size_t l = 0; l < noise.size(); ++l) noise[l] = noise_share * std::exp(-0.7 * static_cast<double>(l));
  return sample_pulse(cursors, noise, limits);
}

void expect_same_as_solver(const TapLimits& limits, double noise_share) {
  std::vector<SampledPulse> pulses;
  for (unsigned seed = 1; seed <= 4; ++seed) pulses.push_back(random_pulse(limits, seed, noise_share));
  std::array<RankedPulse, kRankedTogether> ranked;
  rank_mmse(pulses, limits, ranked);
  for (std::size_t i = 0; i < pulses.size(); ++i) {
    const EqualizerTaps taps = solve_mmse(pulses[i], limits);
    EXPECT_NEAR(ranked[i].cursor, taps.cursor, 1e-8 * std::abs(taps.cursor)) << limits.ffe_taps << " taps, pulse " << i;
    EXPECT_NEAR(ranked[i].mean_square_error, taps.mean_square_error, 1e-9) << limits.ffe_taps << " taps, pulse " << i;
  }
}

TEST(MmseRanking, AgreesWithTheSolverForAnyNumberOfTaps) {
  for (const int taps : {2, 3, 4, 5, 6, 7, 16, 41, 44}) expect_same_as_solver({taps, taps / 4, 1e9, {}, {}}, 0.01);
}

TEST(MmseRanking, AgreesWithTheSolverWithFreeFeedback) {
  for (const std::size_t feedback : {1u, 2u, 3u, 4u, 5u}) {
    expect_same_as_solver({16, 4, 1e9, std::vector<double>(feedback, -9.0), std::vector<double>(feedback, 9.0)}, 0.01);
  }
}

TEST(MmseRanking, AgreesWithTheSolverWhereTapsMeetTheirLimits) {
  expect_same_as_solver({16, 4, 0.05, {-0.85}, {0.85}}, 0.01);
  expect_same_as_solver({16, 4, 1e9, {0.0, -0.02}, {0.01, 0.02}}, 0.01);
  expect_same_as_solver({21, 5, 0.1, {0.0}, {0.05}, 1e-3}, 1e-3);
}

TEST(MmseRanking, AgreesWithTheSolverWithoutNoise) { expect_same_as_solver({12, 3, 1e9, {-0.5}, {0.5}}, 0.0); }

// One tap of each kind in closed form: w (h_0, h_-1)/..., here a pulse of one cursor in white noise: error = n/(1 + n)
// of the unbiased kind, n after scaling.
TEST(MmseRanking, OneCursorInWhiteNoiseLosesTheNoiseOnly) {
  const TapLimits limits{4, 1, 1e9, {}, {}};
  std::vector<double> cursors(64, 0.0);
  cursors[0] = 2.0;
  const std::array<SampledPulse, 1> pulse{sample_pulse(cursors, std::vector<double>{0.1, 0.0, 0.0, 0.0}, limits)};
  std::array<RankedPulse, 1> ranked;
  rank_mmse(pulse, limits, ranked);
  EXPECT_NEAR(ranked[0].cursor, 2.0, 1e-12);
  EXPECT_NEAR(ranked[0].mean_square_error, 0.1 / 4.0, 1e-11);
}

TEST(MmseRanking, PulseWithNothingAtTheCursorHasNone) {
  const TapLimits limits{4, 1, 1e9, {}, {}};
  std::vector<double> cursors(64, 0.0);
  cursors[30] = 1.0;
  const std::array<SampledPulse, 1> pulse{sample_pulse(cursors, std::vector<double>(4, 0.0), limits)};
  std::array<RankedPulse, 1> ranked;
  rank_mmse(pulse, limits, ranked);
  EXPECT_LE(ranked[0].cursor, 0.0);
}

TEST(MmseRanking, WrongNumberOfPlacesIsRefused) {
  std::array<RankedPulse, 2> ranked;
  EXPECT_THROW(rank_mmse({}, TapLimits{}, ranked), NumericError);
}

}  // namespace
}  // namespace tessera::test
