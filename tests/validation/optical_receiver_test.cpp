#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "devices/photodetection.hpp"
#include "devices/receiver/pin_photodiode.hpp"
#include "devices/receiver/silicon_photodiode.hpp"
#include "devices/receiver/transimpedance_amplifier.hpp"
#include "devices/transmitter/dfb_laser.hpp"
#include "devices/transmitter/mach_zehnder.hpp"
#include "tests/support/small_signal.hpp"

namespace tessera {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kElectron = 1.602176634e-19;
const FrequencyGrid kGrid{53.125e9, 256, 32};

TransimpedanceAmplifier amplifier(double density) {
  TransimpedanceAmplifier::Params p;
  p.noise_density = CurrentNoise::from_si(density);
  return TransimpedanceAmplifier(p);
}

// OMA = 6 Q_t sigma_i/R with a noise bandwidth of half the symbol rate; rows of density, responsivity and symbol rate.
struct SensitivityRow {
  double symbol_rate, density, responsivity, q, oma_dbm;
};

TEST(OpticalReceiver, ThermalNoiseSensitivityRows) {
  const double kp4 = 3.4141, inner = 2.4893;
  for (const auto& row :
       {SensitivityRow{53.125e9, 18e-12, 0.6, kp4, -10.0}, SensitivityRow{53.125e9, 10e-12, 0.8, kp4, -13.8},
        SensitivityRow{106.25e9, 18e-12, 0.6, kp4, -8.5}, SensitivityRow{113.4375e9, 18e-12, 0.6, kp4, -8.35},
        SensitivityRow{53.125e9, 18e-12, 0.6, inner, -11.4}, SensitivityRow{113.4375e9, 18e-12, 0.6, inner, -9.7}}) {
    const FrequencyGrid grid{row.symbol_rate, 64, 32};
    PinPhotodiode::Params diode;
    diode.responsivity = Responsivity::from_si(row.responsivity);
    const LaneState current = PinPhotodiode(diode).operate({Port::optical_field, {0.0, 1.0}, {}});  // per watt of OMA
    const auto thermal = amplifier(row.density).noise(grid, current);
    ASSERT_EQ(thermal.size(), 1u);
    EXPECT_TRUE(thermal[0].at_input);
    double variance = 0.0;  // brick wall at half the symbol rate
    for (std::size_t k = 0; k < grid.frequency_count() && grid.frequency(k) < 0.5 * row.symbol_rate; ++k)
      variance += thermal[0].s0[k] * grid.frequency_step();
    EXPECT_NEAR(10.0 * std::log10(6.0 * row.q * std::sqrt(variance) / current.swing() * 1e3), row.oma_dbm, 0.1);
  }
}

TEST(OpticalReceiver, ShotNoiseIsTwoQI) {
  PinPhotodiode::Params p;
  p.dark_current = Current::from_si(50e-9);
  const PinPhotodiode diode(p);
  const auto sources = diode.noise(kGrid, {});
  ASSERT_EQ(sources.size(), 1u);
  EXPECT_FALSE(sources[0].at_input);
  const double current = diode.operate({Port::optical_field, {1e-3}, {}}).levels[0];
  EXPECT_NEAR(sources[0].s0[7] + sources[0].s1 * current, 2.0 * kElectron * (50e-9 + 0.6e-3), 1e-30);
}

// Laser, modulator, diode, amplifier: variance of each PAM4 level at the amplifier's output for a held level, against
// the closed forms with the noise bandwidth pi B/(2 sqrt 2) of a second-order Butterworth.
TEST(OpticalReceiver, NoisePerLevelIsTheSumOfRinShotAndThermal) {
  LaneState lane{Port::voltage, {-1.0, -1.0 / 3.0, 1.0 / 3.0, 1.0}, {}};
  const LaneState lit = DfbLaser().operate(lane);
  const MachZehnder mzm;
  const LaneState light = mzm.operate(lit);
  PinPhotodiode::Params diode_params;
  diode_params.transit_bandwidth = Frequency::from_si(1e13);
  diode_params.capacitance = Capacitance::from_si(0.0);
  const PinPhotodiode diode(diode_params);
  const LaneState current = diode.operate(light);
  TransimpedanceAmplifier::Params tia_params;
  tia_params.bandwidth = Frequency::from_si(30e9);
  const TransimpedanceAmplifier tia(tia_params);
  const LaneState voltage = tia.operate(current);
  const double gain = voltage.swing() / current.swing();
  const auto filter = tia.respond(kGrid, current);

  const auto integrate = [&](const NoiseSource& source, double x, double to_output) {
    double sum = 0.0;
    for (std::size_t k = 0; k < kGrid.frequency_count(); ++k) {
      const double density = (source.s0.empty() ? 0.0 : source.s0[k]) + source.s1 * x + source.s2 * x * x;
      sum += (k == 0 ? 0.5 : 1.0) * density * std::norm(filter.at(k, 0, 0)) * kGrid.frequency_step();
    }
    return sum * to_output * to_output;
  };
  const double bandwidth = kPi * 30e9 / (2.0 * std::sqrt(2.0));
  for (std::size_t m = 0; m < 4; ++m) {
    const double got = integrate(mzm.noise(kGrid, lit)[0], light.levels[m], 0.6 * gain) +
                       integrate(diode.noise(kGrid, light)[0], current.levels[m], gain) +
                       integrate(tia.noise(kGrid, current)[0], 0.0, gain);
    const double p = light.levels[m], i = 0.6 * p;
    const double expected =
        gain * gain * bandwidth * (std::pow(10.0, -14.5) * i * i + 2.0 * kElectron * (i + 10e-9) + 18e-12 * 18e-12);
    EXPECT_NEAR(got / expected, 1.0, 2e-4) << m;
  }
}

TEST(OpticalReceiver, SquaredFrequencyNoiseDoublesAtItsCorner) {
  TransimpedanceAmplifier::Params p;
  p.noise_corner = Frequency::from_si(kGrid.frequency(128));
  const auto source = TransimpedanceAmplifier(p).noise(kGrid, {})[0];
  EXPECT_NEAR(source.s0[128] / source.s0[0], 2.0, 1e-12);
  EXPECT_NEAR(source.s0[256] / source.s0[0], 5.0, 1e-12);
}

// One electron per photon is lambda/1.2398 A/W (Saleh and Teich); 0.347, 0.363 and 0.524 A/W at 430, 450 and 650 nm.
TEST(OpticalReceiver, IdealSiliconResponsivity) {
  EXPECT_NEAR(quantum_responsivity(1.0, 430e-9), 0.347, 5e-4);
  EXPECT_NEAR(quantum_responsivity(1.0, 450e-9), 0.363, 5e-4);
  EXPECT_NEAR(quantum_responsivity(1.0, 650e-9), 0.524, 5e-4);
  SiliconPhotodiode::Params p;
  p.quantum_efficiency = 0.5;
  EXPECT_NEAR(SiliconPhotodiode(p).operate({Port::optical_power, {1e-6}, {0.0, 450e-9, 0.0, 0.0}}).levels[0],
              0.5 * 0.363e-6, 3e-10);
}

TEST(OpticalReceiver, DiodePolesMultiply) {
  SiliconPhotodiode::Params p;
  p.transit_bandwidth = Frequency::from_si(10e9);
  p.resistance = Resistance::from_si(500.0);
  p.capacitance = Capacitance::from_si(100e-15);
  const double rc = 1.0 / (2.0 * kPi * 500.0 * 100e-15);
  const auto r = SiliconPhotodiode(p).respond(kGrid, {});
  for (std::size_t k : {0u, 10u, 60u}) {
    const double f = kGrid.frequency(k);
    EXPECT_LT(std::abs(r.at(k, 0, 0) - 1.0 / (Complex(1.0, f / 10e9) * Complex(1.0, f / rc))), 1e-12);
  }
}

TEST(OpticalReceiver, GainControlHoldsTheSwingAndTheMeanIsRemoved) {
  const TransimpedanceAmplifier tia;
  const LaneState weak = tia.operate({Port::current, {10e-6, 60e-6}, {}});
  EXPECT_NEAR(weak.swing(), 50e-6 * 5000.0, 1e-12);
  EXPECT_NEAR(weak.mean(), 0.0, 1e-15);
  EXPECT_NEAR(tia.operate({Port::current, {0.1e-3, 0.9e-3}, {}}).swing(), 0.6, 1e-12);
  EXPECT_TRUE(tia.validity(kGrid, {Port::current, {0.1e-3, 0.9e-3}, {}}).empty());
  EXPECT_EQ(tia.validity(kGrid, {Port::current, {0.1e-3, 2.9e-3}, {}}).size(), 1u);
}

// A long run of the top level droops with the time constant of the offset loop.
TEST(OpticalReceiver, LowCutDroopsExponentially) {
  TransimpedanceAmplifier::Params p;
  p.low_cut = Frequency::from_si(200e6);
  const TransimpedanceAmplifier tia(p);
  const LaneState in{Port::current, {0.0, 100e-6}, {}};
  const double step = 1e-12;
  std::vector<double> samples(4000, 100e-6);
  const auto out = testing::stream({tia.make_processor(step, in)}, {Port::voltage}, samples, 1000);
  EXPECT_NEAR(out[3500] / out[1500], std::exp(-2.0 * kPi * 200e6 * 2000 * step), 1e-6);
  EXPECT_EQ(tia.respond(kGrid, in).high_pass, 200e6);
}

}  // namespace
}  // namespace tessera
