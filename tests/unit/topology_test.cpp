#include "scenarios/fabric/topology.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

Topology tree(std::int64_t gpus, int tiers, int radix = 64) {
  Topology t;
  t.gpus = gpus;
  t.tiers = tiers;
  t.radix = radix;
  return t;
}

std::int64_t links_of(const TopologyCounts& counts, const std::string& role) {
  for (const TopologyTier& tier : counts.tiers)
    if (tier.role == role) return tier.links;
  return -1;
}

// What the graph holds, counted cable by cable: has to be what the closed form says.
void expect_graph_matches(const Topology& t) {
  const TopologyCounts counts = count(t);
  const TopologyGraph graph = connect(t);
  std::vector<std::int64_t> links(counts.tiers.size(), 0);
  std::vector<std::int64_t> degree(graph.nodes.size(), 0);
  for (const TopologyLink& link : graph.links) {
    ASSERT_LT(link.a, graph.nodes.size());
    ASSERT_LT(link.b, graph.nodes.size());
    ASSERT_NE(link.a, link.b);
    ++links.at(link.tier);
    ++degree[link.a];
    ++degree[link.b];
  }
  for (std::size_t i = 0; i < links.size(); ++i) EXPECT_EQ(links[i], counts.tiers[i].links) << counts.tiers[i].role;
  EXPECT_EQ(static_cast<std::int64_t>(graph.nodes.size()),
            t.gpus + counts.scale_up_switches + counts.leaves + counts.aggregates + counts.cores);
  const Topology full = completed(t);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    EXPECT_GT(degree[i], 0) << "node " << i << " hangs in the air";
    // Aggregates and cores never have more cables than ports.
    if (graph.nodes[i].kind == FabricNodeKind::kSwitch && graph.nodes[i].level == 3) {
      EXPECT_LE(degree[i], full.radix);
    }
  }
}

// Closed forms of full fat-trees: k^2/2 hosts with 3k/2 switches, k^3/4 hosts with 5k^2/4 switches (Al-Fares, SIGCOMM
// 2008); DeepSeek, ISCA 2025, prints 2,048/96, 65,536/5,120 and 16,384/768 for radix 64.
TEST(Topology, FullFatTreesHaveTheirClosedForms) {
  const TopologyCounts two = count(tree(2048, 2));
  EXPECT_EQ(two.leaves + two.aggregates, 96);
  EXPECT_EQ(links_of(two, "host"), 2048);
  EXPECT_EQ(links_of(two, "leaf"), 2048);
  const TopologyCounts three = count(tree(65536, 3));
  EXPECT_EQ(three.leaves + three.aggregates + three.cores, 5120);
  EXPECT_EQ(links_of(three, "leaf") + links_of(three, "core"), 131072);
  Topology planes = tree(16384, 2);
  planes.planes = 8;
  const TopologyCounts eight = count(planes);
  EXPECT_EQ(eight.leaves + eight.aggregates, 768);
  EXPECT_EQ(links_of(eight, "leaf"), 16384);
}

TEST(Topology, FullFatTreesOfAnyRadix) {
  for (const int k : {4, 8, 16, 32}) {
    const TopologyCounts two = count(tree(k * k / 2, 2, k)), three = count(tree(k * k * k / 4, 3, k));
    EXPECT_EQ(two.leaves + two.aggregates, 3 * k / 2) << k;
    EXPECT_EQ(three.leaves + three.aggregates + three.cores, 5 * k * k / 4) << k;
    expect_graph_matches(tree(k * k / 2, 2, k));
    expect_graph_matches(tree(k * k * k / 4, 3, k));
  }
}

// NVIDIA's reference design of the DGX SuperPOD, 64 ports a switch, eight rails: leaves, spines, cores of six sizes.
TEST(Topology, SuperPodTable) {
  struct Row {
    std::int64_t gpus, leaves, spines, cores;
  };
  for (const Row& row : {Row{512, 16, 8, 0}, Row{1024, 32, 16, 0}, Row{2048, 64, 32, 0}, Row{4096, 128, 128, 64},
                         Row{8192, 256, 256, 128}, Row{16384, 512, 512, 256}}) {
    Topology t = tree(row.gpus, row.cores > 0 ? 3 : 2);
    t.rails = 8;
    const TopologyCounts counts = count(t);
    EXPECT_EQ(counts.leaves, row.leaves) << row.gpus;
    EXPECT_EQ(counts.aggregates, row.spines) << row.gpus;
    EXPECT_EQ(counts.cores, row.cores) << row.gpus;
    for (const TopologyTier& tier : counts.tiers) EXPECT_EQ(tier.links, row.gpus) << tier.role;
    if (row.gpus <= 4096) expect_graph_matches(t);
  }
}

