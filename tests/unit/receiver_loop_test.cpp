#include "phy/engine/receiver_loop.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "phy/core/error.hpp"
#include "phy/core/nearest_name.hpp"
#include "phy/engine/equalized_pulse.hpp"
#include "phy/engine/phase_statistics.hpp"
#include "phy/engine/statistical_engine.hpp"
#include "phy/engine/symbol_decider.hpp"
#include "phy/engine/waveform_lane.hpp"
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

// Blocks may end anywhere: taps, error sum and bounds follow symbol by symbol.
TEST(AdaptiveEqualizer, AddedNoiseAndBoundsDoNotDependOnBlocks) {
  std::vector<float> v(3000), added(3000);
  gaussian_noise(stream_key(3, "v"), 0, std::span(v));
  gaussian_noise(stream_key(3, "added"), 0, std::span(added), 0.05F);
  AdaptiveEqualizer whole(std::vector<float>{-1.0F, -1.0F / 3.0F, 1.0F / 3.0F, 1.0F},
                          std::vector<float>{0.1F, 1.0F, -0.2F}, 1);
  whole.ffe_step = whole.dfe_step = 2e-3F;
  whole.dfe_low = {-0.01F};
  whole.dfe_high = {0.02F};
  AdaptiveEqualizer pieces = whole, single = whole, free = whole;
  free.dfe_low = {-9.0F};
  free.dfe_high = {9.0F};
  std::vector<std::uint8_t> a(v.size()), b(v.size());
  equalize(whole, v, {}, a, {}, added);
  equalize(free, v, {}, b, {}, added);
  EXPECT_NE(free.dfe, whole.dfe);
  EXPECT_GE(whole.dfe[0], -0.01F);
  EXPECT_LE(whole.dfe[0], 0.02F);
  for (std::size_t done = 0; done < v.size();) {
    const std::size_t run = std::min<std::size_t>(1 + done % 317, v.size() - done);
    equalize(pieces, std::span(v).subspan(done, run), {}, std::span(b).subspan(done, run), {},
             std::span(added).subspan(done, run));
    done += run;
  }
  EXPECT_EQ(a, b);
  EXPECT_EQ(whole.ffe(), pieces.ffe());
  EXPECT_EQ(whole.trajectory.mean_square, pieces.trajectory.mean_square);
  EXPECT_EQ(whole.trajectory.sum, pieces.trajectory.sum);
  std::vector<float> padded(single.reversed.size() - 1, 0.0F);
  padded.insert(padded.end(), v.begin(), v.end());
  for (std::size_t n = 0; n < v.size(); ++n)
    equalize_symbol(single, std::span(padded).subspan(n, single.reversed.size()), -1, added[n]);
  EXPECT_EQ(whole.ffe(), single.ffe());
  EXPECT_EQ(whole.dfe, single.dfe);
  EXPECT_EQ(whole.trajectory.sum, single.trajectory.sum);
}

struct Received {
  ReceiverLoop::Decided decided;
  ReceiverReport report;
};

// Every `step`-th sample of the same waveform, in blocks of `block` symbols.
Received received(const PreparedSegment& segment, const ReceiverOptions& options, std::size_t step, std::size_t block) {
  const DecisionPoint point = settled_decision(segment);
  const SymbolDecider decider(segment, point, adverse_thresholds(segment, point, 1025));
  const LaneOptions lane;
  ReceiverLoop loop(segment, point, decider.thresholds(), lane, options);
  const WaveformLane waveform(segment, point, lane);
  std::vector<float> v;
  std::vector<std::uint8_t> sent;
  for (std::uint64_t b = 0; b < 4; ++b) {
    WaveformLane::Block made;
    waveform.fill(b, made);
    for (std::size_t i = 0; i < made.v.size(); i += step) v.push_back(made.v[i]);
    sent.insert(sent.end(), made.sent.begin(), made.sent.end());
  }
  const std::size_t rate = WaveformLane::kRate / step;
  Received r;
  for (std::size_t done = 0; done < sent.size(); done += block) {
    const std::size_t run = std::min(block, sent.size() - done);
    loop.receive(std::span(v).subspan(done * rate, run * rate), std::span(sent).subspan(done, run), r.decided);
  }
  r.report = loop.report();
  return r;
}

