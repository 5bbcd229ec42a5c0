#include "devices/transmitter/micro_led.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "phy/core/constants.hpp"

namespace tessera {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr double kPi = std::numbers::pi;
const AbcMaterial kTypical{1e7, 1e-17, 1e-42, 5e-9};

MicroLed fast_led() {
  MicroLed::Params p;
  p.radiative_coefficient = Quantity<dim::kVolumeRate>::from_si(5e-17);
  p.active_thickness = Length::from_si(3e-9);
  p.reference_temperature = Temperature::from_si(300.0);
  return MicroLed(p);
}

std::vector<double> run(Processor processor, const std::vector<double>& in) {
  std::vector<double> out(in.size());
  processor.process(in, out);
  return out;
}

TEST(MicroLed, CarrierDensitySolvesTheBalance) {
  for (const double j : {1.0, 1e3, 1e5, 1e7, 1e9}) {
    const double n = carrier_density(kTypical, j);
    const double balance = constants::kElementaryCharge * 5e-9 * (1e7 * n + 1e-17 * n * n + 1e-42 * n * n * n);
    EXPECT_NEAR(balance / j, 1.0, 1e-12) << j;
  }
  EXPECT_EQ(carrier_density(kTypical, 0.0), 0.0);
}

TEST(MicroLed, OneTermAloneGivesItsClosedForm) {
  const double g = 1e7 / (constants::kElementaryCharge * 5e-9);
  EXPECT_NEAR(carrier_density({1e7, 0, 0, 5e-9}, 1e7) / (g / 1e7), 1.0, 1e-12);
  EXPECT_NEAR(carrier_density({0, 1e-17, 0, 5e-9}, 1e7) / std::sqrt(g / 1e-17), 1.0, 1e-12);
  EXPECT_NEAR(carrier_density({0, 0, 1e-42, 5e-9}, 1e7) / std::cbrt(g / 1e-42), 1.0, 1e-12);
  EXPECT_THROW(carrier_density({0, 0, 0, 5e-9}, 1e7), NumericError);
}

TEST(MicroLed, PoleIsTheDerivativeOfTheRecombinationRate) {
  const double n = 1e25, h = 1e20;
  const auto rate = [](double x) { return 1e7 * x + 1e-17 * x * x + 1e-42 * x * x * x; };
  EXPECT_NEAR(carrier_pole(kTypical, n) / ((rate(n + h) - rate(n - h)) / (2.0 * h) / (2.0 * kPi)), 1.0, 1e-6);
}

TEST(MicroLed, PoleRisesAndEfficiencyDroopsWithCurrent) {
  double pole = 0.0, iqe = 1.0;
  for (double j = 100.0; j < 1e4; j *= 1.3) {  // A/cm^2
    const double n = carrier_density(kTypical, j * 1e4);
    EXPECT_GT(carrier_pole(kTypical, n), pole);
    EXPECT_LT(internal_quantum_efficiency(kTypical, n), iqe);
    pole = carrier_pole(kTypical, n);
    iqe = internal_quantum_efficiency(kTypical, n);
  }
}

TEST(MicroLed, SidewallsAddFourSOverD) {
  MicroLed::Params p;
  EXPECT_DOUBLE_EQ(MicroLed(p).material().a, 1e7 + 4.0 * 10.0 / 4e-6);
}

TEST(MicroLed, RcIsSeriesResistanceTimesJunctionAndPad) {
  // rho_s c_d + rho_s/a C_pad = 24.0 ps + 31.83 ps
  EXPECT_NEAR(fast_led().rc_time_constant(), 55.83e-12, 0.01e-12);
}

TEST(MicroLed, RespondIsCarrierPoleTimesRcAtTheMeanCurrent) {
  const MicroLed led = fast_led();
  const FrequencyGrid grid{2e9, 64, 16};
  const StageResponse h = led.respond(grid, {Port::current, {0.13e-3, 0.65e-3}, {}, 300.0});
  const double n = led.density(0.39e-3);
  const double tau_n = 1.0 / (led.material().a + 2.0 * led.material().b * n + 3.0 * led.material().c * n * n);
  for (const std::size_t k : {0U, 10U, 100U, 400U}) {
    const double w = 2.0 * kPi * grid.frequency(k);
    const Complex expected = 1.0 / (Complex(1.0, w * tau_n) * Complex(1.0, w * led.rc_time_constant()));
    EXPECT_NEAR(std::abs(h.at(k, 0, 0) - expected), 0.0, 1e-12);
  }
}

TEST(MicroLed, ProcessorSettlesToTheOperatingPoint) {
  const MicroLed led = fast_led();
  for (const double current : {0.05e-3, 0.13e-3, 0.65e-3, 1.0e-3}) {
    const std::vector<double> light = run(led.make_processor(15.6e-12, {Port::current, {0.13e-3, 0.65e-3}, {}, 300.0}),
                                          std::vector<double>(4000, current));
    EXPECT_NEAR(light.back() / led.optical_power(current), 1.0, 1e-9) << current;
  }
}

// Linearised rate equation: dP(t) = slope dI (1 - (tau_n e^{-t/tau_n} - tau_r e^{-t/tau_r})/(tau_n - tau_r)).
TEST(MicroLed, SmallStepFollowsTheAnalyticExponential) {
  const MicroLed led = fast_led();
  const double bias = 0.39e-3, step = 1e-8, dt = 10e-12;
  std::vector<double> drive(200, bias + step);
  drive[0] = bias;
  const std::vector<double> light = run(led.make_processor(dt, {Port::current, {bias}, {}, 300.0}), drive);
  const double tau_n = 1.0 / (2.0 * kPi * carrier_pole(led.material(), led.density(bias)));
  const double tau_r = led.rc_time_constant();
  const double base = led.optical_power(bias), rise = led.optical_power(bias + step) - base;
  for (std::size_t i = 2; i < drive.size(); ++i) {
    const double t = dt * (static_cast<double>(i) - 0.5);  // the current runs straight between samples 0 and 1
    const double expected = 1.0 - (tau_n * std::exp(-t / tau_n) - tau_r * std::exp(-t / tau_r)) / (tau_n - tau_r);
    EXPECT_NEAR((light[i] - base) / rise, expected, 2e-3) << i;
  }
}

// Fewer carriers recombine more slowly, so the tail of the fall is long, and the longer the lower the off current.
TEST(MicroLed, LightRisesFasterThanItFalls) {
  const MicroLed led = fast_led();
  const double dt = 1e-12;
  const auto ten_to_ninety = [&](double from, double to) {
    std::vector<double> drive(8000, to);
    drive[0] = from;
    const std::vector<double> light = run(led.make_processor(dt, {Port::current, {from}, {}, 300.0}), drive);
    const double step = led.optical_power(to) - led.optical_power(from);
    const auto reach = [&](double share) {
      std::size_t i = 0;
      while (i < light.size() && (light[i] - light[0]) / step < share) ++i;
      return dt * static_cast<double>(i);
    };
    return reach(0.9) - reach(0.1);
  };
  const double rise = ten_to_ninety(0.13e-3, 0.65e-3);
  EXPECT_GT(ten_to_ninety(0.65e-3, 0.13e-3), 1.3 * rise);
  EXPECT_GT(ten_to_ninety(0.65e-3, 0.0), 2.0 * rise);
}

// Independent integration: fourth-order Runge-Kutta of both equations written out here, at a fifth of the step.
TEST(MicroLed, LargeSignalAgreesWithAnIndependentIntegration) {
  const MicroLed led = fast_led();
  const double dt = 15.625e-12, tau = led.rc_time_constant();
  const AbcMaterial m = led.material();
  const double volume = 3e-9 * led.area(), per = 0.8 / (constants::kElementaryCharge * volume);
  std::vector<double> drive;
  for (const int bit : {1, 1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0})
    for (int s = 0; s < 32; ++s) drive.push_back(bit ? 0.65e-3 : 0.13e-3);
  const LaneState state{Port::current, {0.13e-3, 0.65e-3}, {}, 300.0};
  const std::vector<double> light = run(led.make_processor(dt, state), drive);

  double current = 0.39e-3, n = led.density(0.39e-3), source = 0.39e-3;
  const double scale = led.optical_power(0.39e-3) / (n * n);
  const int cut = 5;
  for (std::size_t i = 0; i < drive.size(); ++i) {
    for (int s = 0; s < cut; ++s) {
      const double h = dt / cut;
      const auto at = [&](double t) { return source + (drive[i] - source) * (s * h + t) / dt; };
      const auto di = [&](double t, double x) { return (at(t) - x) / tau; };
      const auto dn = [&](double x, double c) { return per * c - x * (m.a + x * (m.b + x * m.c)); };
      const double i1 = di(0, current), n1 = dn(n, current);
      const double i2 = di(h / 2, current + h / 2 * i1), n2 = dn(n + h / 2 * n1, current + h / 2 * i1);
      const double i3 = di(h / 2, current + h / 2 * i2), n3 = dn(n + h / 2 * n2, current + h / 2 * i2);
      const double i4 = di(h, current + h * i3), n4 = dn(n + h * n3, current + h * i3);
      current += h / 6 * (i1 + 2 * i2 + 2 * i3 + i4);
      n += h / 6 * (n1 + 2 * n2 + 2 * n3 + n4);
    }
    source = drive[i];
    EXPECT_NEAR(light[i] / (scale * n * n), 1.0, 1e-5) << i;
  }
}

TEST(MicroLed, BlockSizeChangesNoSample) {
  const MicroLed led = fast_led();
  const LaneState state{Port::current, {0.13e-3, 0.65e-3}, {}, 300.0};
  std::vector<double> drive;
  for (int i = 0; i < 20000; ++i) drive.push_back(0.39e-3 + 0.26e-3 * std::sin(0.1 * i) * std::cos(0.037 * i));
  const std::vector<double> whole = run(led.make_processor(15.6e-12, state), drive);
  for (const std::size_t block : {1U, 4096U, 10000U}) {
    Processor processor = led.make_processor(15.6e-12, state);
    std::vector<double> out(drive.size());
    for (std::size_t i = 0; i < drive.size(); i += block) {
      const std::size_t n = std::min(block, drive.size() - i);
      processor.process(std::span(drive).subspan(i, n), std::span(out).subspan(i, n));
    }
    EXPECT_EQ(out, whole) << block;
  }
}

// A sine of 1 % around the mean: gain and phase of the processor against respond() times the slope of operate().
TEST(MicroLed, SmallSineThroughTheProcessorIsRespondTimesSlope) {
  const MicroLed led = fast_led();
  const FrequencyGrid grid{2e9, 64, 32};
  const LaneState state{Port::current, {0.13e-3, 0.65e-3}, {}, 300.0};
  const StageResponse h = led.respond(grid, state);
  const double mean = 0.39e-3, swing = 1e-3 * mean;
  const double slope = (led.optical_power(mean + 1e-9) - led.optical_power(mean - 1e-9)) / 2e-9;
  for (const std::size_t k : {4U, 16U, 32U}) {
    const std::size_t n = grid.sample_count();
    std::vector<double> drive(2 * n);
    for (std::size_t i = 0; i < drive.size(); ++i)
      drive[i] = mean + swing * std::cos(2.0 * kPi * static_cast<double>(k * i) / static_cast<double>(n));
    const std::vector<double> light = run(led.make_processor(grid.time_step(), state), drive);
    Complex sum = 0.0;
    for (std::size_t i = 0; i < n; ++i)
      sum += light[n + i] *
             std::polar(2.0 / static_cast<double>(n), -2.0 * kPi * static_cast<double>(k * i) / static_cast<double>(n));
    EXPECT_NEAR(std::abs(sum / (swing * slope) / h.at(k, 0, 0) - 1.0), 0.0, 3e-3) << k;
  }
}

TEST(MicroLed, OperateSaysColourAndWidth) {
  const LaneState out = fast_led().operate({Port::current, {0.13e-3, 0.65e-3}, {}, 300.0});
  EXPECT_EQ(out.port, Port::optical_power);
  EXPECT_DOUBLE_EQ(out.carrier.wavelength, 430e-9);
  EXPECT_DOUBLE_EQ(out.carrier.spectral_width, 15e-9);
  EXPECT_EQ(out.carrier.power, 0.0);
}

TEST(MicroLed, HeatMovesVoltageColourAndLightAsStated) {
  const MicroLed led = fast_led();
  EXPECT_NEAR(led.voltage(1e-4, 330.0) - led.voltage(1e-4, 300.0), -60e-3, 1e-12);
  const LaneState cold = led.operate({Port::current, {1e-4}, {}, 300.0}),
                  hot = led.operate({Port::current, {1e-4}, {}, 330.0});
  EXPECT_NEAR(hot.carrier.wavelength - cold.carrier.wavelength, 1.2e-9, 1e-18);
  // 6 % fewer photons, each 1.2/431.2 poorer.
  EXPECT_NEAR(hot.levels.front() / cold.levels.front(), 0.94 * 430.0 / 431.2, 1e-9);
}

TEST(MicroLed, SelfHeatingIsThermalResistanceTimesWattsThatStay) {
  MicroLed::Params p = fast_led().params();
  p.thermal_resistance = Quantity<dim::kThermalResistance>::from_si(5e3);
  const MicroLed led(p);
  const double junction = led.junction_temperature({0.39e-3}, 300.0);
  const double heat = 0.39e-3 * led.voltage(0.39e-3, junction);
  EXPECT_GT(junction, 300.0 + 0.85 * 5e3 * heat);  // less than 15 % leaves as light
  EXPECT_LT(junction, 300.0 + 5e3 * heat);
}

TEST(MicroLed, WattsAreCurrentTimesSupplyPlusCharging) {
  const MicroLed led = fast_led();
  CostContext context;
  context.symbol_rate = 2e9;
  context.case_temperature = 300.0;
  context.input = {Port::current, {0.13e-3, 0.65e-3}, {}, 300.0};
  const std::vector<PowerItem> items = led.power(context);
  const double on = led.voltage(0.65e-3, 300.0), off = led.voltage(0.13e-3, 300.0);
  EXPECT_NEAR(items[0].watts, 0.5 * (0.65e-3 * on + 0.13e-3 * off), 1e-15);
  EXPECT_NEAR(items[0].watts + items[1].watts, 0.39e-3 * on,
              1e-15);  // a constant supply at the highest forward voltage
  EXPECT_NEAR(items[2].watts, (20e-15 + 1.2e-3 * led.area()) * (on - off) * (on - off) * 2e9 * 0.5, 1e-15);
}

TEST(MicroLed, ThirtyKelvinLowerTheWattsByTheVoltageDrift) {
  const MicroLed led = fast_led();
  CostContext cold, hot;
  cold.input = hot.input = {Port::current, {0.13e-3, 0.65e-3}, {}, 300.0};
  cold.case_temperature = 300.0;
  hot.case_temperature = 330.0;
  EXPECT_NEAR(led.power(cold)[0].watts - led.power(hot)[0].watts, 0.39e-3 * 60e-3, 1e-12);
}

TEST(MicroLed, NotesACurrentDensityBeyondWhatDevicesSurvived) {
  const MicroLed led = fast_led();
  const FrequencyGrid grid{2e9, 64, 16};
  const auto notes = led.validity(grid, {Port::current, {1.0e-3, 1.3e-3}, {}, 300.0});
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0].quantity, "current density of the highest symbol");
  EXPECT_NEAR(notes[0].value, 10.345, 1e-3);  // 1.3 mA over pi (2 um)^2
}

