#include "devices/receiver/serdes_receiver.hpp"

#include <cmath>
#include <string_view>

#include <gtest/gtest.h>

#include "phy/core/error.hpp"
#include "tests/support/power_items.hpp"

namespace tessera {
namespace {

using testing_support::long_reach_lane;
using testing_support::total_watts;
using testing_support::watts_of;

const FrequencyGrid kGrid{53.125e9, 1024, 8};

SerdesReceiver::Params long_reach() {
  SerdesReceiver::Params p;
  p.ffe_taps = 24;
  p.ffe_pre_taps = 5;
  p.dfe_maximum = {0.85};
  p.dfe_minimum = {0.0};
  p.adc_bits = 6;
  return p;
}

double total(const SerdesReceiver::Params& p, const CostContext& c) { return total_watts(SerdesReceiver(p).power(c)); }

double watts_of(std::string_view component, const SerdesReceiver::Params& p, const CostContext& c) {
  return watts_of(component, SerdesReceiver(p).power(c));
}

TEST(SerdesReceiver, FrontEndIsHalfPowerAtItsCornerAndUnityAtDc) {
  SerdesReceiver::Params p;
  p.bandwidth = Frequency::from_si(kGrid.frequency(1024));
  const ReceiverSpec spec = SerdesReceiver(p).describe(kGrid);
  EXPECT_EQ(spec.front_end.values[0], Complex(1.0));
  EXPECT_NEAR(std::norm(spec.front_end.values[1024]), 0.5, 1e-6);
  EXPECT_NEAR(std::norm(spec.front_end.values[2048]), 1.0 / 257.0, 1e-5);  // 1/(1 + x^8)
}

TEST(SerdesReceiver, CtleGridRunsFromZeroToItsMinimum) {
  SerdesReceiver::Params p;
  p.ctle_gain_minimum = {-12.0};
  p.ctle_gain2_minimum = {-2.0};
  p.ctle_gain2_step = {0.5};
  const CtleSpec ctle = SerdesReceiver(p).describe(kGrid).ctle;
  ASSERT_EQ(ctle.dc_gains_db.size(), 13u);
  EXPECT_EQ(ctle.dc_gains_db.front(), 0.0);
  EXPECT_EQ(ctle.dc_gains_db.back(), -12.0);
  EXPECT_EQ(ctle.dc_gains2_db, (std::vector<double>{0.0, -0.5, -1.0, -1.5, -2.0}));
}

TEST(SerdesReceiver, WithoutLowFrequencyStageThereIsOneSecondGain) {
  SerdesReceiver::Params p;
  p.ctle_low_frequency_pole = {};
  EXPECT_EQ(SerdesReceiver(p).describe(kGrid).ctle.dc_gains2_db, (std::vector<double>{0.0}));
}

TEST(SerdesReceiver, ConverterStandsAheadOfTheTapsAndSlicerNoiseBehind) {
  SerdesReceiver::Params p;
  p.adc_bits = 6;
  p.adc_crest_factor = 4.5;
  p.slicer_noise = Voltage::from_si(1e-3);
  const ReceiverSpec spec = SerdesReceiver(p).describe(kGrid);
  EXPECT_EQ(spec.adc_bits, 6.0);
  EXPECT_EQ(spec.adc_crest_factor, 4.5);
  EXPECT_EQ(spec.slicer_noise_rms, 1e-3);
}

TEST(SerdesReceiver, LoadIsBothLegs) {
  SerdesReceiver::Params p;
  p.termination = Resistance::from_si(55.0);
  EXPECT_DOUBLE_EQ(SerdesReceiver(p).input_resistance(), 110.0);
  EXPECT_DOUBLE_EQ(SerdesReceiver(p).describe(kGrid).load_resistance, 110.0);
}

TEST(SerdesReceiver, DoublingTheTapsAddsTheirEnergyAndLeakage) {
  SerdesReceiver::Params p = long_reach();
  const double one = total(p, long_reach_lane());
  p.ffe_taps = 48;
  EXPECT_NEAR(total(p, long_reach_lane()) - one, 24.0 * (0.12e-12 * 53.125e9 + 0.3e-3), 1e-12);
}

TEST(SerdesReceiver, EveryDecibelOfLossCostsTheSame) {
  const SerdesReceiver::Params p = long_reach();
  CostContext shorter = long_reach_lane();
  shorter.insertion_loss_db = 10.0;
  EXPECT_NEAR(total(p, long_reach_lane()) - total(p, shorter), 25.0 * 0.08e-12 * 53.125e9, 1e-12);
}

TEST(SerdesReceiver, ABitOfConverterResolutionDoublesItsPower) {
  SerdesReceiver::Params p = long_reach();
  const double six = watts_of("converter", p, long_reach_lane());
  EXPECT_NEAR(six, 14e-15 * 64.0 * 53.125e9, 1e-12);
  p.adc_bits = 7;
  EXPECT_NEAR(watts_of("converter", p, long_reach_lane()), 2.0 * six, 1e-12);
  p.adc_bits = 0;
  EXPECT_EQ(watts_of("converter", p, long_reach_lane()), 0.0);
}

TEST(SerdesReceiver, DoublingTheRateDoublesAllButLeakage) {
  const SerdesReceiver::Params p = long_reach();
  CostContext fast = long_reach_lane();
  fast.symbol_rate *= 2.0;
  const double leakage = watts_of("receive_leakage", p, long_reach_lane());
  EXPECT_NEAR(total(p, fast) - leakage, 2.0 * (total(p, long_reach_lane()) - leakage), 1e-12);
}

TEST(SerdesReceiver, ThirtyKelvinRaiseOnlyTheLeakage) {
  const SerdesReceiver::Params p = long_reach();
  CostContext hot = long_reach_lane();
  hot.case_temperature += 30.0;
  EXPECT_NEAR(total(p, hot) - total(p, long_reach_lane()), (2e-3 + 25 * 0.3e-3) * (std::exp2(1.2) - 1.0), 1e-12);
}

TEST(SerdesReceiver, BoundsThatDoNotPairAreRefused) {
  SerdesReceiver::Params p;
  p.dfe_maximum = {0.5};
  EXPECT_THROW(SerdesReceiver{p}, ConfigError);
  p.dfe_minimum = {0.6};
  EXPECT_THROW(SerdesReceiver{p}, ConfigError);
}

TEST(SerdesReceiver, UnknownPhasePolicyNamesTheKnownOnes) {
  SerdesReceiver::Params p;
  p.phase = "best";
  try {
    SerdesReceiver{p};
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_STREQ(error.what(), "phase must be mueller_muller, minimum_mse or best_ber, got best");
  }
}

TEST(SerdesReceiver, PreTapsNeedAMainTapBehindThem) {
  SerdesReceiver::Params p;
  p.ffe_taps = 3;
  p.ffe_pre_taps = 3;
  EXPECT_THROW(SerdesReceiver{p}, ConfigError);
}

}  // namespace
}  // namespace tessera
