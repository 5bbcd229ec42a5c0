#include "scenarios/fabric/topology.hpp"

#include <algorithm>
#include <cmath>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

constexpr double kRounding = 1e-9;
constexpr std::int64_t kMostNodes = 200'000'000;

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

void require_rule(bool holds, const std::string& rule) {
  if (!holds) throw ConfigError("topology: " + rule);
}

std::int64_t plane_gpus(const Topology& t) { return t.gpu_planes == t.planes ? t.gpus : t.gpus / t.planes; }

// Leaves of `gpus` GPUs of one plane: whole segments of `rails` leaves, then as many as the rest has rails.
std::int64_t leaves_of(const Topology& t, std::int64_t gpus) {
  const std::int64_t segment = static_cast<std::int64_t>(t.rails) * t.leaf_down;
  return gpus / segment * t.rails + std::min<std::int64_t>(t.rails, gpus % segment);
}

std::int64_t pods_of(const Topology& t) { return t.tiers == 3 ? ceil_div(plane_gpus(t), t.pod_gpus) : 1; }

std::int64_t gpus_of_pod(const Topology& t, std::int64_t pod) {
  if (t.tiers != 3) return plane_gpus(t);
  return std::min(t.pod_gpus, plane_gpus(t) - pod * t.pod_gpus);
}

std::int64_t up_of_pod(const Topology& t, std::int64_t pod) {
  if (t.tiers != 3) return 0;
  const std::int64_t down = leaves_of(t, gpus_of_pod(t, pod)) * t.leaf_up;
  return static_cast<std::int64_t>(std::ceil(static_cast<double>(down) / t.core_oversubscription - kRounding));
}

std::int64_t up_of_plane(const Topology& t) {
  if (t.tiers != 3) return 0;
  const std::int64_t pods = pods_of(t);
  return (pods - 1) * up_of_pod(t, 0) + up_of_pod(t, pods - 1);
}

void check_numbers(const Topology& t) {
  require_rule(t.gpus >= 2 && t.gpus < kMostNodes, "gpus must be in [2, 2e8)");
  require_rule(t.tiers >= 1 && t.tiers <= 3, "tiers must be 1, 2 or 3");
  require_rule(t.radix >= 2, "radix must be at least 2");
  require_rule(t.oversubscription > 0.0 && t.core_oversubscription > 0.0, "oversubscription must be positive");
  require_rule(t.planes >= 1 && t.rails >= 1, "planes and rails must be at least 1");
  require_rule(t.gpu_planes == 1 || t.gpu_planes == t.planes, "gpu_planes must be 1 or as many as planes");
  require_rule(t.gpu_planes == t.planes || t.gpus % t.planes == 0, "gpus must be a multiple of planes");
  require_rule(t.leaf_down >= 0 && t.leaf_up >= 0 && t.pod_gpus >= 0 && t.aggregates_per_pod >= 0 && t.cores >= 0,
               "counts must not be negative");
}

void complete_scale_up(Topology& t) {
  require_rule(t.scale_up_gpus >= 2, "scale_up_gpus must be at least 2");
  require_rule(t.gpus % t.scale_up_gpus == 0, "gpus must be a multiple of scale_up_gpus");
  require_rule(t.scale_up_switches >= 1 && t.scale_up_ports >= 1,
               "scale_up_switches and scale_up_ports must be at least 1");
  require_rule(t.scale_up_ports >= t.scale_up_switches,
               "scale_up_ports must be at least scale_up_switches: every GPU reaches every switch");
}