TEST(MicroLed, NotesADriveThatMovesThePoleMoreThanTwofold) {
  const auto notes = fast_led().validity({2e9, 64, 16}, {Port::current, {0.13e-3, 0.65e-3}, {}, 300.0});
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_THAT(notes[0].quantity, HasSubstr("carrier pole"));
  EXPECT_NEAR(notes[0].value, 1.01233 / 0.38009, 1e-3);
}

TEST(MicroLed, RefusesAnEfficiencyAboveOne) {
  MicroLed::Params p;
  p.extraction_efficiency = 1.2;
  EXPECT_THAT([&] { MicroLed{p}; },
              ThrowsMessage<ConfigError>(HasSubstr("extraction_efficiency must be in [1e-04, 1], got 1.2")));
}

// Kind of the parameter: 2.32 to 2.39 V at 10 A/cm^2; the model returns it, plus 2 mV of series resistance.
TEST(MicroLed, ForwardVoltageParameterHoldsAtTenAmperePerSquareCentimetre) {
  const MicroLed led;
  EXPECT_NEAR(led.voltage(10.0 * 1e4 * led.area(), 313.15), 2.35 + 10.0 * 2e-4, 1e-9);
}

TEST(MicroLed, LightSaysWhereItComesFrom) {
  const LaneState out = MicroLed().operate({Port::current, {1e-4, 5e-4}, {}});
  EXPECT_EQ(out.carrier.source_diameter, 4e-6);
  EXPECT_EQ(out.carrier.numerical_aperture, 1.0);
}

}  // namespace
}  // namespace tessera
