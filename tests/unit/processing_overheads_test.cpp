#include <gtest/gtest.h>

#include "devices/processing/fec_engine.hpp"
#include "devices/processing/gearbox.hpp"
#include "devices/processing/module_overhead.hpp"
#include "phy/core/error.hpp"
#include "phy/link/energy.hpp"
#include "phy/link/latency.hpp"
#include "tests/support/fixed_cost.hpp"
#include "tests/support/power_items.hpp"

namespace tessera {
namespace {

using testing_support::total_watts;

FixedCost lane_watts(double watts) {
  return {.watts = [=](const CostContext&) { return std::vector<PowerItem>{{"core", watts, Scope::per_lane}}; }};
}

// 425 + 35 lanes of 2 Gbit/s, 1.2 W of lane electronics, 0.4 W of gearbox.
PreparedLink mosaic_like() {
  PreparedLink prepared = bare_prepared_link(425, 35);
  prepared.link.fec = {"kp4", 4};
  add_stage(prepared, "lanes", lane_watts(1.2 / 460), Boundary::lane_electronics);
  Gearbox::Params gearbox;
  gearbox.energy_per_bit = EnergyPerBit::from_si(0.4706e-12);
  prepared.link.overhead.push_back({"gearbox", AnyModel(Gearbox(gearbox)), Boundary::module, ""});
  ModuleOverhead::Params controller;
  controller.controller_power = Power::from_si(1.01);
  prepared.link.overhead.push_back({"controller", AnyModel(ModuleOverhead(controller)), Boundary::module, ""});
  prepared.link.overhead.push_back({"fec", AnyModel(FecEngine()), Boundary::host, ""});
  return prepared;
}

TEST(FecEngine, PowerFollowsTheLineRate) {
  CostContext context;
  context.line_rate = 850e9;
  EXPECT_NEAR(total_watts(FecEngine().power(context)), 0.17, 1e-12);
  context.line_rate *= 2.0;
  EXPECT_NEAR(total_watts(FecEngine().power(context)), 0.34, 1e-12);
}

TEST(FecEngine, DecoderPipelineIsCyclesOverClock) { EXPECT_NEAR(FecEngine().latency({}), 37e-9, 1e-18); }

TEST(FecEngine, BlockAndPipelineOf800GTake62p6Nanoseconds) {
  const Latency l = latency(mosaic_like());
  EXPECT_NEAR(l.total, 62.6e-9, 1e-13);
}

TEST(Gearbox, DrawsPointFourWattsAt800G) {
  const EnergyBreakdown e = energy(mosaic_like());
  EXPECT_EQ(e.rows.at(1).component, "gearbox.data_path");
  EXPECT_NEAR(e.rows.at(1).watts, 0.4, 1e-4);
}

TEST(Gearbox, LaneLogicCountsPoweredLanes) {
  PreparedLink prepared = mosaic_like();
  Gearbox::Params params;
  params.energy_per_bit = EnergyPerBit::from_si(0.0);
  params.power_per_lane = Power::from_si(0.5e-3);
  prepared.link.overhead.assign(1, {"gearbox", AnyModel(Gearbox(params)), Boundary::module, ""});
  EXPECT_NEAR(energy(prepared).module.watts, 1.2 + 0.23, 1e-12);
  EXPECT_NEAR(energy(prepared, {.spares_powered = false}).module.watts, 1.2 * 425 / 460 + 0.2125, 1e-12);
}

TEST(Gearbox, SkewBufferDelaysByItsSymbols) {
  Gearbox::Params params;
  params.skew_buffer = 8;
  params.pipeline_delay = Time::from_si(2e-9);
  CostContext context;
  context.symbol_rate = 2e9;
  EXPECT_NEAR(Gearbox(params).latency(context), 6e-9, 1e-18);
}

TEST(ModuleOverhead, MosaicControllerAndConversionAre1p3Watts) {
  const EnergyBreakdown e = energy(mosaic_like());
  double controller = 0.0;
  for (const EnergyRow& row : e.rows)
    if (row.component.starts_with("controller.")) controller += row.watts;
  EXPECT_NEAR(controller, 1.3, 0.005);
  EXPECT_NEAR(e.module.watts, 1.2 + 0.4 + 1.3, 0.005);  // 3.1 W less 0.2 W of host interface
}

TEST(ModuleOverhead, AWattSavedInTheModuleSavesTheConvertersLossOnIt) {
  PreparedLink prepared = mosaic_like();
  const double before = energy(prepared).module.watts;
  prepared.link.segments[0].stages[0].model = AnyModel(lane_watts(0.2 / 460));
  EXPECT_NEAR(before - energy(prepared).module.watts, 1.0 / 0.9, 1e-12);
}

TEST(ModuleOverhead, OnlyTheControllerIsConstant) {
  const EnergyBreakdown e = energy(mosaic_like());
  EXPECT_NEAR(e.module.constant_share * e.module.watts, 1.01 / 0.9, 1e-12);
}

TEST(ModuleOverhead, ConverterPassesOnWhatItDelivers) {
  ModuleOverhead::Params params;
  params.controller_power = Power::from_si(0.5);
  params.converter_efficiency = 0.8;
  CostContext context;
  context.module_watts = 12.0;
  const double drawn = 12.0 + total_watts(ModuleOverhead(params).power(context));
  EXPECT_NEAR(drawn * 0.8, 12.5, 1e-12);
}

TEST(ProcessingModels, RefuseValuesOutsideTheirRange) {
  ModuleOverhead::Params params;
  params.converter_efficiency = 1.2;
  EXPECT_THROW(ModuleOverhead{params}, ConfigError);
  FecEngine::Params engine;
  engine.energy_per_bit = EnergyPerBit::from_si(-1e-12);
  EXPECT_THROW(FecEngine{engine}, ConfigError);
}

}  // namespace
}  // namespace tessera
