#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/fabric/graph.hpp"

namespace tessera {

enum class TopologyKind { fat_tree, scale_up, torus };

std::string_view to_string(TopologyKind kind);

/// The shape of a cluster's network, in the numbers by which its builders describe it.
///
/// Conventions: zero means "follows from the others". `fat_tree` covers what is built of leaves, aggregates (spines) and
/// cores: rails give each of `rails` neighbouring GPUs another leaf (rail-optimised); planes are whole trees beside
/// each other, of which a GPU has a port in one (`gpu_planes` 1, GPU g in plane g mod planes) or in all (`gpu_planes` =
/// planes). Scale-up switches join groups of `scale_up_gpus`, beside a tree or alone. A torus is cut into cubes of
/// `block` nodes a side; links inside a cube are cables, links between cubes are circuits of an optical switch.
struct Topology {
  TopologyKind kind = TopologyKind::fat_tree;
  std::int64_t gpus = 0;
  int tiers = 2;                       // levels of switches of the tree: 1, 2 or 3
  int radix = 64;                      // ports of one switch
  double oversubscription = 1.0;       // downlinks over uplinks of a leaf
  double core_oversubscription = 1.0;  // of a pod, three tiers
  int leaf_down = 0, leaf_up = 0;      // ports of one leaf
  std::int64_t pod_gpus = 0;           // GPUs (of one plane) below one group of aggregates, three tiers
  int aggregates_per_pod = 0;          // switches of the second level in each pod (spines: in all)
  int cores = 0;                       // switches of the third level, in each plane
  int rails = 1, planes = 1, gpu_planes = 1;
  int scale_up_gpus = 0, scale_up_switches = 0, scale_up_ports = 0;  // of one group; ports of one GPU
  int x = 0, y = 0, z = 0, block = 4;                                // torus
};

/// Links between two kinds of node.
struct TopologyTier {
  std::string role;  // scale_up | host | leaf | core | block | circuit
  std::int64_t links = 0;
  int crossings = 2;  // of the longest path
};

/// A topology by counts.
struct TopologyCounts {
  std::vector<TopologyTier> tiers;                                            // scale-up first, then from the GPUs up
  std::int64_t scale_up_switches = 0, leaves = 0, aggregates = 0, cores = 0;  // of all planes
  std::int64_t optical_switches = 0, optical_switch_ports = 0;                // ports in use, all switches together
};

/// The topology with every zero replaced by what follows from the others.
///
/// Equation: leaf_down = floor(radix o/(1 + o)) and leaf_up = ceil(leaf_down/o) for a tree of more than one tier; a pod
///   of three tiers holds as many leaves as an aggregate has ports downwards; aggregates and cores are as few as carry
///   the uplinks below them.
/// Source: closed form
/// Theory: docs/theory/fabric.md
/// @throws ConfigError naming the rule that the numbers break.
Topology completed(Topology topology);

/// Switches and links in closed form.
///
/// Equation: per plane of N GPUs: leaves L = ceil(N/leaf_down) (whole rails), links N + L leaf_up + pods ceil(pod
///   downlinks/o_core); full fat-trees of radix k: N = k^2/2 with 3k/2 switches, N = k^3/4 with 5k^2/4 switches. Torus
///   of N nodes: 3N links, 3N/block of them circuits, 3 block^2 optical switches of 2N/block^3 ports.
/// Source: closed form
/// Theory: docs/theory/fabric.md
/// @throws ConfigError as `completed`.
TopologyCounts count(const Topology& topology);

/// A cable of the explicit topology: nodes `a` (the lower one) and `b`, tier as in `TopologyCounts::tiers`.
struct TopologyLink {
  std::uint32_t a = 0, b = 0, tier = 0;
};

/// Every node and cable.
struct TopologyGraph {
  std::vector<FabricNode> nodes;
  std::vector<TopologyLink> links;
};

/// Builds the graph cable by cable; its counts are counted, not computed.
///
/// Conventions: uplinks of a group go around the switches above it in turn, so that loads differ by one at most. Optical
/// circuit switches store and repeat nothing: a circuit is one link between the nodes that it joins.
/// Source: closed form
/// Theory: docs/theory/fabric.md
/// Cost: O(nodes + links).
/// @throws ConfigError as `completed`.
TopologyGraph connect(const Topology& topology);

/// Dimensions as collective simulators see them, smallest distance first; empty where the numbers do not factor.
/// `classes` gives the link class of each tier.
std::vector<FabricDimension> dimensions(const Topology& topology, const std::vector<std::uint32_t>& classes);

/// Levels of a regular tree of one plane; empty for any other.
std::vector<FatTreeLevel> fat_tree_levels(const Topology& topology, const std::vector<std::uint32_t>& classes);

}  // namespace tessera
