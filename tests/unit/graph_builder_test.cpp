#include "scenarios/fabric/graph_builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "phy/core/error.hpp"
#include "tests/support/made_up_link.hpp"

namespace tessera {
namespace {

using Case = test::MadeUpCluster;

Case two_tiers(double margin_rms) {
  Topology tree;
  tree.gpus = 512;
  tree.radix = 32;
  FabricTier like;
  like.margins.rms_db = margin_rms;
  return test::made_up_cluster(tree,
                               {{test::made_up({-15.0, 2.0, 0.5, 0.0, 800e9, 2.0, "copper"}), {"kp4", 4}, 0.25},
                                {test::made_up({-12.0, 12.0, 0.5, 400.0, 800e9, 30.0, "light"}), {"kp4", 4}, 0.75}},
                               like);
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
