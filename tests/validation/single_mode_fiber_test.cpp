#include "channels/fiber/single_mode_fiber.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "channels/fiber/optical_connector.hpp"
#include "devices/receiver/pin_photodiode.hpp"
#include "devices/transmitter/dfb_laser.hpp"
#include "devices/transmitter/mach_zehnder.hpp"
#include "phy/signal/fft.hpp"
#include "tests/support/small_signal.hpp"

namespace tessera {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kLight = 299792458.0;

// ps/nm over a length in km, from the published formula with ps/(nm^2 km) and nm.
double accumulated(double wavelength_nm, double zero_nm, double slope, double km) {
  return 1e6 * dispersion_coefficient(wavelength_nm * 1e-9, zero_nm * 1e-9, slope * 1e3) * km;
}

// IEEE 802.3 clauses 124, 140 and 151: dispersion limits of the PMDs with S0 = 0.093 ps/(nm^2 km), zero at 1300 and
// 1324 nm.
TEST(SingleModeFiber, DispersionLimitsOfTheEthernetPmds) {
  EXPECT_NEAR(accumulated(1304.5, 1324, 0.093, 0.5), -0.93, 0.05);
  EXPECT_NEAR(accumulated(1317.5, 1300, 0.093, 0.5), 0.80, 0.05);
  EXPECT_NEAR(accumulated(1264.5, 1324, 0.093, 2.0), -11.87, 0.05);
  EXPECT_NEAR(accumulated(1337.5, 1300, 0.093, 2.0), 6.69, 0.05);
  EXPECT_NEAR(accumulated(1264.5, 1324, 0.093, 6.0), -35.6, 0.05);
  EXPECT_NEAR(accumulated(1337.5, 1300, 0.093, 6.0), 20.1, 0.05);
  EXPECT_NEAR(accumulated(1304.5, 1324, 0.093, 10.0), -18.6,
              0.06);  // the row is twenty times the rounded -0.93; exact is -18.55
  EXPECT_NEAR(accumulated(1317.5, 1300, 0.093, 10.0), 16.0, 0.05);
}

// Chou et al., OFC 2024 W4H.3, print -5.9 and 3.3 ps/(nm km) at the edges of the CWDM4 band; S0 = 0.092.
TEST(SingleModeFiber, DispersionAtTheEdgesOfCwdm4) {
  EXPECT_NEAR(accumulated(1264.5, 1324, 0.092, 1.0), -5.87, 0.01);
  EXPECT_NEAR(accumulated(1337.5, 1300, 0.092, 1.0), 3.31, 0.01);
}

struct FadingSetup {
  double chirp = 0.0;
  double km = 10.0;
  SingleModeFiber::Params fiber_params() const {
    SingleModeFiber::Params p;
    p.length = Length::from_si(1000.0 * km);
    p.attenuation = {0.0};
    return p;
  }
};

constexpr double kWavelength = 1550e-9;
const FrequencyGrid kGrid{53.125e9, 64, 32};

LaneState modulated_input() {
  DfbLaser::Params laser;
  laser.wavelength = Length::from_si(kWavelength);
  laser.carrier_power = Power::from_si(1e-3);
  return DfbLaser(laser).operate({Port::voltage, {-1e-4, 1e-4}, {}});
}

MachZehnder modulator(double chirp) {
  MachZehnder::Params p;
  p.chirp = chirp;
  p.half_wave_voltage = Voltage::from_si(5.0);
  p.insertion_loss = {0.0};
  p.extinction_ratio_limit = {80.0};
  return MachZehnder(p);
}

// theta of the closed form, written out here: D in ps/(nm km) from S0 = 0.092 and 1312 nm.
double closed_form_theta(double f, double km) {
  const double d = 0.25 * 0.092 * (1550.0 - std::pow(1312.0, 4) / std::pow(1550.0, 3));  // ps/(nm km)
  return kPi * d * 1e-6 * kWavelength * kWavelength * (1e3 * km) * f * f / kLight;
}

// Field propagation by a plain discrete Fourier sum over one period of a sinusoidally modulated, chirped wave.
double faded_tone(double f, double chirp, double km) {
  constexpr int kPoints = 32;
  constexpr double kDepth = 1e-4;
  std::vector<Complex> field(kPoints), spectrum(kPoints);
  for (int n = 0; n < kPoints; ++n) {
    const double p = 1.0 + kDepth * std::cos(2.0 * kPi * n / kPoints);
    field[n] = std::polar(std::sqrt(p), 0.5 * chirp * std::log(p));
  }
  for (int k = 0; k < kPoints; ++k) {
    for (int n = 0; n < kPoints; ++n) spectrum[k] += field[n] * std::polar(1.0 / kPoints, -2.0 * kPi * k * n / kPoints);
    const double harmonic = k < kPoints / 2 ? k : k - kPoints;
    spectrum[k] *= std::polar(1.0, closed_form_theta(harmonic * f, km));
  }
  Complex detected = 0.0;
  for (int n = 0; n < kPoints; ++n) {
    Complex e = 0.0;
    for (int k = 0; k < kPoints; ++k) e += spectrum[k] * std::polar(1.0, 2.0 * kPi * k * n / kPoints);
    detected += std::norm(e) * std::polar(2.0 / kPoints, -2.0 * kPi * n / kPoints);
  }
  return std::abs(detected) / kDepth;
}

TEST(SingleModeFiber, ChirpedFadingFromTheMatrixChainEqualsFieldPropagation) {
  for (double chirp : {0.0, 1.0, -0.7, 2.5}) {
    for (double km : {2.0, 10.0, 40.0}) {
      const LaneState in = modulated_input();
      const MachZehnder mzm = modulator(chirp);
      const LaneState light = mzm.operate(in);
      const SingleModeFiber fiber(FadingSetup{chirp, km}.fiber_params());
      const PinPhotodiode diode;
      const auto electrode = mzm.respond(kGrid, in), line = fiber.respond(kGrid, light),
                 detector = diode.respond(kGrid, light);
      for (std::size_t k : {1u, 8u, 20u, 31u, 40u}) {
        const double f = kGrid.frequency(k), theta = closed_form_theta(f, km);
        const double with = std::abs(testing::chain_transfer({electrode, line, detector}, k));
        const double without = std::abs(testing::chain_transfer({electrode, detector}, k));
        const double closed = std::abs(std::cos(theta) - chirp * std::sin(theta));
        EXPECT_NEAR(with / without, closed, 1e-6) << chirp << " " << km << " " << f;
        EXPECT_NEAR(faded_tone(f, chirp, km), closed, 1e-6) << chirp << " " << km << " " << f;
      }
    }
  }
}

// alpha = 1 on a fibre of positive dispersion: first null where tan(theta) = 1/alpha, half the frequency^2 of the
// chirp-free null.
TEST(SingleModeFiber, ChirpMovesTheFirstNullToTheArctangent) {
  const double unit = closed_form_theta(1e9, 10.0);
  const double null = 1e9 * std::sqrt(0.25 * kPi / unit);
  EXPECT_LT(faded_tone(null, 1.0, 10.0), 1e-6);
  const double beta = SingleModeFiber(FadingSetup{1.0, 10.0}.fiber_params()).beta_2(kWavelength);
  const Complex rotation = dispersion_transfer(beta, 10e3, null);
  EXPECT_NEAR(rotation.real() - rotation.imag(), 0.0, 1e-9);
  EXPECT_LT(beta, 0.0);
}

TEST(SingleModeFiber, StreamedFieldFadesLikeTheClosedForm) {
  const double step = kGrid.time_step(), km = 10.0;
  for (double chirp : {0.0, 1.0}) {
    const LaneState in = modulated_input();
    const MachZehnder mzm = modulator(chirp);
    const LaneState light = mzm.operate(in);
    const PinPhotodiode diode;
    const double cycles = 20.0;  // of 2048 samples: 16.6 GHz
    const std::size_t period = kGrid.sample_count();
    std::vector<double> drive(12 * period);
    for (std::size_t i = 0; i < drive.size(); ++i)
      drive[i] = 1e-4 * std::cos(2.0 * kPi * cycles * static_cast<double>(i) / static_cast<double>(period));
    const auto run = [&](double length) {
      const SingleModeFiber fiber(FadingSetup{chirp, length}.fiber_params());
      const auto line = fiber.make_processor(step, light);
      const auto out = testing::stream({mzm.make_processor(step, in), line, diode.make_processor(step, light)},
                                       {Port::optical_field, Port::optical_field, Port::current}, drive, 4096);
      return testing::tone(out, cycles, period, line.latency());
    };
    const double theta = closed_form_theta(kGrid.frequency(20), km);
    const Complex ratio = run(km) / run(0.0);
    EXPECT_NEAR(ratio.real(), std::cos(theta) - chirp * std::sin(theta), 1e-6);
    EXPECT_NEAR(ratio.imag(), 0.0, 1e-6);  // no delay beyond the stated latency
  }
}

TEST(SingleModeFiber, FiveHundredMetresWrapNothing) {
  SingleModeFiber::Params p;
  const LaneState light{Port::optical_field, {0.3e-3, 1e-3}, {1e-3, 1304.5e-9, 0.0, 0.0}};
  const FrequencyGrid grid{53.125e9, 1024, 32};
  const auto pulse_of = [&](double metres) {
    p.length = Length::from_si(metres);
    const auto line = SingleModeFiber(p).respond(grid, light);
    EXPECT_DOUBLE_EQ(line.bulk_delay, metres * 4.9e-9);
    std::vector<Complex> bins(grid.frequency_count());
    for (std::size_t k = 0; k < bins.size(); ++k)  // Gaussian pulse of half a unit interval at a tenth of the window
      bins[k] = line.at(k, 0, 0) * std::exp(-0.5 * std::pow(grid.frequency(k) / 30e9, 2)) *
                std::polar(1.0, -2.0 * kPi * static_cast<double>(k) * 0.1);
    return inverse_real_fft(bins, grid.sample_count());
  };
  EXPECT_NEAR(500 * 4.9e-9, 2.45e-6, 1e-12);  // far more than the 19.3 ns window
  const auto near = pulse_of(0.0), far = pulse_of(500.0);
  double moment_near = 0.0, moment_far = 0.0, sum_near = 0.0, sum_far = 0.0, difference = 0.0, peak = 0.0;
  for (std::size_t n = 0; n < near.size(); ++n) {
    moment_near += static_cast<double>(n) * near[n];
    moment_far += static_cast<double>(n) * far[n];
    sum_near += near[n];
    sum_far += far[n];
    difference = std::max(difference, std::abs(far[n] - near[n]));
    peak = std::max(peak, near[n]);
  }
  EXPECT_NEAR(moment_far / sum_far, moment_near / sum_near, 1e-6);  // samples
  EXPECT_LT(difference, 2e-3 * peak);                               // -0.93 ps/nm without chirp hardly shows
  EXPECT_GT(difference, 1e-7 * peak);
}

TEST(SingleModeFiber, AttenuationIsDecibelOfPower) {
  SingleModeFiber::Params p;
  p.length = Length::from_si(10e3);
  const LaneState out = SingleModeFiber(p).operate({Port::optical_field, {1e-3, 2e-3}, {1e-3, 1310e-9, 0.0, 0.0}});
  EXPECT_NEAR(10.0 * std::log10(out.levels[1] / 2e-3), -3.5, 1e-9);
  OpticalConnector::Params c;
  c.insertion_loss = {0.35};
  c.count = 4;
  EXPECT_NEAR(10.0 * std::log10(OpticalConnector(c).operate(out).levels[1] / 2e-3), -4.9, 1e-9);
}

// Two polarisation modes half each: the intensity response of a split and delayed copy is the cosine.
TEST(SingleModeFiber, DifferentialDelaySplitsThePulse) {
  SingleModeFiber::Params p;
  p.length = Length::from_si(4000.0);
  p.dispersion_slope = DispersionSlope::from_si(0.0);
  p.differential_delay = Time::from_si(3e-12);
  const auto line = SingleModeFiber(p).respond(kGrid, {Port::optical_field, {1e-3, 2e-3}, {1e-3, 1310e-9, 0.0, 0.0}});
  for (std::size_t k = 0; k < 60; ++k) {
    const double f = kGrid.frequency(k), half = 3e-12;  // half of 6 ps at 4 km
    const Complex split = 0.5 * (std::polar(1.0, 2.0 * kPi * f * half) + std::polar(1.0, -2.0 * kPi * f * half));
    EXPECT_NEAR(std::abs(line.at(k, 0, 0) - split), 0.0, 1e-12);
  }
}

}  // namespace
}  // namespace tessera
