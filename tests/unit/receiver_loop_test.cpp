#include "phy/engine/receiver_loop.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "phy/core/error.hpp"
#include "phy/core/nearest_name.hpp"
#include "phy/engine/equalized_pulse.hpp"
#include "phy/engine/phase_statistics.hpp"
#include "phy/equalization/adaptive_equalizer.hpp"
#include "phy/noise/gaussian_noise.hpp"
#include "tests/support/synthetic_segment.hpp"

namespace tessera {
namespace {

TEST(PhaseStatistics, FindASineInNoise) {
  constexpr double kFrequency = 0.0037, kAmplitude = 0.05;
  PhaseStatistics s(kFrequency);
  std::vector<double> noise(200'000);
  gaussian_noise(stream_key(1, "phase"), 0, std::span(noise), 0.01);
  for (std::uint64_t n = 0; n < noise.size(); ++n)
    s.add(n,
          0.3 + noise[n] + kAmplitude * std::sin(2.0 * std::numbers::pi * kFrequency * static_cast<double>(n) + 0.4));
  EXPECT_NEAR(s.mean(), 0.3, 1e-3);
  EXPECT_NEAR(s.rms(), std::hypot(0.01, kAmplitude / std::sqrt(2.0)), 2e-4);
  EXPECT_NEAR(std::abs(s.line()), kAmplitude, 2e-4);
  EXPECT_NEAR(std::arg(s.line()), 0.4 - std::numbers::pi / 2.0, 5e-3);
}

// An unfinished period does not leak into the line; less than one says nothing.
TEST(PhaseStatistics, FindASineWhosePeriodIsUnfinished) {
  constexpr double kFrequency = 1e-4, kAmplitude = 5.0;
  for (const double periods : {0.9, 1.0, 1.3, 6.4}) {
    SCOPED_TRACE(periods);
    PhaseStatistics s(kFrequency);
    const auto count = static_cast<std::uint64_t>(std::lround(periods / kFrequency));
    for (std::uint64_t n = 0; n < count; ++n)
      s.add(n, 0.3 + kAmplitude * std::cos(2.0 * std::numbers::pi * kFrequency * static_cast<double>(n) + 0.4));
    EXPECT_EQ(s.has_line(), periods >= 1.0);
    if (s.has_line())
      EXPECT_NEAR(std::abs(s.line() - std::polar(kAmplitude, 0.4)), 0.0, 1e-9);
    else
      EXPECT_EQ(s.line(), 0.0);
  }
}

TEST(EqualizedPulse, IsTheSumOfShiftedPulsesAndCrossesBetweenThem) {
  const FrequencyGrid grid{53.125e9, 64, 32};
  const auto bell = [](double t) { return std::exp(-2.0 * t * t); };
  const PulseResponse pulse = pulse_response(test::response_of(grid, bell));
  const std::vector<double> ffe{-0.1, 1.0, -0.2};
  const EqualizedPulse h{&pulse, 0.0, ffe, 1};
  for (const double t : {-0.7, 0.0, 0.31, 1.4}) {
    const auto exact = [&](double u) { return -0.1 * bell(u + 1.0) + bell(u) - 0.2 * bell(u - 1.0); };
    EXPECT_NEAR(h.at(t), exact(t), 1e-6);
    EXPECT_NEAR(h.slope(t), (exact(t + 1e-4) - exact(t - 1e-4)) / 2e-4, 2e-3);
  }
  const std::vector<double> one{1.0};
  const auto middle = EqualizedPulse{&pulse, 0.0, one, 0}.crossing(0.0);
  EXPECT_NEAR(middle.u, -0.5, 1e-6);
  EXPECT_NEAR(middle.weight, bell(0.5), 1e-6);
  const auto fed = EqualizedPulse{&pulse, 0.0, one, 0}.crossing(0.2);
  EXPECT_NEAR(bell(fed.u), bell(fed.u + 1.0) - 0.2, 1e-6);
}

TEST(AdaptiveEqualizer, OneSymbolAtATimeIsTheBlock) {
  std::vector<float> v(2000);
  gaussian_noise(stream_key(3, "v"), 0, std::span(v));
  const std::vector<float> levels{-1.0F, -1.0F / 3.0F, 1.0F / 3.0F, 1.0F}, start{0.1F, 1.0F, -0.2F};
  AdaptiveEqualizer block(levels, start, 1);
  block.ffe_step = block.dfe_step = 1e-3F;
  AdaptiveEqualizer single = block;
  std::vector<std::uint8_t> decided(v.size());
  std::vector<float> z(v.size());
  equalize(block, v, {}, decided, z);
  std::vector<float> padded(single.reversed.size() - 1, 0.0F);
  padded.insert(padded.end(), v.begin(), v.end());
  for (std::size_t n = 0; n < v.size(); ++n) {
    const EqualizedSymbol s = equalize_symbol(single, std::span(padded).subspan(n, single.reversed.size()), -1);
    ASSERT_EQ(s.z, z[n]);
    ASSERT_EQ(s.decision, decided[n]);
  }
  EXPECT_EQ(single.ffe(), block.ffe());
}

TEST(AdaptiveEqualizer, HeldTapsStay) {
  std::vector<float> v(2000);
  gaussian_noise(stream_key(3, "v"), 0, std::span(v));
  AdaptiveEqualizer e(std::vector<float>{-1.0F, 1.0F}, std::vector<float>{0.1F, 1.0F, -0.2F}, 2);
  e.ffe_step = e.dfe_step = 1e-3F;
  e.hold(2);
  e.dfe_held = 1;
  std::vector<std::uint8_t> d(v.size());
  equalize(e, v, {}, d);
  EXPECT_EQ(e.ffe()[2], -0.2F);
  EXPECT_NE(e.ffe()[0], 0.1F);
  EXPECT_EQ(e.dfe[0], 0.0F);
  EXPECT_NE(e.dfe[1], 0.0F);
}

TEST(ReceiverOptions, NamesAndBoundsAreChecked) {
  EXPECT_EQ(clock_mode_named("bang_bang"), ClockMode::bang_bang);
  const auto message = [](const auto& f) -> std::string {
    try {
      f();
    } catch (const ConfigError& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_EQ(message([] { adaptation_named("lsm"); }), "unknown adaptation \"lsm\"; did you mean \"lms\"?");
  ReceiverOptions o;
  o.start_offset_ui = 1.5;
  EXPECT_EQ(message([&] { check_receiver(o, {}); }), "a clock starts within 1 UI of the settled phase, got 1.5 UI");
  o = {};
  o.mlse_memory = 3;
  EXPECT_EQ(message([&] { check_receiver(o, {}); }), "MLSE remembers 1 or 2 symbols, got 3");
  o = {};
  o.adaptation = Adaptation::lms;
  o.training = 100;
  EXPECT_EQ(message([&] { check_receiver(o, {}); }), "a receiver trains on at least 4096 symbols, got 100");
  EXPECT_EQ(message([] { check_receiver({}, {0.3, 0.01}); }),
            "sinusoidal jitter has an amplitude of 0 to 0.25 UI, got 0.3 UI");
  o = {};
  o.wander = {25.0, 1e-7};
  EXPECT_EQ(message([&] { check_receiver(o, {}); }), "wander has an amplitude of 0 to 20 UI, got 25 UI");
  o.wander = {5.0, 1e-3};
  EXPECT_EQ(message([&] { check_receiver(o, {}); }),
            "sinusoidal jitter above 0.25 UI is slow: 2 pi f A up to 0.002 UI a symbol, got 0.0314159");
}

}  // namespace
}  // namespace tessera
