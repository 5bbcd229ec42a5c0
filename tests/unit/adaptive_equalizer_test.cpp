#include "phy/equalization/adaptive_equalizer.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "phy/core/error.hpp"
#include "phy/core/rng.hpp"
#include "phy/equalization/tap_solver.hpp"
#include "phy/modulation/pam.hpp"
#include "phy/modulation/prbs.hpp"
#include "phy/noise/gaussian_noise.hpp"
#include "phy/signal/fir.hpp"

namespace tessera {
namespace {

// A channel with pre- and post-cursors, main cursor at 4.
const std::vector<float> kChannel{0.0F, 0.02F, -0.05F, 0.18F, 1.0F, 0.42F, 0.17F, -0.08F, 0.05F, 0.02F};
constexpr int kMain = 4, kTaps = 16, kPre = 3;
constexpr float kRms = 0.1F;

struct Stream {
  std::vector<std::uint8_t> symbols;  // symbols[n] trains at n
  std::vector<float> v;
};

// v_n holds symbol n - kMain at its cursor, and the main tap is kPre samples behind: decision n is symbol n - kMain -
// kPre.
Stream make_stream(std::size_t count) {
  SymbolPattern pattern("random", 4, 0, stream_key(5, "tx"));
  std::vector<std::uint8_t> sent(count);
  pattern.fill(0, sent);
  Stream s{std::vector<std::uint8_t>(count, 0), std::vector<float>(count)};
  const auto levels = Modulation::pam(4).levels;
  for (std::size_t n = 0; n < count; ++n) s.v[n] = static_cast<float>(levels[sent[n]]);
  StreamingFir channel(kChannel);
  fir_filter(channel, s.v, s.v);
  std::vector<float> w(count);
  gaussian_noise(stream_key(5, "rx"), 0, w, kRms);
  for (std::size_t n = 0; n < count; ++n) s.v[n] += w[n];
  std::copy(sent.begin(), sent.end() - kMain - kPre, s.symbols.begin() + kMain + kPre);
  return s;
}

EqualizerTaps solution(std::size_t dfe_taps) {
  std::vector<double> cursors(64, 0.0);  // circular, main at 0
  for (std::size_t i = 0; i < kChannel.size(); ++i) cursors[(i + 64 - kMain) % 64] = static_cast<double>(kChannel[i]);
  std::vector<double> noise(kTaps, 0.0);
  noise[0] = std::pow(static_cast<double>(kRms), 2) / Modulation::pam(4).variance();
  return solve_mmse(cursors, noise,
                    {kTaps, kPre, 1e9, std::vector<double>(dfe_taps, -1e9), std::vector<double>(dfe_taps, 1e9)});
}

AdaptiveEqualizer equalizer(TapUpdate update, float step, std::size_t dfe_taps) {
  const auto levels = Modulation::pam(4).levels;
  std::vector<float> start(kTaps, 0.0F);
  start[kPre] = 1.0F;
  AdaptiveEqualizer e(std::vector<float>(levels.begin(), levels.end()), start, dfe_taps);
  e.update = update;
  e.ffe_step = e.dfe_step = step;
  return e;
}

// The unconstrained minimum of E(L[s] - z)^2 is the constrained one scaled by 1/(1 + J), with error J/(1 + J), J the
// constrained error over the symbol variance at a cursor of 1. Excess error of LMS: step tr(R)/2 of it, to first order.
void expect_convergence(AdaptiveEqualizer e, const Stream& s, std::size_t dfe_taps, double tap_tolerance,
                        double misadjustment) {
  std::vector<std::uint8_t> d(s.v.size());
  equalize(e, s.v, s.symbols, d);
  const EqualizerTaps taps = solution(dfe_taps);
  const double j = taps.mean_square_error, variance = Modulation::pam(4).variance();
  const double scale = 1.0 / (1.0 + j) / taps.cursor;
  const auto w = e.ffe();
  for (std::size_t i = 0; i < w.size(); ++i)
    EXPECT_NEAR(static_cast<double>(w[i]), taps.ffe[i] * scale, tap_tolerance) << i;
  for (std::size_t i = 0; i < dfe_taps; ++i)
    EXPECT_NEAR(static_cast<double>(e.dfe[i]), taps.dfe[i] / (1.0 + j), tap_tolerance) << i;
  const double least = variance * j / (1.0 + j);
  EXPECT_GT(e.trajectory.settled(), 0.98 * least);
  EXPECT_LT(e.trajectory.settled(), (1.0 + misadjustment) * 1.02 * least);
  ASSERT_TRUE(e.trajectory.converged_at().has_value());
  EXPECT_LT(*e.trajectory.converged_at(), s.v.size() / 4);
}

double input_power() {
  double power = std::pow(static_cast<double>(kRms), 2);
  for (const float h : kChannel) power += Modulation::pam(4).variance() * static_cast<double>(h * h);
  return power;
}

TEST(AdaptiveEqualizer, LmsReachesTheLeastSquaresSolution) {
  // FFE and DFE can undo the same echo but for the noise, which leaves a mode with a time constant of 1/(step rms^2) =
  // 5 x 10^4 symbols and more.
  const Stream s = make_stream(2000000);
  const float step = 4e-3F;
  for (const std::size_t dfe : {0U, 1U, 2U}) {
    const double trace = kTaps * input_power() + static_cast<double>(dfe) * Modulation::pam(4).variance();
    // Taps wander with a variance of step J/2 each where gradients are independent; residual interference ties one to
    // the next, which widens soft modes: eight of these deviations.
    expect_convergence(equalizer(TapUpdate::lms, step, dfe), s, dfe, 8.0 * std::sqrt(2e-3 * 0.011), 1.2 * 2e-3 * trace);
  }
}

// Signs settle where E sgn(e) sgn(v) = 0, which is the least-squares solution only for Gaussian v: along the soft mode
// of FFE against DFE the taps stay off by some hundredths (the same for a step of 2^-13), at an error within 10 % of
// the least.
TEST(AdaptiveEqualizer, SignSignEndsNearTheLeastError) {
  expect_convergence(equalizer(TapUpdate::sign_sign, 0x1p-11F, 1), make_stream(4000000), 1, 0.08, 0.10);
}

TEST(AdaptiveEqualizer, DecisionsDirectOnceTheEyeIsOpen) {
  const Stream s = make_stream(1500000);
  AdaptiveEqualizer e = equalizer(TapUpdate::lms, 4e-3F, 1);
  std::vector<std::uint8_t> d(s.v.size());
  const std::size_t training = 50000;
  equalize(e, std::span(s.v).first(training), std::span(s.symbols).first(training), std::span(d).first(training));
  equalize(e, std::span(s.v).subspan(training), {}, std::span(d).subspan(training));
  const double j = solution(1).mean_square_error;
  EXPECT_NEAR(e.trajectory.settled() / (Modulation::pam(4).variance() * j / (1.0 + j)), 1.0, 0.05);
  std::size_t wrong = 0;
  for (std::size_t n = training; n < d.size(); ++n) wrong += d[n] != s.symbols[n] ? 1U : 0U;
  // Errors of a Gaussian of that variance, times up to 3: with b = 0.5 a wrong decision makes the next one wrong in
  // more than half of all cases.
  const double sigma = std::sqrt(Modulation::pam(4).variance() * j);
  const double expected =
      1.5 * 0.5 * std::erfc(1.0 / 3.0 / sigma / std::sqrt(2.0)) * static_cast<double>(d.size() - training);
  EXPECT_LT(static_cast<double>(wrong), 3.0 * expected);
  EXPECT_GT(static_cast<double>(wrong), 0.5 * expected);
}

TEST(AdaptiveEqualizer, BlockSizeDoesNotMatter) {
  const Stream s = make_stream(20000);
  for (const std::size_t taps : {5U, 16U, 24U, 40U}) {
    const auto levels = Modulation::pam(4).levels;
    std::vector<float> start(taps, 0.0F);
    start[kPre] = 1.0F;
    AdaptiveEqualizer whole(std::vector<float>(levels.begin(), levels.end()), start, 2);
    whole.ffe_step = whole.dfe_step = 1e-3F;
    AdaptiveEqualizer pieces = whole;
    std::vector<std::uint8_t> a(s.v.size()), b(s.v.size());
    std::vector<float> za(s.v.size()), zb(s.v.size());
    equalize(whole, s.v, s.symbols, a, za);
    for (std::size_t done = 0, step = 1; done < b.size(); step = step * 7 % 1511 + 1) {
      const std::size_t run = std::min(step, b.size() - done);
      equalize(pieces, std::span(s.v).subspan(done, run), std::span(s.symbols).subspan(done, run),
               std::span(b).subspan(done, run), std::span(zb).subspan(done, run));
      done += run;
    }
    EXPECT_EQ(a, b);
    EXPECT_EQ(za, zb);
    EXPECT_EQ(whole.ffe(), pieces.ffe());
    EXPECT_EQ(whole.dfe, pieces.dfe);
    EXPECT_EQ(whole.trajectory.mean_square.size(), pieces.trajectory.mean_square.size());
  }
}

TEST(AdaptiveEqualizer, WithoutStepItIsTheFixedFilter) {
  const Stream s = make_stream(3000);
  AdaptiveEqualizer e = equalizer(TapUpdate::lms, 0.0F, 1);
  e.dfe[0] = 0.3F;
  std::vector<std::uint8_t> d(s.v.size());
  std::vector<float> z(s.v.size());
  equalize(e, s.v, {}, d, z);
  for (std::size_t n = 100; n < z.size(); ++n) ASSERT_NEAR(z[n], s.v[n - kPre] - 0.3F * e.levels[d[n - 1]], 1e-6F);
}

TEST(AdaptiveEqualizer, TrajectoryStaysShortAndUnsettledOnesSaySo) {
  ErrorTrajectory falling;
  for (int i = 0; i < 100; ++i) falling.mean_square.push_back(std::pow(0.9, i));
  EXPECT_FALSE(falling.converged_at().has_value());
  EXPECT_THROW(ErrorTrajectory{}.settled(), NumericError);
  AdaptiveEqualizer e(std::vector<float>{-1, 1}, std::vector<float>{1.0F}, 0);
  std::vector<float> v(1 << 20, 1.5F);
  std::vector<std::uint8_t> d(v.size());
  for (int i = 0; i < 3; ++i) equalize(e, v, {}, d);
  EXPECT_LT(e.trajectory.mean_square.size(), 1024U);
  EXPECT_GT(e.trajectory.window, 1024U);
  for (const double m : e.trajectory.mean_square) EXPECT_DOUBLE_EQ(m, 0.25);
}

TEST(AdaptiveEqualizer, BadInputNamesTheRule) {
  try {
    AdaptiveEqualizer e(std::vector<float>{-1, 1}, std::vector<float>(65), 0);
    FAIL();
  } catch (const ConfigError& e) {
    EXPECT_STREQ(e.what(), "an adaptive FFE has 1 to 64 taps, got 65");
  }
}

}  // namespace
}  // namespace tessera
