#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "phy/core/error.hpp"
#include "scenarios/fabric/fabric_json.hpp"
#include "scenarios/fabric/fabric_reader.hpp"
#include "tests/support/locations.hpp"
#include "tests/support/made_up_link.hpp"
#include "tests/support/process.hpp"

namespace tessera {
namespace {

LinkReport link_report(double payload_rate, double watts, double fit, double log10_loss) {
  return test::made_up({.log10_loss = log10_loss, .watts = watts, .fit = fit, .payload_rate = payload_rate});
}

FabricTier tier(std::int64_t ports, double port_rate, int crossings = 2) {
  FabricTier t;
  t.name = "tier";
  t.ports = ports;
  t.port_rate = port_rate;
  t.crossings = crossings;
  return t;
}

TEST(FabricCounts, WholeLinksCarryThePorts) {
  EXPECT_EQ(links_for(24576, 400e9, 800e9), 12288);
  EXPECT_EQ(links_for(3, 400e9, 800e9), 2);
  EXPECT_EQ(links_for(1296, 400e9, 1600e9), 324);
  EXPECT_EQ(links_for(10, 400e9, 100e9), 40);
  EXPECT_EQ(links_for(7, 400e9, 400e9), 7);
  EXPECT_EQ(links_for(5, 300e9, 800e9), 3);  // two ports fit, the rest of the link is idle
  EXPECT_THROW(links_for(0, 400e9, 800e9), ConfigError);
  EXPECT_THROW(links_for(1, 0.0, 800e9), ConfigError);
}

// NVIDIA's 20 kW for optics in an NVL72 rack: 648 ends of a 1.6T module of 30.9 W.
TEST(FabricPower, RackOfSeventyTwoGpusCloses) {
  const Fabric fabric{"nvl72", "", 72, 7.2e12, 1.0, {}};
  const TierReport spine = tier_report(tier(1296, 400e9), link_report(1600e9, 30.9, 100.0, -20.0));
  EXPECT_EQ(spine.ends, 648);
  const FabricReport report = aggregate(fabric, {spine});
  EXPECT_NEAR(report.watts, 20.0e3, 50.0);
  EXPECT_NEAR(report.watts_per_gpu, 20.0e3 / 72.0, 1.0);
  // 20 kW over 518.4 Tb/s sent: 38.6 pJ for a bit that crosses the tier twice.
  EXPECT_NEAR(*report.joules_per_delivered_bit * 1e12, 20.0232e3 / 518.4, 1e-3);
}

TEST(FabricPower, EnergyPerDeliveredBitRisesAsTheLoadFalls) {
  Fabric fabric{"f", "", 10, 1e12, 1.0, {}};
  const TierReport one = tier_report(tier(10, 1e12), link_report(1e12, 10.0, 1.0, -20.0));
  const double full = *aggregate(fabric, {one}).joules_per_delivered_bit;
  fabric.load = 0.25;
  EXPECT_NEAR(*aggregate(fabric, {one}).joules_per_delivered_bit, 4.0 * full, 1e-6 * full);
}

TEST(FabricPower, TiersAddUp) {
  const Fabric fabric{"f", "", 100, 1e12, 1.0, {}};
  std::vector<TierReport> tiers;
  for (int i = 1; i <= 3; ++i)
    tiers.push_back(tier_report(tier(100 * i, 1e12), link_report(1e12, 5.0 * i, 10.0 * i, -15.0)));
  const FabricReport report = aggregate(fabric, tiers);
  double watts = 0.0, failures = 0.0;
  for (const TierReport& t : report.tiers) watts += t.watts, failures += t.failures_per_day;
  EXPECT_DOUBLE_EQ(report.watts, watts);
  EXPECT_DOUBLE_EQ(report.failures_per_day, failures);
  EXPECT_EQ(report.links, 600);
  EXPECT_DOUBLE_EQ(report.tiers[2].watts, 300 * 2 * 15.0);
}

TEST(FabricLoss, PathIsTheProductOfItsCrossings) {
  const Fabric fabric{"f", "", 10, 1e12, 1.0, {}};
  const auto loss = [&](double a, double b) {
    return aggregate(fabric, {tier_report(tier(10, 1e12, 2), link_report(1e12, 1.0, 1.0, std::log10(a))),
                              tier_report(tier(10, 1e12, 4), link_report(1e12, 1.0, 1.0, std::log10(b)))})
        .path_loss_ratio.at(4158);
  };
  EXPECT_NEAR(loss(1e-3, 2e-3).value(), 1.0 - std::pow(1.0 - 1e-3, 2) * std::pow(1.0 - 2e-3, 4), 1e-12);
  EXPECT_NEAR(loss(0.5, 0.1).value(), 1.0 - 0.25 * std::pow(0.9, 4), 1e-12);
  // Far below the range of 1 - p the crossings add: 2e-30 + 4e-25.
  EXPECT_NEAR(loss(1e-30, 1e-25).log10(), std::log10(2e-30 + 4e-25), 1e-9);
  // The two ways meet where one takes over.
  EXPECT_NEAR(loss(0.99e-8, 1e-9).log10(), loss(1.01e-8, 1e-9).log10(), 0.01);
}

// A scale-up tier beside a tree: its links cost, the longest path does not cross them.
TEST(FabricLoss, TiersOffThePathDoNotCount) {
  const Fabric fabric{"f", "", 10, 1e12, 1.0, {}};
  const TierReport beside = tier_report(tier(10, 1e12, 0), link_report(1e12, 1.0, 1.0, -1.0));
  const TierReport on = tier_report(tier(10, 1e12, 2), link_report(1e12, 1.0, 1.0, -6.0));
  const FabricReport report = aggregate(fabric, {beside, on});
  EXPECT_NEAR(report.path_loss_ratio.at(4158).value(), 2e-6 - 1e-12, 1e-15);
  EXPECT_EQ(report.links, 20);
  EXPECT_THROW(aggregate(fabric, {beside}), ConfigError);
}

TEST(FabricLoss, MoreLossMeansMoreEnergyPerDeliveredBit) {
  const Fabric fabric{"f", "", 10, 1e12, 1.0, {}};
  double before = 0.0;
  for (double log10_loss : {-12.0, -3.0, -1.0, -0.5}) {
    const auto report = aggregate(fabric, {tier_report(tier(10, 1e12), link_report(1e12, 1.0, 1.0, log10_loss))});
    EXPECT_GT(*report.joules_per_delivered_bit, before);
    before = *report.joules_per_delivered_bit;
  }
}

// 100,000 GPUs with 200,000 optical links: 792 FIT a link (Alibaba HPN, 0.057 % a month) is one failure in 6.3 h, 549
// FIT (35 events of the Llama 3 run over 49,152 links) one in 9.1 h, inside the 6 to 12 h of Mosaic, SIGCOMM 2025.
TEST(FabricFailures, HoursBetweenLinkFailuresOfALargeCluster) {
  const Fabric fabric{"f", "", 100000, 400e9, 1.0, {}};
  const auto hours = [&](double fit_of_duplex_link) {
    return *aggregate(fabric,
                      {tier_report(tier(200000, 400e9), link_report(400e9, 1.0, 0.5 * fit_of_duplex_link, -20.0))})
                .hours_between_failures;
  };
  EXPECT_NEAR(hours(792.0), 6.3, 0.05);
  EXPECT_NEAR(hours(549.0), 9.1, 0.05);
}

TEST(FabricJson, NamesOfTheInterfaceAreThere) {
  const Fabric fabric{"f", "", 10, 1e12, 1.0, {}};
  const auto json = to_json(aggregate(fabric, {tier_report(tier(10, 1e12), link_report(1e12, 2.0, 5.0, -400.0))}));
  for (const char* name :
       {"name", "gpus", "tiers", "links_total", "power_w", "energy_pj_per_delivered_bit", "log10_packet_loss_ratio",
        "goodput_fraction", "link_failures_per_day", "availability", "gpu_utilisation_loss"})
    EXPECT_TRUE(json.contains(name)) << name;
  EXPECT_NEAR(json["log10_packet_loss_ratio"]["4158"].get<double>(), -400.0 + std::log10(2.0), 1e-9);
  EXPECT_DOUBLE_EQ(json["tiers"][0]["power_w"].get<double>(), 40.0);
  EXPECT_DOUBLE_EQ(json["tiers"][0]["fit_per_link"].get<double>(), 10.0);
}

TEST(FabricAggregate, RefusesWhatHasNoMeaning) {
  const TierReport one = tier_report(tier(10, 1e12), link_report(1e12, 1.0, 1.0, -20.0));
  EXPECT_THROW(aggregate({"f", "", 0, 1e12, 1.0, {}}, {one}), ConfigError);
  EXPECT_THROW(aggregate({"f", "", 10, 1e12, 0.0, {}}, {one}), ConfigError);
  EXPECT_THROW(aggregate({"f", "", 10, 1e12, 1.0, {}}, {}), ConfigError);
}

class FabricFile : public testing::Test {
 protected:
  testing_support::TemporaryFolder folder_;

