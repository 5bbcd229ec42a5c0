#include "scenarios/fabric/graph_builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

LinkReport link(const std::string& name, double log10_loss, double watts, double fit, double length) {
  LinkReport r;
  r.name = r.technology = name;
  r.payload_rate_bps = 800e9;
  r.length_m = length;
  r.latency.total = 1e-7 + length * 5e-9;
  r.energy.module_and_host.watts = watts;
  r.energy.module.watts = 0.5 * watts;
  r.reliability.fit = fit;
  for (const int bytes : {64, 1518, 4158, 9018})
    r.verdict.frame_loss_ratio[bytes] = Log10Probability::from_log10(log10_loss);
  return r;
}

struct Case {
  Fabric fabric;
  FabricReport report;
};

Case two_tiers(double margin_rms) {
  Case c;
  c.fabric.name = "f";
  c.fabric.gpus = 512;
  c.fabric.gpu_rate = 400e9;
  c.fabric.topology = Topology{};
  c.fabric.topology->gpus = 512;
  c.fabric.topology->radix = 32;
  const TopologyCounts counts = count(*c.fabric.topology);
  std::vector<TierReport> tiers;
  for (const TopologyTier& shape : counts.tiers) {
    FabricTier tier;
    tier.name = shape.role;
    tier.ports = shape.links;
    tier.port_rate = 400e9;
    tier.crossings = shape.crossings;
    tier.link.fec = {"kp4", 4};
    tier.margins.rms_db = margin_rms;
    std::vector<TierShare> shares;
    shares.push_back({link("copper", -15.0, 2.0, 0.0, 2.0), {"kp4", 4}, 0.25});
    shares.push_back({link("light", -12.0, 12.0, 400.0, 30.0), {"kp4", 4}, 0.75});
    tiers.push_back(tier_report(tier, std::move(shares)));
    c.fabric.tiers.push_back(std::move(tier));
  }
  c.report = aggregate(c.fabric, std::move(tiers));
  return c;
}

TEST(GraphOfAFabric, SumsAreTheReports) {
  const Case c = two_tiers(0.5);
  const FabricGraph g = build_graph(c.fabric, c.report, 4158, 1);
  EXPECT_EQ(g.gpus, 512);
  EXPECT_EQ(g.links.size(), 1024U);
  double watts = 0.0, fit = 0.0;
  std::map<std::string, int> counts;
  for (const FabricLink& l : g.links) {
    watts += 2.0 * g.classes[l.link_class].watts_busy;
    fit += g.classes[l.link_class].fit;
    ++counts[g.classes[l.link_class].name];
  }
  EXPECT_NEAR(watts, c.report.watts, 1e-9 * watts);
  EXPECT_NEAR(24.0 * fit * 1e-9, c.report.failures_per_day, 1e-9);
  EXPECT_EQ(counts, (std::map<std::string, int>{
                        {"host.copper", 128}, {"host.light", 384}, {"leaf.copper", 128}, {"leaf.light", 384}}));
}

TEST(GraphOfAFabric, LinksWithoutSpreadLoseWhatTheReportSays) {
  const Case c = two_tiers(0.0);
  const FabricGraph g = build_graph(c.fabric, c.report, 4158, 1);
  for (const FabricLink& l : g.links)
    EXPECT_NEAR(l.log10_frame_loss, g.classes[l.link_class].technology == "copper" ? -15.0 : -12.0, 1e-9);
  // Shorter frames share codewords: fewer of them are lost (IEEE 802.3 arithmetic, 1e-3 relative).
  const FabricGraph small = build_graph(c.fabric, c.report, 64, 1);
  EXPECT_LT(small.links[0].log10_frame_loss, g.links[0].log10_frame_loss);
}

TEST(GraphOfAFabric, DrawsFollowTheSeedAndScatterAsAsked) {
  const Case c = two_tiers(0.5);
  const FabricGraph a = build_graph(c.fabric, c.report, 4158, 1), b = build_graph(c.fabric, c.report, 4158, 1),
                    other = build_graph(c.fabric, c.report, 4158, 2);
  bool same = true, differs = false;
  int above = 0, light = 0;
  for (std::size_t i = 0; i < a.links.size(); ++i) {
    same = same && a.links[i].log10_frame_loss == b.links[i].log10_frame_loss;
    differs = differs || a.links[i].log10_frame_loss != other.links[i].log10_frame_loss;
    if (a.classes[a.links[i].link_class].technology != "light") continue;
    ++light;
    above += a.links[i].log10_frame_loss > -12.0 ? 1 : 0;
  }
  EXPECT_TRUE(same);
  EXPECT_TRUE(differs);
  EXPECT_NEAR(static_cast<double>(above) / light, 0.5, 4.0 * 0.5 / std::sqrt(light));  // margins are symmetric
}

TEST(GraphOfAFabric, RegularTreesHaveLevelsAndDimensions) {
  const Case c = two_tiers(0.0);
  const FabricGraph g = build_graph(c.fabric, c.report, 4158, 1);
  ASSERT_EQ(g.fat_tree.size(), 2U);
  EXPECT_EQ(g.fat_tree[0].radix_down, 16);
  EXPECT_EQ(g.fat_tree[0].radix_up, 16);
  EXPECT_EQ(g.fat_tree[1].radix_down, 32);
  ASSERT_EQ(g.dimensions.size(), 2U);
  EXPECT_EQ(g.dimensions[0].size * g.dimensions[1].size, 512);
  EXPECT_EQ(g.classes[g.fat_tree[0].down_class].name, "host.light");  // the slowest
}

TEST(GraphOfAFabric, RefusesCountsAndOtherPorts) {
  Case c = two_tiers(0.0);
  const auto error = [&]() -> std::string {
    try {
      build_graph(c.fabric, c.report, 4158, 1);
    } catch (const ConfigError& e) {
      return e.what();
    }
    return "no error";
  };
  c.report.tiers[1].ports = 7;
  EXPECT_THAT(error(), testing::HasSubstr("tier leaf has 7 ports, its topology 512"));
  c.fabric.topology.reset();
  EXPECT_THAT(error(), testing::HasSubstr("a graph needs a table [topology]"));
}

}  // namespace
}  // namespace tessera