// Where nothing moves, blocks of one sample a symbol are decided as the symbol after symbol that a clock needs.
TEST(ReceiverLoop, StandingStillItDecidesBlocksAsSymbolBySymbol) {
  test::SyntheticSegment synthetic;
  synthetic.grid = {53.125e9, 128, 32};
  synthetic.levels = {-1.0, -1.0 / 3.0, 1.0 / 3.0, 1.0};
  synthetic.pulse = test::low_pass_pulse(0.3);
  synthetic.noise_rms = 0.09;
  PreparedSegment segment = test::make_segment(synthetic);
  segment.receiver.ffe = {16, 3, 1e9};
  segment.receiver.dfe = {{0.0}, {0.05}};
  segment.receiver.adc_bits = 6.0;
  segment.receiver.adc_crest_factor = 1.5;
  segment.receiver.slicer_noise_rms = 0.02;
  segment.high_pass = 1e-5 * segment.grid.symbol_rate;
  for (const Adaptation adaptation : {Adaptation::none, Adaptation::lms, Adaptation::sign_sign}) {
    for (const Detector detector : {Detector::slicer, Detector::mlse}) {
      SCOPED_TRACE(std::string(to_string(adaptation)) + " " + std::string(to_string(detector)));
      ReceiverOptions options;
      options.adaptation = adaptation;
      options.detector = detector;
      options.training = 5'001;
      ASSERT_TRUE(stands_still(segment, {}, options));
      const Received moving = received(segment, options, 1, 8064), still = received(segment, options, 8, 8064),
                     pieces = received(segment, options, 8, 777);
      std::size_t errors = 0;
      for (std::size_t i = 0; i < moving.decided.sent.size(); ++i)
        errors += moving.decided.sent[i] != moving.decided.decided[i] ? 1 : 0;
      EXPECT_GT(errors, 10u);
      // The last few wait for samples that a standing receiver does not need.
      const std::size_t common = moving.decided.sent.size();
      ASSERT_GT(common, 20'000u);
      ASSERT_LE(still.decided.sent.size() - common, 4u);
      const auto head = [&](const std::vector<std::uint8_t>& x) {
        return std::vector<std::uint8_t>(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(common));
      };
      EXPECT_EQ(head(still.decided.sent), moving.decided.sent);
      EXPECT_EQ(head(still.decided.decided), moving.decided.decided);
      EXPECT_EQ(still.decided.decided, pieces.decided.decided);
      EXPECT_EQ(still.report.ffe, pieces.report.ffe);
      EXPECT_EQ(still.report.mean_square_error, pieces.report.mean_square_error);
      EXPECT_EQ(still.report.mlse_pulse, moving.report.mlse_pulse);
      EXPECT_GT(still.report.clipped_share, 0.0);
      for (std::size_t i = 0; i < still.report.ffe.size(); ++i)
        EXPECT_NEAR(still.report.ffe[i], moving.report.ffe[i], adaptation == Adaptation::none ? 0.0 : 5e-3);
    }
  }
}

TEST(ReceiverLoop, MovesWhereAClockOrItsOffsetOrJitterOfTheDecisionDoes) {
  PreparedSegment segment = test::make_segment({.pulse = test::low_pass_pulse(0.3)});
  ReceiverOptions options;
  EXPECT_TRUE(stands_still(segment, {}, options));
  options.start_offset_ui = 0.2;
  EXPECT_TRUE(stands_still(segment, {}, options));
  for (const auto& change :
       {+[](ReceiverOptions& o) { o.clock = ClockMode::bang_bang; },
        +[](ReceiverOptions& o) { o.frequency_offset = 1e-6; }, +[](ReceiverOptions& o) { o.wander = {1.0, 1e-5}; }}) {
    ReceiverOptions moving;
    change(moving);
    EXPECT_FALSE(stands_still(segment, {}, moving));
  }
  segment.receiver.jitter = {0.01, 0.0};
  EXPECT_FALSE(stands_still(segment, {}, options));
}

}  // namespace
}  // namespace tessera
