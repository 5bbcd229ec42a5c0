#include <gtest/gtest.h>

#include <cmath>

#include "phy/engine/budget_engine.hpp"
#include "phy/engine/margin.hpp"
#include "phy/engine/statistical_engine.hpp"
#include "phy/link/energy.hpp"
#include "scenarios/link/scenario_reader.hpp"
#include "tests/support/locations.hpp"

// Corners of the shipped links: what heat does, as the models' equations say, worked out here from the datasheets.
namespace tessera {
namespace {

Link shipped(const std::string& name, const std::string& corner, std::vector<std::string> sets = {}) {
  const Library library{test::library_dir()};
  return read_link(library.folder / "links" / (name + ".toml"), library, all_models(),
                   {std::move(sets), std::nullopt, corner})
      .link;
}

double watts_each(const Link& link, const std::string& component) {
  for (const EnergyRow& row : energy(prepare(link)).rows)
    if (row.component == component) return row.watts_each;
  throw std::runtime_error("no component " + component);
}

double margin_q(const Link& link) { return evaluate_criterion(link, run_statistical(prepare(link)).segments).margin_q; }

// cw_dfb_1310: I = (I_th e^{dT/T0} + P/(eta e^{-dT/T1})) (1 + (1/0.79 - 1) P/29 mW), dT = case + 10 K - 25 degC, two
// lanes a chip behind 2.1 dB, 2 V over a regulator of 0.85.
double laser_watts(double carrier_power, double case_celsius) {
  const double heat = case_celsius + 10.0 - 25.0, chip = 2.0 * carrier_power * std::pow(10.0, 0.21);
  const double current =
      (5e-3 * std::exp(heat / 60.2) + chip / 0.523 * std::exp(heat / 99.5)) * (1.0 + (1.0 / 0.79 - 1.0) * chip / 29e-3);
  return 2.0 * current / 0.85 / 2.0;
}

TEST(HotCorner, LaserDrawsWhatThresholdAndSlopeSayAtItsTemperature) {
  for (const auto& [corner, celsius] : {std::pair{"typical", 40.0}, {"hot", 70.0}, {"cold", 0.0}}) {
    const Link link = shipped("lpo_dr8_800g", corner);
    const PreparedLink prepared = prepare(link);
    std::size_t laser = 0;
    while (link.segments[0].stages[laser].name != "laser") ++laser;
    const double carrier = prepared.segments[0].states[laser].carrier.power;
    EXPECT_NEAR(watts_each(link, "laser.laser") / laser_watts(carrier, celsius), 1.0, 1e-9) << corner;
  }
  EXPECT_GT(watts_each(shipped("lpo_dr8_800g", "hot"), "laser.laser"),
            1.3 * watts_each(shipped("lpo_dr8_800g", "typical"), "laser.laser"));
}

// microled_blue: -0.2 %/K of photons and 0.04 nm/K of wavelength, whose photons carry less, from 40 degC on. Noise of
// the amplifier stays, so that Q falls by that, and by a little less where shot noise has its part (Q ~ P/sqrt(a + b
// P)).
TEST(HotCorner, MicroLedLosesSixPerCentOfItsLightAndTheMarginFollows) {
  const std::vector<std::string> far{"optical.fiber.length=20 m"};
  const Link typical = shipped("microled_800g", "typical", far), hot = shipped("microled_800g", "hot", far),
             cold = shipped("microled_800g", "cold", far);
  const auto light = [](const Link& link) { return prepare(link).segments[0].states[1].swing(); };
  const auto factor = [](double kelvins) { return (1.0 - 0.002 * kelvins) * 430.0 / (430.0 + 0.04 * kelvins); };
  EXPECT_NEAR(light(hot) / light(typical), factor(30.0), 1e-9);
  EXPECT_NEAR(light(cold) / light(typical), factor(-40.0), 1e-9);
  const double ratio = margin_q(hot) / margin_q(typical);
  EXPECT_LT(ratio, 0.975);
  EXPECT_GT(ratio, 0.93);
  EXPECT_GT(margin_q(cold), margin_q(typical));
}

// Receive side of the linear link at its worst values: four connectors of 0.75 instead of 0.5 dB and 0.55 instead of
// 0.6 A/W. The launch target stands behind the coupler, so that the coupler's 2 dB are paid by the laser.
TEST(WorstCorner, LinearLinkLosesTheDatasheetsDecibelsOfPhotocurrent) {
  const PreparedLink typical = prepare(shipped("lpo_dr8_800g", "typical")),
                     worst = prepare(shipped("lpo_dr8_800g", "worst"));
  const auto swing_of = [](const PreparedLink& link, const std::string& stage) {
    const auto& stages = link.link.segments[0].stages;
    for (std::size_t i = 0; i < stages.size(); ++i)
      if (stages[i].name == stage) return link.segments[0].states[i];
    throw std::runtime_error("no stage " + stage);
  };
  EXPECT_NEAR(swing_of(worst, "coupler").mean(), swing_of(typical, "coupler").mean(), 1e-12);
  const auto photocurrent = [&](const PreparedLink& link) { return swing_of(link, "photodiode").mean(); };
  EXPECT_NEAR(10.0 * std::log10(photocurrent(typical) / photocurrent(worst)), 4 * 0.25 + 10.0 * std::log10(0.6 / 0.55),
              1e-9);
  EXPECT_LT(margin_q(worst.link), margin_q(typical.link));
}

TEST(WorstCorner, TakesTheTemperatureOfTheSmallerMargin) {
  const auto budget_margin = [](const Link& link) {
    return evaluate_criterion(link, run_budget(prepare(link)).segments).margin_q;
  };
  // Less light when hot: the microLED link is at its worst there.
  const Link worst = shipped("microled_800g", "worst");
  EXPECT_DOUBLE_EQ(worst.case_temperature, 343.15);
  EXPECT_LT(budget_margin(worst), budget_margin(shipped("microled_800g", "hot")));
  // An LED that gains light with heat is at its worst in the cold.
  EXPECT_DOUBLE_EQ(shipped("microled_800g", "worst", {"optical.led.efficiency_drift=0.2 %/K"}).case_temperature,
                   273.15);
}

}  // namespace
}  // namespace tessera
