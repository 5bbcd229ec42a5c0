#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tessera {

/// What all links of one kind have in common, as far as a fabric cares.
struct FabricLinkClass {
  std::string name;                           // unique in its graph: tier and link file, "pod.dr8_dsp_800g"
  std::string technology;                     // as in a link report: copper_dac, dsp_pluggable, cpo, microled …
  double rate = 0.0;                          // bit/s of payload, one direction
  double latency = 0.0;                       // s, one way: propagation, FEC and circuits
  double length = 0.0;                        // m
  double watts_idle = 0.0, watts_busy = 0.0;  // one end
  double fit = 0.0;                           // of the whole link, both directions and both ends: failures in 1e9 h
};

/// A cable between two nodes; both directions alike.
struct FabricLink {
  std::uint32_t a = 0, b = 0;  // nodes; `a` is the lower one of the hierarchy
  std::uint32_t link_class = 0;
  double log10_pre_fec_ber = 0.0;
  double log10_frame_loss = 0.0;  // of one direction, for frames of `FabricGraph::frame_bytes`
};

enum class FabricNodeKind : std::uint8_t { kGpu, kScaleUpSwitch, kSwitch, kOpticalCircuitSwitch };

struct FabricNode {
  FabricNodeKind kind = FabricNodeKind::kGpu;
  int level = 0;            // 0 for GPUs, 1 for the switches they are attached to, …
  std::int32_t group = -1;  // pod, plane or rack; -1: none
};

/// One dimension of a fabric as collective simulators see it.
struct FabricDimension {
  enum class Kind : std::uint8_t { kRing, kFullyConnected, kSwitch } kind = Kind::kSwitch;
  std::int64_t size = 0;         // nodes along it, > 1
  std::uint32_t link_class = 0;  // the slowest class along it
  double links_per_node = 1.0;   // parallel links of that class that a node has into this dimension
  int hops = 2;                  // links crossed along it, one way
};

/// One level of switches of a regular fat-tree, as htsim describes it.
struct FatTreeLevel {
  int radix_down = 0, radix_up = 0;  // links of one switch; the top level has no links upwards
  int bundle = 1;                    // parallel links between the same two switches
  std::uint32_t down_class = 0;      // class of the links below it
};

/// Nodes and cables of a fabric, one by one.
///
/// Conventions: GPUs are nodes 0 … gpus-1, then scale-up switches, then switches by level. Frame loss is for one frame
///   size, which the graph names; switch latency is not part of a link's.
/// Source: none.
/// Theory: docs/guides/fabrics.md
struct FabricGraph {
  std::string name;
  int frame_bytes = 4158;
  std::int64_t gpus = 0;
  double switch_latency = 0.0;  // s
  std::vector<FabricNode> nodes;
  std::vector<FabricLinkClass> classes;
  std::vector<FabricLink> links;
  std::vector<FabricDimension> dimensions;  // empty where a topology has none
  std::vector<FatTreeLevel> fat_tree;       // lowest level first; empty for other topologies
  std::int64_t pod_gpus = 0;                // of the fat-tree; 0: none
};

/// Checks ids, order of nodes and that every number is finite and in its domain.
/// Source: none.
/// Theory: docs/guides/fabrics.md
/// @throws ConfigError naming the first node, class or link that is wrong.
void check(const FabricGraph& graph);

}  // namespace tessera
