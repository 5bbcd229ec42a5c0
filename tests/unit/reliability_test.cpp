#include "phy/link/reliability.hpp"

#include <gtest/gtest.h>

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>

#include "phy/core/error.hpp"
#include "tests/support/fixed_cost.hpp"

namespace tessera {
namespace {

constexpr double kFiveYears = 5.0 * kHoursPerYear;

FixedCost failures(double fit, Scope scope) {
  return {.failures = [=](const CostContext&) { return std::vector<FitItem>{{"core", fit, scope}}; }};
}

TEST(SparedLanes, Mosaic400LanesOverFiveYears) {
  const struct {
    double lane_fit;
    int spares;
    double fit, tolerance;
  } rows[] = {{1.0, 0, 400.0, 1e-12}, {1.0, 1, 3.5, 0.02},  {1.0, 2, 0.020, 0.03},    {0.1, 0, 40.0, 1e-12},
              {0.1, 1, 0.035, 0.02},  {0.1, 2, 2e-5, 0.05}, {10.0, 0, 4000.0, 1e-12}, {10.0, 1, 315.0, 0.005},
              {10.0, 2, 18.0, 0.03},  {10.0, 4, 0.03, 0.1}};
  for (const auto& r : rows)
    EXPECT_NEAR(spared_lanes(400, r.spares, r.lane_fit, kFiveYears).fit / r.fit, 1.0, r.tolerance)
        << r.lane_fit << ' ' << r.spares;
  EXPECT_LT(spared_lanes(400, 4, 1.0, kFiveYears).fit, 1e-6);
}

TEST(SparedLanes, HundredFitLanesOverFiveYears) {
  EXPECT_NEAR(spared_lanes(400, 0, 100.0, kFiveYears).failure_probability.value() / 0.82657, 1.0, 1e-5);
  EXPECT_NEAR(spared_lanes(400, 8, 100.0, kFiveYears).failure_probability.value() / 9.666e-5, 1.0, 1e-4);
  EXPECT_NEAR(spared_lanes(400, 16, 100.0, kFiveYears).failure_probability.value() / 1.009e-11, 1.0, 1e-3);
  EXPECT_NEAR(mean_time_to_failure_hours(400, 0, 100.0), 25000.0, 1e-9);
  EXPECT_NEAR(mean_time_to_failure_hours(400, 8, 100.0) / 2.23e5, 1.0, 2e-3);
}

TEST(SparedLanes, RateHasTheProbabilityOfTheMission) {
  using Wide = boost::multiprecision::cpp_bin_float_50;
  for (const auto& [spares, lane_fit] : {std::pair{1, 10.0}, {8, 100.0}, {2, 3000.0}, {5, 20000.0}}) {
    const Wide exponent = Wide(lane_fit) * Wide(kFiveYears) / Wide(1e9), p = 1 - exp(-exponent);
    Wide term = pow(1 - p, 400 + spares), survival = 0;
    for (int f = 0; f <= spares; ++f) {
      survival += term;
      term *= p * (400 + spares - f) / ((f + 1) * (1 - p));
    }
    const double expected = Wide(-log(survival) / kFiveYears * Wide(1e9)).convert_to<double>();
    EXPECT_NEAR(spared_lanes(400, spares, lane_fit, kFiveYears).fit / expected, 1.0, 1e-9) << spares << ' ' << lane_fit;
  }
}

TEST(SparedLanes, RefusesWrongInput) {
  EXPECT_THROW(spared_lanes(0, 1, 1.0, kFiveYears), ConfigError);
  EXPECT_THROW(spared_lanes(4, -1, 1.0, kFiveYears), ConfigError);
  EXPECT_THROW(spared_lanes(4, 1, 0.0, kFiveYears), ConfigError);
  try {
    spared_lanes(4, 1, 1.0, 0.0);
    FAIL();
  } catch (const ConfigError& e) {
    EXPECT_STREQ(e.what(), "mission_hours must be positive, got 0.000000 h");
  }
}

TEST(Reliability, PartsInSeriesAdd) {
  PreparedLink prepared = bare_prepared_link(8, 0);
  add_stage(prepared, "laser", failures(50.0, Scope::per_lane), Boundary::module);
  add_stage(prepared, "tia", failures(3.0, Scope::per_lane), Boundary::module);
  prepared.link.overhead.push_back({"mcu", AnyModel(failures(20.0, Scope::per_end)), Boundary::module, ""});
  const Reliability r = reliability(prepared);
  EXPECT_DOUBLE_EQ(r.fit, 8 * 53.0 + 20.0);
  EXPECT_DOUBLE_EQ(r.fit_common, 20.0 + 8 * 53.0);
  EXPECT_DOUBLE_EQ(r.mtbf_hours(), 1e9 / 444.0);
  EXPECT_DOUBLE_EQ(r.annual_failure_ratio(), 8760 * 444e-9);
}

TEST(Reliability, SparesProtectPerLaneItemsOnly) {
  PreparedLink prepared = bare_prepared_link(400, 2);
  add_stage(prepared, "led", failures(0.75, Scope::per_lane), Boundary::module);
  add_stage(prepared, "fibre", failures(5.0, Scope::per_end), Boundary::module);
  add_stage(prepared, "receiver", failures(0.25, Scope::per_lane), Boundary::module);
  const Reliability r = reliability(prepared);
  EXPECT_DOUBLE_EQ(r.fit_common, 5.0);
  ASSERT_EQ(r.groups.size(), 1u);
  EXPECT_DOUBLE_EQ(r.groups[0].lane_fit, 1.0);
  EXPECT_NEAR(r.fit, 5.020, 1e-3);
  double sum = 0.0;
  for (const FitRow& row : r.rows) sum += row.fit;
  EXPECT_NEAR(sum, r.fit, 1e-12);
  EXPECT_NEAR(r.rows[0].fit / r.rows[2].fit, 3.0, 1e-12);
}

TEST(Reliability, LinkFailuresPerMonth) {
  // 0.057 % of links per month is 780 FIT with a month of 730.5 h.
  PreparedLink prepared = bare_prepared_link(1, 0);
  add_stage(prepared, "module", failures(780.3, Scope::per_end), Boundary::module);
  EXPECT_NEAR(reliability(prepared).failures_per_month(), 5.7e-4, 1e-7);
}

TEST(Reliability, NegativeFitIsRefused) {
  PreparedLink prepared = bare_prepared_link(1, 0);
  add_stage(prepared, "module", failures(-1.0, Scope::per_end), Boundary::module);
  EXPECT_THROW(reliability(prepared), NumericError);
}

}  // namespace
}  // namespace tessera