void complete_tree(Topology& t) {
  const double down_share = t.oversubscription / (1.0 + t.oversubscription);
  if (t.leaf_down == 0)
    t.leaf_down = t.tiers == 1 ? t.radix : static_cast<int>(std::floor(t.radix * down_share + kRounding));
  require_rule(t.leaf_down >= 1, "leaf_down must be at least 1");
  if (t.tiers == 1) {
    require_rule(plane_gpus(t) <= t.leaf_down, "one tier of switches holds at most leaf_down GPUs in each plane");
    t.leaf_up = 0;
    return;
  }
  if (t.leaf_up == 0) t.leaf_up = static_cast<int>(std::ceil(t.leaf_down / t.oversubscription - kRounding));
  const double core_share = t.core_oversubscription / (1.0 + t.core_oversubscription);
  const auto down =
      t.tiers == 2 ? t.radix : std::max(1, static_cast<int>(std::floor(t.radix * core_share + kRounding)));
  if (t.tiers == 3 && t.pod_gpus == 0) t.pod_gpus = static_cast<std::int64_t>(down) * t.leaf_down;
  const std::int64_t leaves = leaves_of(t, t.tiers == 3 ? std::min(t.pod_gpus, plane_gpus(t)) : plane_gpus(t));
  if (t.aggregates_per_pod == 0) t.aggregates_per_pod = static_cast<int>(ceil_div(leaves * t.leaf_up, down));
  require_rule(leaves * t.leaf_up <= static_cast<std::int64_t>(t.aggregates_per_pod) * t.radix,
               "aggregates_per_pod switches of that radix have too few ports for the leaves below them");
  if (t.tiers == 2) {
    require_rule(leaves <= t.radix, "two tiers of that radix hold at most " + std::to_string(t.radix) +
                                        " leaves, got " + std::to_string(leaves));
    return;
  }
  if (t.cores == 0) t.cores = static_cast<int>(ceil_div(up_of_plane(t), t.radix));
  require_rule(up_of_plane(t) <= static_cast<std::int64_t>(t.cores) * t.radix,
               "cores of that radix have too few ports for the pods below them");
}

void complete_torus(Topology& t) {
  require_rule(t.block >= 2, "block must be at least 2");
  for (const int side : {t.x, t.y, t.z})
    require_rule(side >= t.block && side % t.block == 0, "x, y and z must be multiples of block");
  require_rule(static_cast<std::int64_t>(t.x) * t.y * t.z == t.gpus, "x y z must be the number of gpus");
}

// The nodes of a tree in the order of the graph: GPUs, scale-up switches, leaves, aggregates, cores.
struct TreeNodes {
  std::int64_t scale_up = 0, leaves = 0, aggregates = 0, cores = 0;  // first of each kind
  std::int64_t plane_leaves = 0, pods = 0;
};

TreeNodes tree_nodes(const Topology& t, const TopologyCounts& n) {
  TreeNodes first;
  first.scale_up = t.gpus;
  first.leaves = first.scale_up + n.scale_up_switches;
  first.aggregates = first.leaves + n.leaves;
  first.cores = first.aggregates + n.aggregates;
  first.plane_leaves = n.leaves / t.planes;
  first.pods = pods_of(t);
  return first;
}

void add(TopologyGraph& graph, std::int64_t a, std::int64_t b, std::uint32_t tier) {
  graph.links.push_back({static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b), tier});
}

void connect_scale_up(const Topology& t, TopologyGraph& graph) {
  for (std::int64_t gpu = 0; gpu < t.gpus; ++gpu)
    for (int port = 0; port < t.scale_up_ports; ++port)
      add(graph, gpu, t.gpus + gpu / t.scale_up_gpus * t.scale_up_switches + port % t.scale_up_switches, 0);
}

// GPU `index` of a plane: segments of rails x leaf_down GPUs inside their pod, neighbours on different rails.
std::int64_t leaf_of(const Topology& t, std::int64_t index, std::int64_t leaves_per_pod) {
  const std::int64_t pod = t.tiers == 3 ? index / t.pod_gpus : 0;
  const std::int64_t inside = t.tiers == 3 ? index % t.pod_gpus : index;
  const std::int64_t segment = static_cast<std::int64_t>(t.rails) * t.leaf_down;
  return pod * leaves_per_pod + inside / segment * t.rails + inside % t.rails;
}

