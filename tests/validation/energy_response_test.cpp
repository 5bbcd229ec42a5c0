// Watts follow from link variables: what halving a loss, doubling lanes or taps and +30 K do to each component of the
// shipped links, against closed forms written here, and a sweep that finds any component that no variable moves.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "phy/link/energy.hpp"
#include "scenarios/link/library_search.hpp"
#include "scenarios/link/scenario_reader.hpp"
#include "tests/support/locations.hpp"

namespace tessera {
namespace {

using Rows = std::map<std::string, EnergyRow>;

EnergyBreakdown breakdown(const std::string& link, const std::vector<std::string>& sets = {}) {
  const Library library = find_library(test::library_dir());
  ScenarioOptions options;
  options.sets = sets;
  return energy(prepare(read_link(resolve_scenario(library, link), library, all_models(), options).link));
}

Rows by_name(const EnergyBreakdown& e) {
  Rows rows;
  for (const EnergyRow& row : e.rows) rows[row.component] = row;
  return rows;
}

double watts(const std::string& link, const std::string& component, const std::vector<std::string>& sets = {}) {
  return by_name(breakdown(link, sets)).at(component).watts;
}

// What four chips draw on the straight line above their threshold: 5 mA at 25 degC, T_0 60.2 K, 2 V, 85 %, 50 degC.
double laser_light_watts(const std::string& set) {
  const double dark = 4.0 * 2.0 * 0.005 * std::exp(25.0 / 60.2) / 0.85;
  return watts("lpo_dr8_800g", "laser.laser", {set, "lpo.laser.rollover=1"}) - dark;
}

TEST(EnergyResponse, HalvingACouplingLossTakesHalfTheDecibelsOffTheLasersLight) {
  EXPECT_NEAR(laser_light_watts("lpo.laser.coupling_loss=1 dB") / laser_light_watts("lpo.laser.coupling_loss=2 dB"),
              std::pow(10.0, -0.1), 1e-9);
}

TEST(EnergyResponse, LossInFrontOfTheLaunchPointIsPaidByTheLaser) {
  const double before = laser_light_watts("lpo.coupler.insertion_loss=1.41 dB");
  const double after = laser_light_watts("lpo.coupler.insertion_loss=0.705 dB");
  EXPECT_NEAR(after / before, std::pow(10.0, -0.0705), 1e-9);
}

TEST(EnergyResponse, LossBehindTheLaunchPointIsPaidByTheMarginNotByTheLaser) {
  EXPECT_DOUBLE_EQ(watts("lpo_dr8_800g", "laser.laser", {"lpo.patch.count=4"}),
                   watts("lpo_dr8_800g", "laser.laser", {"lpo.patch.count=2"}));
}

TEST(EnergyResponse, DoublingLanesDoublesEveryPerLaneComponent) {
  for (const auto& [link, sets] : std::map<std::string, std::vector<std::string>>{
           {"copper_dac_800g", {"copper.lanes=16"}}, {"lpo_dr8_800g", {"lpo.lanes=16"}}}) {
    const Rows before = by_name(breakdown(link)), after = by_name(breakdown(link, sets));
    int per_lane = 0;
    for (const auto& [name, row] : before) {
      if (row.count != 8) continue;
      ++per_lane;
      EXPECT_DOUBLE_EQ(after.at(name).watts, 2.0 * row.watts) << link << " " << name;
    }
    EXPECT_GT(per_lane, 5) << link;
  }
}

TEST(EnergyResponse, DoublingReceiverTapsDoublesWhatTheEqualiserDraws) {
  // All FFE taps and one DFE tap: 17 and 33.
  const double before = watts("copper_dac_800g", "rx.receive_equalizer", {"copper.rx.ffe_taps=16"});
  const double after = watts("copper_dac_800g", "rx.receive_equalizer", {"copper.rx.ffe_taps=32"});
  EXPECT_NEAR(after / before, 33.0 / 17.0, 1e-12);
}

TEST(EnergyResponse, ThirtyKelvinDoubleLeakageBeyondTwofoldAndCostTheLaserItsRollOver) {
  const std::vector<std::string> hot{"link.case_temperature=70 degC"}, typical{"link.case_temperature=40 degC"};
  EXPECT_NEAR(
      watts("copper_dac_800g", "rx.receive_leakage", hot) / watts("copper_dac_800g", "rx.receive_leakage", typical),
      std::exp2(30.0 / 25.0), 1e-9);
  EXPECT_GT(watts("lpo_dr8_800g", "laser.laser", hot), 1.3 * watts("lpo_dr8_800g", "laser.laser", typical));
  EXPECT_GT(breakdown("lpo_dr8_800g", hot).module_and_host.watts,
            breakdown("lpo_dr8_800g", typical).module_and_host.watts);
}

TEST(EnergyResponse, LongerCopperCostsTheFrontEndItsLossTerm) {
  // The front end pays per symbol and dB of die-to-die loss at Nyquist: equal steps of length are equal steps of power.
  const double a = watts("copper_dac_800g", "rx.receive_front_end", {"copper.cable.length=1 m"});
  const double b = watts("copper_dac_800g", "rx.receive_front_end", {"copper.cable.length=2 m"});
  const double c = watts("copper_dac_800g", "rx.receive_front_end", {"copper.cable.length=3 m"});
  EXPECT_GT(b, a);
  EXPECT_NEAR((c - b) / (b - a), 1.0, 0.1);
}

TEST(EnergyResponse, MicroLedWattsFollowFromCurrentAndVoltage) {
  // Twice the current through the same diode: more than twice the watts, since the voltage rises as well.
  const double single = watts("microled_800g", "led.led");
  const double twice =
      watts("microled_800g", "led.led", {"optical.tx.current_on=1.15 mA", "optical.tx.current_off=0.23 mA"});
  EXPECT_GT(twice / single, 2.0);
  EXPECT_LT(twice / single, 3.0);
}

TEST(EnergyResponse, RedriversWattsFollowItsGainItsBandwidthAndItsSwing) {
  const auto stages = [](const std::string& set) { return watts("acc_800g", "redriver.gain_stages", {set}); };
  const double gain = stages("copper.redriver.gain=16 dB");
  EXPECT_NEAR(stages("copper.redriver.bandwidth=90 GHz") / gain, 2.0, 1e-9);
  // Four stages share 12 dB more: 3 dB each.
  EXPECT_NEAR(stages("copper.redriver.gain=28 dB") / gain, std::pow(10.0, 0.15), 1e-9);
  EXPECT_NEAR(watts("acc_800g", "redriver.output_stage", {"copper.redriver.saturation_swing=0.6 V"}) /
                  watts("acc_800g", "redriver.output_stage"),
              0.5, 1e-9);
}

// The receiver behind a redriver sees the host's loss only: a longer cable costs the passive link's front end watts,
// not this one's.
TEST(EnergyResponse, ReceiverBehindARedriverDoesNotPayForTheCable) {
  EXPECT_NEAR(watts("acc_800g", "rx.receive_front_end", {"copper.cable.length=4 m"}),
              watts("acc_800g", "rx.receive_front_end", {"copper.cable.length=2 m"}), 1e-9);
}

// A component replaced by its nominal value would not answer to any of these.
TEST(EnergyResponse, EveryComponentThatIsNotConstantFollowsSomeLinkVariable) {
  const std::map<std::string, std::vector<std::vector<std::string>>> changes{
      {"copper_dac_800g",
       {{"copper.symbol_rate=56 GBd"},
        {"link.case_temperature=70 degC"},
        {"copper.rx.ffe_taps=32"},
        {"copper.cable.length=3 m"},
        {"copper.tx.swing=0.5 V"}}},
      {"lpo_dr8_800g",
       {{"lpo.symbol_rate=56 GBd"},
        {"link.case_temperature=70 degC"},
        {"lpo.coupler.insertion_loss=3 dB"},
        {"lpo.fiber.length=5 km"},
        {"lpo.host_tx.length=200 mm"}}},
      {"microled_800g",
       {{"optical.symbol_rate=2.2 GBd"},
        {"link.case_temperature=70 degC"},
        {"optical.tx.current_on=0.8 mA"},
        {"optical.fiber.length=30 m"}}},
      {"acc_800g",
       {{"copper.symbol_rate=56 GBd"},
        {"link.case_temperature=70 degC"},
        {"copper.rx.ffe_taps=32"},
        {"copper.redriver.saturation_swing=1 V"},
        {"copper.tx.swing=0.5 V"}}},
      {"aec_800g",
       {{"near.symbol_rate=56 GBd", "copper.symbol_rate=56 GBd", "far.symbol_rate=56 GBd"},
        {"link.case_temperature=70 degC"},
        {"copper.rx.ffe_taps=32"},
        {"copper.cable.length=6 m"}}},
      {"backplane_nvl72",
       {{"copper.symbol_rate=110 GBd"},
        {"link.case_temperature=70 degC"},
        {"copper.rx.ffe_taps=32"},
        {"copper.cable.length=0.62 m"}}}};
  for (const auto& [link, sets] : changes) {
    const Rows nominal = by_name(breakdown(link));
    std::map<std::string, bool> moved;
    for (const auto& set : sets) {
      const Rows changed = by_name(breakdown(link, set));
      for (const auto& [name, row] : nominal)
        if (std::abs(changed.at(name).watts / row.watts - 1.0) > 1e-3) moved[name] = true;
    }
    for (const auto& [name, row] : nominal)
      if (!row.constant && row.watts > 0.0) EXPECT_TRUE(moved[name]) << link << ": no link variable moves " << name;
  }
}

TEST(EnergyResponse, ConstantsAreFlaggedAndTheirShareIsStated) {
  for (const std::string link : {"copper_dac_800g", "copper_dac_1600g", "acc_800g", "aec_800g", "c2m_112g",
                                 "backplane_nvl72", "lpo_dr8_800g", "microled_800g"}) {
    const EnergyBreakdown e = breakdown(link);
    double constant = 0.0, total = 0.0;
    for (const EnergyRow& row : e.rows) {
      total += row.watts;
      if (row.constant) constant += row.watts;
    }
    EXPECT_NEAR(e.module_and_host.watts, total, 1e-12 * total) << link;
    EXPECT_NEAR(e.module_and_host.constant_share, constant / total, 1e-9) << link;
    EXPECT_LT(e.module_and_host.constant_share, link == "microled_800g" ? 0.45 : 0.25) << link;
  }
}

}  // namespace
}  // namespace tessera
