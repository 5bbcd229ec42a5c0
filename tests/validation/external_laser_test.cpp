#include "devices/transmitter/external_laser.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

namespace tessera {
namespace {

constexpr double kCelsius = 273.15;
const FrequencyGrid kGrid{53.125e9, 64, 32};

double decibels(double db) { return std::pow(10.0, 0.1 * db); }
double dbm(double watts) { return 10.0 * std::log10(1e3 * watts); }

CostContext lit(double carrier, double celsius = 40.0) {
  CostContext context;
  context.case_temperature = kCelsius + celsius;
  context.output.carrier.power = carrier;
  return context;
}

double watts(const ExternalLaser& laser, const std::string& component, const CostContext& context) {
  for (const PowerItem& item : laser.power(context))
    if (item.component == component) return item.watts;
  return 0.0;
}

double total(const ExternalLaser& laser, const CostContext& context) {
  double sum = 0.0;
  for (const PowerItem& item : laser.power(context)) sum += item.watts;
  return sum;
}

ExternalLaser::Params uncooled() {
  ExternalLaser::Params p;
  p.cooler_conductance = {};
  p.rollover = 1.0;
  return p;
}

// What a chip draws beyond its threshold on the straight line, which is in proportion to the light asked of it.
double above_threshold(const ExternalLaser::Params& p, double carrier = 10e-3) {
  const ExternalLaser laser(p);
  return watts(laser, "laser", lit(carrier)) - watts(laser, "laser", lit(0.0));
}

// --- the way of the light ---

TEST(ExternalLaser, ChipGivesTheLightOfEveryLaneAndEveryDecibelBetween) {
  ExternalLaser::Params p;
  p.lanes_per_laser = 8;
  p.coupling_loss = {0.66};
  p.connectors = 2;
  p.connector_loss = {0.4};
  p.fiber_length = decltype(p.fiber_length)::from_si(20.0);
  p.fiber_attenuation = {5e-3};
  p.engine_coupling_loss = {1.41};
  p.splitter_excess_loss = {0.1};
  const double db = 0.66 + 0.8 + 0.1 + 1.41 + 3 * 0.1;  // a tree of three levels feeds eight
  EXPECT_NEAR(ExternalLaser(p).chip_output(5e-3), 8 * 5e-3 * decibels(db), 1e-12);
  EXPECT_NEAR(ExternalLaser(p).fiber_output(5e-3), 8 * 5e-3 * decibels(db - 0.66), 1e-12);
}

TEST(ExternalLaser, HalvingACouplingLossTakesHalfItsDecibelsOffTheWattsOfTheLight) {
  ExternalLaser::Params p = uncooled();
  const double before = above_threshold(p);
  p.engine_coupling_loss = {0.5 * 1.41};
  EXPECT_NEAR(above_threshold(p) / before, decibels(-0.705), 1e-12);
  p.coupling_loss = {0.33};
  EXPECT_NEAR(above_threshold(p) / before, decibels(-0.705 - 0.33), 1e-12);
}

TEST(ExternalLaser, WattsOfTheLightFollowLanesAndSharingCostsSplittersOnly) {
  ExternalLaser::Params p = uncooled();
  p.lanes_per_laser = 4;
  const double four = above_threshold(p);
  EXPECT_NEAR(above_threshold(p, 20e-3) / four, 2.0, 1e-12);
  p.lanes_per_laser = 8;
  EXPECT_NEAR(above_threshold(p) / four, decibels(0.1), 1e-12);  // per lane: one more level of splitters
  const ExternalLaser eight(p);
  p.lanes_per_laser = 4;
  const ExternalLaser half(p);
  EXPECT_NEAR(watts(eight, "laser", lit(0.0)) / watts(half, "laser", lit(0.0)), 0.5, 1e-12);  // threshold
  EXPECT_NEAR(watts(eight, "laser_control", lit(0.0)) / watts(half, "laser_control", lit(0.0)), 0.5, 1e-12);
}

TEST(ExternalLaser, UncooledChipPaysThirtyKelvinInThresholdAndSlope) {
  const ExternalLaser laser(uncooled());
  EXPECT_NEAR(watts(laser, "laser", lit(0.0, 60.0)) / watts(laser, "laser", lit(0.0, 30.0)), std::exp(30.0 / 60.2),
              1e-9);
  const auto light = [&](double c) { return watts(laser, "laser", lit(1e-2, c)) - watts(laser, "laser", lit(0.0, c)); };
  EXPECT_NEAR(light(60.0) / light(30.0), std::exp(30.0 / 99.5), 1e-9);
}

// --- the cooler ---

// The same cooler from its legs: Seebeck coefficient, resistance and conductance, current by bisection.
double power_from_legs(double seebeck, double resistance, double conductance, double heat, double chip, double delta) {
  double low = 0.0, high = seebeck * chip / resistance;  // the current of most cooling
  for (int i = 0; i < 200; ++i) {
    const double current = 0.5 * (low + high);
    const double pumped = seebeck * chip * current - 0.5 * current * current * resistance - conductance * delta;
    (pumped < heat ? low : high) = current;
  }
  return seebeck * low * delta + low * low * resistance;
}

TEST(ThermoelectricCooler, IsThatOfItsLegs) {
  const double seebeck = 0.02, resistance = 1.7, conductance = 0.09;
  const ThermoelectricCooler cooler{seebeck * seebeck / (resistance * conductance), conductance};
  for (double heat : {0.2, 1.0, 3.0})
    for (double delta : {-10.0, 0.0, 15.0, 40.0}) {
      EXPECT_LT(heat, cooler_capacity(cooler, 320.0, delta));
      const double expected = power_from_legs(seebeck, resistance, conductance, heat, 320.0, delta);
      EXPECT_NEAR(cooler_power(cooler, heat, 320.0, delta), std::max(expected, 0.0), 1e-9) << heat << " " << delta;
    }
}

// Best coefficient of performance over all sizes of a cooler, the textbook's
// (T_c/D)(sqrt(1 + Z T_m) - T_h/T_c)/(sqrt(1 + Z T_m) + 1).
TEST(ThermoelectricCooler, BestSizeHasTheCoefficientOfPerformanceOfTheTextbook) {
  const double z = 2.65e-3, chip = 323.15, heat = 2.4;
  for (double delta : {10.0, 20.0, 40.0}) {
    double least = 1e9;
    for (double k = 0.01; k < 1.0; k *= 1.001)
      if (cooler_capacity({z, k}, chip, delta) > heat) least = std::min(least, cooler_power({z, k}, heat, chip, delta));
    const double root = std::sqrt(1.0 + z * (chip + 0.5 * delta));
    const double best = chip / delta * (root - (chip + delta) / chip) / (root + 1.0);
    EXPECT_NEAR(heat / least / best, 1.0, 1e-4) << delta;
  }
}

// Largest difference without heat: Z T_c^2/2. A hot side of 300 K and Z = 2.65e-3 1/K: 70 K, the figure of catalogues.
TEST(ThermoelectricCooler, LargestDifferenceIsThatOfCatalogues) {
  const double z = 2.65e-3;
  const double coldest = (std::sqrt(1.0 + 2.0 * z * 300.0) - 1.0) / z;  // T_c with Z T_c^2/2 = 300 K - T_c
  EXPECT_NEAR(300.0 - coldest, 70.0, 2.5);
  EXPECT_NEAR(cooler_capacity({z, 0.1}, coldest, 300.0 - coldest), 0.0, 1e-9);
}

// A case 9 K colder than the chip: legs of Z = 2.65e-3 1/K and 0.1 W/K that draw no power, y = 9 K Z, pass on
// K (T_c y - y^2/(2 Z) + 9 K) = 1.66 W; less heat would even be turned into power, which nobody collects.
TEST(ThermoelectricCooler, DrawsNothingWhereHeatLeavesByItself) {
  const double y = 9.0 * 2.65e-3, free = 0.1 * (323.0 * y - y * y / (2.0 * 2.65e-3) + 9.0);
  EXPECT_NEAR(free, 1.66, 0.005);
  EXPECT_EQ(cooler_power({2.65e-3, 0.1}, 0.99 * free, 323.0, -9.0), 0.0);
  EXPECT_GT(cooler_power({2.65e-3, 0.1}, 1.01 * free, 323.0, -9.0), 0.0);
}

// --- published sources ---

// Lumentum and Meta, CLEO 2022 SS2D.3: wall-plug efficiency of at least 10 % with the cooler at 400 mW in the fibre for
// case temperatures of 50 to 70 degC; 86 % coupling, chip at 50 degC. 400 mW at 10 % are 4 W. The cooler's Z is a
// catalogue's, its size the best at 70 degC; the paper gives neither.
TEST(ExternalLaser, FourHundredMilliwattsTakeFourWattsWithTheCooler) {
  ExternalLaser::Params p;
  p.regulator_efficiency = 1.0;
  const ExternalLaser laser(p);
  const double chip = 0.4 * decibels(0.66);
  for (double celsius : {50.0, 60.0, 70.0}) EXPECT_GT(laser.wall_plug_efficiency(chip, kCelsius + celsius), 0.10);
  const double drawn = laser.chip_power(chip, kCelsius + 70.0) + laser.cooling_power(chip, kCelsius + 70.0);
  EXPECT_NEAR(drawn, 4.0, 0.15);
  std::printf("400 mW ex fibre, chip at 50 degC, cooler included: ");
  for (double celsius : {40.0, 50.0, 60.0, 70.0, 80.0})
    std::printf("%.0f degC %.1f %%  ", celsius, 100.0 * laser.wall_plug_efficiency(chip, kCelsius + celsius));
  std::printf("\n");
}

TEST(ExternalLaser, CoolerCostsEfficiencyAsTheCaseGetsHotter) {
  const ExternalLaser laser;
  const double chip = 0.4 * decibels(0.66);
  double last = 1.0;
  for (double celsius = 40.0; celsius <= 85.0; celsius += 5.0) {
    const double now = laser.wall_plug_efficiency(chip, kCelsius + celsius);
    EXPECT_LT(now, last);
    EXPECT_DOUBLE_EQ(laser.chip_power(chip, kCelsius + celsius), laser.chip_power(chip, kCelsius + 40.0));
    last = now;
  }
}

// Link budget of a 102.4T switch (Frontiers of Optoelectronics 2023): 24.5 dBm at the chip, 21.8 dBm out of the module,
// 21.6 dB from chip to TP2. The chain of decibels, and the class it lands in.
TEST(ExternalLaser, ModuleOutputIsTheChipsLessItsCoupling) {
  ExternalLaser::Params p;
  p.lanes_per_laser = 4;
  p.coupling_loss = {2.7};
  const ExternalLaser laser(p);
  const double carrier = decibels(24.5) * 1e-3 / (laser.chip_output(1.0));
  EXPECT_NEAR(dbm(laser.chip_output(carrier)), 24.5, 1e-9);
  EXPECT_NEAR(dbm(laser.fiber_output(carrier)), 21.8, 1e-9);
}

// Arithmetic: 16 modules of 18 W are 288 W, 2.8 pJ/bit of 102.4 Tbit/s; here from the watts of one lane of 200 Gbit/s.
TEST(ExternalLaser, SixteenModulesOfEighteenWattsAreTwoPointEightPicojoulesPerBit) {
  ExternalLaser::Params p = uncooled();
  p.lasers_per_module = 8;
  p.lanes_per_laser = 4;  // 32 lanes of 200 Gbit/s: 6.4T a module
  double low = 0.0, high = 1.0;
  for (int i = 0; i < 100; ++i) {
    const double carrier = 0.5 * (low + high);
    (32.0 * total(ExternalLaser(p), lit(carrier)) < 18.0 ? low : high) = carrier;
  }
  const double lane = total(ExternalLaser(p), lit(low));
  EXPECT_NEAR(16 * 32 * lane, 288.0, 1e-6);
  EXPECT_NEAR(512 * lane / 102.4e12, 2.8e-12, 0.02e-12);
}

// --- failures ---

TEST(ExternalLaser, FailuresAreSharedAndACooledChipDoesNotSeeTheCase) {
  ExternalLaser::Params p;
  p.lanes_per_laser = 4;
  p.lasers_per_module = 8;
  const ExternalLaser cooled(p);
  EXPECT_NEAR(cooled.fit(lit(1e-2, 30.0))[0].fit, 5.0, 1e-9);  // 20 FIT at the 50 degC it is held at, four lanes
  EXPECT_NEAR(cooled.fit(lit(1e-2, 70.0))[0].fit, 5.0, 1e-9);
  p.cooler_conductance = {};
  p.module_failure_rate = 64.0;
  const ExternalLaser hot(p);
  const double ea = 0.75 * 1.602176634e-19 / 1.380649e-23;
  EXPECT_NEAR(hot.fit(lit(1e-2, 70.0))[0].fit, 5.0 * std::exp(ea * (1 / 323.15 - 1 / 343.15)), 1e-9);
  ASSERT_EQ(hot.fit(lit(1e-2)).size(), 2u);
  EXPECT_NEAR(hot.fit(lit(1e-2))[1].fit, 2.0, 1e-12);
}

// --- validity ---

std::vector<ValidityNote> notes(const ExternalLaser::Params& p, double carrier, double celsius = 40.0) {
  LaneState in;
  in.case_temperature = kCelsius + celsius;
  LaneState out = in;
  out.carrier.power = carrier;
  return ExternalLaser(p).validity(kGrid, in, out);
}

// Carrier that puts `level` dBm into the fibre.
double carrier_for(const ExternalLaser::Params& p, double level) {
  return 1e-3 * decibels(level) / ExternalLaser(p).fiber_output(1.0);
}

TEST(ExternalLaser, NotesLightOutsideThePowerClasses) {
  ExternalLaser::Params p;
  p.rated_power = Power::from_si(10.0);
  for (double inside : {9.51, 12.5, 21.8, 27.49}) EXPECT_TRUE(notes(p, carrier_for(p, inside)).empty()) << inside;
  for (double outside : {9.49, 27.51}) {
    const auto found = notes(p, carrier_for(p, outside));
    ASSERT_EQ(found.size(), 1u) << outside;
    EXPECT_NEAR(found[0].value, outside, 1e-9);
    EXPECT_EQ(found[0].unit, "dBm");
  }
}

TEST(ExternalLaser, NotesLightAboveEyeSafetyUnlessInterlocked) {
  ExternalLaser::Params p;
  p.wavelengths_per_fiber = 4;  // 6.02 dB
  const double safe = carrier_for(p, 18.4), unsafe = carrier_for(p, 18.6);
  EXPECT_TRUE(notes(p, unsafe).empty());
  p.interlock = false;
  EXPECT_TRUE(notes(p, safe).empty());
  ASSERT_EQ(notes(p, unsafe).size(), 1u);
  EXPECT_NEAR(notes(p, unsafe)[0].value, 18.6 + 10.0 * std::log10(4.0), 1e-9);
  EXPECT_EQ(notes(p, unsafe)[0].range, "<= 24.5 for hazard level 1 without an interlock, OIF-ELSFP-02.0");
}

TEST(ExternalLaser, NotesAChipTooHotTooStrongOrBeyondItsCooler) {
  ExternalLaser::Params p = uncooled();
  EXPECT_EQ(notes(p, 10e-3, 55.0)[0].quantity, "laser temperature");
  EXPECT_EQ(notes(p, 25e-3, 45.0)[0].quantity, "output of the laser chip");
  p.cooler_conductance = ExternalLaser::Params{}.cooler_conductance;
  EXPECT_TRUE(notes(p, 10e-3, 85.0).empty());
  p.cooler_conductance = p.cooler_conductance * 0.1;
  ASSERT_EQ(notes(p, 10e-3, 85.0).size(), 1u);
  EXPECT_EQ(notes(p, 10e-3, 85.0)[0].quantity, "heat of the laser chip");
}

TEST(ExternalLaser, PutsLightBesideTheDrive) {
  const LaneState out = ExternalLaser().operate({Port::voltage, {-0.5, 0.5}, {}});
  EXPECT_EQ(out.levels, (std::vector<double>{-0.5, 0.5}));
  EXPECT_DOUBLE_EQ(out.carrier.power, 10e-3);
  EXPECT_DOUBLE_EQ(out.carrier.wavelength, 1311e-9);
}

}  // namespace
}  // namespace tessera