void connect_plane(const Topology& t, const TreeNodes& first, int plane, std::uint32_t tier, TopologyGraph& graph) {
  const std::int64_t leaf0 = first.leaves + plane * first.plane_leaves;
  const std::int64_t leaves_per_pod = leaves_of(t, gpus_of_pod(t, 0));
  for (std::int64_t i = 0; i < plane_gpus(t); ++i)
    add(graph, t.gpu_planes == t.planes ? i : i * t.planes + plane, leaf0 + leaf_of(t, i, leaves_per_pod), tier);
  if (t.tiers == 1) return;
  const std::int64_t aggregate0 = first.aggregates + plane * first.pods * t.aggregates_per_pod;
  for (std::int64_t pod = 0; pod < first.pods; ++pod) {
    const std::int64_t leaves = leaves_of(t, gpus_of_pod(t, pod));
    for (std::int64_t r = 0; r < leaves * t.leaf_up; ++r)
      add(graph, leaf0 + pod * leaves_per_pod + r / t.leaf_up,
          aggregate0 + pod * t.aggregates_per_pod + r % t.aggregates_per_pod, tier + 1);
  }
  if (t.tiers == 2) return;
  const std::int64_t core0 = first.cores + static_cast<std::int64_t>(plane) * t.cores;
  std::int64_t turn = 0;  // runs on over the pods, so that cores fill evenly
  for (std::int64_t pod = 0; pod < first.pods; ++pod) {
    const std::int64_t up = up_of_pod(t, pod);
    for (std::int64_t r = 0; r < up; ++r, ++turn)
      add(graph, aggregate0 + pod * t.aggregates_per_pod + r * t.aggregates_per_pod / up, core0 + turn % t.cores,
          tier + 2);
  }
}

void add_nodes(TopologyGraph& graph, std::int64_t count, FabricNodeKind kind, int level, std::int64_t per_group) {
  for (std::int64_t i = 0; i < count; ++i)
    graph.nodes.push_back({kind, level, per_group > 0 ? static_cast<std::int32_t>(i / per_group) : -1});
}

std::int32_t gpu_group(const Topology& t, std::int64_t gpu) {
  if (t.tiers == 3) return static_cast<std::int32_t>((t.gpu_planes == t.planes ? gpu : gpu / t.planes) / t.pod_gpus);
  return t.scale_up_gpus > 0 ? static_cast<std::int32_t>(gpu / t.scale_up_gpus) : -1;
}

TopologyGraph connect_tree(const Topology& t, const TopologyCounts& n) {
  TopologyGraph graph;
  std::int64_t total = 0;
  for (const TopologyTier& tier : n.tiers) total += tier.links;
  graph.links.reserve(static_cast<std::size_t>(total));
  for (std::int64_t gpu = 0; gpu < t.gpus; ++gpu) graph.nodes.push_back({FabricNodeKind::kGpu, 0, gpu_group(t, gpu)});
  add_nodes(graph, n.scale_up_switches, FabricNodeKind::kScaleUpSwitch, 1, t.scale_up_switches);
  if (t.scale_up_gpus > 0) connect_scale_up(t, graph);
  if (t.kind == TopologyKind::scale_up) return graph;
  const TreeNodes first = tree_nodes(t, n);
  add_nodes(graph, n.leaves, FabricNodeKind::kSwitch, 1, t.tiers == 3 ? leaves_of(t, gpus_of_pod(t, 0)) : 0);
  add_nodes(graph, n.aggregates, FabricNodeKind::kSwitch, 2, t.tiers == 3 ? t.aggregates_per_pod : 0);
  add_nodes(graph, n.cores, FabricNodeKind::kSwitch, 3, 0);
  for (int plane = 0; plane < t.planes; ++plane) connect_plane(t, first, plane, t.scale_up_gpus > 0 ? 1 : 0, graph);
  return graph;
}

