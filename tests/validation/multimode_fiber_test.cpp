#include "channels/fiber/multimode_fiber.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <numeric>

#include "scenarios/link/part_library.hpp"
#include "tests/support/locations.hpp"
#include "tests/support/small_signal.hpp"

namespace tessera {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kFwhmOfRms = 2.354820045030949;

LaneState light(double wavelength_nm, double rms_nm) {
  LaneState in;
  in.port = Port::optical_power;
  in.levels = {0.5e-3, 0.7e-3, 0.9e-3, 1.1e-3};
  in.carrier.wavelength = 1e-9 * wavelength_nm;
  in.carrier.spectral_width = 1e-9 * kFwhmOfRms * rms_nm;
  return in;
}

MultimodeFiber::Params fibre(double length, double zero_nm = 1316.0, double slope = 0.1028) {
  MultimodeFiber::Params p;
  p.length = Length::from_si(length);
  p.zero_dispersion_wavelength = Length::from_si(1e-9 * zero_nm);
  p.dispersion_slope = DispersionSlope::from_si(1e3 * slope);
  return p;
}

MultimodeFiber without_modes(MultimodeFiber::Params p) {
  p.modal_bandwidth = Quantity<dim::kBandwidthLength>::from_si(1e15);
  p.modal_peak_width = Length::from_si(0.0);
  return MultimodeFiber(p);
}

// Frequency at which the optical power response has fallen to one half, Hz.
double half_power(const MultimodeFiber& fiber, const LaneState& in) {
  const FrequencyGrid grid{400e9, 4096, 2};
  const StageResponse r = fiber.respond(grid, in);
  for (std::size_t k = 1; k < grid.frequency_count(); ++k) {
    const double before = std::abs(r.at(k - 1, 0, 0)), here = std::abs(r.at(k, 0, 0));
    if (here < 0.5) return grid.frequency(k - 1) + (before - 0.5) / (before - here) * grid.frequency_step();
  }
  return 0.0;
}

// Chromatic bandwidth of the 10GbE link model: 0.187e6/(L sigma sqrt(D1^2 + D2^2)) MHz, D2 = 0.7 S0 sigma; km, nm, ps.
double spreadsheet_bandwidth(double km, double rms_nm, double wavelength_nm, double zero_nm, double slope) {
  const double d1 = 0.25 * slope * (wavelength_nm - std::pow(zero_nm, 4) / std::pow(wavelength_nm, 3));
  return 1e6 * 0.1874e6 / (km * rms_nm * std::hypot(d1, 0.7 * slope * rms_nm));
}

TEST(MultimodeFiber, ChromaticBandwidthIsThatOfTheLinkModel) {
  struct Row {
    double metres, rms, wavelength, zero, slope;
  };
  for (const Row& row : {Row{100, 0.6, 850, 1316, 0.1028}, Row{100, 0.6, 844, 1316, 0.1028},
                         Row{300, 0.29, 840, 1320, 0.11}, Row{30, 0.45, 863, 1328, 0.0935}}) {
    const double expected = spreadsheet_bandwidth(row.metres / 1e3, row.rms, row.wavelength, row.zero, row.slope);
    const MultimodeFiber fiber = without_modes(fibre(row.metres, row.zero, row.slope));
    EXPECT_NEAR(half_power(fiber, light(row.wavelength, row.rms)) / expected, 1.0, 2e-3) << row.wavelength;
  }
}

// 100 m of OM4, 0.6 nm rms at 850 nm: chromatic about 30 GHz, modal 47 GHz, both about 25 GHz, optical -3 dB.
TEST(MultimodeFiber, HundredMetresOfOm4) {
  EXPECT_NEAR(half_power(without_modes(fibre(100)), light(850, 0.6)), 30e9, 1e9);
  EXPECT_NEAR(half_power(MultimodeFiber(fibre(100)), light(850, 0.0)), 47e9, 1e6);
  EXPECT_NEAR(half_power(MultimodeFiber(fibre(100)), light(850, 0.6)), 25e9, 1e9);
  // Gaussians add their variances: 1/f^2 = 1/f_c^2 + 1/f_m^2.
  const double chromatic = spreadsheet_bandwidth(0.1, 0.6, 850, 1316, 0.1028);
  EXPECT_NEAR(half_power(MultimodeFiber(fibre(100)), light(850, 0.6)), 1.0 / std::hypot(1.0 / chromatic, 1.0 / 47e9),
              0.05e9);
  // Half the length has twice the bandwidth.
  EXPECT_NEAR(
      half_power(MultimodeFiber(fibre(50)), light(850, 0.6)) / half_power(MultimodeFiber(fibre(100)), light(850, 0.6)),
      2.0, 1e-3);
}

// Sum over the spectrum with the delay of the Sellmeier form itself, tau = L (S0/8)(lambda^2 + lambda0^4/lambda^2).
Complex summed(double frequency, double length, double wavelength, double rms, double zero, double slope) {
  const auto delay = [&](double l) { return length * slope / 8.0 * (l * l + std::pow(zero, 4) / (l * l)); };
  Complex sum = 0.0;
  double total = 0.0;
  for (int i = -4000; i <= 4000; ++i) {
    const double x = 8.0 * i / 4000.0, weight = std::exp(-0.5 * x * x);
    sum += weight * std::polar(1.0, -2.0 * kPi * frequency * (delay(wavelength + x * rms) - delay(wavelength)));
    total += weight;
  }
  return sum / total;
}

TEST(MultimodeFiber, ResponseIsTheSumOverTheSpectrum) {
  const FrequencyGrid grid{100e9, 64, 2};
  for (const auto& [wavelength, rms] : {std::pair{850.0, 0.6}, std::pair{953.0, 0.6}, std::pair{1316.0, 3.0}}) {
    const MultimodeFiber fiber = without_modes(fibre(300));
    const StageResponse r = fiber.respond(grid, light(wavelength, rms));
    for (std::size_t k : {1u, 7u, 30u, 64u}) {
      const Complex expected = summed(grid.frequency(k), 300.0, 1e-9 * wavelength, 1e-9 * rms, 1316e-9, 102.8);
      EXPECT_LT(std::abs(r.at(k, 0, 0) - expected), 2e-3) << wavelength << " " << k;
    }
  }
}

// At the zero-dispersion wavelength only the slope is left: variance (S L sigma^2)^2/2 and S = S_0.
TEST(MultimodeFiber, SlopeTermAloneAtZeroDispersion) {
  const MultimodeFiber fiber(fibre(1000));
  EXPECT_NEAR(fiber.chromatic_spread(1316e-9, 10e-9), 102.8 * 1000.0 * 1e-16 / std::sqrt(2.0), 1e-16);
  EXPECT_NEAR(std::abs(gaussian_spectrum_transfer(1e9, 0.0, 1e-9)), std::pow(1.0 + std::pow(2.0 * kPi, 2), -0.25),
              1e-12);
}

// 3.62 dB/km at 840 nm of a fibre with 3.5 at 850 (IEEE 802.3 clause 52: with 1.5 dB of connectors 2.6 dB over 300 m);
// 1.5 dB/km at 1300 nm, where the same fibres are rated so; OM5 at 953 nm below 2.3 dB/km.
TEST(MultimodeFiber, AttenuationOverWavelength) {
  MultimodeFiber::Params p = fibre(1000);
  p.attenuation = {3.5e-3};
  EXPECT_NEAR(MultimodeFiber(p).loss_db(840e-9), 3.62, 0.005);
  EXPECT_NEAR(MultimodeFiber(p).loss_db(1300e-9), 1.5, 0.01);
  EXPECT_NEAR(MultimodeFiber(p).loss_db(850e-9), 3.5, 1e-9);
  p.attenuation = {3.0e-3};
  EXPECT_LT(MultimodeFiber(p).loss_db(953e-9), 2.3);
  p.attenuation = {3.5e-3};
  p.length = Length::from_si(300.0);
  EXPECT_NEAR(1.5 + MultimodeFiber(p).loss_db(840e-9), 2.6, 0.05);
  const LaneState in = light(840, 0.29), out = MultimodeFiber(p).operate(in);
  EXPECT_NEAR(10.0 * std::log10(in.mean() / out.mean()), 3.62 * 0.3, 0.002);
  EXPECT_EQ(out.carrier.source_diameter, 50e-6);
}

// 10GBASE-SR, 300 m of OM3: the penalty of mode partition is 0.05 dB at Q = 7.034 in the link model.
TEST(MultimodeFiber, ModePartitionPenaltyOfTheLinkModel) {
  const double noise = MultimodeFiber(fibre(300, 1320, 0.11)).mode_partition_noise(10.3125e9, 840e-9, 0.29e-9);
  EXPECT_NEAR(-10.0 * std::log10(std::sqrt(1.0 - std::pow(7.034 * noise, 2))), 0.05, 0.005);
}

// Ogawa and Agrawal's closed form against the spread of a half-rate sine over the spectrum's lines.
TEST(MultimodeFiber, ModePartitionIsTheSpreadOfTheEyeOverTheLines) {
  MultimodeFiber::Params p = fibre(100);
  p.mode_partition = 0.5;
  const double rms = 0.5e-9, baud = 53.125e9,
               dispersion = 0.25 * 102.8 * (850e-9 - std::pow(1316e-9, 4) / std::pow(850e-9, 3));
  double total = 0.0, mean = 0.0, square = 0.0;
  for (int i = -2000; i <= 2000; ++i) {
    const double x = 8.0 * i / 2000.0, weight = std::exp(-0.5 * x * x);
    const double eye = std::cos(kPi * baud * dispersion * 100.0 * rms * x);
    total += weight;
    mean += weight * eye;
    square += weight * eye * eye;
  }
  const double expected = 0.5 * std::sqrt(square / total - std::pow(mean / total, 2));
  EXPECT_NEAR(MultimodeFiber(p).mode_partition_noise(baud, 850e-9, rms) / expected, 1.0, 1e-3);
}

TEST(MultimodeFiber, ModePartitionDensityHoldsTheVariance) {
  const MultimodeFiber fiber(fibre(100));
  const LaneState in = light(850, 0.5);
  const FrequencyGrid grid{53.125e9, 256, 64};
  const auto sources = fiber.noise(grid, in);
  ASSERT_EQ(sources.size(), 1u);
  EXPECT_FALSE(sources[0].at_input);
  const double variance =
      (std::accumulate(sources[0].s0.begin(), sources[0].s0.end(), 0.0) - 0.5 * sources[0].s0.front()) *
      grid.frequency_step();
  const double oma = 0.6e-3 * std::pow(10.0, -0.03);
  const double expected = fiber.mode_partition_noise(53.125e9, 850e-9, 0.5e-9) * 0.5 * oma;
  EXPECT_NEAR(variance / (expected * expected), 1.0, 0.01);
  MultimodeFiber::Params p = fibre(100);
  p.mode_partition = 0.0;
  EXPECT_TRUE(MultimodeFiber(p).noise(grid, in).empty());
}

TEST(MultimodeFiber, StreamedSmallSignalEqualsResponse) {
  const FrequencyGrid grid{53.125e9, 128, 32};
  const MultimodeFiber fiber(fibre(100));
  const LaneState in = light(850, 0.6);
  const std::size_t period = grid.sample_count();
  const auto processor = fiber.make_processor(grid.time_step(), in);
  for (std::size_t k : {4u, 32u, 64u}) {
    std::vector<double> power(8 * period);
    for (std::size_t i = 0; i < power.size(); ++i)
      power[i] = 1e-3 + 1e-4 * std::cos(2.0 * kPi * static_cast<double>(k * i % period) / static_cast<double>(period));
    const auto out = testing::stream({processor}, {Port::optical_power}, power, 4096);
    const Complex got = testing::tone(out, static_cast<double>(k), period, processor.latency()) / 1e-4;
    const Complex expected = std::pow(10.0, -0.03) * fiber.respond(grid, in).at(k, 0, 0);
    EXPECT_LT(std::abs(got - expected), 1e-6) << k;
  }
}

TEST(MultimodeFiber, DelayOfTheDatasheet) {
  EXPECT_NEAR(MultimodeFiber(fibre(100)).respond({53.125e9, 64, 32}, light(850, 0.6)).bulk_delay, 495e-9, 1e-15);
}

TEST(MultimodeFiber, NeedsAWavelengthAndNotesAForeignOne) {
  const MultimodeFiber fiber;
  try {
    fiber.operate(light(0, 0.6));
    FAIL() << "nothing was thrown";
  } catch (const ConfigError& e) {
    EXPECT_STREQ(e.what(), "multimode_fiber needs light of a known wavelength, got none");
  }
  const FrequencyGrid grid{53.125e9, 64, 32};
  EXPECT_TRUE(fiber.validity(grid, light(840, 0.6)).empty());
  EXPECT_TRUE(fiber.validity(grid, light(953, 0.6)).empty());
  ASSERT_EQ(fiber.validity(grid, light(1310, 0.6)).size(), 1u);
  EXPECT_EQ(fiber.validity(grid, light(1310, 0.6))[0].quantity, "wavelength in multimode fibre");
}

// The shipped fibres at the wavelengths at which TIA and IEC state their bandwidth: 2000, 4700 and 4700 MHz km at 850
// nm, 2470 at 953 nm for OM5.
TEST(MultimodeParts, BandwidthsAreThoseOfTheirClass) {
  const auto part = [](const std::string& name) {
    return MultimodeFiber(
        read_parameters<MultimodeFiber>(find_part({test::library_dir()}, name, all_models()).parameters));
  };
  EXPECT_NEAR(part("om3").modal_bandwidth(850e-9), 2000e9, 1e3);
  EXPECT_NEAR(part("om4").modal_bandwidth(850e-9), 4700e9, 1e3);
  EXPECT_NEAR(part("om5").modal_bandwidth(850e-9), 4700e9, 1e3);
  EXPECT_NEAR(part("om5").modal_bandwidth(953e-9), 2470e9, 5e9);
  // The same glass bends the optimum of all three, so that OM3 and OM4 keep at most what OM5 has at 953 nm.
  EXPECT_LE(part("om4").modal_bandwidth(953e-9), part("om5").modal_bandwidth(953e-9) * (1 + 1e-9));
  EXPECT_LT(part("om3").modal_bandwidth(953e-9), part("om4").modal_bandwidth(953e-9));
}

}  // namespace
}  // namespace tessera
