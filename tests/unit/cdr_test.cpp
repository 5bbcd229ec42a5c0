#include "phy/equalization/cdr.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>

#include "phy/core/error.hpp"
#include "phy/modulation/pam.hpp"
#include "phy/modulation/prbs.hpp"

namespace tessera {
namespace {

constexpr std::size_t kSamples = 8;

std::vector<float> levels_of(int order) {
  const auto levels = Modulation::pam(order).levels;
  return {levels.begin(), levels.end()};
}

// Raised cosine of full roll-off: h(0) = 1, 0 at every other half UI but +-1/2; band up to one symbol rate.
double pulse(double t) {
  const double a = std::abs(t);
  if (a < 1e-9) return 1.0;
  if (std::abs(a - 0.5) < 1e-9) return 0.5;
  return std::sin(2.0 * std::numbers::pi * t) / (2.0 * std::numbers::pi * t) / (1.0 - 4.0 * t * t);
}

double slope(double t) { return (pulse(t + 1e-5) - pulse(t - 1e-5)) / 2e-5; }

// Symbol m stands at m + delay(m) UI.
std::vector<float> waveform(const std::vector<std::uint8_t>& s, const std::vector<float>& levels,
                            const std::function<double(double)>& delay) {
  std::vector<float> x(s.size() * kSamples);
  std::vector<double> sum(x.size(), 0.0);
  constexpr int kReach = 8;
  for (std::size_t m = 0; m < s.size(); ++m) {
    const double at = static_cast<double>(m) + delay(static_cast<double>(m));
    const auto centre = static_cast<std::ptrdiff_t>(std::floor(at * kSamples));
    for (std::ptrdiff_t i = centre - kReach * 8; i <= centre + kReach * 8; ++i) {
      if (i < 0 || i >= static_cast<std::ptrdiff_t>(x.size())) continue;
      sum[static_cast<std::size_t>(i)] +=
          static_cast<double>(levels[s[m]]) * pulse(static_cast<double>(i) / kSamples - at);
    }
  }
  std::copy(sum.begin(), sum.end(), x.begin());
  return x;
}

std::vector<std::uint8_t> random_symbols_of(int order, std::size_t count) {
  SymbolPattern pattern("random", order, 0, stream_key(2, "cdr"));
  std::vector<std::uint8_t> s(count);
  pattern.fill(0, s);
  return s;
}

std::vector<RecoveredSymbol> recovered(ClockRecovery c, const std::vector<float>& x) {
  std::vector<RecoveredSymbol> out;
  recover(c, x, out);
  return out;
}

TEST(Cdr, SettlesOnTheMiddleOfTheEye) {
  for (const int order : {2, 4}) {
    for (const PhaseDetector detector : {PhaseDetector::mueller_muller, PhaseDetector::bang_bang}) {
      const auto levels = levels_of(order);
      const auto s = random_symbols_of(order, 40000);
      ClockRecovery c(levels, kSamples, 4.0 + 0.2);  // 0.2 UI late
      c.detector = detector;
      c.proportional = detector == PhaseDetector::bang_bang ? 5e-4 : 2e-3;
      const auto out = recovered(c, waveform(s, levels, [](double) { return 0.0; }));
      double mean = 0.0;
      std::size_t wrong = 0;
      for (std::size_t n = out.size() - 10000; n < out.size() - 20; ++n) {
        mean += (out[n].phase_ui - 4.0) / 9980.0;
        wrong += out[n].decision != s[n + 4] ? 1U : 0U;
      }
      EXPECT_NEAR(mean, 0.0, 2e-3) << order;
      EXPECT_EQ(wrong, 0U) << order;
    }
  }
}

// Second-order loop: the clock follows an offset without a standing phase error, and f is the offset.
TEST(Cdr, FollowsAFrequencyOffset) {
  for (const PhaseDetector detector : {PhaseDetector::mueller_muller, PhaseDetector::bang_bang}) {
    const auto levels = levels_of(4);
    const auto s = random_symbols_of(4, 60000);
    const double ppm = 300e-6;
    ClockRecovery c(levels, kSamples, 4.0);
    c.detector = detector;
    c.proportional = detector == PhaseDetector::bang_bang ? 2e-3 : 5e-3;
    c.integral = detector == PhaseDetector::bang_bang ? 2e-6 : 1e-5;
    std::vector<RecoveredSymbol> out;
    recover(c, waveform(s, levels, [&](double m) { return ppm * m; }), out);
    double error = 0.0, frequency = 0.0;
    std::size_t wrong = 0;
    const std::size_t last = out.size() - 100, first = last - 20000;
    for (std::size_t n = first; n < last; ++n) {
      error += (out[n].phase_ui - 4.0 - ppm * static_cast<double>(n + 4)) / 20000.0;
      wrong += out[n].decision != s[n + 4] ? 1U : 0U;
    }
    frequency = (out[last - 1].phase_ui - out[first].phase_ui) / static_cast<double>(last - 1 - first);
    EXPECT_NEAR(error, 0.0, 3e-3);
    EXPECT_NEAR(frequency, ppm, 0.02 * ppm);
    EXPECT_EQ(wrong, 0U);
  }
}

// Small sinusoidal jitter through a Mueller-Muller loop against H = G/(1 + G). The slope of E e is known from the
// pulse: variance (h'(-1) - h'(1)).
TEST(Cdr, JitterTransferIsThatOfTheLinearLoop) {
  const auto levels = levels_of(2);
  constexpr std::size_t kCount = 200000, kSettle = 20000;
  const auto s = random_symbols_of(2, kCount);
  const double gain = mueller_muller_gain(1.0, slope(-1.0), slope(0.0), slope(1.0));
  EXPECT_NEAR(gain, 2.0 * slope(-1.0), 1e-6);
  const double proportional = 0.04, integral = 2e-4, amplitude = 0.02;
  for (const double frequency : {0.0005, 0.002, 0.004, 0.008, 0.02, 0.05}) {
    ClockRecovery c(levels, kSamples, 4.0);
    c.proportional = proportional;
    c.integral = integral;
    const auto out = recovered(
        c, waveform(s, levels, [&](double m) { return amplitude * std::sin(2.0 * std::numbers::pi * frequency * m); }));
    std::vector<double> phase;
    for (std::size_t n = kSettle; n + 100 < out.size(); ++n) phase.push_back(out[n].phase_ui);
    // sin at symbol n + 4: complex amplitude -j A.
    const auto input = std::complex<double>(0.0, -amplitude);
    const auto measured = tone(phase, frequency, kSettle + 4) / input;
    const auto expected = jitter_transfer(gain, proportional, integral, frequency);
    EXPECT_NEAR(std::abs(measured), std::abs(expected), 0.03 * std::abs(expected) + 0.004) << frequency;
    EXPECT_NEAR(std::arg(measured / expected), 0.0, 0.02) << frequency;
  }
  // The closed form itself: unity at low frequency, peaking of a second-order loop, fall with kp K/(2 pi f).
  EXPECT_NEAR(std::abs(jitter_transfer(gain, proportional, integral, 1e-6)), 1.0, 1e-3);
  EXPECT_GT(std::abs(jitter_transfer(gain, proportional, integral, 0.002)), 1.0);
  EXPECT_NEAR(std::abs(jitter_transfer(gain, proportional, integral, 0.2)),
              gain * proportional * std::cos(0.2 * std::numbers::pi) / (2.0 * std::sin(0.2 * std::numbers::pi)), 0.02);
}

// Bang-bang slews at most `proportional` a transition: it follows where 2 pi f A stays below half of that, and falls
// behind where it is well above.
TEST(Cdr, BangBangIsLimitedBySlewing) {
  const auto levels = levels_of(2);
  const auto s = random_symbols_of(2, 60000);
  const double amplitude = 0.1, proportional = 1e-3;
  const auto response = [&](double frequency) {
    ClockRecovery c(levels, kSamples, 4.0);
    c.detector = PhaseDetector::bang_bang;
    c.proportional = proportional;
    const auto out = recovered(
        c, waveform(s, levels, [&](double m) { return amplitude * std::sin(2.0 * std::numbers::pi * frequency * m); }));
    std::vector<double> phase;
    for (std::size_t n = 10000; n + 100 < out.size(); ++n) phase.push_back(out[n].phase_ui);
    return std::abs(tone(phase, frequency)) / amplitude;
  };
  const double limit = 0.5 * proportional / (2.0 * std::numbers::pi * amplitude);  // half of all symbols are edges
  EXPECT_NEAR(response(0.2 * limit), 1.0, 0.03);
  // A triangle of slope kp/2 and quarter period 1/(4 f): fundamental 8/pi^2 of its peak kp/(8 f).
  const double high = 8.0 * limit;
  EXPECT_NEAR(response(high), 8.0 / (std::numbers::pi * std::numbers::pi) * proportional / (8.0 * high) / amplitude,
              0.15 * 0.1);
}

TEST(Cdr, FeedbackMovesTheLockPointAsThePhasePolicySays) {
  // h(-1) - h(1) + b h(0) = 0 on the raised cosine: early by about b/(2 h'(-1)).
  const auto levels = levels_of(2);
  const auto s = random_symbols_of(2, 60000);
  ClockRecovery c(levels, kSamples, 4.0);
  c.feedback = 0.1F;
  c.proportional = 2e-3;
  const auto out = recovered(c, waveform(s, levels, [](double) { return 0.0; }));
  double mean = 0.0;
  for (std::size_t n = 40000; n < 59900; ++n) mean += (out[n].phase_ui - 4.0) / 19900.0;
  EXPECT_NEAR(pulse(mean - 1.0) - pulse(mean + 1.0) + 0.1 * 1.0, 0.0, 4e-3);
  EXPECT_LT(mean, -0.02);
}

TEST(Cdr, BlockSizeDoesNotMatter) {
  const auto levels = levels_of(4);
  const auto x = waveform(random_symbols_of(4, 3000), levels, [](double m) { return 1e-4 * m; });
  for (const PhaseDetector detector : {PhaseDetector::mueller_muller, PhaseDetector::bang_bang}) {
    ClockRecovery whole(levels, kSamples, 4.3);
    whole.detector = detector;
    whole.proportional = 0.01;
    whole.integral = 1e-5;
    ClockRecovery pieces = whole;
    std::vector<RecoveredSymbol> a, b;
    recover(whole, x, a);
    for (std::size_t done = 0, step = 1; done < x.size(); step = step * 7 % 501 + 1) {
      const std::size_t run = std::min(step, x.size() - done);
      recover(pieces, std::span(x).subspan(done, run), b);
      done += run;
    }
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t n = 0; n < a.size(); ++n) {
      ASSERT_EQ(a[n].y, b[n].y);
      ASSERT_EQ(a[n].decision, b[n].decision);
      ASSERT_EQ(a[n].phase_ui, b[n].phase_ui);
    }
    EXPECT_LT(pieces.tail.size(), 600U);
  }
}

TEST(Cdr, BadInputNamesTheRule) {
  try {
    ClockRecovery c(levels_of(2), 2);
    FAIL();
  } catch (const ConfigError& e) {
    EXPECT_STREQ(e.what(), "clock recovery needs at least 4 samples per UI, got 2");
  }
}

}  // namespace
}  // namespace tessera
