#include "devices/transmitter/eam.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "channels/fiber/attenuator.hpp"
#include "channels/fiber/single_mode_fiber.hpp"
#include "scenarios/link/part_library.hpp"
#include "tests/support/locations.hpp"
#include "tests/support/small_signal.hpp"

namespace tessera {
namespace {

constexpr double kPi = std::numbers::pi;

LaneState drive(double peak_to_peak) {
  LaneState in;
  in.levels = {-0.5 * peak_to_peak, -peak_to_peak / 6.0, peak_to_peak / 6.0, 0.5 * peak_to_peak};
  in.carrier = {10e-3, 1310e-9, 0.0, std::pow(10.0, -14.5)};
  return in;
}

Eam part() { return Eam(read_parameters<Eam>(find_part({test::library_dir()}, "eam_113g", all_models()).parameters)); }

// OFC 2026 Tu3J.4: 22 dB of static extinction at -3 V, and 5.2 dB with 2 V between the outer levels of the drive pair,
// 1 V at the diode.
TEST(Eam, StaticAndDynamicExtinctionOfTheMeasuredDevice) {
  const Eam eam = part();
  const double bias = eam.params().bias_voltage.si();
  EXPECT_NEAR(10.0 * std::log10(eam.transmission(bias) / eam.transmission(bias - 3.0)), 22.0, 0.05);
  const LaneState out = eam.operate(drive(1.0));
  EXPECT_NEAR(10.0 * std::log10(out.levels[3] / out.levels[0]), 5.2, 0.1);
}

TEST(Eam, TransmissionIsInsertionLossTimesTheExponentialOfAPower) {
  Eam::Params p;
  p.insertion_loss = {4.0};
  p.absorption_exponent = 1.5;
  p.absorption_voltage = Voltage::from_si(0.8);
  const Eam eam(p);  // biased at 1.1 V
  EXPECT_NEAR(eam.transmission(1.1), std::pow(10.0, -0.4), 1e-12);
  EXPECT_NEAR(eam.transmission(1.1 - 0.8), std::pow(10.0, -0.4) / std::exp(1.0), 1e-12);
  EXPECT_NEAR(eam.transmission(1.1 - 3.2), std::pow(10.0, -0.4) * std::exp(-8.0), 1e-12);
  EXPECT_NEAR(eam.operate(drive(0.6)).levels[1], 10e-3 * eam.transmission(-0.1), 1e-15);
}

// alpha = dphi/(dP/2P), taken from the field that leaves the device at slowly different voltages.
TEST(Eam, FieldCarriesTheChirpThatResponseStates) {
  Eam::Params p;
  p.chirp = 0.7;
  p.chirp_slope = Quantity<dim::kPerVoltage>::from_si(1.2);
  p.absorption_exponent = 1.7;
  const Eam eam(p);
  const auto field = [&](double v) {
    LaneState in = drive(0.0);
    for (double& level : in.levels) level = v;
    auto processor = eam.make_processor(1e-12, in);
    std::vector<double> samples(8, v);
    std::vector<Complex> out(8);
    SampleView view;
    view.real = samples;
    SampleSpan span;
    span.field = out;
    processor.process(view, span);
    return out.back();
  };
  for (double v : {-0.9, -0.2, 0.0, 0.5}) {
    const double h = 1e-5;
    const Complex a = field(v - h), b = field(v + h);
    const double alpha = std::arg(b / a) / (0.5 * (std::norm(b) - std::norm(a)) / std::norm(field(v)));
    EXPECT_NEAR(eam.alpha(v), alpha, 1e-4) << v;
    EXPECT_NEAR(eam.alpha(v), 0.7 + 1.2 * v, 1e-12);
    EXPECT_NEAR(std::norm(field(v)), 10e-3 * eam.transmission(v), 1e-14);
  }
}

// Fading of a chirped signal in a dispersive fibre, |cos theta - alpha sin theta|.
TEST(Eam, ChirpFadesInADispersiveFibre) {
  Eam::Params p;
  p.chirp = 1.0;
  p.bandwidth = Frequency::from_si(1e13);
  const Eam eam(p);
  SingleModeFiber::Params f;
  f.length = Length::from_si(10e3);
  const SingleModeFiber fiber(f);
  const FrequencyGrid grid{53.125e9, 64, 32};
  LaneState in = drive(0.2);
  in.carrier.wavelength = 1330e-9;
  const LaneState light = eam.operate(in);
  for (std::size_t k : {10u, 40u, 64u}) {
    const double theta = -0.5 * fiber.beta_2(1330e-9) * std::pow(2.0 * kPi * grid.frequency(k), 2) * 10e3;
    const Complex got = testing::chain_transfer({eam.respond(grid, in), fiber.respond(grid, light)}, k);
    EXPECT_NEAR(std::abs(got), std::abs(std::cos(theta) - std::sin(theta)), 0.01) << k;
  }
}

// Each absorbed photon gives an electron at unit quantum efficiency; the diode's watts are reverse voltage times that.
TEST(Eam, PhotocurrentOfTheAbsorbedLight) {
  Eam::Params p;
  p.quantum_efficiency = 1.0;
  p.insertion_loss = {3.0};
  const Eam eam(p);
  CostContext context;
  context.input = drive(1.2);
  context.output = eam.operate(context.input);
  const double entered = 10e-3 * std::pow(10.0, -0.3);
  const double per_watt = 1.602176634e-19 * 1310e-9 / (6.62607015e-34 * 299792458.0);
  double watts = 0.0;
  for (std::size_t m = 0; m < 4; ++m)
    watts += 0.25 * (1.1 - context.input.levels[m]) * per_watt * (entered - context.output.levels[m]);
  EXPECT_NEAR(eam.power(context)[0].watts, watts, 1e-9 * watts);
  EXPECT_GT(watts, 1e-3);
}

TEST(Eam, CornerNoiseAndStreamedSmallSignal) {
  const FrequencyGrid grid{53.125e9, 128, 32};
  Eam::Params p;
  p.bandwidth = Frequency::from_si(grid.frequency(64));
  p.poles = 2;
  const Eam eam(p);
  const LaneState in = drive(2e-4);
  const StageResponse r = eam.respond(grid, in);
  EXPECT_NEAR(std::norm(r.at(64, 0, 0)), 0.5, 1e-9);
  EXPECT_NEAR(std::abs(r.at(64, 1, 0) / r.at(64, 0, 0)), 0.5, 1e-12);
  ASSERT_EQ(eam.noise(grid, in).size(), 1u);
  EXPECT_DOUBLE_EQ(eam.noise(grid, in)[0].s2, std::pow(10.0, -14.5));
  const double slope = eam.operate(in).swing() / in.swing();
  const std::size_t period = grid.sample_count();
  for (std::size_t k : {4u, 64u}) {
    std::vector<double> v(20 * period);
    for (std::size_t i = 0; i < v.size(); ++i)
      v[i] = 1e-4 * std::cos(2.0 * kPi * static_cast<double>(k * i % period) / static_cast<double>(period));
    const auto processor = eam.make_processor(grid.time_step(), in);
    const auto light = testing::stream({processor}, {Port::optical_field}, v, 4096);
    const Complex got = testing::tone(light, static_cast<double>(k), period, processor.latency()) / (1e-4 * slope);
    EXPECT_LT(std::abs(got - r.at(k, 0, 0)), 2e-3) << k;
  }
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

TEST(Eam, RefusesDarknessAndForwardBiasAndNotesHighVoltage) {
  const Eam eam;
  LaneState dark = drive(1.0);
  dark.carrier.power = 0.0;
  EXPECT_EQ(message_of([&] { eam.operate(dark); }), "eam needs light: a laser must come before it on its lane");
  EXPECT_EQ(message_of([&] { eam.operate(drive(2.4)); }),
            "eam drive must stay below its bias of 1.1 V, or the diode turns forward, got 1.2 V");
  const FrequencyGrid grid{53.125e9, 64, 32};
  EXPECT_TRUE(eam.validity(grid, drive(2.0)).empty());
  ASSERT_EQ(eam.validity(grid, drive(4.0)).size(), 1u);
  EXPECT_EQ(eam.validity(grid, drive(4.0))[0].quantity, "reverse voltage of the modulator");
}

// --- attenuator ---

TEST(Attenuator, SettingAndInsertionLossAddInDecibels) {
  Attenuator::Params p;
  p.attenuation = {6.3};
  p.insertion_loss = {0.7};
  p.control_power = Power::from_si(0.2);
  p.failure_rate = 3.0;
  const Attenuator voa(p);
  LaneState in = drive(0.0);
  in.port = Port::optical_field;
  in.levels = {0.4e-3, 0.6e-3, 0.8e-3, 1e-3};
  const LaneState out = voa.operate(in);
  for (std::size_t m = 0; m < 4; ++m) EXPECT_NEAR(10.0 * std::log10(in.levels[m] / out.levels[m]), 7.0, 1e-12);
  EXPECT_EQ(out.carrier, in.carrier);
  // Passive light: the field's phase and the small signal pass, power goes as the square of the field.
  auto processor = voa.make_processor(1e-12, in);
  std::vector<Complex> field{Complex(0.0, 2.0)}, after(1);
  SampleView view;
  view.field = field;
  SampleSpan span;
  span.field = after;
  processor.process(view, span);
  EXPECT_NEAR(std::abs(after[0] - Complex(0.0, 2.0) * std::pow(10.0, -0.35)), 0.0, 1e-12);
  const StageResponse r = voa.respond({53.125e9, 64, 32}, in);
  EXPECT_EQ(r.at(64, 0, 0), Complex(1.0));
  EXPECT_EQ(r.at(64, 1, 1), Complex(1.0));
  EXPECT_EQ(r.at(64, 0, 1), Complex(0.0));
  ASSERT_EQ(voa.power({}).size(), 1u);
  EXPECT_TRUE(voa.power({})[0].constant);
  EXPECT_EQ(voa.power({})[0].watts, 0.2);
  EXPECT_EQ(voa.fit({})[0].fit, 3.0);
}

}  // namespace
}  // namespace tessera