// A node's eight GPUs stand on eight leaves, and a leaf holds one GPU of each of 32 nodes.
TEST(Topology, RailsGiveEachGpuOfANodeItsOwnLeaf) {
  Topology t = tree(512, 2);
  t.rails = 8;
  const TopologyGraph graph = connect(t);
  std::map<std::uint32_t, std::set<std::uint32_t>> leaves_of_node, nodes_of_leaf;
  for (const TopologyLink& link : graph.links) {
    if (link.tier != 0) continue;
    leaves_of_node[link.a / 8].insert(link.b);
    nodes_of_leaf[link.b].insert(link.a / 8);
  }
  for (const auto& [node, leaves] : leaves_of_node) EXPECT_EQ(leaves.size(), 8U) << node;
  for (const auto& [leaf, nodes] : nodes_of_leaf) EXPECT_EQ(nodes.size(), 32U) << leaf;
}

// In a full three-tier tree every core has one cable to each pod (Al-Fares, SIGCOMM 2008).
TEST(Topology, CoresOfAFullTreeReachEachPodOnce) {
  const TopologyGraph graph = connect(tree(8 * 8 * 8 / 4, 3, 8));
  std::map<std::uint32_t, std::map<int, int>> cables;
  for (const TopologyLink& link : graph.links)
    if (link.tier == 2) ++cables[link.b][graph.nodes[link.a].group];
  EXPECT_EQ(cables.size(), 16U);
  for (const auto& [core, pods] : cables) {
    EXPECT_EQ(pods.size(), 8U) << core;
    for (const auto& [pod, n] : pods) EXPECT_EQ(n, 1) << core << " to pod " << pod;
  }
}

// Llama 3: 8 pods x 192 racks x 16 GPUs; 1:7 between pods, whole ports for each pod.
TEST(Topology, RackedClusterWithOversubscribedPods) {
  Topology t = tree(24576, 3, 576);
  t.leaf_down = t.leaf_up = 16;
  t.pod_gpus = 3072;
  t.core_oversubscription = 7.0;
  t.aggregates_per_pod = 8;
  const TopologyCounts counts = count(t);
  EXPECT_EQ(counts.leaves, 8 * 192);
  EXPECT_EQ(links_of(counts, "host"), 8 * 192 * 16);
  EXPECT_EQ(links_of(counts, "leaf"), 24576);
  EXPECT_EQ(links_of(counts, "core"), 8 * 439);  // 3,072/7 = 438.9
  expect_graph_matches(t);
}

// NVL72: 72 x 18 links of two lanes both ways are 5,184 pairs; nine trays of two switch chips.
TEST(Topology, ScaleUpRack) {
  Topology t;
  t.kind = TopologyKind::scale_up;
  t.gpus = t.scale_up_gpus = 72;
  t.scale_up_switches = t.scale_up_ports = 18;
  EXPECT_EQ(links_of(count(t), "scale_up"), 1296);
  EXPECT_EQ(links_of(count(t), "scale_up") * 4, 5184);
  expect_graph_matches(t);
}

// TPU v4: 48 switches x 128 ports = 64 racks x 96 ends = 6,144 (arXiv 2304.01433).
TEST(Topology, TorusOfCubesBehindOpticalSwitches) {
  Topology t;
  t.kind = TopologyKind::torus;
  t.gpus = 4096;
  t.x = t.y = t.z = 16;
  const TopologyCounts counts = count(t);
  EXPECT_EQ(counts.optical_switches, 48);
  EXPECT_EQ(counts.optical_switch_ports, 48 * 128);
  EXPECT_EQ(2 * links_of(counts, "circuit"), 64 * 96);
  EXPECT_EQ(links_of(counts, "circuit") + links_of(counts, "block"), 3 * 4096);
  expect_graph_matches(t);
}

