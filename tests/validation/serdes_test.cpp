#include <array>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "devices/receiver/serdes_receiver.hpp"
#include "devices/transmitter/serdes_driver.hpp"
#include "tests/support/power_items.hpp"

namespace tessera {
namespace {

using testing_support::total_watts;

TEST(SerdesValidation, NoiseFilterAtNyquistMeetsTheDraftTable) {
  const FrequencyGrid grid{106.25e9, 64, 4};
  const auto nyquist_db = [&](double corner_over_rate) {
    SerdesReceiver::Params p;
    p.bandwidth = Frequency::from_si(corner_over_rate * 106.25e9);
    return 20.0 * std::log10(std::abs(SerdesReceiver(p).describe(grid).front_end.values[32]));
  };
  EXPECT_NEAR(nyquist_db(0.75), -0.166, 0.005);
  EXPECT_NEAR(nyquist_db(0.58), -1.156, 0.005);
  EXPECT_NEAR(nyquist_db(0.55), -1.663, 0.005);
}

// sqrt(integral of eta_0 |H_r|^2) against the values worked out for the three parameter sheets.
TEST(SerdesValidation, InputNoiseThroughTheFilterIsThatOfTheParameterSheets) {
  const auto noise_mv = [](double rate, double corner_over_rate, double eta_v2_per_ghz) {
    const FrequencyGrid grid{rate, 512, 32};
    SerdesReceiver::Params p;
    p.bandwidth = Frequency::from_si(corner_over_rate * rate);
    p.input_noise = VoltageNoisePsd::from_si(eta_v2_per_ghz * 1e-9);
    const ReceiverSpec spec = SerdesReceiver(p).describe(grid);
    double variance = -0.5 * spec.input_noise_psd[0];
    for (std::size_t k = 0; k < grid.frequency_count(); ++k)
      variance += spec.input_noise_psd[k] * std::norm(spec.front_end.values[k]);
    return 1e3 * std::sqrt(variance * grid.frequency_step());
  };
  EXPECT_NEAR(noise_mv(25.78125e9, 0.75, 5.2e-8) / 1.0158, 1.0, 0.005);
  EXPECT_NEAR(noise_mv(53.125e9, 0.75, 8.2e-9) / 0.5790, 1.0, 0.005);
  EXPECT_NEAR(noise_mv(53.125e9, 0.75, 2e-8) / 0.9043, 1.0, 0.005);
  EXPECT_NEAR(noise_mv(106.25e9, 0.58, 6e-9) / 0.616, 1.0, 0.005);
}

// A class of link as its usual design: transmit taps, receive taps, converter bits, die-to-die loss.
struct ReachClass {
  const char* name;
  int transmit_taps, receive_taps, dfe_taps, adc_bits;
  double loss_db, pj_per_bit;
};

double pj_per_bit(const ReachClass& c, double symbol_rate, double technology_scale) {
  SerdesDriver::Params tx;
  tx.ffe_taps.assign(static_cast<std::size_t>(c.transmit_taps), 0.0);
  tx.ffe_taps.front() = 1.0;
  tx.technology_scale = technology_scale;
  SerdesReceiver::Params rx;
  rx.ffe_taps = c.receive_taps;
  rx.dfe_maximum.assign(static_cast<std::size_t>(c.dfe_taps), 0.85);
  rx.dfe_minimum.assign(static_cast<std::size_t>(c.dfe_taps), 0.0);
  rx.adc_bits = c.adc_bits;
  rx.technology_scale = technology_scale;
  CostContext context;
  context.symbol_rate = symbol_rate;
  context.bits_per_symbol = 2.0;
  context.insertion_loss_db = c.loss_db;
  const double watts = total_watts(SerdesDriver(tx).power(context)) + total_watts(SerdesReceiver(rx).power(context));
  return 1e12 * watts / context.lane_bit_rate();
}

void expect_estimates(const std::array<ReachClass, 4>& classes, double symbol_rate, double technology_scale) {
  for (const ReachClass& c : classes) {
    const double got = pj_per_bit(c, symbol_rate, technology_scale);
    testing::Test::RecordProperty(c.name, std::to_string(got));
    EXPECT_NEAR(got / c.pj_per_bit, 1.0, 0.12) << c.name << " " << got;
  }
}

TEST(SerdesValidation, EnergyOfReachClassesAt112GigabitMeetsTheEstimatesTo12Percent) {
  const std::array<ReachClass, 4> classes{{{"XSR", 2, 1, 0, 0, 10.0, 1.3},
                                           {"VSR", 4, 5, 1, 5, 20.0, 2.5},
                                           {"MR", 5, 12, 1, 6, 25.0, 3.5},
                                           {"LR", 5, 24, 1, 6, 35.0, 5.0}}};
  expect_estimates(classes, 53.125e9, 1.0);
}

TEST(SerdesValidation, EnergyOfReachClassesAt224GigabitMeetsTheEstimatesTo12Percent) {
  const std::array<ReachClass, 4> classes{{{"XSR", 2, 1, 0, 0, 10.0, 1.2},
                                           {"VSR", 4, 5, 1, 5, 30.0, 2.5},
                                           {"MR", 5, 12, 1, 6, 32.0, 3.2},
                                           {"LR", 5, 24, 1, 6, 40.0, 4.25}}};
  expect_estimates(classes, 106.25e9, 0.85);
}

}  // namespace
}  // namespace tessera
