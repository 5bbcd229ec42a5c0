#include "channels/parallel/imaging_fiber.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>

#include "phy/core/constants.hpp"
#include "phy/signal/fft.hpp"

namespace tessera {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr double kPerNanometreKilometre = 1e-6;  // 1 ps/(nm km) in s/m^2
const LaneState kBlue{Port::optical_power, {40e-6, 160e-6}, {0.0, 430e-9, 15e-9, 0.0}};

ImagingFiber fiber(double length, double na = 0.12) {
  ImagingFiber::Params p;
  p.length = Length::from_si(length);
  p.numerical_aperture = na;
  return ImagingFiber(p);
}

double interpolate(const ImagingFiber& f, double frequency, const LaneState& light = kBlue) {
  const FrequencyGrid grid{2e9, 2000, 32};  // 1 MHz apart
  return std::abs(
      f.respond(grid, light).at(static_cast<std::size_t>(std::lround(frequency / grid.frequency_step())), 0, 0));
}

// Kind: standard. Malitson, JOSA 55, 1205 (1965): n_d = 1.45846 at 587.6 nm, 1.46313 at 486.1 nm.
TEST(ImagingFiberSilica, IndexAtFraunhoferLines) {
  EXPECT_NEAR(silica_index(587.5618e-9), 1.45846, 1e-5);
  EXPECT_NEAR(silica_index(486.1327e-9), 1.46313, 1e-5);
}

// Kind: independent code, worked out apart from the same Sellmeier equation. Targets -896 and -768, both +-10.
TEST(ImagingFiberSilica, DispersionInTheVisible) {
  const auto d = [](double nm) { return silica_dispersion(nm * 1e-9) / kPerNanometreKilometre; };
  EXPECT_NEAR(d(430), -896.05, 0.1);
  EXPECT_NEAR(d(450), -767.85, 0.1);
  EXPECT_NEAR(d(420), -971.0, 1.0);
  EXPECT_NEAR(d(520), -472.0, 1.0);
  EXPECT_NEAR(d(650), -223.0, 1.0);
  EXPECT_NEAR(d(850), -84.0, 1.0);
  EXPECT_NEAR(silica_group_index(430e-9), 1.50463785, 1e-8);
}

// Kind: standard. Zero material dispersion of pure silica at 1.273 um.
TEST(ImagingFiberSilica, DispersionVanishesNear1273Nanometres) {
  EXPECT_LT(silica_dispersion(1270e-9), 0.0);
  EXPECT_GT(silica_dispersion(1276e-9), 0.0);
}

TEST(ImagingFiberSilica, DispersionIsTheSlopeOfTheGroupDelay) {
  for (const double nm : {430.0, 650.0, 1310.0}) {
    const double h = 0.01e-9;
    const double slope =
        (silica_group_index(nm * 1e-9 + h) - silica_group_index(nm * 1e-9 - h)) / (2.0 * h * constants::kSpeedOfLight);
    EXPECT_NEAR(slope / silica_dispersion(nm * 1e-9), 1.0, 1e-4) << nm;
  }
}

// Kind: arithmetic. 25 nm x 50 m at 450 nm.
TEST(ImagingFiberSilica, TwentyFiveNanometresSpread960PicosecondsIn50Metres) {
  EXPECT_NEAR(-silica_dispersion(450e-9) * 25e-9 * 50.0, 960e-12, 1e-12);
}

// Kind: closed form; the last row measured up to 30 ns (Appl. Opt. 14, 156 (1975)).
TEST(ImagingFiberModes, WalkOffOfAStepIndexCore) {
  EXPECT_NEAR(modal_walk_off(0.20, 1.467), 45.5e-12, 0.05e-12);
  EXPECT_NEAR(modal_walk_off(0.125, 1.467), 17.8e-12, 0.05e-12);
  EXPECT_NEAR(modal_walk_off(0.216, 1.467), 53e-12, 0.1e-12);
  EXPECT_NEAR(modal_walk_off(0.30, 1.467), 102e-12, 0.5e-12);
  EXPECT_NEAR(modal_walk_off(0.20, 1.52), 43.9e-12, 0.05e-12);
  const double spread = 230.0 * modal_walk_off(0.30, 1.467);
  EXPECT_NEAR(spread, 23.6e-9, 0.1e-9);
  EXPECT_LT(spread, 30e-9);
}

TEST(ImagingFiberModes, FirstNullStandsAtOneOverTheWalkOff) {
  const double null = 1.0 / (30.0 * modal_walk_off(0.12, 1.467));
  EXPECT_NEAR(null, 2.036e9, 0.001e9);
  LaneState line = kBlue;
  line.carrier.spectral_width = 0.0;
  EXPECT_LT(interpolate(fiber(30.0), 2.036e9, line), 1e-3);
  EXPECT_NEAR(interpolate(fiber(30.0), 1.018e9, line), 2.0 / std::numbers::pi, 1e-3);
}

// Kind: closed form. Optical -3 dB (|H| = 1/2) of a Gaussian delay spread at 0.187/sigma.
TEST(ImagingFiberSpectrum, HalfPowerBandwidthOfFifteenNanometres) {
  for (const auto& [length, ghz] : {std::pair{20.0, 1.64}, {30.0, 1.09}, {50.0, 0.66}})
    EXPECT_NEAR(interpolate(fiber(length, 0.0), ghz * 1e9), 0.5, 0.01) << length;
}

// Kind: own-model prototype, |H| of spectrum and modes worked out apart by quadrature over 801 wavelengths.
TEST(ImagingFiberSpectrum, MagnitudeAgainstIndependentQuadrature) {
  const std::array<double, 7> f{0.10e9, 0.25e9, 0.50e9, 0.75e9, 1.00e9, 1.50e9, 2.00e9};
  struct Table {
    double length;
    std::array<double, 7> spectrum, modes;
  };
  const std::array<Table, 3> tables{Table{10.0,
                                          {0.999354, 0.995970, 0.983979, 0.964318, 0.937461, 0.864833, 0.772633},
                                          {0.999559, 0.997247, 0.989015, 0.975385, 0.956492, 0.903714, 0.832749}},
                                    Table{30.0,
                                          {0.994202, 0.964318, 0.864833, 0.721586, 0.560451, 0.273647, 0.101542},
                                          {0.996037, 0.975385, 0.903714, 0.791285, 0.647857, 0.318011, 0.018036}},
                                    Table{50.0,
                                          {0.983979, 0.904042, 0.668568, 0.405535, 0.202628, 0.028961, 0.002069},
                                          {0.989015, 0.932524, 0.746357, 0.485633, 0.209845, 0.170119, 0.176668}}};
  for (const Table& t : tables) {
    for (std::size_t i = 0; i < f.size(); ++i) {
      EXPECT_NEAR(interpolate(fiber(t.length, 0.0), f[i]), t.spectrum[i], 1e-5) << t.length << " m, " << f[i];
      EXPECT_NEAR(interpolate(fiber(t.length), f[i]), t.spectrum[i] * t.modes[i], 1e-5) << t.length << " m, " << f[i];
    }
  }
}

TEST(ImagingFiberSpectrum, LongFiberRepeatsNothingAtHighFrequency) {
  const FrequencyGrid grid{2e9, 1024, 32};
  for (const double length : {100.0, 500.0, 1000.0}) {
    const StageResponse h = fiber(length, 0.0).respond(grid, kBlue);
    double last = 1.0;
    for (std::size_t k = 1; k < grid.frequency_count(); ++k) {
      EXPECT_LE(std::abs(h.values[k]), last + 1e-12);
      last = std::abs(h.values[k]);
    }
  }
}

TEST(ImagingFiberSpectrum, MagnitudeNeverExceedsItsValueAtDc) {
  const FrequencyGrid grid{2e9, 256, 32};
  for (const double length : {0.0, 1.0, 10.0, 50.0}) {
    const StageResponse h = fiber(length).respond(grid, kBlue);
    EXPECT_NEAR(std::abs(h.values[0] - 1.0), 0.0, 1e-13);
    for (const Complex& value : h.values) EXPECT_LE(std::abs(value), 1.0 + 1e-12);
  }
}

// Mean arrival: group delay at 430 nm, half the modal spread, and the slope of D over the spectrum.
TEST(ImagingFiberDelay, NothingArrivesBeforeTheBulkDelayAndTheMeanIsTheGroupDelay) {
  const FrequencyGrid grid{2e9, 256, 32};
  const double length = 50.0;
  const StageResponse h = fiber(length).respond(grid, kBlue);
  const std::vector<double> kernel = inverse_real_fft(h.values, grid.sample_count());
  double before = 0.0, mean = 0.0;
  for (std::size_t i = 0; i < kernel.size(); ++i) {
    const double t = grid.time_step() *
                     (static_cast<double>(i) - (2 * i > kernel.size() ? static_cast<double>(kernel.size()) : 0.0));
    if (t < 0.0) before += std::abs(kernel[i]);
    mean += t * kernel[i];
  }
  EXPECT_LT(before, 1e-6);
  const double expected =
      length * (silica_group_index(430e-9) / constants::kSpeedOfLight + 0.5 * modal_walk_off(0.12, 1.467));
  EXPECT_NEAR((h.bulk_delay + mean) / expected, 1.0, 1e-4);
  EXPECT_NEAR(h.bulk_delay, 249.7e-9, 3e-9);  // 50 m of fibre
}

// Kind: arithmetic. One centimetre of length is 49 to 50 ps, a tenth of the unit interval at 2 Gb/s.
TEST(ImagingFiberDelay, OneCentimetreIsATenthOfTheUnitInterval) {
  LaneState line = kBlue;
  line.carrier.spectral_width = 0.0;
  const FrequencyGrid grid{2e9, 64, 32};
  const double skew = fiber(10.01).respond(grid, line).bulk_delay - fiber(10.0).respond(grid, line).bulk_delay;
  EXPECT_NEAR(skew, 50e-12, 0.5e-12);
}

TEST(ImagingFiberLoss, AttenuationIsTenLogOfPower) {
  const LaneState out = fiber(50.0).operate(kBlue);
  EXPECT_NEAR(10.0 * std::log10(out.levels[1] / 160e-6), -3.0, 1e-9);
  EXPECT_EQ(out.carrier.wavelength, 430e-9);
}

TEST(ImagingFiberSpectrum, WavelengthOfTheLightOverridesTheParameter) {
  LaneState green = kBlue;
  green.carrier.wavelength = 520e-9;
  EXPECT_GT(interpolate(fiber(30.0, 0.0), 1e9, green), interpolate(fiber(30.0, 0.0), 1e9));
  LaneState silent = kBlue;
  silent.carrier = {};
  EXPECT_DOUBLE_EQ(interpolate(fiber(30.0), 1e9, silent), interpolate(fiber(30.0), 1e9));
}

TEST(ImagingFiberSpectrum, RefusesASpectrumBeyondTheSellmeierEquation) {
  LaneState wide = kBlue;
  wide.carrier.spectral_width = 90e-9;
  EXPECT_THAT(
      [&] { fiber(10.0).respond({2e9, 64, 16}, wide); },
      ThrowsMessage<ConfigError>(HasSubstr("wavelength must be in [0.21, 3.71] um for the silica Sellmeier equation")));
}

TEST(ImagingFiberProcessor, SmallSineIsTransmissionTimesRespondAndBlocksDoNotMatter) {
  const ImagingFiber f = fiber(20.0);
  const FrequencyGrid grid{2e9, 128, 32};
  const StageResponse h = f.respond(grid, kBlue);
  Processor processor = f.make_processor(grid.time_step(), kBlue);
  const std::size_t n = grid.sample_count(), k = 40;  // 625 MHz
  std::vector<double> in(4 * n), whole(4 * n), cut(4 * n);
  for (std::size_t i = 0; i < in.size(); ++i)
    in[i] = 1e-4 + 1e-6 * std::cos(2.0 * std::numbers::pi * static_cast<double>(k * i) / static_cast<double>(n));
  processor.process(in, whole);
  const double latency = static_cast<double>(processor.latency());
  Complex sum = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    const double angle =
        -2.0 * std::numbers::pi * static_cast<double>(k) * (static_cast<double>(i) - latency) / static_cast<double>(n);
    sum += whole[3 * n + i] * std::polar(2.0 / static_cast<double>(n), angle);
  }
  EXPECT_NEAR(std::abs(sum / 1e-6 / (f.transmission() * h.at(k, 0, 0)) - 1.0), 0.0, 1e-4);
  Processor again = f.make_processor(grid.time_step(), kBlue);
  for (std::size_t i = 0; i < in.size(); i += 4096)
    again.process(std::span(in).subspan(i, std::min<std::size_t>(4096, in.size() - i)),
                  std::span(cut).subspan(i, std::min<std::size_t>(4096, in.size() - i)));
  EXPECT_EQ(cut, whole);
}

}  // namespace
}  // namespace tessera
