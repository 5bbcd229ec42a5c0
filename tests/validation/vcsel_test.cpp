#include "devices/transmitter/vcsel.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <random>
#include <span>

#include "devices/failure_rate.hpp"
#include "phy/signal/fft.hpp"
#include "scenarios/link/part_library.hpp"
#include "tests/support/locations.hpp"
#include "tests/support/small_signal.hpp"

// Rate equations are written here anew, from the parameter sets as they were published, and linearised by differences.
namespace tessera {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kCharge = 1.602176634e-19, kPlanck = 6.62607015e-34, kLight = 299792458.0;
constexpr double kReference = 300.0;  // K, of both parameter sets

double bisect(const auto& function, double low, double high) {
  const bool rising = function(low) < 0.0;
  for (int i = 0; i < 200; ++i) {
    const double middle = 0.5 * (low + high);
    ((function(middle) < 0.0) == rising ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

// --- set A: gain linear in the density (Mena form), as coded in the public repository gtmelgar/rate_eqn_density ---

struct SetA {
  double v = 6.3e-19, v_mode = 5.32e-16, lifetime = 5e-9, slope = 1.064e-10, transparency = 7.94e23, eps = 5.32e-22,
         photon = 4e-12, beta = 1e-4;

  std::array<double, 2> rates(double n, double s, double current) const {
    const double stimulated = slope * (n - transparency) * s / (1.0 + eps * s), gamma = v / v_mode;
    return {current / (kCharge * v) - n / lifetime - stimulated,
            -s / photon + gamma * beta * n / lifetime + gamma * stimulated};
  }
  // Photons in balance at a density below, and the current that this density then takes: solved for the current.
  std::array<double, 2> steady(double current) const {
    const auto photons = [&](double n) {
      return bisect([&](double log_s) { return -rates(n, std::exp(log_s), 0.0)[1]; }, std::log(1e10), std::log(1e24));
    };
    const double n = bisect([&](double x) { return rates(x, std::exp(photons(x)), current)[0]; }, 0.1 * transparency,
                            6.0 * transparency);
    return {n, std::exp(photons(n))};
  }
};

// H by solving (j w - J) x = b for unit current, J by central differences; normalised at DC.
Complex transfer_a(const SetA& set, double current, double frequency) {
  const auto [n, s] = set.steady(current);
  const double dn = 1e-5 * n, ds = 1e-5 * s;
  const auto fn1 = set.rates(n + dn, s, current), fn0 = set.rates(n - dn, s, current);
  const auto fs1 = set.rates(n, s + ds, current), fs0 = set.rates(n, s - ds, current);
  const double a = (fn1[0] - fn0[0]) / (2 * dn), b = (fs1[0] - fs0[0]) / (2 * ds);
  const double c = (fn1[1] - fn0[1]) / (2 * dn), d = (fs1[1] - fs0[1]) / (2 * ds);
  const auto photons = [&](double w) { return c / ((Complex(-a, w)) * (Complex(-d, w))-b * c); };
  return photons(2.0 * kPi * frequency) / photons(0.0);
}

Vcsel set_a(double excess = -250.0) {
  Vcsel::Params p;  // the defaults are set A
  p.parasitic_bandwidth = Frequency::from_si(0.0);
  p.excess_noise = {excess};
  return Vcsel(p);
}

LaneState around(double mean, double swing) {
  LaneState in;
  in.port = Port::current;
  in.levels = {mean - 0.5 * swing, mean - swing / 6.0, mean + swing / 6.0, mean + 0.5 * swing};
  in.case_temperature = kReference;
  return in;
}

double three_decibel(const auto& response) {
  double f = 1e8;
  while (std::abs(response(f)) > std::sqrt(0.5)) f += 1e7;
  return f;
}

double intensity_response(const Vcsel& laser, double current, double frequency) {
  const FrequencyGrid grid{2.0 * frequency, 2, 2};  // bin 2 is the symbol rate, bin 1 half of it
  return std::abs(laser.respond(grid, around(current, 1e-6 * current)).at(1, 0, 0));
}

TEST(Vcsel, SetAThresholdAndRelaxationFrequencies) {
  const Vcsel laser = set_a();
  const LaserRates r = laser.rates(kReference);
  EXPECT_NEAR(r.threshold_current(), 56e-6, 0.02 * 56e-6);
  // The same from the light: where the straight line above threshold meets zero.
  const double p1 = laser.optical_power(2e-3, kReference), p2 = laser.optical_power(4e-3, kReference);
  EXPECT_NEAR(2e-3 - p1 * 2e-3 / (p2 - p1), 56e-6, 0.03 * 56e-6);
  EXPECT_NEAR(p1 / 0.4 / (2e-3 - 56e-6), 1.46, 0.01);  // all photons of 850 nm lost, mW per mA
  for (const auto& [milliampere, f_r, f_3db] : {std::array{3.0, 9.3, 13.7}, std::array{5.0, 11.8, 16.9},
                                                std::array{8.0, 14.5, 19.8}, std::array{10.0, 15.9, 21.1}}) {
    const LaserDynamics d = linearised(r, steady_state(r, 1e-3 * milliampere));
    EXPECT_NEAR(d.resonance(), 1e9 * f_r, 0.02 * 1e9 * f_r) << milliampere;
    EXPECT_NEAR(three_decibel([&](double f) { return d.response(f); }), 1e9 * f_3db, 0.02 * 1e9 * f_3db) << milliampere;
  }
}

TEST(Vcsel, SetAResponseIsThatOfTheLinearisedEquations) {
  const Vcsel laser = set_a();
  const SetA set;
  const FrequencyGrid grid{50e9, 20, 4};
  for (double current : {1e-3, 4e-3, 9e-3}) {
    const StageResponse r = laser.respond(grid, around(current, 1e-9));
    for (std::size_t k : {1u, 4u, 8u, 20u})
      EXPECT_LT(std::abs(r.at(k, 0, 0) - transfer_a(set, current, grid.frequency(k))), 1e-6) << current << " " << k;
    const auto [n, s] = set.steady(current);
    const double watts = 0.4 * s * set.v_mode / set.photon * kPlanck * kLight / 850e-9;
    EXPECT_NEAR(laser.optical_power(current, kReference) / watts, 1.0, 1e-9);
  }
}

// f_R^2 grows in proportion to I - I_th without compression, and more slowly with it.
TEST(Vcsel, RelaxationFrequencyGrowsWithTheRootOfTheCurrentAboveThreshold) {
  const auto resonance = [](double compression, double current) {
    Vcsel::Params p;
    p.gain_compression = Vcsel::Volume::from_si(compression);
    p.spontaneous_coupling = 1e-7;
    const LaserRates r = Vcsel(p).rates(kReference);
    return linearised(r, steady_state(r, current)).resonance() / std::sqrt(current - r.threshold_current());
  };
  EXPECT_NEAR(resonance(0.0, 8e-3) / resonance(0.0, 1e-3), 1.0, 2e-3);
  EXPECT_LT(resonance(5.32e-22, 8e-3) / resonance(5.32e-22, 1e-3), 0.99);
  EXPECT_GT(resonance(5.32e-22, 8e-3) / resonance(5.32e-22, 1e-3), 0.90);
}

// Damping grows as K f_R^2 with K = 4 pi^2 [tau_p + eps/(v_g dg/dN)] while eps S is small.
TEST(Vcsel, DampingFollowsTheKFactor) {
  Vcsel::Params p;
  p.gain_compression = Vcsel::Volume::from_si(1e-22);
  const LaserRates r = Vcsel(p).rates(kReference);
  const auto dynamics = [&](double current) { return linearised(r, steady_state(r, current)); };
  const LaserDynamics a = dynamics(1e-3), b = dynamics(3e-3);
  const double k = (b.damping() - a.damping()) / (std::pow(b.resonance(), 2) - std::pow(a.resonance(), 2));
  EXPECT_NEAR(k / (4.0 * kPi * kPi * (4e-12 + 1e-22 / 1.064e-10)), 1.0, 0.01);
}

// --- set B: Grabowski et al., JLT 39(10) 3225 (2021), 7 um datacom laser, isothermal at 300 K, leakage off ---

struct SetB {
  double v = 38.5e-12 * 5 * 4e-9, v_barrier = 38.5e-12 * 74e-9, eta = 0.8, capture = 7e-12, barrier_lifetime = 5e-9;
  double a = 0.45e9, b = 3e-16, c = -7.9e-42, gamma = 0.0328, beta = 4.68e-2, eps = 5e-24, speed = 1e8;
  double loss = 6.19e10 + 1.35e10 + 1.91e11, mirror = 1.91e11, wavelength = 847.3e-9;

  double gain(double n) const {
    const double peak = 857e-9 - 3.26e-33 * n - 0.5 * 5.44e-60 * n * n, away = wavelength - peak;
    return 7.54e5 * std::log((n - 1.5e21) / (2.76e24 - 1.5e21)) + 1.4e13 * away - 1.57e20 * away * away;
  }
  double recombination(double n) const { return a * n + b * n * n + c * n * n * n; }
  // Carriers in the barrier and the wells, photons: per volume of the barrier, the wells and the mode.
  std::array<double, 3> rates(const std::array<double, 3>& x, double current) const {
    const double stimulated = speed * gain(x[1]) * x[2] / (1.0 + eps * x[2]), captured = x[0] / capture;
    return {eta * current / (kCharge * v_barrier) - captured - x[0] / barrier_lifetime,
            captured * v_barrier / v - recombination(x[1]) - stimulated,
            gamma * (stimulated + beta * b * x[1] * x[1]) - loss * x[2]};
  }
  std::array<double, 3> steady(double current) const {
    const double barrier = eta * current / (kCharge * v_barrier) / (1.0 / capture + 1.0 / barrier_lifetime);
    const auto photons = [&](double n) {
      return bisect([&](double log_s) { return -rates({barrier, n, std::exp(log_s)}, current)[2]; }, std::log(1e12),
                    std::log(1e25));
    };
    const double n =
        bisect([&](double x) { return rates({barrier, x, std::exp(photons(x))}, current)[1]; }, 2e24, 4e24);
    return {barrier, n, std::exp(photons(n))};
  }
  // Intensity response at a current, by frequency.
  auto transfer(double current) const {
    const auto x = steady(current);
    std::array<std::array<double, 3>, 3> j{};
    for (std::size_t col = 0; col < 3; ++col) {
      auto up = x, down = x;
      up[col] *= 1.0 + 1e-5;
      down[col] *= 1.0 - 1e-5;
      const auto f1 = rates(up, current), f0 = rates(down, current);
      for (std::size_t row = 0; row < 3; ++row) j[row][col] = (f1[row] - f0[row]) / (2e-5 * x[col]);
    }
    // The barrier feeds the wells only, so the transfer is a pole times that of the other two.
    const auto photons = [j](double w) {
      const Complex barrier = 1.0 / Complex(-j[0][0], w);
      return j[1][0] * j[2][1] * barrier / (Complex(-j[1][1], w) * Complex(-j[2][2], w) - j[1][2] * j[2][1]);
    };
    return [photons](double frequency) { return photons(2.0 * kPi * frequency) / photons(0.0); };
  }
};

Vcsel part(double parasitic = 0.0, double thermal = 0.0) {
  auto p = read_parameters<Vcsel>(find_part({test::library_dir()}, "vcsel_850_100g", all_models()).parameters);
  p.parasitic_bandwidth = Frequency::from_si(parasitic);
  p.thermal_resistance = Quantity<dim::kThermalResistance>::from_si(thermal);
  return Vcsel(p);
}

// I_th 0.61 mA, slope 0.84 W/A, N_th 3.06e18 cm^-3; intrinsic f_3dB 20, 28, 32 and 32 GHz at 2, 4, 6 and 8 mA with
// peaks of 6.2, 2.5, 0.4 and 0 dB. First of the equations themselves, then of the part that folds their gain into a
// logarithm.
TEST(Vcsel, SetBFiguresOfTheEquationsAndOfThePart) {
  const SetB set;
  const Vcsel laser = part();
  const LaserRates r = laser.rates(kReference);
  EXPECT_NEAR(r.threshold_density(), 3.06e24, 0.02 * 3.06e24);
  EXPECT_NEAR(r.threshold_current(), 0.61e-3, 0.02 * 0.61e-3);
  const double slope = (laser.optical_power(6e-3, kReference) - laser.optical_power(3e-3, kReference)) / 3e-3;
  EXPECT_NEAR(slope, 0.84, 0.02 * 0.84);
  struct Row {
    double current, corner, peak;
  };
  for (const Row& row : {Row{2e-3, 20e9, 6.2}, Row{4e-3, 28e9, 2.5}, Row{6e-3, 32e9, 0.4}, Row{8e-3, 32e9, 0.0}}) {
    const auto equations = set.transfer(row.current);
    EXPECT_NEAR(three_decibel(equations), row.corner, 0.02 * row.corner) << row.current;
    double peak = 1.0;
    for (int i = 2; i < 80; ++i) {
      const double f = 0.5e9 * i;
      const double expected = std::abs(equations(f));
      peak = std::max(peak, expected);
      EXPECT_NEAR(intensity_response(laser, row.current, f), expected, 0.02 * expected) << row.current << " " << f;
    }
    EXPECT_NEAR(20.0 * std::log10(peak), row.peak, 0.1) << row.current;
    const auto x = set.steady(row.current);
    const double watts = x[2] * set.v / set.gamma * set.mirror * kPlanck * kLight / set.wavelength;
    EXPECT_NEAR(laser.optical_power(row.current, kReference) / watts, 1.0, 0.02) << row.current;
  }
}

TEST(Vcsel, ParasiticsAndTransportAreOnePoleEach) {
  const auto ratio = [](double parasitic, double f) {
    return intensity_response(part(parasitic), 6e-3, f) / intensity_response(part(), 6e-3, f);
  };
  EXPECT_NEAR(ratio(25e9, 25e9), std::sqrt(0.5), 1e-9);
  EXPECT_NEAR(ratio(25e9, 50e9), std::sqrt(0.2), 1e-9);
  Vcsel::Params p;
  p.parasitic_bandwidth = Frequency::from_si(0.0);
  const Vcsel fast(p);
  p.transport_time = Time::from_si(7e-12);
  const double f = 1.0 / (2.0 * kPi * 7e-12);
  EXPECT_NEAR(intensity_response(Vcsel(p), 5e-3, f) / intensity_response(fast, 5e-3, f), std::sqrt(0.5), 1e-9);
}

// --- heat ---

TEST(Vcsel, HeatRollsTheLightOver) {
  const Vcsel cold = part(), warm = part(0.0, 2800.0);
  const auto light = [](const Vcsel& laser, double current) {
    return laser.operate({Port::current, {current}, {}, kReference}).levels[0];
  };
  double best = 0.0, at = 0.0;
  for (int i = 2; i <= 48; ++i) {
    const double current = 0.5e-3 * i;
    EXPECT_LE(light(warm, current), light(cold, current));
    if (light(warm, current) > best) best = light(warm, current), at = current;
  }
  EXPECT_GT(at, 10e-3);
  EXPECT_LT(at, 22e-3);
  EXPECT_LT(light(warm, 24e-3), 0.95 * best);
  // Junction = case + R_th (I V - P), and the threshold moves with it.
  const double junction = warm.junction_temperature({8e-3}, 313.15);
  const double heat = 8e-3 * warm.voltage(8e-3) - warm.optical_power(8e-3, junction);
  EXPECT_NEAR(junction, 313.15 + 2800.0 * heat, 1e-4);
  EXPECT_GT(warm.rates(junction).threshold_current(), 1.2 * warm.rates(kReference).threshold_current());
}

TEST(Vcsel, VoltageIsALineAndWattsAreCurrentTimesVoltage) {
  const Vcsel laser = part();
  const auto& p = laser.params();
  EXPECT_NEAR(laser.voltage(5e-3), p.turn_on_voltage.si() + 5e-3 * p.series_resistance.si(), 1e-12);
  CostContext context;
  context.input = around(6e-3, 6e-3);
  double watts = 0.0;
  for (double i : {3e-3, 5e-3, 7e-3, 9e-3}) watts += 0.25 * i * laser.voltage(i);
  EXPECT_NEAR(laser.power(context)[0].watts, watts, 1e-12);
}

TEST(Vcsel, WavelengthWidthAndFailuresFollowTheJunction) {
  const Vcsel laser = part(0.0, 2800.0);
  const LaneState in = around(6e-3, 6e-3);
  const double junction = laser.junction_temperature(in.levels, kReference);
  const LaneState out = laser.operate(in);
  EXPECT_EQ(out.port, Port::optical_power);
  EXPECT_NEAR(out.carrier.wavelength, laser.params().wavelength.si() + 0.064e-9 * (junction - 300.0), 1e-15);
  EXPECT_NEAR(out.carrier.spectral_width, 2.354820045 * laser.params().spectral_width.si(), 1e-17);
  CostContext hot;
  hot.input = in;
  hot.case_temperature = 343.15;
  const auto& p = laser.params();
  const double there = laser.junction_temperature(in.levels, 343.15);
  const double boltzmann = 1.380649e-23;
  EXPECT_NEAR(laser.fit(hot)[0].fit,
              p.failure_rate *
                  std::exp(p.activation_energy.si() / boltzmann * (1.0 / p.failure_temperature.si() - 1.0 / there)),
              1e-6 * laser.fit(hot)[0].fit);
}

// --- noise ---

// Every event drawn at its rate: pump, recombination, stimulated emission and absorption, photons lost. Means of sums
// of many events are Gaussian; the spectrum is averaged over segments and neighbouring bins.
TEST(Vcsel, IntensityNoiseIsThatOfEventsDrawnAtTheirRates) {
  const SetA set;
  const double current = 2e-3, n_sp = 1.5, step = 0.2e-12;
  const auto [n0, s0] = set.steady(current);
  const double gamma = set.v / set.v_mode;
  double carriers = n0 * set.v, photons = s0 * set.v_mode;
  std::mt19937_64 engine(7);
  std::normal_distribution<double> normal;
  const auto events = [&](double rate) { return rate * step + std::sqrt(rate * step) * normal(engine); };
  constexpr std::size_t kLength = 1 << 16, kSegments = 40;
  std::vector<double> density(kLength / 2 + 1), samples(kLength);
  for (std::size_t segment = 0; segment <= kSegments; ++segment) {
    for (double& sample : samples) {
      const double s = photons / set.v_mode, n = carriers / set.v;
      const double net = gamma * set.slope * (n - set.transparency) / (1.0 + set.eps * s) * photons;
      const double emitted = events(n_sp * net) - events((n_sp - 1.0) * net);
      const double spontaneous = set.beta * n / set.lifetime * set.v * step;
      carriers += events(current / kCharge) - events(carriers / set.lifetime) - emitted;
      photons += emitted + spontaneous - events(photons / set.photon);
      sample = photons;
    }
    if (segment == 0) continue;  // settling
    double mean = 0.0;
    for (double sample : samples) mean += sample / kLength;
    for (std::size_t i = 0; i < kLength; ++i)
      samples[i] = (samples[i] - mean) * (1.0 - std::cos(2.0 * kPi * static_cast<double>(i) / kLength));  // Hann
    const auto bins = real_fft(samples);
    for (std::size_t k = 0; k < density.size(); ++k)
      density[k] += 2.0 * step / kLength / 1.5 * std::norm(bins[k]) / kSegments;
  }
  const LaserRates r = set_a().rates(kReference);
  const PhotonNoise fluctuation(r, steady_state(r, current), n_sp);
  const double bin = 1.0 / (kLength * step);
  for (double frequency : {1e9, 3e9, 6e9, 7.6e9, 10e9, 20e9}) {
    double seen = 0.0, expected = 0.0;
    const auto centre = static_cast<std::size_t>(frequency / bin);
    for (std::size_t k = centre - 5; k <= centre + 5; ++k) {
      seen += density[k];
      expected += fluctuation.density(static_cast<double>(k) * bin);
    }
    EXPECT_NEAR(seen / expected, 1.0, 0.2) << frequency;
  }
}

TEST(Vcsel, IntensityNoisePeaksAtRelaxationAndFallsWithCurrent) {
  const Vcsel laser = set_a();
  const LaserRates r = laser.rates(kReference);
  for (double current : {1e-3, 3e-3}) {
    const double resonance = linearised(r, steady_state(r, current)).resonance();
    const double peak = laser.relative_intensity_noise(resonance, current, kReference);
    EXPECT_GT(peak, 10.0 * laser.relative_intensity_noise(0.1 * resonance, current, kReference));
    EXPECT_GT(peak, 3.0 * laser.relative_intensity_noise(3.0 * resonance, current, kReference));
  }
  for (double frequency : {1e8, 1e9, 5e9})
    EXPECT_LT(laser.relative_intensity_noise(frequency, 8e-3, kReference),
              laser.relative_intensity_noise(frequency, 2e-3, kReference));
}

TEST(Vcsel, NoiseSourcesHoldTheSpectrumAndTheExcess) {
  const Vcsel laser = set_a(-140.0);
  const FrequencyGrid grid{53.125e9, 64, 32};
  const LaneState in = around(3e-3, 2e-3);
  const auto sources = laser.noise(grid, in);
  ASSERT_EQ(sources.size(), 2u);
  EXPECT_NEAR(sources[1].s2, 1e-14, 1e-26);
  const double power = laser.optical_power(3e-3, kReference);
  for (std::size_t k : {1u, 11u, 40u}) {
    const double all = laser.relative_intensity_noise(grid.frequency(k), 3e-3, kReference);
    EXPECT_NEAR((sources[0].s0[k] / (power * power) + 1e-14) / all, 1.0, 1e-9);
  }
}

// --- samples ---

TEST(Vcsel, StreamedSmallSignalEqualsResponse) {
  const FrequencyGrid grid{53.125e9, 128, 64};
  const Vcsel laser = part(30e9);
  const LaneState in = around(6e-3, 1e-6);
  const double slope = laser.operate(in).swing() / 1e-6;
  const std::size_t period = grid.sample_count();
  for (std::size_t k : {4u, 32u, 64u}) {
    std::vector<double> current(12 * period);
    for (std::size_t i = 0; i < current.size(); ++i)
      current[i] =
          6e-3 + 1e-6 * std::cos(2.0 * kPi * static_cast<double>(k * i % period) / static_cast<double>(period));
    const auto processor = laser.make_processor(grid.time_step(), in);
    const auto out = testing::stream({processor}, {Port::optical_power}, current, 4096);
    const Complex got = testing::tone(out, static_cast<double>(k), period, processor.latency()) / (1e-6 * slope);
    EXPECT_LT(std::abs(got - laser.respond(grid, in).at(k, 0, 0)), 1e-3) << k;
  }
}

// A step from 2 to 8 mA, against tiny forward steps of the equations written above.
TEST(Vcsel, LargeStepFollowsTheRateEquations) {
  const SetA set;
  const Vcsel laser = set_a();
  const double step = 0.5e-12;
  LaneState in = around(2e-3, 0.0);
  in.levels = {2e-3, 2e-3, 2e-3, 2e-3};
  auto processor = laser.make_processor(step, in);
  std::vector<double> current(800, 8e-3), light(800);
  SampleView view;
  view.real = current;
  SampleSpan span;
  span.real = light;
  processor.process(view, span);
  auto [n, s] = set.steady(2e-3);
  constexpr int kFine = 2000;
  double worst = 0.0, highest = 0.0;
  for (std::size_t i = 0; i < light.size(); ++i) {
    for (int j = 0; j < kFine; ++j) {
      const double drive = i == 0 ? 2e-3 + 6e-3 * (j + 0.5) / kFine : 8e-3;  // straight within the first sample
      const auto rate = set.rates(n, s, drive);
      n += rate[0] * step / kFine;
      s += rate[1] * step / kFine;
    }
    const double expected = 0.4 * s * set.v_mode / set.photon * kPlanck * kLight / 850e-9;
    worst = std::max(worst, std::abs(light[i] - expected));
    highest = std::max(highest, expected);
  }
  const double settled = laser.optical_power(8e-3, kReference);
  EXPECT_LT(worst, 2e-3 * settled);
  EXPECT_GT(highest, 1.2 * settled);  // it does ring
  EXPECT_NEAR(light.back(), settled, 1e-3 * settled);
}

TEST(Vcsel, NotesSymbolsOfVeryDifferentSpeed) {
  const Vcsel laser = set_a();
  const FrequencyGrid grid{53.125e9, 64, 32};
  EXPECT_TRUE(laser.validity(grid, around(6e-3, 4e-3)).empty());
  const auto notes = laser.validity(grid, around(6e-3, 10e-3));
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0].quantity, "relaxation frequency at the highest over the lowest current");
  const double uncompressed = std::sqrt((11e-3 - 56e-6) / (1e-3 - 56e-6));
  EXPECT_LT(notes[0].value, uncompressed);
  EXPECT_GT(notes[0].value, 0.85 * uncompressed);
}

template <class Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "nothing was thrown";
}

TEST(Vcsel, RefusesALaserThatCannotRecombineAndAMoltenOne) {
  Vcsel::Params p;
  p.spontaneous_rate = Vcsel::Rate::from_si(0.0);
  EXPECT_EQ(message_of([&] { Vcsel laser(p); }),
            "vcsel needs carriers that recombine: nonradiative_rate, spontaneous_rate, radiative_coefficient and "
            "auger_coefficient give no positive rate at the threshold density");
  EXPECT_EQ(message_of([] { part(0.0, 2800.0).junction_temperature({50e-3}, 313.15); }).substr(0, 49),
            "vcsel junction must stay below 326.85 degC, got 1");
}

}  // namespace
}  // namespace tessera
