#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <random>

#include "channels/fiber/optical_connector.hpp"
#include "channels/fiber/single_mode_fiber.hpp"
#include "devices/failure_rate.hpp"
#include "devices/receiver/pin_photodiode.hpp"
#include "devices/receiver/silicon_photodiode.hpp"
#include "devices/receiver/transimpedance_amplifier.hpp"
#include "devices/transmitter/dfb_laser.hpp"
#include "devices/transmitter/mach_zehnder.hpp"
#include "devices/transmitter/modulator_driver.hpp"
#include "phy/signal/all_pole_filter.hpp"
#include "tests/support/small_signal.hpp"

namespace tessera {
namespace {

constexpr double kPi = std::numbers::pi;
const FrequencyGrid kGrid{53.125e9, 128, 32};

template <class Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "nothing was thrown";
}

double watts(const std::vector<PowerItem>& items, bool constants) {
  double sum = 0.0;
  for (const auto& item : items)
    if (item.constant == constants) sum += item.watts;
  return sum;
}

CostContext carrier_of(double watt, double celsius = 40.0) {
  CostContext context;
  context.case_temperature = 273.15 + celsius;
  context.output.carrier.power = watt;
  return context;
}

// --- one cascade of every optical stage, in blocks ---

std::vector<double> cascade(std::size_t block) {
  std::mt19937 engine(3);
  std::vector<double> drive(40960);
  for (std::size_t i = 0; i < drive.size(); ++i)
    drive[i] = i % 32 == 0 ? (static_cast<double>(engine() % 4) / 3.0 - 0.5) * 0.6 : drive[i - 1];
  MachZehnder::Params mzm_params;
  mzm_params.electrode_poles = 0;
  mzm_params.chirp = 0.3;
  const LaneState host{Port::voltage, {-0.3, -0.1, 0.1, 0.3}, {}};
  const ModulatorDriver driver;
  const DfbLaser laser;
  const MachZehnder mzm(mzm_params);
  const OpticalConnector connector;
  const SingleModeFiber fiber;
  const PinPhotodiode diode;
  const TransimpedanceAmplifier tia;
  const double step = kGrid.time_step();
  const LaneState driven = driver.operate(host), lit = laser.operate(driven), light = mzm.operate(lit),
                  coupled = connector.operate(light);
  const LaneState far = fiber.operate(coupled), current = diode.operate(far);
  return testing::stream(
      {driver.make_processor(step, host), laser.make_processor(step, driven), mzm.make_processor(step, lit),
       connector.make_processor(step, light), fiber.make_processor(step, coupled), diode.make_processor(step, far),
       tia.make_processor(step, current)},
      {Port::voltage, Port::voltage, Port::optical_field, Port::optical_field, Port::optical_field, Port::current,
       Port::voltage},
      drive, block);
}

TEST(OpticalStages, BlockSizeChangesNoSampleOfTheWholeCascade) {
  const auto whole = cascade(40960);
  EXPECT_EQ(cascade(4096), whole);
  EXPECT_EQ(cascade(10000), whole);
  double peak = 0.0;
  for (double v : whole) peak = std::max(peak, std::abs(v));
  EXPECT_GT(peak, 0.1);
}

// --- laser ---

// The straight line: above its threshold a chip draws in proportion to the light it must give.
TEST(DfbLaser, WattsAboveThresholdFollowEveryDecibelAndTheCarrier) {
  DfbLaser::Params p;
  p.rollover = 1.0;
  const auto above = [&](double decibel, double carrier) {
    p.coupling_loss = {decibel};
    const DfbLaser laser(p);
    return watts(laser.power(carrier_of(carrier)), false) - watts(laser.power(carrier_of(0.0)), false);
  };
  const double before = above(4.0, 10e-3);
  EXPECT_NEAR(above(2.0, 10e-3) / before, std::pow(10.0, -0.2), 1e-12);
  EXPECT_NEAR(above(2.0, 20e-3) / before, 2.0 * std::pow(10.0, -0.2), 1e-12);
}

TEST(DfbLaser, SharingDividesThresholdAndControllerAndCostsTheSplittersExcess) {
  DfbLaser::Params p;
  p.rollover = 1.0;
  p.lanes_per_laser = 1;
  const DfbLaser one(p);
  p.lanes_per_laser = 4;
  const DfbLaser four(p);
  const auto draw = [](const DfbLaser& laser, double carrier) {
    return watts(laser.power(carrier_of(carrier)), false);
  };
  EXPECT_NEAR(draw(four, 0.0) / draw(one, 0.0), 0.25, 1e-12);
  EXPECT_NEAR((draw(four, 10e-3) - draw(four, 0.0)) / (draw(one, 10e-3) - draw(one, 0.0)), std::pow(10.0, 0.02), 1e-12);
  EXPECT_NEAR(watts(four.power(carrier_of(10e-3)), true) / watts(one.power(carrier_of(10e-3)), true), 0.25, 1e-12);
}

// High-power DFB of CLEO 2022 SS2D.3: 0.5 W ex fibre (86 % coupling) takes 2.0 A and 1.8 V at 50 degC; thresholds 99
// and 150 mA, slopes 0.45 and 0.35 W/A ex fibre at 25 and 50 degC.
TEST(DfbLaser, CurrentIsThatOfTheMeasuredChip) {
  DfbLaser::Params p;
  p.temperature_rise = Temperature::from_si(0.0);
  const DfbLaser laser(p);
  const double rated = 0.5 / 0.86;
  EXPECT_NEAR(laser.current(rated, 323.15), 2.0, 0.02);
  EXPECT_NEAR(laser.wall_plug_efficiency(rated, 323.15), rated / (2.0 * 1.8), 0.01 * 0.161);
  for (const auto& [kelvin, threshold, slope] : {std::array{298.15, 0.099, 0.45}, std::array{323.15, 0.150, 0.35}}) {
    EXPECT_NEAR(laser.current(0.0, kelvin), threshold, 0.001);
    constexpr double kLittle = 1e-6;
    const double line = (laser.current(kLittle, kelvin) - laser.current(0.0, kelvin)) / kLittle;
    // What bends the line at rated power leaves 0.26 I_th/P_r of it at threshold.
    EXPECT_NEAR(line, 0.86 / slope + (1.0 / 0.79 - 1.0) * threshold / 0.581, 0.005 * line);
  }
}

// 46 mW out of a 581 mW chip at 50 degC: 150 mA of threshold and 46 mW/(0.35 W/A/0.86) = 113 mA, so less than half the
// efficiency that the same chip has at rated power.
TEST(DfbLaser, LightlyLoadedChipPaysItsThreshold) {
  const DfbLaser laser;
  const double straight = 0.150 + 0.046 * 0.86 / 0.35;
  EXPECT_NEAR(laser.current(0.046, 313.15), straight, 0.025 * straight);
  EXPECT_NEAR(watts(laser.power(carrier_of(0.0)), false), 0.150 * 1.8 / 0.85 / 4.0, 1e-3);
  EXPECT_LT(laser.wall_plug_efficiency(0.046, 313.15), 0.65 * laser.wall_plug_efficiency(0.581, 313.15));
}

TEST(DfbLaser, ThirtyKelvinMoreCostsWattsAndFailures) {
  const DfbLaser laser;
  const auto dark = [&](double celsius) { return watts(laser.power(carrier_of(0.0, celsius)), false); };
  EXPECT_NEAR(dark(70.0) / dark(40.0), std::exp(30.0 / 60.2), 1e-9);
  EXPECT_GT(watts(laser.power(carrier_of(10e-3, 70.0)), false),
            1.3 * watts(laser.power(carrier_of(10e-3, 40.0)), false));
  const double ea = 0.75 * 1.602176634e-19 / 1.380649e-23;
  EXPECT_NEAR(laser.fit(carrier_of(10e-3, 70.0))[0].fit / laser.fit(carrier_of(10e-3, 40.0))[0].fit,
              std::exp(ea * (1 / 323.15 - 1 / 353.15)), 1e-9);
}

TEST(DfbLaser, SaysWhenItIsTooHotTooColdOrTooSmall) {
  const DfbLaser laser;  // four lanes, 2.2 dB, ten kelvins above the case, 581 mW
  const auto notes = [&](double celsius, double carrier) {
    LaneState in;
    in.case_temperature = 273.15 + celsius;
    LaneState out = in;
    out.carrier.power = carrier;
    return laser.validity(kGrid, in, out);
  };
  const double largest = 0.581 / 4.0 * std::pow(10.0, -0.22);
  EXPECT_TRUE(notes(15.0, 10e-3).empty());
  EXPECT_TRUE(notes(40.0, 0.999 * largest).empty());
  for (double celsius : {14.0, 41.0}) {
    ASSERT_EQ(notes(celsius, 10e-3).size(), 1u);
    EXPECT_EQ(notes(celsius, 10e-3)[0].quantity, "laser temperature");
    EXPECT_NEAR(notes(celsius, 10e-3)[0].value, celsius + 10.0, 1e-9);
  }
  ASSERT_EQ(notes(40.0, 1.01 * largest).size(), 1u);
  EXPECT_EQ(notes(40.0, 1.01 * largest)[0].quantity, "output of the laser chip");
  EXPECT_NEAR(notes(40.0, 1.01 * largest)[0].value, 1.01 * 581.0, 1e-6);
}

// Lumentum's white paper: ten kelvins less double to triple the life for 0.6 to 0.9 eV.
TEST(FailureRate, TenKelvinsAreAFactorOfTwoToThree) {
  for (double ev : {0.6, 0.9}) {
    const double factor = arrhenius_factor(Energy::from_si(ev * 1.602176634e-19), 333.15, 323.15);
    EXPECT_GT(factor, 1.8);
    EXPECT_LT(factor, 3.0);
  }
  EXPECT_THROW(arrhenius_factor(Energy::from_si(1e-19), 0.0, 300.0), ConfigError);
}

TEST(DfbLaser, PutsLightBesideTheDrive) {
  const LaneState out = DfbLaser().operate({Port::voltage, {-0.5, 0.5}, {}});
  EXPECT_EQ(out.levels, (std::vector<double>{-0.5, 0.5}));
  EXPECT_DOUBLE_EQ(out.carrier.power, 10e-3);
  EXPECT_NEAR(out.carrier.rin_psd, std::pow(10.0, -14.5), 1e-20);
}

// --- driver ---

TEST(ModulatorDriver, ClipsSoftlyAndSaysSo) {
  ModulatorDriver::Params p;
  p.gain = {20.0 * std::log10(4.0)};
  p.saturation_swing = Voltage::from_si(4.0);
  const ModulatorDriver driver(p);
  const LaneState small{Port::voltage, {-0.05, 0.05}, {}}, large{Port::voltage, {-0.4, 0.4}, {}};
  EXPECT_NEAR(driver.operate(small).swing(), 4.0 * std::tanh(0.1), 1e-12);
  EXPECT_NEAR(driver.operate(large).swing(), 4.0 * std::tanh(0.8), 1e-12);
  EXPECT_TRUE(driver.validity(kGrid, small).empty());
  ASSERT_EQ(driver.validity(kGrid, large).size(), 1u);
  EXPECT_NEAR(driver.validity(kGrid, large)[0].value, 100.0 * (1.0 - std::tanh(0.8) / 0.8), 1e-9);
}

TEST(ModulatorDriver, PeakingIsTheMaximumAndBandwidthTheCorner) {
  for (double peak_db : {0.0, 3.0, 9.0}) {
    ModulatorDriver::Params p;
    p.peaking = {peak_db};
    p.bandwidth = Frequency::from_si(53.125e9);
    const auto r = ModulatorDriver(p).respond({53.125e9, 4096, 32}, {});
    double largest = 0.0;
    for (std::size_t k = 0; k < r.grid.frequency_count(); ++k) largest = std::max(largest, std::abs(r.at(k, 0, 0)));
    EXPECT_NEAR(20.0 * std::log10(largest), peak_db, 1e-4);
    EXPECT_NEAR(std::norm(r.at(4096, 0, 0)), 0.5, 1e-9);
  }
}

TEST(ModulatorDriver, WattsGrowWithSwingAndBandwidth) {
  const ModulatorDriver driver;
  CostContext context;
  context.output.levels = {-1.0, 1.0};
  const double two = driver.power(context)[0].watts;
  context.output.levels = {-2.0, 2.0};
  EXPECT_NEAR(driver.power(context)[0].watts - two, (1.8 + 2.0) * 4.0 / 50.0 - (1.8 + 1.0) * 2.0 / 50.0, 1e-12);
}

// --- amplifier and diode ---

TEST(TransimpedanceAmplifier, WattsGrowWithSwingBandwidthAndCapacitance) {
  TransimpedanceAmplifier::Params p;
  CostContext context;
  context.output.levels = {-0.15, 0.15};
  const auto of = [&](const TransimpedanceAmplifier::Params& q) {
    return TransimpedanceAmplifier(q).power(context)[0].watts;
  };
  const double base = of(p);
  const double stage = 0.5 * 0.3 * 2.5 * 2.0 * kPi * 60e-15;
  const double input = stage * 2.0 * kPi * 80e-15 * 300.0 * 56e9 * 56e9;
  EXPECT_NEAR(base, input + stage * 8.0 * 56e9 + 2.5 * 0.3 / 50.0, 1e-12);
  context.output.levels = {-0.3, 0.3};
  EXPECT_NEAR(of(p) - base, 2.5 * 0.3 / 50.0, 1e-12);
  context.output.levels = {-0.15, 0.15};
  p.input_capacitance = Capacitance::from_si(160e-15);
  EXPECT_NEAR(of(p) - base, input, 1e-12);
  p.input_capacitance = Capacitance::from_si(80e-15);
  p.bandwidth = Frequency::from_si(28e9);
  EXPECT_NEAR(of(p), 0.25 * input + stage * 8.0 * 28e9 + 2.5 * 0.3 / 50.0, 1e-12);
}

// e_n = i_n/(2 pi f_n C_in); a channel of g_m makes 4 k T gamma/g_m of it, so that less f^2 noise costs watts.
TEST(TransimpedanceAmplifier, NoiseCornerPaysForItsTransconductance) {
  TransimpedanceAmplifier::Params p;
  p.bandwidth = Frequency::from_si(1.3e9);
  p.noise_density = CurrentNoise::from_si(2e-12);
  p.noise_corner = Frequency::from_si(3e9);
  p.feedback_resistance = Resistance::from_si(8e3);
  p.stage_capacitance = Capacitance::from_si(20e-15);
  p.input_efficiency = Quantity<dim::kPerVoltage>::from_si(20.0);
  const double e_n = 2e-12 / (2.0 * kPi * 3e9 * 80e-15);
  EXPECT_NEAR(e_n, 1.33e-9, 0.005e-9);
  const double needed = 4.0 * 1.380649e-23 * 313.15 / (e_n * e_n);
  EXPECT_NEAR(TransimpedanceAmplifier(p).input_transconductance(313.15) / needed, 1.0, 1e-9);
  CostContext context;
  context.case_temperature = 313.15;
  const auto of = [&] { return TransimpedanceAmplifier(p).power(context)[0].watts; };
  const double base = of();
  p.noise_corner = Frequency::from_si(6e9);  // half the voltage noise, four times the current
  EXPECT_NEAR(of() - base, 2.5 * 3.0 * needed / 20.0, 1e-12);
  p.noise_factor = 2.0 / 3.0;
  EXPECT_NEAR(of() - base, 2.5 * (4.0 * 2.0 / 3.0 - 1.0) * needed / 20.0, 1e-12);
}

TEST(TransimpedanceAmplifier, WithoutANoiseCornerBandwidthAlonePays) {
  TransimpedanceAmplifier::Params p;
  const double speed = 2.0 * kPi * 60e-15 * 2.0 * kPi * 80e-15 * 300.0 * 56e9 * 56e9;
  EXPECT_NEAR(TransimpedanceAmplifier(p).input_transconductance(343.15) / speed, 1.0, 1e-12);
  p.noise_corner = Frequency::from_si(1e9);  // 4 k T/e_n^2 far below what the bandwidth asks for
  EXPECT_NEAR(TransimpedanceAmplifier(p).input_transconductance(343.15) / speed, 1.0, 1e-12);
}

// Bias currents follow the absolute temperature to hold the transconductance; the output stages do not.
TEST(OpticalStages, ThirtyKelvinMoreRaiseTheBiasOfAmplifiersOnly) {
  CostContext cold, hot;
  cold.output.levels = hot.output.levels = {-0.15, 0.15};
  cold.case_temperature = 313.15;
  hot.case_temperature = 343.15;
  const double output = 2.5 * 0.3 / 50.0;
  const TransimpedanceAmplifier tia;
  EXPECT_NEAR((tia.power(hot)[0].watts - output) / (tia.power(cold)[0].watts - output), 343.15 / 313.15, 1e-9);
  const ModulatorDriver driver;
  EXPECT_NEAR(driver.power(hot)[0].watts - driver.power(cold)[0].watts, 1e-12 * 56e9 * 30.0 / 313.15, 1e-12);
}

TEST(PinPhotodiode, WattsAreBiasTimesPhotocurrent) {
  CostContext context;
  context.input.levels = {0.5e-3, 1.5e-3};
  EXPECT_NEAR(PinPhotodiode().power(context)[0].watts, 3.0 * 0.6e-3, 1e-15);
}

TEST(SiliconPhotodiode, NeedsAWavelengthOrAResponsivity) {
  EXPECT_EQ(message_of([] { SiliconPhotodiode().operate({Port::optical_power, {1e-6}, {}}); }),
            "silicon_photodiode needs a responsivity or light of a known wavelength, got neither");
  EXPECT_EQ(SiliconPhotodiode().validity(kGrid, {Port::optical_power, {1e-6}, {0.0, 1310e-9, 0.0, 0.0}}).size(), 1u);
}

TEST(SingleModeFiber, NeedsAWavelength) {
  EXPECT_EQ(message_of([] { SingleModeFiber().respond(kGrid, {Port::optical_field, {1e-3}, {}}); }),
            "single_mode_fiber needs light of a known wavelength, got none");
  EXPECT_EQ(SingleModeFiber().validity(kGrid, {Port::optical_field, {1e-3}, {1e-3, 850e-9, 0.0, 0.0}}).size(), 1u);
}

TEST(OpticalStages, ParametersOutsideTheirRangeAreRefused) {
  PinPhotodiode::Params p;
  p.responsivity = Responsivity::from_si(-1.0);
  EXPECT_EQ(message_of([&] { PinPhotodiode diode(p); }), "responsivity must be in [0.001, 2] A/W, got -1 A/W");
}

TEST(OpticalStages, AnAngleSurvivesItsTextInDegrees) {
  MachZehnder::Params p;
  p.bias_error = 0.1;
  EXPECT_NEAR(read_parameters<MachZehnder>(write_parameters<MachZehnder>(p)).bias_error, 0.1, 1e-15);
}

// Electrical stages against their own response: small tones through the processor.
TEST(OpticalStages, ElectricalProcessorsFollowTheirResponse) {
  const std::size_t period = kGrid.sample_count();
  const LaneState in{Port::voltage, {-1e-4, 1e-4}, {}};
  const ModulatorDriver driver;
  TransimpedanceAmplifier::Params p;
  p.low_cut = Frequency::from_si(0.0);
  const TransimpedanceAmplifier tia(p);
  for (std::size_t k : {8u, 64u, 128u}) {
    std::vector<double> x(6 * period);
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] = 1e-4 * std::cos(2.0 * kPi * static_cast<double>(k * i % period) / static_cast<double>(period));
    const double tolerance = 6.0 * 0.03 * std::pow(2.0 * kPi * kGrid.frequency(k) * kGrid.time_step(), 4) + 1e-6;
    const auto a = testing::stream({driver.make_processor(kGrid.time_step(), in)}, {Port::voltage}, x, 4096);
    EXPECT_LT(std::abs(testing::tone(a, static_cast<double>(k), period, 0) / (0.5 * driver.operate(in).swing()) -
                       driver.respond(kGrid, in).at(k, 0, 0)),
              tolerance);
    const LaneState current{Port::current, in.levels, {}};
    const auto b = testing::stream({tia.make_processor(kGrid.time_step(), current)}, {Port::voltage}, x, 4096);
    EXPECT_LT(std::abs(testing::tone(b, static_cast<double>(k), period, 0) / (0.5 * tia.operate(current).swing()) -
                       tia.respond(kGrid, current).at(k, 0, 0)),
              tolerance);
  }
}

}  // namespace
}  // namespace tessera
