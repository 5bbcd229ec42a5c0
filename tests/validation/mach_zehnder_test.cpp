#include "devices/transmitter/mach_zehnder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "tests/support/small_signal.hpp"

namespace tessera {
namespace {

constexpr double kPi = std::numbers::pi;

MachZehnder ideal(double chirp = 0.0) {
  MachZehnder::Params p;
  p.half_wave_voltage = Voltage::from_si(4.0);
  p.insertion_loss = {0.0};
  p.extinction_ratio_limit = {80.0};
  p.chirp = chirp;
  return MachZehnder(p);
}

LaneState drive(double peak_to_peak) {
  LaneState in;
  in.levels = {-0.5 * peak_to_peak, -peak_to_peak / 6.0, peak_to_peak / 6.0, 0.5 * peak_to_peak};
  in.carrier = {1e-3, 1310e-9, 0.0, std::pow(10.0, -14.5)};
  return in;
}

struct Row {
  double swing_over_vpi, r_lm, extinction_db, oma_db;
};

// Transmitter form, min(3 ES1, 3 ES2, 2 - 3 ES1, 2 - 3 ES2): a sine pushes the inner levels out, so 2 - 3 ES is least.
double transmitter_level_mismatch(const std::vector<double>& p) {
  const double middle = 0.5 * (p[0] + p[3]);
  return 2.0 - 3.0 * (p[2] - middle) / (p[3] - middle);
}

// Quadrature rows of the transfer, by their PAM4 level mismatch: drive, extinction ratio and OMA against the
// unmodulated power.
TEST(MachZehnder, DriveExtinctionAndOmaAtGivenTransmitterLevelMismatch) {
  for (const Row& row : {Row{0.23, 0.98, 3.2, -4.5}, Row{0.36, 0.95, 5.3, -2.7}, Row{0.51, 0.90, 7.7, -1.5}}) {
    double low = 0.01, high = 0.99;
    for (int i = 0; i < 50; ++i) {
      const double middle = 0.5 * (low + high);
      (transmitter_level_mismatch(ideal().operate(drive(4.0 * middle)).levels) > row.r_lm ? low : high) = middle;
    }
    EXPECT_NEAR(low, row.swing_over_vpi, 0.006);
    const LaneState out = ideal().operate(drive(4.0 * low));
    const auto& p = out.levels;
    EXPECT_NEAR(10.0 * std::log10(p[3] / p[0]), row.extinction_db, 0.06);
    EXPECT_NEAR(10.0 * std::log10((p[3] - p[0]) / 1e-3), row.oma_db, 0.06);
    const double x = 0.5 * kPi * low;
    EXPECT_NEAR(transmitter_level_mismatch(p), 2.0 - 3.0 * std::sin(x / 3.0) / std::sin(x), 1e-6);
    EXPECT_NEAR((p[3] - p[0]) / (2.0 * out.mean()), std::sin(x), 1e-6);
    EXPECT_NEAR(p[3] / p[0], (1.0 + std::sin(x)) / (1.0 - std::sin(x)), 1e-5);
  }
}

// Smallest-spacing form 3 min(spacing)/(outer span), from the sine itself: outer eyes shrink half as much as the
// transmitter form says.
TEST(MachZehnder, SmallestSpacingLevelMismatchLosesHalfOfTheTransmitterForm) {
  for (double swing_over_vpi : {0.23, 0.36, 0.51}) {
    const auto p = ideal().operate(drive(4.0 * swing_over_vpi)).levels;
    const double x = 0.5 * kPi * swing_over_vpi;
    const double smallest = 3.0 * std::min({p[1] - p[0], p[2] - p[1], p[3] - p[2]}) / (p[3] - p[0]);
    EXPECT_NEAR(smallest, 1.5 * (1.0 - std::sin(x / 3.0) / std::sin(x)), 1e-6);
    EXPECT_NEAR(1.0 - smallest, 0.5 * (1.0 - transmitter_level_mismatch(p)), 1e-6);
  }
}

TEST(MachZehnder, FloorLimitsTheExtinctionRatio) {
  MachZehnder::Params p;
  p.half_wave_voltage = Voltage::from_si(4.0);
  p.extinction_ratio_limit = {20.0};
  p.insertion_loss = {3.0};
  LaneState in = drive(2.0);
  in.levels = {-1.9999999, 1.9999999};
  const LaneState out = MachZehnder(p).operate(in);
  EXPECT_NEAR(10.0 * std::log10(out.levels[1] / out.levels[0]), 20.0, 1e-6);
  EXPECT_NEAR(out.levels[1], 1e-3 * std::pow(10.0, -0.3) / (1.0 + 0.01), 1e-9);
}

// The field of two arms driven with unequal strength: E = (e^{j phi1} + e^{j phi2})/2.
TEST(MachZehnder, ChirpIsThatOfTwoInterferingArms) {
  const double kappa = 0.6;
  const MachZehnder mzm = ideal(kappa);
  for (double v : {-0.8, 0.0, 0.5}) {
    const auto field = [&](double drive_voltage) {
      const double psi = 0.5 * kPi - kPi * drive_voltage / 4.0;  // phase difference of the arms, quadrature at 0 V
      const double common = -0.5 * kappa * psi;
      return 0.5 * (std::polar(1.0, common + 0.5 * psi) + std::polar(1.0, common - 0.5 * psi));
    };
    const double h = 1e-5;
    const Complex a = field(v - h), b = field(v + h);
    const double alpha = (std::arg(b) - std::arg(a)) / (0.5 * (std::norm(b) - std::norm(a)) / std::norm(field(v)));
    EXPECT_NEAR(mzm.alpha(v), alpha, 1e-4 * std::abs(alpha)) << v;
    EXPECT_NEAR(ideal().operate({Port::voltage, {v}, {1.0, 1310e-9, 0.0, 0.0}}).levels[0], std::norm(field(v)), 1e-7);
  }
  EXPECT_NEAR(mzm.alpha(0.0), kappa, 1e-6);
}

TEST(MachZehnder, BothElectrodesAreThreeDecibelDownAtTheirBandwidth) {
  for (int poles : {0, 1, 3}) {
    MachZehnder::Params p;
    p.electrode_poles = poles;
    p.bandwidth = Frequency::from_si(40e9);
    const MachZehnder mzm(p);
    EXPECT_NEAR(std::norm(mzm.electrode(40e9)), 0.5, 1e-9);
    EXPECT_NEAR(std::abs(mzm.electrode(0.0)), 1.0, 1e-12);
  }
}

// Average of a travelling wave's amplitude along the electrode, summed numerically; its loss grows with the root of
// frequency.
TEST(MachZehnder, LossLimitedElectrodeIsTheMeanOfADecayingWave) {
  MachZehnder::Params p;
  p.electrode_poles = 0;
  p.bandwidth = Frequency::from_si(40e9);
  const MachZehnder mzm(p);
  const auto mean_wave = [](double loss) {
    Complex sum = 0.0;
    constexpr int kSlices = 20000;
    for (int i = 0; i < kSlices; ++i)
      sum += std::exp(-Complex(1.0, 1.0) * (loss * (i + 0.5) / kSlices)) / static_cast<double>(kSlices);
    return sum;
  };
  double low = 0.1, high = 4.0;
  for (int i = 0; i < 50; ++i) (std::norm(mean_wave(0.5 * (low + high))) > 0.5 ? low : high) = 0.5 * (low + high);
  for (double f : {1e9, 10e9, 90e9}) EXPECT_LT(std::abs(mzm.electrode(f) - mean_wave(low * std::sqrt(f / 40e9))), 1e-6);
}

TEST(MachZehnder, StreamedSmallSignalEqualsResponse) {
  const FrequencyGrid grid{53.125e9, 128, 32};
  for (int poles : {0, 1, 2}) {
    MachZehnder::Params p;
    p.electrode_poles = poles;
    p.bias_error = 0.2;
    const MachZehnder mzm(p);
    LaneState in = drive(2e-4);
    const LaneState out = mzm.operate(in);
    const double slope = out.swing() / in.swing();
    const std::size_t period = grid.sample_count();
    for (std::size_t k : {4u, 64u, 128u}) {
      std::vector<double> v(60 * period);
      for (std::size_t i = 0; i < v.size(); ++i)
        v[i] = 1e-4 * std::cos(2.0 * kPi * static_cast<double>(k * i % period) / static_cast<double>(period));
      const auto processor = mzm.make_processor(grid.time_step(), in);
      const auto light = testing::stream({processor}, {Port::optical_field}, v, 4096);
      const Complex got = testing::tone(light, static_cast<double>(k), period, processor.latency()) / (1e-4 * slope);
      const double tolerance =
          poles == 0 ? 1e-5 : 3.0 * 0.03 * std::pow(2.0 * kPi * grid.frequency(k) * grid.time_step(), 4) + 1e-6;
      EXPECT_LT(std::abs(got - mzm.respond(grid, in).at(k, 0, 0)), tolerance) << poles << " " << k;
    }
  }
}

TEST(MachZehnder, RelativeIntensityNoiseGrowsWithTheSquareOfTheLevel) {
  const auto sources = ideal().noise({53.125e9, 64, 32}, drive(1.0));
  ASSERT_EQ(sources.size(), 1u);
  EXPECT_FALSE(sources[0].at_input);
  EXPECT_DOUBLE_EQ(sources[0].s2, std::pow(10.0, -14.5));
  EXPECT_EQ(sources[0].s1, 0.0);
}

TEST(MachZehnder, RefusesDarknessAndOverdrive) {
  LaneState in = drive(1.0);
  in.carrier.power = 0.0;
  EXPECT_THROW(
      {
        try {
          ideal().operate(in);
        } catch (const ConfigError& e) {
          EXPECT_STREQ(e.what(), "mach_zehnder needs light: a laser must come before it on its lane");
          throw;
        }
      },
      ConfigError);
  EXPECT_THROW(ideal().operate(drive(4.1)), ConfigError);
}

}  // namespace
}  // namespace tessera