TopologyGraph connect_torus(const Topology& t) {
  TopologyGraph graph;
  const int side[3] = {t.x, t.y, t.z};
  const std::int64_t stride[3] = {1, t.x, static_cast<std::int64_t>(t.x) * t.y};
  const int blocks_x = t.x / t.block, blocks_y = t.y / t.block;
  for (std::int64_t node = 0; node < t.gpus; ++node) {
    const std::int64_t at[3] = {node % t.x, node / t.x % t.y, node / stride[2]};
    const std::int64_t cube =
        at[0] / t.block + blocks_x * (at[1] / t.block + static_cast<std::int64_t>(blocks_y) * (at[2] / t.block));
    graph.nodes.push_back({FabricNodeKind::kGpu, 0, static_cast<std::int32_t>(cube)});
    for (int axis = 0; axis < 3; ++axis) {
      const bool wraps = at[axis] + 1 == side[axis];
      const std::int64_t next = node + (wraps ? 1 - side[axis] : 1) * stride[axis];
      add(graph, node, next, (at[axis] + 1) % t.block == 0 ? 1 : 0);
    }
  }
  return graph;
}

}  // namespace

std::string_view to_string(TopologyKind kind) {
  switch (kind) {
    case TopologyKind::fat_tree:
      return "fat_tree";
    case TopologyKind::scale_up:
      return "scale_up";
    case TopologyKind::torus:
      break;
  }
  return "torus";
}

Topology completed(Topology t) {
  check_numbers(t);
  if (t.scale_up_gpus > 0 || t.kind == TopologyKind::scale_up) complete_scale_up(t);
  if (t.kind == TopologyKind::fat_tree) complete_tree(t);
  if (t.kind == TopologyKind::torus) complete_torus(t);
  return t;
}

TopologyCounts count(const Topology& given) {
  const Topology t = completed(given);
  TopologyCounts n;
  if (t.kind == TopologyKind::torus) {
    const std::int64_t circuits = 3 * t.gpus / t.block, blocks = t.gpus / (t.block * t.block * t.block);
    const int hops = t.x / 2 + t.y / 2 + t.z / 2;
    const int circuit_hops = t.x / (2 * t.block) + t.y / (2 * t.block) + t.z / (2 * t.block);
    n.tiers = {{"block", 3 * t.gpus - circuits, hops - circuit_hops}, {"circuit", circuits, circuit_hops}};
    n.optical_switches = 3LL * t.block * t.block;
    n.optical_switch_ports = n.optical_switches * 2 * blocks;
    return n;
  }
  const bool alone = t.kind == TopologyKind::scale_up;
  if (t.scale_up_gpus > 0) {
    n.scale_up_switches = t.gpus / t.scale_up_gpus * t.scale_up_switches;
    n.tiers.push_back({"scale_up", t.gpus * t.scale_up_ports, alone ? 2 : 0});
  }
  if (alone) return n;
  const std::int64_t pods = pods_of(t);
  // All pods but the last are full.
  const std::int64_t leaves = (pods - 1) * leaves_of(t, gpus_of_pod(t, 0)) + leaves_of(t, gpus_of_pod(t, pods - 1));
  n.leaves = t.planes * leaves;
  n.tiers.push_back({"host", t.gpus * t.gpu_planes, 2});
  if (t.tiers == 1) return n;
  n.aggregates = t.planes * pods * t.aggregates_per_pod;
  n.tiers.push_back({"leaf", n.leaves * t.leaf_up, 2});
  if (t.tiers == 2) return n;
  n.cores = static_cast<std::int64_t>(t.planes) * t.cores;
  n.tiers.push_back({"core", t.planes * up_of_plane(t), 2});
  return n;
}

TopologyGraph connect(const Topology& given) {
  const Topology t = completed(given);
  if (t.kind == TopologyKind::torus) return connect_torus(t);
  return connect_tree(t, count(t));
}

