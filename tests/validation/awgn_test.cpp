#include <gtest/gtest.h>

#include <cmath>

#include "phy/engine/statistical_engine.hpp"
#include "phy/equalization/ctle.hpp"
#include "tests/support/synthetic_segment.hpp"

namespace tessera::test {
namespace {

PreparedSegment awgn(int order, double noise_rms) {
  SyntheticSegment s;
  s.levels = Modulation::pam(order).levels;
  s.pulse = held_pulse({1.0}, 0);
  s.noise_rms = noise_rms;
  return make_segment(s);
}

// Mean signal power over noise variance at which the engine meets a bit error ratio.
double snr_db_for(int order, double ber) {
  double low = 1e-3, high = 1.0;
  for (int i = 0; i < 60; ++i) {
    const double sigma = std::sqrt(low * high);
    (run_statistical(awgn(order, sigma)).pre_fec_ber.value() > ber ? high : low) = sigma;
  }
  return 10.0 * std::log10(Modulation::pam(order).variance() / (low * high));
}

TEST(Awgn, Pam4SymbolErrorRatioAtQ34141Is48e4) {
  const double q = 3.4141;
  const SegmentResult r = run_statistical(awgn(4, 1.0 / 3.0 / q));
  EXPECT_NEAR(r.symbol_error_ratio.value() / 4.8e-4, 1.0, 5e-4);  // dQ = 1e-4 is 4e-4 of the ratio
  EXPECT_NEAR(r.q, q, 1e-4);
}

// copper facts: BER = 3/8 erfc(sqrt(SNR/10)) for Gray PAM4; SNR as printed in the tables of the field.
TEST(Awgn, Pam4SnrFor24e4Is1766) { EXPECT_NEAR(snr_db_for(4, 2.4e-4), 17.66, 0.005); }
TEST(Awgn, Pam4SnrFor1e6Is2042) { EXPECT_NEAR(snr_db_for(4, 1e-6), 20.42, 0.005); }
TEST(Awgn, Pam4SnrFor1e12Is2388) { EXPECT_NEAR(snr_db_for(4, 1e-12), 23.88, 0.005); }
TEST(Awgn, NrzSnrFor1e12Is1694) { EXPECT_NEAR(snr_db_for(2, 1e-12), 16.94, 0.005); }

TEST(Awgn, ErrorRatioAtQ40IsTenToTheMinus349) {
  // ln Q(40) = -800 - ln(40 sqrt(2 pi)) - 1/40^2, asymptotic series
  const double expected = (-800.0 - std::log(40.0 * std::sqrt(2.0 * std::acos(-1.0))) - 1.0 / 1600.0) / std::log(10.0);
  EXPECT_NEAR(run_statistical(awgn(2, 1.0 / 40.0)).symbol_error_ratio.log10(), expected, 1e-5);
}

TEST(Ctle, NyquistGainsOfTheOifTable) {
  // OIF CEI-224G draft COM table at 106.25 GBd: f_z = f_p1 = f_b/2.5, f_p2 = f_b, g2 = 0 with f_LF = f_b/80.
  const double fb = 106.25e9;
  const CtleCorners corners{fb / 2.5, fb / 2.5, fb, fb / 80.0};
  const double gains[] = {0.0, -5.0, -10.0, -15.0, -20.0}, expected[] = {-0.97, -2.32, -2.85, -3.03, -3.09};
  for (int i = 0; i < 5; ++i)
    EXPECT_NEAR(20.0 * std::log10(std::abs(ctle_transfer(corners, fb / 2.0, gains[i], 0.0))), expected[i], 0.01)
        << gains[i];
}

TEST(Ctle, PeakStandsAt554GigahertzForMinus5) {
  const double fb = 106.25e9;
  const CtleCorners corners{fb / 2.5, fb / 2.5, fb, fb / 80.0};
  double best = -100.0, at = 0.0;
  for (double f = 30e9; f < 100e9; f += 0.05e9) {
    const double db = 20.0 * std::log10(std::abs(ctle_transfer(corners, f, -5.0, 0.0)));
    if (db > best) best = db, at = f;
  }
  EXPECT_NEAR(best, -2.31, 0.01);
  EXPECT_NEAR(at, 55.4e9, 0.1e9);
}

TEST(NoiseFilter, ButterworthAtNyquistOfTheClauses) {
  const double corner[] = {0.75, 0.58, 0.55}, expected[] = {-0.166, -1.156, -1.663};
  for (int i = 0; i < 3; ++i)
    EXPECT_NEAR(20.0 * std::log10(std::abs(butterworth_noise_filter(0.5, corner[i]))), expected[i], 0.005);
}

}  // namespace
}  // namespace tessera::test
