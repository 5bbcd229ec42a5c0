#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "phy/engine/decision_point.hpp"
#include "phy/engine/statistical_engine.hpp"
#include "tests/support/copper_lane.hpp"
#include "tests/support/synthetic_segment.hpp"

namespace tessera {
namespace {

TEST(QuantisationNoise, IsTheStepOverRootTwelveOfTheRangeThatFollowsTheSignal) {
  test::SyntheticSegment synthetic;
  synthetic.pulse = test::held_pulse({1.0, 0.5}, 0);
  synthetic.noise_rms = 0.1;
  PreparedSegment segment = test::make_segment(synthetic);
  segment.receiver.adc_bits = 5.0;
  segment.receiver.adc_crest_factor = 4.0;
  const SegmentResult r = run_statistical(segment);
  const double full_scale = 4.0 * std::sqrt(1.0 + 0.25 + 0.01);  // unit symbols, both cursors, noise
  EXPECT_NEAR(r.noise_rms_by_mechanism.at("rx.quantisation") / (2.0 * full_scale / 32.0 / std::sqrt(12.0)), 1.0, 2e-3);
}

TEST(QuantisationNoise, PassesTheFfeAndNotTheSlicerNoise) {
  PreparedSegment segment = test::copper_lane(false);
  segment.receiver.adc_bits = 6.0;
  segment.receiver.adc_crest_factor = 4.0;
  segment.receiver.slicer_noise_rms = 1e-3;
  const AdaptedReceiver receiver = adapt_receiver(segment, {});
  const DecisionNoise noise = noise_at_decision(segment, receiver);
  double power = 0.0, squares = 0.0;
  for (double h : receiver.pulse.cursors(receiver.position)) power += h * h * level_variance(segment.levels);
  for (double w : receiver.taps.ffe) squares += w * w;
  const double sigma = 2.0 * 4.0 * std::sqrt(power) / 64.0 / std::sqrt(12.0);
  // The input's noise and jitter raise the range a little above the signal's.
  EXPECT_NEAR(noise.mechanism_rms.at("rx.quantisation") / (sigma * std::sqrt(squares)), 1.01, 0.01);
  EXPECT_DOUBLE_EQ(noise.mechanism_rms.at("receiver.slicer"), 1e-3);
}

TEST(QuantisationNoise, TapsKnowIt) {
  PreparedSegment segment = test::copper_lane(false);
  const AdaptedReceiver without = adapt_receiver(segment, {});
  segment.receiver.adc_bits = 5.0;
  segment.receiver.adc_crest_factor = 4.0;
  const AdaptedReceiver with = adapt_receiver(segment, {});
  const auto gain = [](const EqualizerTaps& t) {
    return std::inner_product(t.ffe.begin(), t.ffe.end(), t.ffe.begin(), 0.0) * t.input_power / (t.cursor * t.cursor);
  };
  EXPECT_LT(gain(with.taps), gain(without.taps));
}

TEST(QuantisationNoise, EveryBitLessRaisesTheErrorRatio) {
  PreparedSegment segment = test::copper_lane(false);
  segment.receiver.adc_crest_factor = 4.0;
  double before = run_statistical(segment).pre_fec_ber.log10();
  for (double bits : {8.0, 7.0, 6.0, 5.0}) {
    segment.receiver.adc_bits = bits;
    const double now = run_statistical(segment).pre_fec_ber.log10();
    EXPECT_GT(now, before);
    before = now;
  }
}

PreparedLink link_of(const PreparedSegment& segment, int interleave) {
  PreparedLink link;
  link.link.fec = {"kp4", interleave};
  link.segments = {segment};
  return link;
}

TEST(ValidityNotes, LongBurstsWithoutInterleavingAreNoted) {
  test::SyntheticSegment synthetic;
  synthetic.pulse = test::held_pulse({1.0, 0.9}, 0);
  synthetic.noise_rms = 0.3;
  PreparedSegment segment = test::make_segment(synthetic);
  segment.receiver.dfe = {{0.0}, {1.0}};
  ASSERT_GT(run_statistical(segment).burst_mean, 1.2);
  EXPECT_EQ(run_statistical(link_of(segment, 1)).notes.size(), 1u);
  EXPECT_TRUE(run_statistical(link_of(segment, 4)).notes.empty());
}

TEST(ValidityNotes, AResultBelowItsFloorIsNoted) {
  PreparedSegment segment = test::copper_lane(false);
  segment.jitter = {};
  segment.transmitter.snr_db = 1e9;
  for (NoiseInjection& n : segment.noise)
    for (double& s : n.s0) s *= 1e-6;
  const EngineResult quiet = run_statistical(link_of(segment, 4));
  const SegmentResult& r = quiet.segments.front();
  EXPECT_EQ(quiet.notes.size(), r.symbol_error_ratio < r.numerical_floor ? 1u : 0u);
  EXPECT_LT(r.symbol_error_ratio, r.numerical_floor);
}

}  // namespace
}  // namespace tessera
