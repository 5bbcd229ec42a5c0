#include "scenarios/fabric/export/htsim.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "phy/core/error.hpp"
#include "phy/core/rng.hpp"
#include "scenarios/fabric/export/link_text.hpp"

namespace tessera {
namespace {

using namespace export_text;

[[noreturn]] void refuse(const FabricGraph& graph, const std::string& why) {
  throw ConfigError("htsim: fabric " + graph.name + " " + why);
}

void check_host_links(const FabricGraph& graph) {
  std::vector<int> links(static_cast<std::size_t>(graph.gpus), 0);
  for (const FabricLink& link : graph.links)
    for (std::uint32_t end : {link.a, link.b})
      if (end < links.size() && graph.nodes[end == link.a ? link.b : link.a].kind != FabricNodeKind::kScaleUpSwitch)
        ++links[end];
  for (std::size_t i = 0; i < links.size(); ++i)
    if (links[i] != 1)
      refuse(graph, "gives GPU " + std::to_string(i) + " " + std::to_string(links[i]) +
                        " links into the fat-tree; this client knows hosts with one");
}

// What the client asserts when it builds the tree from the file.
void check_tree(const FabricGraph& graph) {
  const auto& tree = graph.fat_tree;
  if (tree.size() < 2 || tree.size() > 3)
    refuse(graph, "is no regular fat-tree of 2 or 3 levels; this client knows no rails, no planes, no uneven pods");
  const std::int64_t pod = graph.pod_gpus > 0 ? graph.pod_gpus : graph.gpus;
  for (std::size_t i = 0; i < tree.size(); ++i)
    if (tree[i].radix_down < 1 || tree[i].bundle < 1 || (i + 1 < tree.size() && tree[i].radix_up < 1) ||
        tree[i].down_class >= graph.classes.size())
      refuse(graph, "has no links at level " + std::to_string(i) + " of its fat-tree");
  if (graph.gpus % pod != 0 || pod % tree[0].radix_down != 0)
    refuse(graph, "has pods or first switches that are not full");
  check_host_links(graph);
}

std::int64_t speed_of(const FabricLinkClass& kind, double eta) {
  return std::max<std::int64_t>(1, std::llround(eta * kind.rate / 1e9));
}

// Of capacities, which is what Broadcom's version divides; the other one takes ports, equal where speeds are.
int oversubscription(const FabricGraph& graph, std::size_t level) {
  const FatTreeLevel& here = graph.fat_tree[level];
  const double ratio = here.radix_down * graph.classes[here.down_class].rate /
                       (here.radix_up * graph.classes[graph.fat_tree[level + 1].down_class].rate);
  const double nearest = std::round(ratio);
  if (nearest < 1.0 || std::abs(ratio - nearest) > 1e-9 * nearest)
    refuse(graph, "is oversubscribed " + rounded(ratio, 4) + " to 1 at level " + std::to_string(level) +
                      "; this client takes whole numbers");
  return static_cast<int>(nearest);
}

double path_efficiency(const FabricGraph& graph, LossRecovery recovery) {
  const std::vector<double> worst = worst_loss_of_tier(graph);
  double passes = 0.0;  // log of the chance to come through
  for (const FatTreeLevel& level : graph.fat_tree)
    passes += 2.0 * std::log1p(-std::min(worst[level.down_class], 0.999));
  return efficiency(recovery, -std::expm1(passes), graph.classes[graph.fat_tree[0].down_class].rate,
                    longest_round_trip(graph), graph.frame_bytes);
}

std::string topology_text(const FabricGraph& graph, double eta) {
  const auto& tree = graph.fat_tree;
  std::string text = "Nodes " + std::to_string(graph.gpus) + "\nTiers " + std::to_string(tree.size()) + "\nPodsize " +
                     std::to_string(graph.pod_gpus > 0 ? graph.pod_gpus : graph.gpus) + "\n";
  for (std::size_t i = 0; i < tree.size(); ++i) {
    const FabricLinkClass& kind = graph.classes[tree[i].down_class];
    text += "\nTier " + std::to_string(i) + "\nDownlink_speed_Gbps " + std::to_string(speed_of(kind, eta)) +
            "\nRadix_Down " + std::to_string(tree[i].radix_down) + "\n";
    if (i + 1 < tree.size()) text += "Radix_Up " + std::to_string(tree[i].radix_up) + "\n";
    text += "Downlink_Latency_ns " + std::to_string(whole_ns(kind.latency)) + "\nSwitch_Latency_ns " +
            whole(graph.switch_latency * 1e9) + "\n";
    if (i + 1 < tree.size()) text += "Oversubscribed " + std::to_string(oversubscription(graph, i)) + "\n";
    if (i > 0) text += "Bundle " + std::to_string(tree[i].bundle) + "\n";
  }
  return text;
}

struct Failures {
  std::vector<std::string> lines;
  std::size_t elsewhere = 0;  // failed links that the client cannot express
};

Failures draw_failures(const FabricGraph& graph, const ExportOptions& options) {
  std::map<std::uint32_t, int> switch_id;  // of the second level, in the order of their nodes
  for (std::uint32_t node = 0; node < graph.nodes.size(); ++node)
    if (graph.nodes[node].kind == FabricNodeKind::kSwitch && graph.nodes[node].level == 2)
      switch_id.emplace(node, static_cast<int>(switch_id.size()));
  std::map<std::uint32_t, int> uplinks;
  Failures failures;
  for (std::uint32_t i = 0; i < graph.links.size(); ++i) {
    const FabricLink& link = graph.links[i];
    const bool a_lower = graph.nodes[link.a].level < graph.nodes[link.b].level;
    const std::uint32_t lower = a_lower ? link.a : link.b;
    const bool expressible = switch_id.contains(lower) && graph.nodes[a_lower ? link.b : link.a].level == 3;
    const int link_id = expressible ? uplinks[lower]++ : 0;
    const StreamKey key = stream_key(options.seed, "failed links", i);
    const double u = (static_cast<double>(random_refinement(key, 0) >> 11U) + 0.5) * 0x1p-53;
    if (u >= -std::expm1(-graph.classes[link.link_class].fit * 1e-9 * options.failure_hours)) continue;
    if (expressible)
      failures.lines.push_back("failure switch_type AGG switch_id " + std::to_string(switch_id[lower]) + " link_id " +
                               std::to_string(link_id));
    else
      ++failures.elsewhere;
  }
  return failures;
}

void warn(const FabricGraph& graph, double eta, const Failures& failures, const ExportOptions& options,
          std::vector<std::string>& warnings) {
  std::string speeds;
  bool latency_moved = false, unequal = false;
  for (const FatTreeLevel& level : graph.fat_tree) {
    const FabricLinkClass& kind = graph.classes[level.down_class];
    const double exact = eta * kind.rate / 1e9, ns = kind.latency * 1e9;
    const auto written = static_cast<double>(speed_of(kind, eta));
    if (std::abs(written - exact) > 1e-9 * exact)
      speeds += (speeds.empty() ? "" : ", ") + rounded(exact, 7) + " as " + whole(written);
    latency_moved = latency_moved || std::abs(static_cast<double>(whole_ns(kind.latency)) - ns) > 1e-6;
    unequal = unequal || kind.rate != graph.classes[graph.fat_tree[0].down_class].rate;
  }
  warn_dropped(eta, options.recovery, "longest path", "its speeds", warnings);
  if (!speeds.empty()) warnings.push_back("speeds are whole Gbit/s: " + speeds);
  if (latency_moved) warnings.emplace_back("latencies are whole nanoseconds, at least 1: they were rounded");
  if (unequal)
    warnings.emplace_back(
        "levels run at different speeds: the Ultra Ethernet version reads oversubscription as ports down over "
        "ports up and ignores that");
  if (failures.elsewhere > 0)
    warnings.push_back(std::to_string(failures.elsewhere) +
                       " failed links are not between the second and third level; "
                       "this client cannot express them, and they are left out");
}

Companion page(const FabricGraph& graph, const ExportOptions& options, bool failures) {
  const std::string speed = whole(graph.classes[graph.fat_tree[0].down_class].rate / 1e6);
  Companion page{
      "htsim",
      {{"fabric.topo", "the fat-tree, level by level"}},
      "The file cannot carry it: unknown keys are read over, and `Packet_Loss_Rate` is one. Speeds hold the efficiency "
      "instead (see the warnings). Programs of your own can put an `ExoQueue` with Tessera's number, which htsim reads "
      "per "
      "packet, behind each queue.",
      "`htsim_ndp -topo fabric.topo -linkspeed " + speed +
          " …`: without `-linkspeed` (Mbit/s) senders stay at 100 Gbit/s. "
          "No tabs, no comments behind a value, no `Queue_Up` or `Queue_Down`. Switch latency stands apart from the "
          "links'."};
  if (failures) {
    page.files.emplace_back("failures.cm",
                            "links that fail within " + rounded(options.failure_hours, 4) + " h without repair");
    page.use +=
        " Put the lines of `failures.cm` into your connection matrix; it loads as it is too, without connections.";
  }
  return page;
}

}  // namespace

FabricExport export_htsim(const FabricGraph& graph, const ExportOptions& options) {
  check_tree(graph);
  const double eta = path_efficiency(graph, options.recovery);
  FabricExport out;
  out.files.push_back({"fabric.topo", topology_text(graph, eta)});
  const Failures failures = draw_failures(graph, options);
  if (!failures.lines.empty()) {
    std::string text = "Nodes " + std::to_string(graph.gpus) + "\nConnections 0\nFailures " +
                       std::to_string(failures.lines.size()) + "\n";
    for (const std::string& line : failures.lines) text += line + "\n";
    out.files.push_back({"failures.cm", std::move(text)});
  }
  warn(graph, eta, failures, options, out.warnings);
  out.files.push_back(companion(page(graph, options, !failures.lines.empty()), graph, out.warnings));
  return out;
}

}  // namespace tessera
