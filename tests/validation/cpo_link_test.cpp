// Co-packaged links as shipped: operating points, watts from light, sums beside published figures.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <map>
#include <numbers>
#include <string>

#include "phy/link/energy.hpp"
#include "phy/link/reliability.hpp"
#include "scenarios/link/scenario_reader.hpp"
#include "tests/support/locations.hpp"

namespace tessera {
namespace {

using Rows = std::map<std::string, EnergyRow>;

const std::vector<std::string> kLinks{"cpo_dr8_800g", "cpo_fr4_bailly_800g", "cpo_dr8_1600g"};

PreparedLink cpo(const std::string& name, const std::vector<std::string>& sets = {}) {
  const std::filesystem::path library = test::library_dir();
  ScenarioOptions options;
  options.sets = sets;
  return prepare(read_link(library / "links" / (name + ".toml"), {library}, all_models(), options).link);
}

const PreparedLink& shipped(const std::string& name) {
  static std::map<std::string, PreparedLink> links;
  const auto it = links.find(name);
  return it != links.end() ? it->second : links.emplace(name, cpo(name)).first->second;
}

const LaneState& state(const PreparedLink& link, const std::string& stage) {
  const auto& stages = link.link.segments[0].stages;
  for (std::size_t i = 0; i < stages.size(); ++i)
    if (stages[i].name == stage) return link.segments[0].states[i];
  throw Error("no stage " + stage);
}

Rows rows_of(const EnergyBreakdown& breakdown) {
  Rows rows;
  for (const EnergyRow& row : breakdown.rows) rows[row.component] = row;
  return rows;
}

double watts(const PreparedLink& link, const std::string& component) {
  return rows_of(energy(link)).at(component).watts;
}

double decibels(double db) { return std::pow(10.0, 0.1 * db); }
double dbm(double watt) { return 10.0 * std::log10(1e3 * watt); }

// Amiralizadeh et al. (Meta), ECOC 2025, population of Bailly transmitters: ER 4.45 dB, OMA 1.45 dBm. Static levels
// here.
TEST(CpoLink, LaunchIsThatOfThePopulation) {
  const LaneState& tp2 = state(shipped("cpo_fr4_bailly_800g"), "coupler");
  EXPECT_NEAR(10.0 * std::log10(tp2.levels.back() / tp2.levels.front()), 4.45, 0.1);
  EXPECT_NEAR(dbm(tp2.swing()), 1.45, 0.1);
}

// IEEE 802.3 clauses 124 and 151: average launch, OMA, extinction ratio, loss to the far engine.
TEST(CpoLink, LaunchIsInsideTheLimitsOfTheStandard) {
  struct Limits {
    const char *link, *far;
    double least, most, least_oma, most_oma, loss;
  };
  for (const Limits& l : {Limits{"cpo_dr8_800g", "fiber", -2.9, 4.0, -0.8, 4.2, 3.0},
                          Limits{"cpo_fr4_bailly_800g", "fiber", -3.3, 3.5, -0.3, 3.7, 4.0}}) {
    const LaneState& tp2 = state(shipped(l.link), "coupler");
    EXPECT_GT(dbm(tp2.mean()), l.least) << l.link;
    EXPECT_LT(dbm(tp2.mean()), l.most) << l.link;
    EXPECT_GT(dbm(tp2.swing()), l.least_oma) << l.link;
    EXPECT_LT(dbm(tp2.swing()), l.most_oma) << l.link;
    EXPECT_GT(10.0 * std::log10(tp2.levels.back() / tp2.levels.front()), 3.5) << l.link;
    EXPECT_LT(dbm(tp2.mean()) - dbm(state(shipped(l.link), l.far).mean()), l.loss) << l.link;
  }
}

// NVIDIA prints 4 dB of electrical loss for co-packaged optics; linear drive at 200G per lane wants less than 12 dB.
TEST(CpoLink, HostLossIsFourDecibelsOnEitherSide) {
  for (const std::string& name : kLinks) {
    const PreparedSegment& segment = shipped(name).segments[0];
    for (const auto& [run, loss] : segment.insertion_loss_db)
      std::printf("%s %s %.2f dB\n", name.c_str(), run.c_str(), loss);
    ASSERT_EQ(segment.insertion_loss_db.size(), 2u) << name;
    for (const auto& [run, loss] : segment.insertion_loss_db) EXPECT_NEAR(loss, 4.0, 0.25) << name << " " << run;
  }
}

// The light's way back to the chip by hand: quadrature (3.01 dB), modulator 2.5, mux 1.5, coupler 1.41 dB to TP2; chip
// 0.66, connector 0.4, half a metre of fibre, 1.41 dB and two levels of splitters to the modulator.
TEST(CpoLink, LaserGivesTheLightOfItsLanes) {
  const PreparedLink& link = shipped("cpo_fr4_bailly_800g");
  const double launch = 1e-3 * decibels(1.7), carrier = 2.0 * launch * decibels(2.5 + 1.5 + 1.41);
  EXPECT_NEAR(state(link, "coupler").mean(), launch, 1e-9);
  EXPECT_NEAR(state(link, "laser").carrier.power / carrier, 1.0, 1e-6);
  const double chip = 4.0 * carrier * decibels(0.66 + 0.4 + 0.001 + 1.41 + 0.2);
  EXPECT_LT(chip, 116e-3);
  // A fifth of the 2 A chip: 19.8 mA and 0.523 W/A at 25 degC, at 50 degC, 1.8 V, regulator 85 %; two chips of four.
  const double straight = 0.0198 * std::exp(25.0 / 60.2) + chip / (0.523 * std::exp(-25.0 / 99.5));
  const double current = straight * (1.0 + (1.0 / 0.79 - 1.0) * chip / 116e-3);
  EXPECT_NEAR(watts(link, "laser.laser"), 2.0 * 1.8 * current / 0.85, 1e-6);
  std::printf("Bailly class: %.1f mW at the modulator, %.1f mW from the chip, %.1f %% of its power is light\n",
              1e3 * carrier, 1e3 * chip, 100.0 * chip / (1.8 * current));
}

TEST(CpoLink, ShippedLinksAreInsideEveryDomainOfTheirLaser) {
  for (const std::string& name : kLinks)
    for (const ValidityNote& note : shipped(name).notes)
      EXPECT_NE(note.stage, "cpo.laser") << name << ": " << note.quantity;
}

// --- what moves the watts ---

constexpr const char* kStraight = "cpo.laser.rollover=1";

double light_watts(const std::vector<std::string>& sets) {
  std::vector<std::string> all{kStraight};
  all.insert(all.end(), sets.begin(), sets.end());
  const double dark = 2.0 * 1.8 * 0.0198 * std::exp(25.0 / 60.2) / 0.85;  // threshold of two chips at 50 degC
  return watts(cpo("cpo_dr8_800g", all), "laser.laser") - dark;
}

TEST(CpoLink, HalvingACouplingLossTakesHalfItsDecibelsOffTheLasersLight) {
  const double nominal = light_watts({});
  EXPECT_NEAR(light_watts({"cpo.laser.engine_coupling_loss=0.705 dB"}) / nominal, decibels(-0.705), 1e-9);
  EXPECT_NEAR(light_watts({"cpo.coupler.insertion_loss=0.705 dB"}) / nominal, decibels(-0.705), 1e-9);
  EXPECT_NEAR(light_watts({"cpo.laser.coupling_loss=0.33 dB"}) / nominal, decibels(-0.33), 1e-9);
  EXPECT_NEAR(light_watts({"cpo.patch.count=2"}) / nominal, 1.0, 1e-9);  // behind TP2: paid by the margin
}

TEST(CpoLink, SharingALaserAmongMoreLanesSavesThresholdAndCostsASplitter) {
  const auto at = [](const std::string& lanes) {
    return cpo("cpo_dr8_800g", {kStraight, "cpo.laser.rated_power=500 mW", "cpo.laser.lanes_per_laser=" + lanes});
  };
  const double threshold = 1.8 * 0.0198 * std::exp(25.0 / 60.2) / 0.85;  // of one chip
  const PreparedLink four = at("4"), eight = at("8");
  const double light_four = watts(four, "laser.laser") - 2.0 * threshold;
  EXPECT_NEAR((watts(eight, "laser.laser") - threshold) / light_four, decibels(0.1), 1e-9);
  EXPECT_NEAR(watts(eight, "laser.laser_control") / watts(four, "laser.laser_control"), 0.5, 1e-12);
}

TEST(CpoLink, DoublingLanesDoublesEveryPerLaneComponent) {
  const Rows before = rows_of(energy(shipped("cpo_dr8_800g")));
  const Rows after = rows_of(energy(cpo("cpo_dr8_800g", {"cpo.lanes=16"})));
  int per_lane = 0;
  for (const auto& [name, row] : before) {
    if (row.count != 8) continue;
    ++per_lane;
    EXPECT_DOUBLE_EQ(after.at(name).watts, 2.0 * row.watts) << name;
  }
  EXPECT_GT(per_lane, 10);
}

TEST(CpoLink, ThirtyKelvinCostTheUncooledLaserItsLawsAndTheCooledOneItsCooler) {
  const std::vector<std::string> hot{"link.case_temperature=70 degC"};
  const double cool = watts(shipped("cpo_dr8_800g"), "laser.laser");
  EXPECT_GT(watts(cpo("cpo_dr8_800g", hot), "laser.laser"), 1.3 * cool);
  // Another datasheet in place of the first: the same chip, but held at 50 degC.
  const std::vector<std::string> tec{"cpo.laser.cooler_conductance=0.02 W/K"};
  const std::vector<std::string> hot_tec{"cpo.laser.cooler_conductance=0.02 W/K", "link.case_temperature=70 degC"};
  const PreparedLink held = cpo("cpo_dr8_800g", tec), held_hot = cpo("cpo_dr8_800g", hot_tec);
  EXPECT_NEAR(watts(held_hot, "laser.laser"), watts(held, "laser.laser"), 1e-9);
  EXPECT_GT(watts(held_hot, "laser.laser_cooler"), 2.0 * watts(held, "laser.laser_cooler"));
}

TEST(CpoLink, ModulatorSwingIsPaidByTheDriver) {
  // Half the half-wave voltage and 6 dB less gain: the same light, a quarter of the quadratic part of the driver.
  const PreparedLink& before = shipped("cpo_dr8_800g");
  const PreparedLink after = cpo("cpo_dr8_800g", {"cpo.modulator.half_wave_voltage=2.75 V", "cpo.driver.gain=5.7 dB"});
  const double swing = state(before, "driver").swing(), half = state(after, "driver").swing();
  EXPECT_NEAR(half / swing, 0.5, 0.02);
  const auto output = [](double v) { return 8.0 * (1.8 + 0.5 * v) * v / 50.0; };
  EXPECT_NEAR(watts(before, "driver.driver") - watts(after, "driver.driver"), output(swing) - output(half), 1e-9);
}

TEST(CpoLink, EveryComponentThatIsNotConstantFollowsSomeLinkVariable) {
  const std::vector<std::vector<std::string>> changes{{"cpo.symbol_rate=56 GBd"},
                                                      {"link.case_temperature=70 degC"},
                                                      {"cpo.coupler.insertion_loss=3 dB"},
                                                      {"cpo.fiber.length=5 km"},
                                                      {"cpo.trace_tx.length=100 mm", "cpo.trace_rx.length=100 mm"}};
  const Rows nominal = rows_of(energy(shipped("cpo_dr8_800g")));
  std::map<std::string, bool> moved;
  for (const auto& set : changes)
    for (const auto& [name, row] : rows_of(energy(cpo("cpo_dr8_800g", set))))
      if (std::abs(row.watts / nominal.at(name).watts - 1.0) > 1e-3) moved[name] = true;
  for (const auto& [name, row] : nominal) EXPECT_TRUE(row.constant || moved[name]) << "no link variable moves " << name;
}

// --- sums beside published figures ---

double print_energy(const std::string& name) {
  const EnergyBreakdown e = energy(shipped(name));
  double module = 0.0, constant = 0.0, all = 0.0;
  std::printf("%s\n", name.c_str());
  for (const EnergyRow& row : e.rows) {
    all += row.watts;
    if (row.boundary != Boundary::host) module += row.watts;
    if (row.boundary != Boundary::host && row.constant) constant += row.watts;
    if (row.boundary != Boundary::host)
      std::printf("  %-36s %6.3f W%s\n", row.component.c_str(), row.watts, row.constant ? "  constant" : "");
  }
  const double per_800g = 800e9 / shipped(name).link.payload_rate;
  std::printf("  module %.2f W, %.2f W and %.2f pJ/bit per 800G, constants %.1f %%; with the host %.2f W\n", module,
              module * per_800g, 1e12 * e.module.joules_per_bit, 100.0 * constant / module, all);
  EXPECT_NEAR(e.module.watts, module, 1e-9);
  EXPECT_NEAR(e.module_and_host.watts, all, 1e-9);
  EXPECT_NEAR(e.module.constant_share, constant / module, 1e-9);
  EXPECT_LE(e.module.constant_share, 0.25);
  EXPECT_LE(e.module_and_host.constant_share, 0.25);
  return module * per_800g;
}

// 5.2 to 5.66 W per 800G, median 5.4, lasers included, switch SerDes excluded: Amiralizadeh et al. (Meta), ECOC 2025,
// measured on 15 switches at 40 degC. Driver and amplifier of the model carry energies that were set to another
// published split: see docs/validation/cpo_energy.md for what this agreement is worth.
TEST(CpoLink, BaillyClassComesToFivePointFourWatts) {
  EXPECT_NEAR(print_energy("cpo_fr4_bailly_800g"), 5.4, 0.1 * 5.4);
}

// Beside 3.5 W per 800G of TH6-Davisson (vendor claim, DR at 200G per lane). Printed, no pass mark.
TEST(CpoLink, DrVariantsArePrintedBesideTheVendorsClaim) {
  for (const char* name : {"cpo_dr8_800g", "cpo_dr8_1600g"})
    std::printf("%s: %.2f W per 800G beside 3.5 W (TH6-Davisson, claimed)\n", name, print_energy(name));
}

// Broadcom's slide with Meta's data: 2.6 Mh or about 385 FIT a link for CPO; the paper supports a bound only. Printed.
TEST(CpoLink, FailuresArePrintedByWhatCanBeReplaced) {
  for (const std::string& name : kLinks) {
    const Reliability r = reliability(shipped(name));
    double replaceable = 0.0, sum = 0.0;
    for (const FitRow& row : r.rows) {
      sum += row.fit;
      if (row.component.find("replaceable") != std::string::npos) replaceable += row.fit;
    }
    EXPECT_NEAR(r.fit, sum, 1e-9);
    EXPECT_NEAR(replaceable, 40.0, 1e-6) << name;  // two chips of 20 FIT at 50 degC
    std::printf("%s: %.0f FIT one way, %.0f of it in the replaceable laser; about 385 FIT both ways (slide)\n",
                name.c_str(), r.fit, replaceable);
  }
}

}  // namespace
}  // namespace tessera
