#include "devices/processing/dsp_retimer.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "phy/core/error.hpp"
#include "phy/link/energy.hpp"
#include "phy/link/latency.hpp"
#include "tests/support/fixed_cost.hpp"
#include "tests/support/power_items.hpp"

namespace tessera {
namespace {

using testing_support::total_watts;
using testing_support::watts_of;

// 8 x 53.125 GBd PAM4.
CostContext dr8_end() {
  CostContext context;
  context.symbol_rate = 53.125e9;
  context.bits_per_symbol = 2.0;
  context.lanes = 8;
  context.line_rate = 850e9;
  context.payload_rate = 800e9;
  return context;
}

DspRetimer with(auto change) {
  DspRetimer::Params params;
  change(params);
  return DspRetimer(params);
}

TEST(DspRetimer, DataPathIsEnergyPerBitTimesLineRateTimesDirections) {
  // 0.5 pJ/bit x 850 Gbit/s x 2
  EXPECT_NEAR(watts_of("data_path", DspRetimer().power(dr8_end())), 0.85, 1e-12);
}

TEST(DspRetimer, ClockOfALaneIsEnergyTimesSymbolRate) {
  // 0.4 pJ x 53.125 GBd x 2
  EXPECT_NEAR(watts_of("core_clock", DspRetimer().power(dr8_end())), 42.5e-3, 1e-15);
  CostContext fast = dr8_end();
  fast.symbol_rate *= 2.0;
  EXPECT_NEAR(watts_of("core_clock", DspRetimer().power(fast)), 85e-3, 1e-15);
}

TEST(DspRetimer, LeakageDoublesEveryTwentyFiveKelvin) {
  CostContext hot = dr8_end();
  const double cold = watts_of("core_leakage", DspRetimer().power(hot));
  EXPECT_NEAR(cold, 20e-3, 1e-15);  // 10 mW a direction at 40 degC
  hot.case_temperature += 25.0;
  EXPECT_NEAR(watts_of("core_leakage", DspRetimer().power(hot)), 2.0 * cold, 1e-12);
  hot.case_temperature += 25.0;
  EXPECT_NEAR(watts_of("core_leakage", DspRetimer().power(hot)), 4.0 * cold, 1e-12);
  EXPECT_DOUBLE_EQ(watts_of("data_path", DspRetimer().power(hot)),
                   watts_of("data_path", DspRetimer().power(dr8_end())));
}

TEST(DspRetimer, SequenceDetectorGrowsWithStatesAndSymbols) {
  // 4 states x 0.15 pJ x 425 GBd x 2 directions; none without states.
  const DspRetimer four = with([](auto& p) { p.sequence_states = 4; });
  EXPECT_NEAR(watts_of("sequence_detector", four.power(dr8_end())), 4 * 0.15e-12 * 425e9 * 2, 1e-12);
  EXPECT_NEAR(total_watts(four.power(dr8_end())) - total_watts(DspRetimer().power(dr8_end())), 0.51, 1e-12);
  const DspRetimer sixteen = with([](auto& p) { p.sequence_states = 16; });
  EXPECT_NEAR(watts_of("sequence_detector", sixteen.power(dr8_end())), 4 * 0.51, 1e-12);
}

TEST(DspRetimer, InnerCodeWorksOnTheCodedRate) {
  // 802.3dj: 113.4375 GBd instead of 106.25.
  const double overhead = 113.4375 / 106.25 - 1.0;
  const DspRetimer coded = with([&](auto& p) { p.inner_code_overhead = overhead, p.sequence_states = 4; });
  EXPECT_NEAR(watts_of("inner_code", coded.power(dr8_end())), 0.3e-12 * 850e9 * 113.4375 / 106.25 * 2, 1e-12);
  EXPECT_NEAR(watts_of("sequence_detector", coded.power(dr8_end())), 0.51 * 113.4375 / 106.25, 1e-12);
}

TEST(DspRetimer, NodeScalesEverythingButControl) {
  const auto items = DspRetimer().power(dr8_end());
  const auto scaled = with([](auto& p) { p.technology_scale = 0.7; }).power(dr8_end());
  const double control = watts_of("control", items);
  EXPECT_DOUBLE_EQ(watts_of("control", scaled), control);
  EXPECT_NEAR(total_watts(scaled) - control, 0.7 * (total_watts(items) - control), 1e-12);
}

TEST(DspRetimer, OneDirectionCostsHalfAndTakesOnePass) {
  const DspRetimer half = with([](auto& p) { p.directions = 1; });
  const double control = watts_of("control", half.power(dr8_end()));
  EXPECT_NEAR(total_watts(half.power(dr8_end())) - control,
              0.5 * (total_watts(DspRetimer().power(dr8_end())) - control), 1e-12);
  EXPECT_NEAR(DspRetimer().latency(dr8_end()), 2 * 1024 / 53.125e9, 1e-18);
  EXPECT_NEAR(half.latency(dr8_end()), 1024 / 53.125e9, 1e-18);
}

TEST(DspRetimer, FailureRateFollowsArrhenius) {
  CostContext context = dr8_end();
  context.case_temperature = 343.15;
  EXPECT_NEAR(DspRetimer().fit(context).at(0).fit, 100.0, 1e-9);
  context.case_temperature = 313.15;
  const double cooler = 100.0 * std::exp(0.7 / 8.617333262e-5 * (1.0 / 343.15 - 1.0 / 313.15));
  EXPECT_NEAR(DspRetimer().fit(context).at(0).fit, cooler, 1e-6 * cooler);
}

TEST(DspRetimer, StandsOnceAtAnEndAndCountsItsLanes) {
  PreparedLink prepared = bare_prepared_link(8, 2);
  prepared.link.segments[0].symbol_rate = 53.125e9;
  prepared.link.segments[0].modulation.bits_per_symbol = 2.0;
  prepared.link.overhead.push_back({"core", AnyModel(DspRetimer()), Boundary::module, ""});
  double watts = 0.0, constant = 0.0;
  for (const EnergyRow& row : energy(prepared).rows) {
    watts += row.watts;
    if (row.constant) constant += row.watts;
  }
  // Data path once; clock and leakage for 8 lanes and 2 powered spares.
  EXPECT_NEAR(watts, 0.85 + 10 * (42.5e-3 + 20e-3) + 0.2, 1e-12);
  EXPECT_NEAR(constant, 0.2, 1e-15);
  EXPECT_NEAR(latency(prepared).total, 2 * 1024 / 53.125e9, 1e-18);
}

TEST(DspRetimer, RefusesAThirdDirection) {
  EXPECT_THROW(with([](auto& p) { p.directions = 3; }), ConfigError);
}

}  // namespace
}  // namespace tessera