// Alibaba HPN: 15 segments x 1,024 GPUs, eight rails, two planes: 240 ToRs of 128 ports down and 60 up, 120 above them.
TEST(Topology, DualPlaneRails) {
  Topology t = tree(15360, 2, 128);
  t.planes = t.gpu_planes = 2;
  t.rails = 8;
  t.leaf_down = 128;
  t.leaf_up = 60;
  t.aggregates_per_pod = 60;
  const TopologyCounts counts = count(t);
  EXPECT_EQ(counts.leaves, 240);
  EXPECT_EQ(counts.aggregates, 120);
  EXPECT_EQ(links_of(counts, "host"), 30720);
  EXPECT_EQ(links_of(counts, "leaf"), 240 * 60);
  expect_graph_matches(t);
}

RC_GTEST_PROP(TopologyProperty, GraphHasAsManyLinksAsTheClosedForm, ()) {
  Topology t;
  t.tiers = *rc::gen::inRange(2, 4);
  t.radix = 2 * *rc::gen::inRange(2, 9);
  t.rails = *rc::gen::inRange(1, 4);
  t.planes = *rc::gen::inRange(1, 4);
  t.gpu_planes = *rc::gen::element(1, t.planes);
  t.oversubscription = *rc::gen::element(1.0, 2.0, 3.0);
  t.core_oversubscription = *rc::gen::element(1.0, 2.0, 7.0);
  t.gpus = 12 * *rc::gen::inRange(1, 60);
  TopologyCounts counts;
  try {
    counts = count(t);
  } catch (const ConfigError&) {
    RC_DISCARD("does not fit the radix");
  }
  const TopologyGraph graph = connect(t);
  std::vector<std::int64_t> links(counts.tiers.size(), 0);
  std::vector<int> degree(graph.nodes.size(), 0);
  for (const TopologyLink& link : graph.links) {
    ++links.at(link.tier);
    ++degree.at(link.a);
    ++degree.at(link.b);
  }
  for (std::size_t i = 0; i < links.size(); ++i) RC_ASSERT(links[i] == counts.tiers[i].links);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i)
    if (graph.nodes[i].kind == FabricNodeKind::kSwitch) RC_ASSERT(degree[i] <= completed(t).radix);
}

// Ids count along the first dimension first: the product of the sizes is the cluster.
TEST(Topology, DimensionsFactorTheCluster) {
  const auto sizes = [](const Topology& t) {
    std::vector<std::int64_t> out;
    for (const FabricDimension& d : dimensions(t, {0, 1, 2, 3})) out.push_back(d.size);
    return out;
  };
  EXPECT_EQ(sizes(tree(65536, 3)), (std::vector<std::int64_t>{32, 32, 64}));
  Topology rails = tree(4096, 3);
  rails.rails = 8;
  EXPECT_EQ(sizes(rails), (std::vector<std::int64_t>{8, 32, 4, 4}));
  Topology planes = tree(16384, 2);
  planes.planes = 8;
  EXPECT_TRUE(sizes(planes).empty());  // nothing joins the planes
  planes.scale_up_gpus = planes.scale_up_ports = 8;
  planes.scale_up_switches = 4;
  EXPECT_EQ(sizes(planes), (std::vector<std::int64_t>{8, 32, 64}));
}

TEST(Topology, RefusesWhatCannotBeBuilt) {
  const auto error = [](const Topology& t) -> std::string {
    try {
      count(t);
    } catch (const ConfigError& e) {
      return e.what();
    }
    return "no error";
  };
  using testing::HasSubstr;
  EXPECT_THAT(error(tree(1, 2)), HasSubstr("gpus must be in [2, 2e8)"));
  EXPECT_THAT(error(tree(4096, 2)), HasSubstr("two tiers of that radix hold at most 64 leaves, got 128"));
  EXPECT_THAT(error(tree(100, 4)), HasSubstr("tiers must be 1, 2 or 3"));
  Topology torus;
  torus.kind = TopologyKind::torus;
  torus.gpus = 64;
  torus.x = torus.y = 4;
  torus.z = 6;
  EXPECT_THAT(error(torus), HasSubstr("x, y and z must be multiples of block"));
  Topology planes = tree(100, 2);
  planes.planes = 8;
  EXPECT_THAT(error(planes), HasSubstr("gpus must be a multiple of planes"));
  planes.gpu_planes = 3;
  EXPECT_THAT(error(planes), HasSubstr("gpu_planes must be 1 or as many as planes"));
}

}  // namespace
}  // namespace tessera