  FabricScenario read(const std::string& tiers, const std::vector<std::string>& sets = {}) {
    const auto path = folder_.path() / "fabric_file_test.toml";
    std::ofstream(path) << "[fabric]\nname = \"f\"\ngpus = 8\ngpu_rate = \"400 Gbit/s\"\n" << tiers;
    return read_fabric(path, {test::library_dir()}, all_models(), sets);
  }
  std::string error(const std::string& tiers, const std::vector<std::string>& sets = {}) {
    try {
      read(tiers, sets);
    } catch (const ConfigError& e) {
      return e.what();
    }
    return "no error";
  }
  const std::string good_ =
      "[[tier]]\nname = \"a\"\nports = 8\nport_rate = \"400 Gbit/s\"\nlink = \"copper_dac_800g\"\n";
};

TEST_F(FabricFile, LengthAndOverridesReachTheLink) {
  const FabricScenario s = read(good_ + "length = \"1 m\"\n", {"a.ports=16", "fabric.load=0.5"});
  EXPECT_EQ(s.fabric.tiers[0].ports, 16);
  EXPECT_DOUBLE_EQ(s.fabric.load, 0.5);
  const auto& stages = s.fabric.tiers[0].link.segments[0].stages;
  const auto cable = std::find_if(stages.begin(), stages.end(), [](const Stage& x) { return x.name == "cable"; });
  EXPECT_EQ(std::get<std::string>(cable->model.parameters().at("length").value), "1 m");
  EXPECT_EQ(read(good_, {"a.link=microled_800g"}).fabric.tiers[0].link.name, "microled_800g");
}

TEST_F(FabricFile, MistakesAreNamedWithTheirPlace) {
  using testing::HasSubstr;
  EXPECT_THAT(error("[[tier]]\nname = \"a\"\nports = 8\nport_rate = \"400 Gbit/s\"\nlink = \"copper_dac_80g\"\n"),
              testing::AllOf(HasSubstr("fabric_file_test.toml:9:8"), HasSubstr("copper_dac_800g")));
  EXPECT_THAT(error(good_ + "legth = \"1 m\"\n"), HasSubstr("length"));
  EXPECT_THAT(error(good_ + "length = 1\n"), HasSubstr("fabric_file_test.toml:10:10"));
  EXPECT_THAT(error(good_ + "length = \"1 GHz\"\n"), HasSubstr("fabric_file_test.toml:10:10"));
  EXPECT_THAT(error(good_ + good_), HasSubstr("tier name \"a\" stands twice"));
  EXPECT_THAT(error(""), HasSubstr("at least one [[tier]]"));
  EXPECT_THAT(error(good_ + "crossings = 0\n"), HasSubstr("must cross at least one tier"));
  EXPECT_THAT(error(good_, {"b.ports=1"}), HasSubstr("no tier \"b\""));
  EXPECT_THAT(error(good_, {"ports=1"}), HasSubstr("fabric.key or NAME.key"));
  EXPECT_THAT(error("[[tier]]\nname = \"a\"\nports = -8\nport_rate = \"400 Gbit/s\"\nlink = \"copper_dac_800g\"\n"),
              HasSubstr("ports must be in [1, "));
  EXPECT_THAT(error("[[tier]]\nname = \"a\"\nport_rate = \"400 Gbit/s\"\nlink = \"copper_dac_800g\"\n"),
              HasSubstr("ports"));
}

TEST_F(FabricFile, LengthsAndTechnologiesOfATier) {
  const std::string two =
      "[[tier]]\nname = \"a\"\nports = 8\nport_rate = \"400 Gbit/s\"\nlink = [\"copper_dac_800g\", "
      "\"dr8_dsp_800g\"]\n";
  const FabricTier list =
      read(two + "length = { value = [\"1 m\", \"30 m\", \"30 m\"], source = \"plan\", status = \"estimate\" }\n")
          .fabric.tiers[0];
  EXPECT_EQ(list.longer.size(), 1U);
  EXPECT_EQ(list.lengths.values, (std::vector<double>{1.0, 30.0, 30.0}));
  const FabricTier spread =
      read(two + "length = \"1 m\"\nlength_to = \"9 m\"\nlength_mode = \"3 m\"\n").fabric.tiers[0];
  EXPECT_EQ(spread.lengths.shape, CableLengths::Shape::triangular);
  EXPECT_EQ(spread.lengths.mode, 3.0);
  using testing::HasSubstr;
  EXPECT_THAT(error(two), HasSubstr("several links need a length to choose by"));
  EXPECT_THAT(error(two + "length = []\n"), HasSubstr("length must hold at least one length"));
  EXPECT_THAT(error(two + "length_to = \"9 m\"\n"), HasSubstr("length_to needs a length, the shortest"));
  EXPECT_THAT(error(two + "length = [\"1 m\"]\nlength_to = \"9 m\"\n"), HasSubstr("length_to needs a single length"));
  EXPECT_THAT(error("[[tier]]\nname = \"fabric\"\nports = 8\nport_rate = \"400 Gbit/s\"\nlink = "
                    "\"copper_dac_800g\"\n"),
              HasSubstr("a tier must not be called like a table"));
}

TEST_F(FabricFile, TopologyGivesThePorts) {
  const std::string shape = "[topology]\nradix = 4\n";
  const std::string tier = "port_rate = \"400 Gbit/s\"\nlink = \"copper_dac_800g\"\n";
  const FabricScenario s = read(shape + "[[tier]]\nname = \"a\"\n" + tier + "[[tier]]\nname = \"b\"\n" + tier);
  EXPECT_EQ(s.fabric.tiers[0].ports, 8);
  EXPECT_EQ(s.fabric.tiers[1].ports, 8);
  using testing::HasSubstr;
  EXPECT_THAT(
      error(shape + "[[tier]]\nname = \"a\"\n" + tier),
      testing::AllOf(HasSubstr("fabric_file_test.toml:1:1"), HasSubstr("this topology has 2 tiers (host, leaf)")));
  EXPECT_THAT(
      error("[topology]\nradix = 2\n" + good_),
      testing::AllOf(HasSubstr("fabric_file_test.toml:5:1"), HasSubstr("two tiers of that radix hold at most 2")));
  EXPECT_THAT(error(good_ + "[[alternative]]\nname = \"x\"\ntier = \"b\"\nlink = \"copper_dac_800g\"\n"),
              HasSubstr("no tier \"b\""));
}

}  // namespace
}  // namespace tessera
