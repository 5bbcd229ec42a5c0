// A receiver that quantises, recovers its clock and learns its taps, against the engines that hold all three.
#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include <cmath>
#include <string>
#include <vector>

#include "phy/engine/bit_by_bit_engine.hpp"
#include "tests/support/copper_lane.hpp"
#include "tests/support/noisier_segment.hpp"
#include "tests/support/synthetic_segment.hpp"

namespace tessera::test {
namespace {

double q(double x) { return 0.5 * std::erfc(x / std::sqrt(2.0)); }

PreparedSegment without_converter(PreparedSegment segment) {
  segment.receiver.adc_bits = 0.0;
  return segment;
}

PreparedSegment shipped(const std::string& link, double symbol_error_ratio) {
  return with_error_ratio(without_converter(shipped_link(link).segments.front()), symbol_error_ratio);
}

BitByBitOptions receiver_options(std::uint64_t errors) {
  BitByBitOptions options;
  options.path = LanePath::receiver;
  options.seed = 1;
  options.stop = {errors, 60'000'000, 0.0};
  return options;
}

void print(const char* name, const SegmentResult& r) {
  const ReceiverReport& x = *r.receiver;
  std::printf("%-24s counted %.4e in %llu, error %.4e V^2 of %.4e, phase %+.4f rms %.4f UI, clipped %.2e\n", name,
              r.count->symbol_error_ratio(), static_cast<unsigned long long>(r.count->symbols), x.mean_square_error,
              x.settled_solution_error, x.phase_mean_ui, x.phase_rms_ui, x.clipped_share);
}

TEST(Receiver, FrozenItCountsWhatTheOtherEnginesFind) {
  for (const std::string link : {"copper_dac_800g", "lpo_dr8_800g", "microled_800g"}) {
    SCOPED_TRACE(link);
    const PreparedSegment segment = shipped(link, 1e-3);
    BitByBitOptions options = receiver_options(2500);
    const SegmentResult waveform = run_bit_by_bit(segment, options);
    options.path = LanePath::baud_rate;
    options.seed = 2;
    const ErrorCount& here = *waveform.count;
    const ErrorCount there = *run_bit_by_bit(segment, options).count;
    const double expected = run_statistical(segment).symbol_error_ratio.value();
    print(link.c_str(), waveform);
    EXPECT_TRUE(here.symbol_error_999.contains(expected))
        << expected << " outside [" << here.symbol_error_999.low << ", " << here.symbol_error_999.high << "]";
    EXPECT_LT(here.symbol_error_999.low, there.symbol_error_999.high);
    EXPECT_GT(here.symbol_error_999.high, there.symbol_error_999.low);
  }
}

// Mean square and centre of a phase's samples.
struct Column {
  double square = 0.0, centre = 0.0;
};

Column column(const EyeDensity& eye, std::size_t phase, double reach) {
  Column c;
  const std::size_t bins = eye.amplitude.size();
  const double step = eye.amplitude[1] - eye.amplitude[0];
  for (std::size_t i = 0; i < bins; ++i) {
    const double share = eye.density[phase * bins + i] * step;
    c.square += share * eye.amplitude[i] * eye.amplitude[i];
    if (std::abs(eye.amplitude[i]) < reach) c.centre += share;
  }
  return c;
}

// The lane's eye comes of cursors at each phase and feeds back what was sent, the receiver's of one waveform sampled
// early or late and feeds back what was decided.
TEST(Receiver, FrozenItsEyeIsTheLanes) {
  const PreparedSegment segment = shipped("copper_dac_800g", 1e-4);
  BitByBitOptions options = receiver_options(10);
  options.jitter = JitterPlace::decision;
  options.eye = true;
  const SegmentResult here = run_bit_by_bit(segment, options);
  options.path = LanePath::baud_rate;
  const EyeDensity lane = *run_bit_by_bit(segment, options).simulated_eye, eye = *here.simulated_eye;
  ASSERT_EQ(eye.density.size(), lane.density.size());
  const double reach = 0.5 * here.cursor;
  for (const std::size_t phase : {12u, 16u, 20u, 24u, 28u}) {
    SCOPED_TRACE(eye.phase_ui[phase]);
    const Column a = column(eye, phase, reach), b = column(lane, phase, reach);
    std::printf("%+.3f UI: rms %.5f and %.5f V, in the middle %.4f and %.4f\n", eye.phase_ui[phase],
                std::sqrt(a.square), std::sqrt(b.square), a.centre, b.centre);
    EXPECT_NEAR(a.square / b.square, 1.0, 0.03);
    EXPECT_NEAR(a.centre, b.centre, 0.006 + 0.06 * b.centre);
  }
  // It opens where it decides and nowhere as far beside it.
  EXPECT_LT(column(eye, 20, reach).centre, 0.5 * column(eye, 12, reach).centre);
  EXPECT_LT(column(eye, 20, reach).centre, 0.5 * column(eye, 28, reach).centre);
}

// A receiver that stands still has one sample a symbol; for an eye its waveform goes on at eight, and what was counted
// does not depend on it.
TEST(Receiver, StandingStillItsEyeIsTheLanesAndChangesNoCount) {
  PreparedSegment segment = shipped("copper_dac_800g", 1e-4);
  segment.jitter = segment.transmitter.jitter = segment.receiver.jitter = {};
  BitByBitOptions options = receiver_options(0);
  options.stop.symbols = 100'000;
  const SegmentResult blind = run_bit_by_bit(segment, options);
  options.eye = true;
  const SegmentResult here = run_bit_by_bit(segment, options);
  EXPECT_EQ(here.count->symbol_errors, blind.count->symbol_errors);
  EXPECT_EQ(here.count->symbols, blind.count->symbols);
  options.path = LanePath::baud_rate;
  const EyeDensity lane = *run_bit_by_bit(segment, options).simulated_eye, eye = *here.simulated_eye;
  const double reach = 0.5 * here.cursor;
  for (const std::size_t phase : {12u, 16u, 20u, 24u, 28u}) {
    SCOPED_TRACE(eye.phase_ui[phase]);
    const Column a = column(eye, phase, reach), b = column(lane, phase, reach);
    EXPECT_NEAR(a.square / b.square, 1.0, 0.03);
    EXPECT_NEAR(a.centre, b.centre, 0.006 + 0.06 * b.centre);
  }
}

// Behind stages that bend: the receiver's waveform is theirs.
TEST(Receiver, FrozenBehindAVcselItCountsAsThePathThroughTheStages) {
  const PreparedLink link = shipped_link("aoc_sr8_800g");
  const PreparedSegment segment = with_error_ratio(without_converter(link.segments.at(1)), 1e-2);
  BitByBitOptions options = receiver_options(2000);
  const SegmentResult waveform = run_bit_by_bit(segment, options, &link.link.segments.at(1));
  options.path = LanePath::stages;
  options.seed = 2;
  const ErrorCount there = *run_bit_by_bit(segment, options, &link.link.segments.at(1)).count;
  print("vcsel", waveform);
  std::printf("through the stages %.4e\n", there.symbol_error_ratio());
  EXPECT_EQ(waveform.receiver->waveform, "stages");
  EXPECT_LT(waveform.count->symbol_error_999.low, there.symbol_error_999.high);
  EXPECT_GT(waveform.count->symbol_error_999.high, there.symbol_error_999.low);
}

// From the main tap alone: the error ends above the least one by the share that step and taps set, and the ratio of
// errors with it.
TEST(Receiver, LmsFromTheMainTapArrivesAtTheSettledTaps) {
  const PreparedSegment segment = shipped("copper_dac_800g", 1e-3);
  BitByBitOptions options = receiver_options(2500);
  const SegmentResult frozen = run_bit_by_bit(segment, options);
  options.receiver.adaptation = Adaptation::lms;
  options.receiver.misadjustment = 0.004;
  options.receiver.training = 1'000'000;
  const SegmentResult learned = run_bit_by_bit(segment, options);
  print("frozen", frozen);
  print("lms", learned);
  const ReceiverReport& r = *learned.receiver;
  ASSERT_TRUE(r.convergence.has_value());
  ASSERT_TRUE(r.convergence->converged_at.has_value());
  EXPECT_LT(*r.convergence->converged_at, 800'000u);
  EXPECT_GT(r.convergence->mean_square.front(), 3.0 * r.convergence->settled);  // there was something to learn
  EXPECT_NEAR(r.convergence->settled / r.settled_solution_error, 1.0 + 0.004, 0.03);
  EXPECT_LT(learned.count->symbol_error_999.low, frozen.count->symbol_error_999.high);
  EXPECT_GT(learned.count->symbol_error_999.high, frozen.count->symbol_error_999.low);
}

TEST(Receiver, SignSignEndsWithinATenthOfADecade) {
  const PreparedSegment segment = shipped("copper_dac_800g", 1e-3);
  BitByBitOptions options = receiver_options(2500);
  options.receiver.adaptation = Adaptation::sign_sign;
  options.receiver.training = 1'000'000;
  const SegmentResult learned = run_bit_by_bit(segment, options);
  print("sign_sign", learned);
  EXPECT_TRUE(learned.receiver->convergence->converged_at.has_value());
  EXPECT_NEAR(std::log10(learned.count->symbol_error_ratio()), -3.0, 0.1);
}

TEST(Receiver, AClockThatStartsAwayLocksToTheSettledPhase) {
  const PreparedSegment segment = shipped("copper_dac_800g", 1e-3);
  for (const ClockMode mode : {ClockMode::mueller_muller, ClockMode::bang_bang}) {
    BitByBitOptions options = receiver_options(2500);
    options.receiver.clock = mode;
    options.receiver.start_offset_ui = 0.45;
    options.receiver.frequency_offset = 20e-6;
    const SegmentResult locked = run_bit_by_bit(segment, options);
    print(std::string(to_string(mode)).c_str(), locked);
    EXPECT_NEAR(locked.receiver->phase_mean_ui, 0.0, 0.02);
    EXPECT_LT(locked.receiver->phase_rms_ui, 0.02);
    EXPECT_NEAR(locked.receiver->frequency * 1e6, -20.0, 2.0);
    // The bang-bang clock draws 0.01 UI more.
    EXPECT_NEAR(std::log10(locked.count->symbol_error_ratio()), -3.0, mode == ClockMode::bang_bang ? 0.1 : 0.05);
    // Where it started, hardly anything is decided.
    options.receiver.clock = ClockMode::none;
    options.receiver.frequency_offset = 0.0;
    options.stop = {0, 50'000, 0.0};
    EXPECT_GT(run_bit_by_bit(segment, options).count->symbol_error_ratio(), 0.1);
  }
}

// Both adapt: the taps train first, and neither walks away with the other.
TEST(Receiver, ClockAndTapsTogetherStayWhereTheyTrained) {
  const PreparedSegment segment = shipped("copper_dac_800g", 1e-3);
  BitByBitOptions options = receiver_options(0);
  options.stop.symbols = 3'000'000;
  options.receiver.clock = ClockMode::mueller_muller;
  options.receiver.adaptation = Adaptation::lms;
  options.receiver.misadjustment = 0.004;
  options.receiver.training = 1'000'000;
  const SegmentResult both = run_bit_by_bit(segment, options);
  print("clock and taps", both);
  EXPECT_NEAR(both.receiver->phase_mean_ui, 0.0, 0.02);
  EXPECT_NEAR(std::log10(both.count->symbol_error_ratio()), -3.0, 0.08);
}

TEST(Receiver, SinusoidalJitterIsFollowedAsTheLinearLoopSays) {
  PreparedSegment segment = shipped("copper_dac_800g", 1e-4);
  BitByBitOptions options = receiver_options(0);
  options.stop.symbols = 600'000;
  options.receiver.clock = ClockMode::mueller_muller;
  options.receiver.bandwidth = 1e-3;
  options.sinusoidal.amplitude_ui = 0.04;
  for (const double frequency : {1e-4, 3e-4, 1e-3, 3e-3, 1e-2}) {
    options.sinusoidal.frequency = frequency;
    const SegmentResult run = run_bit_by_bit(segment, options);
    const JitterTransfer& t = *run.receiver->jitter_transfer;
    std::printf("%.0e cycles a symbol: measured %.4f, linear loop %.4f, angle between %.4f rad\n", frequency,
                std::abs(t.measured), std::abs(t.linear), std::arg(t.measured / t.linear));
    EXPECT_NEAR(std::abs(t.measured), std::abs(t.linear), 0.05 * std::abs(t.linear) + 0.01);
    EXPECT_NEAR(std::arg(t.measured / t.linear), 0.0, 0.08);
  }
}

// A mask of jitter tolerance at its low end: five UI, which the clock follows to A |1 - H|. What is left is less than
// the eye notices, and without a clock nothing is right.
TEST(Receiver, AClockFollowsAWanderOfFiveUi) {
  const PreparedSegment segment = shipped("copper_dac_800g", 1e-3);
  BitByBitOptions options = receiver_options(0);
  options.stop.symbols = 3'000'000;
  options.jitter = JitterPlace::decision;
  options.receiver.clock = ClockMode::mueller_muller;
  options.receiver.bandwidth = 3e-4;
  options.sinusoidal = {5.0, 2e-6};
  const SegmentResult run = run_bit_by_bit(segment, options);
  const JitterTransfer& t = *run.receiver->jitter_transfer;
  const double left = 5.0 * std::abs(1.0 - t.linear), expected = run_statistical(segment).symbol_error_ratio.value();
  std::printf("wander of 5 UI: transfer %.5f, linear %.5f, %.4f UI left; counted %.3e, %.3e without\n",
              std::abs(t.measured), std::abs(t.linear), left, run.count->symbol_error_ratio(), expected);
  EXPECT_LT(left, 0.01);
  EXPECT_LT(std::abs(t.measured - t.linear), 0.002);
  EXPECT_TRUE(run.count->symbol_error_999.contains(expected))
      << expected << " outside [" << run.count->symbol_error_999.low << ", " << run.count->symbol_error_999.high << "]";
  options.receiver.clock = ClockMode::none;
  options.stop.symbols = 500'000;
  EXPECT_GT(run_bit_by_bit(segment, options).count->symbol_error_ratio(), 0.5);
}

// Interference at the crossing is wider than the jitter: the sign's mean is linear, with the density's gain. What the
// clock draws itself widens the crossing further, by up to a tenth here.
TEST(Receiver, ABangBangClockOnCopperIsALinearLoop) {
  const PreparedSegment segment = shipped("copper_dac_800g", 1e-4);
  BitByBitOptions options = receiver_options(0);
  options.stop.symbols = 3'000'000;
  options.receiver.clock = ClockMode::bang_bang;
  options.receiver.bandwidth = 1.5e-4;
  options.sinusoidal.amplitude_ui = 0.02;
  for (const double frequency : {2e-5, 4e-5}) {
    options.sinusoidal.frequency = frequency;
    const SegmentResult run = run_bit_by_bit(segment, options);
    const JitterTransfer& t = *run.receiver->jitter_transfer;
    std::printf(
        "bang-bang, %.0e cycles a symbol: measured %.4f, linear loop %.4f, gain %.3f/UI, phase %+.4f rms %.4f\n",
        frequency, std::abs(t.measured), std::abs(t.linear), run.receiver->detector_gain, run.receiver->phase_mean_ui,
        run.receiver->phase_rms_ui);
    EXPECT_LT(std::abs(t.measured), 1.05 * std::abs(t.linear));
    EXPECT_GT(std::abs(t.measured), 0.85 * std::abs(t.linear));
  }
}

// A clean eye: the clock slews. A triangle of slope k_p (1 - 1/M) and quarter period 1/(4 f) has 8/pi^2 of its peak as
// fundamental; an amplitude below the limit is followed.
TEST(Receiver, ABangBangClockOnACleanEyeSlews) {
  SyntheticSegment s;
  s.levels = Modulation::pam(2).levels;
  s.pulse = low_pass_pulse(0.15);
  s.noise_rms = 0.02;
  const PreparedSegment segment = make_segment(s);
  BitByBitOptions options = receiver_options(0);
  options.stop.symbols = 300'000;
  options.receiver.clock = ClockMode::bang_bang;
  options.receiver.bandwidth = 1e-3;
  options.receiver.damping = 10.0;
  options.sinusoidal.amplitude_ui = 0.1;
  const auto at = [&](double frequency) {
    options.sinusoidal.frequency = frequency;
    return *run_bit_by_bit(segment, options).receiver->jitter_transfer;
  };
  constexpr double kFast = 8e-3;
  const JitterTransfer slow = at(2e-4), fast = at(kFast);
  const double slope = *fast.slew_limit_ui * 2.0 * M_PI * kFast;
  const double triangle = 8.0 / (M_PI * M_PI) * slope / (4.0 * kFast) / 0.1;
  std::printf("bang-bang: %.3f where it follows, %.4f where it slews, triangle %.4f\n", std::abs(slow.measured),
              std::abs(fast.measured), triangle);
  EXPECT_GT(*slow.slew_limit_ui, 0.1);
  EXPECT_NEAR(std::abs(slow.measured), 1.0, 0.05);
  EXPECT_LT(*fast.slew_limit_ui, 0.1);
  EXPECT_NEAR(std::abs(fast.measured) / triangle, 1.0, 0.15);
}

PreparedSegment echo(int order, double a, double noise_rms) {
  SyntheticSegment s;
  s.levels = Modulation::pam(order).levels;
  s.pulse = held_pulse({1.0, a}, 0);
  s.noise_rms = noise_rms;
  return make_segment(s);
}

// 1 + aD: between the tail of the least distance and the union over error events (signs that alternate or not) of
// length n: d^2 = Delta^2 sum (e_i + a e_{i-1})^2, the events' probability from the levels that allow them.
TEST(Receiver, TheSequenceDetectorKeepsTheUnionBound) {
  const double a = 0.6, sigma = 0.36;
  BitByBitOptions options = receiver_options(3000);
  options.receiver.detector = Detector::mlse;
  const SegmentResult sequence = run_bit_by_bit(echo(2, a, sigma), options);
  options.receiver.detector = Detector::slicer;
  const double sliced = run_bit_by_bit(echo(2, a, sigma), options).count->symbol_error_ratio();
  double bound = 0.0;
  for (int length = 1; length <= 10; ++length) {
    for (int signs = 0; signs < 1 << (length - 1); ++signs) {
      double squares = 1.0, last = 1.0;
      for (int i = 1; i < length; ++i) {
        const double e = (signs >> (i - 1) & 1) != 0 ? -last : last;
        squares += std::pow(e + a * last, 2);
        last = e;
      }
      squares += a * a;
      // NRZ: each symbol of the event is the one that its sign asks for with probability 1/2; both overall signs.
      bound += length * 2.0 * std::pow(0.5, length) * q(std::sqrt(squares) / sigma);
    }
  }
  const double least = q(std::sqrt(1.0 + a * a) / sigma), counted = sequence.count->symbol_error_ratio();
  std::printf("1 + %.1f D: slicer %.3e, sequence detector %.3e between %.3e and %.3e\n", a, sliced, counted, least,
              bound);
  EXPECT_GT(sequence.count->symbol_error_999.high, least);
  EXPECT_LT(sequence.count->symbol_error_999.low, bound);
  EXPECT_NEAR(sliced / (0.5 * (q((1 - a) / sigma) + q((1 + a) / sigma))), 1.0, 0.1);
  EXPECT_LT(20.0 * counted, sliced);
}

TEST(Receiver, OnCopperTheSequenceDetectorMakesFewerErrorsThanFeedback) {
  const PreparedSegment segment = shipped("copper_dac_800g", 1e-3);
  BitByBitOptions options = receiver_options(0);
  options.stop.symbols = 2'000'000;
  const SegmentResult feedback = run_bit_by_bit(segment, options);
  options.receiver.detector = Detector::mlse;
  const SegmentResult sequence = run_bit_by_bit(segment, options);
  std::printf("copper: feedback %.3e, sequence %.3e, pulse 1 + %.3f D\n", feedback.count->symbol_error_ratio(),
              sequence.count->symbol_error_ratio(), sequence.receiver->mlse_pulse.at(1));
  EXPECT_LT(sequence.count->symbol_error_999.high, feedback.count->symbol_error_999.low);
}

TEST(Receiver, AWideConverterChangesNothingAndANarrowOneClips) {
  PreparedSegment segment = shipped("copper_dac_800g", 1e-3);
  BitByBitOptions options = receiver_options(0);
  options.stop.symbols = 1'000'000;
  const ErrorCount without = *run_bit_by_bit(segment, options).count;
  segment.receiver.adc_bits = 14.0;
  segment.receiver.adc_crest_factor = 8.0;
  const SegmentResult wide = run_bit_by_bit(segment, options);
  print("14 bits, 8 rms", wide);
  EXPECT_EQ(wide.receiver->clipped_share, 0.0);
  EXPECT_NEAR(static_cast<double>(wide.count->symbol_errors), static_cast<double>(without.symbol_errors),
              0.03 * static_cast<double>(without.symbol_errors));
  segment.receiver.adc_crest_factor = 1.2;
  const SegmentResult narrow = run_bit_by_bit(segment, options);
  print("14 bits, 1.2 rms", narrow);
  EXPECT_GT(narrow.receiver->clipped_share, 0.1);
  EXPECT_GT(narrow.count->symbol_error_999.low, wide.count->symbol_error_999.high);
}

// Bits that quantise for real: the error of a step is uniform, as the path at the symbol rate draws it.
TEST(Receiver, QuantisingIsTheUniformErrorOfTheSymbolRate) {
  PreparedSegment segment = without_converter(shipped_link("copper_dac_800g").segments.front());
  segment.receiver.adc_bits = 5.0;
  segment.receiver.adc_crest_factor = 4.0;
  segment = with_error_ratio(segment, 1e-3);
  BitByBitOptions options = receiver_options(3000);
  const SegmentResult waveform = run_bit_by_bit(segment, options);
  options.path = LanePath::baud_rate;
  options.seed = 2;
  const ErrorCount drawn = *run_bit_by_bit(segment, options).count;
  print("5 bits, 4 rms", waveform);
  std::printf("uniform errors drawn: %.4e\n", drawn.symbol_error_ratio());
  EXPECT_LT(waveform.count->symbol_error_999.low, drawn.symbol_error_999.high);
  EXPECT_GT(waveform.count->symbol_error_999.high, drawn.symbol_error_999.low);
}

TEST(Receiver, OneOrTwoThreadsGiveTheSameBits) {
  const PreparedSegment segment = shipped("copper_dac_800g", 1e-3);
  BitByBitOptions options = receiver_options(0);
  options.stop.symbols = 100'000;
  options.receiver.clock = ClockMode::mueller_muller;
  options.receiver.adaptation = Adaptation::lms;
  options.receiver.training = 50'000;
  const auto with = [&](std::size_t threads) {
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    return run_bit_by_bit(segment, options);
  };
  const SegmentResult one = with(1), two = with(2);
  EXPECT_EQ(one.count->symbol_errors, two.count->symbol_errors);
  EXPECT_EQ(one.count->bursts, two.count->bursts);
  EXPECT_EQ(one.receiver->ffe, two.receiver->ffe);
  EXPECT_EQ(one.receiver->phase_rms_ui, two.receiver->phase_rms_ui);
}

}  // namespace
}  // namespace tessera::test
