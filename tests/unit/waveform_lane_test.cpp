#include "phy/engine/waveform_lane.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "phy/core/error.hpp"
#include "phy/engine/lane_filter.hpp"
#include "phy/engine/statistical_engine.hpp"
#include "phy/noise/gaussian_noise.hpp"
#include "phy/signal/fft.hpp"
#include "tests/support/copper_lane.hpp"
#include "tests/support/noisier_segment.hpp"
#include "tests/support/synthetic_segment.hpp"

namespace tessera::test {
namespace {

// Largest difference between the lane at the symbol rate and the waveform's samples through the FFE, over half an eye.
double worst_difference(const PreparedSegment& segment, const LaneOptions& options) {
  const DecisionPoint point = settled_decision(segment);
  const EqualizerTaps& taps = point.receiver.taps;
  const BaudLane baud(segment, point, options);
  const WaveformLane waveform(segment, point, options);
  EXPECT_EQ(baud.size(), waveform.size());
  double worst = 0.0;
  for (const std::uint64_t index : {0U, 3U}) {
    BaudLane::Block b;
    WaveformLane::Block w;
    baud.fill(index, b);
    waveform.fill(index, w);
    EXPECT_EQ(b.sent, w.sent);
    const std::size_t ahead = static_cast<std::size_t>(taps.pre_taps), count = taps.ffe.size();
    for (std::size_t n = count; n + ahead < b.y.size(); ++n) {
      double y = 0.0;
      for (std::size_t i = 0; i < count; ++i)
        y += taps.ffe[i] * static_cast<double>(w.v[(n + ahead - i) * WaveformLane::kRate]);
      worst = std::max(worst, std::abs(y - b.y[n]));
    }
  }
  return worst / point.half_distance();
}

// Against the sums written out: a spectrum that repeats, turned, and folded back.
TEST(LaneFilter, RepeatsTurnsAndFoldsSpectra) {
  constexpr std::size_t kSymbols = 512, kTimes = 8, kBins = kSymbols * kTimes / 2 + 1;
  std::vector<double> x(kSymbols), y(kSymbols * kTimes);
  gaussian_noise(stream_key(1, "x"), 0, std::span(x));
  gaussian_noise(stream_key(1, "y"), 0, std::span(y));
  const std::vector<Complex> a = real_fft(x), b = real_fft(y);
  ASSERT_EQ(b.size(), kBins);
  const auto repeated = [&](std::size_t k) {
    const std::size_t r = k % kSymbols;
    return r <= kSymbols / 2 ? a[r] : std::conj(a[kSymbols - r]);
  };
  const double turns = 0.37, step = 2.0 * std::acos(-1.0) * turns / kSymbols;
  std::vector<Complex> product(kBins), turned(kBins), folded(kSymbols / 2 + 1);
  multiply_add_repeated(a, b, product);
  add_advanced(a, turns, turned);
  multiply_add_folded(b, b, folded);
  for (std::size_t k = 0; k < kBins; ++k) {
    EXPECT_NEAR(std::abs(product[k] - repeated(k) * b[k]), 0.0, 1e-9) << k;
    EXPECT_NEAR(std::abs(turned[k] - repeated(k) * std::polar(1.0, step * static_cast<double>(k))), 0.0, 1e-9) << k;
  }
  for (std::size_t q = 0; q < folded.size(); ++q) {
    Complex sum = 0.0;
    for (std::size_t k = q; k < kSymbols * kTimes; k += kSymbols)
      sum += k < kBins ? b[k] * b[k] : std::conj(b[kSymbols * kTimes - k] * b[kSymbols * kTimes - k]);
    EXPECT_NEAR(std::abs(folded[q] - sum), 0.0, 1e-8 * std::abs(sum) + 1e-8) << q;
  }
}

// A lane whose tail is over long before the window ends.
PreparedSegment short_lane() {
  SyntheticSegment s;
  s.levels = Modulation::pam(4).levels;
  s.pulse = low_pass_pulse(0.4);
  PreparedSegment segment = make_segment(s);
  segment.receiver.ffe = {7, 2, 1e9};
  return segment;
}

TEST(WaveformLane, ThroughTheFfeItIsTheLaneAtTheSymbolRate) {
  LaneOptions options;
  options.noise = false;
  EXPECT_LT(worst_difference(short_lane(), options), 1e-5);
  // Where the window cuts a tail of 3e-3 off, the FFE sees the cut here and wraps it there.
  PreparedSegment copper = copper_lane(false);
  copper.jitter = copper.transmitter.jitter = copper.receiver.jitter = {};
  EXPECT_LT(worst_difference(copper, options), 5e-3);
}

TEST(WaveformLane, EdgesAreDisplacedAlike) {
  LaneOptions options;
  options.noise = false;
  options.jitter = JitterPlace::edges;
  options.sinusoidal = {0.02, 0.013};
  PreparedSegment lane = short_lane();
  lane.transmitter.jitter = {0.01, 0.003};
  EXPECT_LT(worst_difference(lane, options), 1e-4);
}

TEST(WaveformLane, NoiseThatFollowsTheSignalIsTheSameStream) {
  PreparedSegment optics = shipped_link("lpo_dr8_800g").segments.front();
  optics.jitter = optics.transmitter.jitter = optics.receiver.jitter = {};
  optics.transmitter.snr_db = 1e9;
  optics.receiver.slicer_noise_rms = 0.0;
  optics.receiver.adc_bits = 0.0;
  optics.crosstalk.clear();
  for (NoiseInjection& noise : optics.noise) noise.s0.clear();
  EXPECT_LT(worst_difference(optics, {}), 1e-3);
}

// Own signal, edges, aggressors without a common clock and noise that follows the signal: one sample a symbol is every
// eighth of the waveform's.
TEST(WaveformLane, OneSampleASymbolIsEveryEighth) {
  PreparedSegment copper = copper_lane(true);
  copper.transmitter.jitter = {0.01, 0.003};
  PreparedSegment optics = shipped_link("lpo_dr8_800g").segments.front();
  for (NoiseInjection& noise : optics.noise) noise.s0.clear();
  for (PreparedSegment segment : {copper, optics}) {
    SCOPED_TRACE(segment.name);
    const bool level_noise = segment.name != copper.name;
    const DecisionPoint point = settled_decision(segment);
    LaneOptions options;
    options.noise = level_noise;
    const WaveformLane fine(segment, point, options), once(segment, point, options, 1);
    ASSERT_EQ(fine.size(), once.size());
    EXPECT_EQ(once.rate(), 1u);
    WaveformLane::Block a, b;
    fine.fill(2, a);
    once.fill(2, b);
    ASSERT_EQ(a.sent, b.sent);
    ASSERT_EQ(b.v.size(), once.size());
    double worst = 0.0, square = 0.0;
    for (std::size_t n = 0; n < b.v.size(); ++n) {
      worst = std::max(worst, static_cast<double>(std::abs(a.v[n * WaveformLane::kRate] - b.v[n])));
      square += static_cast<double>(b.v[n] * b.v[n]);
    }
    EXPECT_LT(worst, 3e-6 * std::sqrt(square / static_cast<double>(b.v.size())));
  }
}

TEST(WaveformLane, HasEightSamplesASymbolOrOne) {
  const PreparedSegment lane = short_lane();
  EXPECT_THROW(WaveformLane(lane, settled_decision(lane), {}, 4), Error);
}

class NoiseOfAWaveform : public testing::TestWithParam<std::size_t> {};

TEST_P(NoiseOfAWaveform, HasTheVarianceOfItsDensity) {
  PreparedSegment copper = copper_lane(false);
  copper.jitter = copper.transmitter.jitter = copper.receiver.jitter = {};
  copper.transmitter.snr_db = 1e9;
  const DecisionPoint point = settled_decision(copper);
  LaneOptions with, without;
  without.noise = false;
  const WaveformLane noisy(copper, point, with, GetParam()), quiet(copper, point, without, GetParam());
  const EqualizerTaps& taps = point.receiver.taps;
  double sum = 0.0, count = 0.0;
  for (std::uint64_t block = 0; block < 20; ++block) {
    WaveformLane::Block a, b;
    noisy.fill(block, a);
    quiet.fill(block, b);
    for (std::size_t n = taps.ffe.size(); n < noisy.size(); ++n) {
      double w = 0.0;
      for (std::size_t i = 0; i < taps.ffe.size(); ++i) {
        const std::size_t at = (n - i) * noisy.rate();
        w += taps.ffe[i] * (static_cast<double>(a.v[at]) - static_cast<double>(b.v[at]));
      }
      sum += w * w;
      count += 1.0;
    }
  }
  const double slicer = copper.receiver.slicer_noise_rms;
  EXPECT_NEAR(sum / count / (point.largest_variance() - slicer * slicer), 1.0, 0.03);
}

INSTANTIATE_TEST_SUITE_P(WaveformLane, NoiseOfAWaveform, testing::Values(WaveformLane::kRate, 1));

}  // namespace
}  // namespace tessera::test
