#include "devices/receiver/slicer_receiver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace tessera {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

const FrequencyGrid kGrid{2e9, 64, 16};

double watts(const SlicerReceiver::Params& p, double symbol_rate) {
  CostContext context;
  context.symbol_rate = symbol_rate;
  const auto items = SlicerReceiver(p).power(context);
  return std::accumulate(items.begin(), items.end(), 0.0, [](double sum, const PowerItem& i) { return sum + i.watts; });
}

// |1 + jf/0.7| / |1 + jf/1.8|^2 at 1.5 GHz, by hand: 2.3647/1.6944 = 1.3956 = 2.90 dB, the largest value over
// frequency.
TEST(SlicerReceiver, EqualizerPeaksByTwoPointNineDecibels) {
  const CtleSpec ctle = SlicerReceiver().describe(kGrid).ctle;
  const auto gain = [&](double f) {
    return std::abs(Complex(1.0, f / ctle.zero) / (Complex(1.0, f / ctle.pole_1) * Complex(1.0, f / ctle.pole_2)));
  };
  EXPECT_EQ(ctle.dc_gains_db, std::vector<double>{0.0});
  EXPECT_NEAR(20.0 * std::log10(gain(1.5e9)), 2.90, 0.01);
  EXPECT_GT(gain(1.5e9), gain(1.2e9));
  EXPECT_GT(gain(1.5e9), gain(1.9e9));
}

TEST(SlicerReceiver, ZeroOfNoughtMeansNoEqualizer) {
  SlicerReceiver::Params p;
  p.equalizer_zero = Frequency::from_si(0.0);
  EXPECT_EQ(SlicerReceiver(p).describe(kGrid).ctle.zero, 0.0);
  EXPECT_TRUE(SlicerReceiver(p).describe(kGrid).ctle.dc_gains_db.empty());
}

TEST(SlicerReceiver, AddsNoNoiseOfItsOwnAtTheInput) {
  const ReceiverSpec spec = SlicerReceiver().describe(kGrid);
  ASSERT_EQ(spec.input_noise_psd.size(), kGrid.frequency_count());
  for (const double s : spec.input_noise_psd) EXPECT_EQ(s, 0.0);
}

TEST(SlicerReceiver, FrontEndIsFirstOrder) {
  SlicerReceiver::Params p;
  p.input_bandwidth = Frequency::from_si(kGrid.frequency(80));
  EXPECT_NEAR(std::norm(SlicerReceiver(p).describe(kGrid).front_end.values[80]), 0.5, 1e-12);
}

TEST(SlicerReceiver, WattsFollowRateEqualizerAndTaps) {
  SlicerReceiver::Params p;
  EXPECT_NEAR(watts(p, 2e9), 0.15e-12 * 2e9, 1e-15);
  EXPECT_NEAR(watts(p, 1e9), 0.15e-12 * 1e9, 1e-15);
  p.dfe_taps = 1;
  EXPECT_NEAR(watts(p, 2e9), 0.18e-12 * 2e9, 1e-15);
  p.dfe_taps = 2;
  EXPECT_NEAR(watts(p, 2e9), 0.21e-12 * 2e9, 1e-15);
  p.dfe_taps = 0;
  p.equalizer_zero = Frequency::from_si(0.0);
  EXPECT_NEAR(watts(p, 2e9), 0.05e-12 * 2e9, 1e-15);
}

TEST(SlicerReceiver, FeedbackTapsAreBoundedBothWays) {
  SlicerReceiver::Params p;
  p.dfe_taps = 1;
  p.dfe_limit = 0.3;
  const DfeSpec dfe = SlicerReceiver(p).describe(kGrid).dfe;
  EXPECT_EQ(dfe.minimum, std::vector<double>{-0.3});
  EXPECT_EQ(dfe.maximum, std::vector<double>{0.3});
}

TEST(SlicerReceiver, RefusesAPoleBelowItsZero) {
  SlicerReceiver::Params p;
  p.equalizer_pole_2 = Frequency::from_si(0.5e9);
  EXPECT_THAT(
      [&] { SlicerReceiver{p}; },
      ThrowsMessage<ConfigError>(HasSubstr("equalizer_pole_2 must lie above equalizer_zero = 0.7 GHz, got 0.5 GHz")));
}

}  // namespace
}  // namespace tessera