std::vector<FabricDimension> dimensions(const Topology& given, const std::vector<std::uint32_t>& classes) {
  const Topology t = completed(given);
  using Kind = FabricDimension::Kind;
  std::vector<FabricDimension> out;
  if (t.kind == TopologyKind::torus) {
    for (const int side : {t.x, t.y, t.z}) out.push_back({Kind::kRing, side, classes.at(1), 1.0, 1});
    return out;
  }
  std::int64_t rest = t.gpus;
  const auto push = [&](std::int64_t size, std::size_t tier, double links, int hops) {
    if (size < 1 || rest % size != 0) return false;
    if (size > 1) out.push_back({Kind::kSwitch, size, classes.at(std::min(tier, classes.size() - 1)), links, hops});
    rest /= size;
    return true;
  };
  const bool scale_up = t.scale_up_gpus > 0;
  if (scale_up && !push(t.scale_up_gpus, 0, static_cast<double>(t.scale_up_ports), 2)) return {};
  if (t.kind == TopologyKind::scale_up) return rest > 1 ? std::vector<FabricDimension>{} : out;
  // What a scale-up group does not join: neighbours on other rails meet above the leaves, those in other planes
  // nowhere.
  const std::size_t host = scale_up ? 1 : 0;
  const double links = t.gpu_planes;
  const bool apart = t.gpu_planes != t.planes;
  if (apart && t.scale_up_gpus != t.planes) return {};
  std::int64_t neighbours = scale_up ? t.scale_up_gpus : 1;  // of one leaf's worth of ids, already joined
  if (apart || (scale_up && t.rails == t.scale_up_gpus)) neighbours = 1;
  if (t.rails > 1 && t.rails != t.scale_up_gpus) {
    if (neighbours > 1 || !push(t.rails, host + 1, links, 4)) return {};
  }
  if (t.leaf_down % neighbours != 0) return {};
  const std::int64_t leaf = t.leaf_down / neighbours;
  if (!push(std::min(rest, leaf), host, links, 2)) return {};
  if (rest == 1) return out;
  const std::int64_t pod = t.tiers == 2 ? rest : std::min(rest, t.pod_gpus / (leaf * neighbours * t.rails));
  if (t.tiers == 1 || !push(pod, host + 1, links, 4)) return {};
  if (rest > 1 && !push(rest, host + 2, links, 6)) return {};
  return out;
}

std::vector<FatTreeLevel> fat_tree_levels(const Topology& given, const std::vector<std::uint32_t>& classes) {
  const Topology t = completed(given);
  if (t.kind != TopologyKind::fat_tree || t.planes != 1 || t.rails != 1 || t.tiers == 1) return {};
  const std::size_t host = t.scale_up_gpus > 0 ? 1 : 0;
  const std::int64_t pods = pods_of(t), leaves = leaves_of(t, gpus_of_pod(t, 0));
  const std::int64_t down = leaves * t.leaf_up, up = up_of_pod(t, 0);
  const bool regular = t.gpus % t.leaf_down == 0 && (t.tiers == 2 || t.gpus % t.pod_gpus == 0) &&
                       t.leaf_up % t.aggregates_per_pod == 0 && up % t.aggregates_per_pod == 0;
  if (!regular) return {};
  std::vector<FatTreeLevel> levels{{t.leaf_down, t.leaf_up, 1, classes.at(host)}};
  const int bundle = t.leaf_up / t.aggregates_per_pod;
  levels.push_back({static_cast<int>(down / t.aggregates_per_pod), static_cast<int>(up / t.aggregates_per_pod), bundle,
                    classes.at(host + 1)});
  if (t.tiers == 2) return levels;
  if (pods * up % t.cores != 0) return {};
  const int per_core = static_cast<int>(pods * up / t.cores);
  levels.push_back(
      {per_core, 0, std::max(1, static_cast<int>(up / t.aggregates_per_pod / t.cores)), classes.at(host + 2)});
  return levels;
}

}  // namespace tessera
