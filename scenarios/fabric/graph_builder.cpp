#include "scenarios/fabric/graph_builder.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "phy/core/rng.hpp"

namespace tessera {
namespace {

FabricLinkClass graph_class(const TierReport& tier, const TierClass& c) {
  const double links_per_port = static_cast<double>(c.links) / static_cast<double>(c.ports);
  FabricLinkClass out;
  out.name = c.name;
  out.technology = c.link.technology;
  out.rate = tier.port_rate_bps;
  out.latency = c.link.latency.total;
  out.length = c.link.length_m.value_or(0.0);
  out.watts_idle = out.watts_busy = links_per_port * c.link.energy.module_and_host.watts;
  out.fit = links_per_port * c.fit_per_link;
  return out;
}

// Classes of the links of one tier: exact counts in random order (Fisher and Yates).
std::vector<std::uint32_t> shuffled_classes(const TierReport& tier, std::uint32_t first, std::uint64_t seed) {
  std::vector<std::uint32_t> classes;
  classes.reserve(static_cast<std::size_t>(tier.ports));
  for (std::size_t i = 0; i < tier.classes.size(); ++i)
    classes.insert(classes.end(), static_cast<std::size_t>(tier.classes[i].ports),
                   first + static_cast<std::uint32_t>(i));
  if (tier.classes.size() < 2) return classes;
  std::vector<std::uint32_t> words(classes.size());
  random_words(stream_key(seed, tier.name + "/class"), 0, words);
  for (std::size_t i = classes.size() - 1; i > 0; --i)
    std::swap(classes[i], classes[static_cast<std::size_t>((std::uint64_t{words[i]} * (i + 1)) >> 32)]);
  return classes;
}

struct ClassLaw {
  LossLaw law;
  double log10_ber = 0.0, log10_loss = 0.0;  // at the evaluated margin
};

ClassLaw class_law(const TierClass& c, int frame_bytes) {
  const auto at = c.link.verdict.frame_loss_ratio.find(kDeliveredFrame);
  if (at == c.link.verdict.frame_loss_ratio.end())
    throw ConfigError("link " + c.link.name + " has no loss of frames of " + std::to_string(kDeliveredFrame) +
                      " bytes");
  ClassLaw out{loss_law(c.fec, at->second, kDeliveredFrame), 0.0, 0.0};
  const Log10Probability ber = bit_error_ratio(out.law, 0.0);
  out.log10_ber = ber.log10();
  out.log10_loss = frame_loss(out.law, ber, frame_bytes).log10();
  return out;
}

void draw_losses(const FabricTier& tier, const std::vector<ClassLaw>& laws, std::uint64_t seed, int frame_bytes,
                 std::span<FabricLink> links) {
  std::vector<double> shifts(tier.margins.none() ? 0 : links.size());
  draw_margins(tier.margins, seed, tier.name, shifts);
  for (std::size_t i = 0; i < links.size(); ++i) {
    const ClassLaw& own = laws[links[i].link_class];
    if (shifts.empty() || shifts[i] == 0.0) {
      links[i].log10_pre_fec_ber = own.log10_ber;
      links[i].log10_frame_loss = own.log10_loss;
      continue;
    }
    const Log10Probability ber = bit_error_ratio(own.law, shifts[i]);
    links[i].log10_pre_fec_ber = ber.log10();
    links[i].log10_frame_loss = frame_loss(own.law, ber, frame_bytes).log10();
  }
}

void check_ports(const Fabric& fabric, const FabricReport& report, const TopologyCounts& counts) {
  if (counts.tiers.size() != report.tiers.size() || fabric.tiers.size() != report.tiers.size())
    throw ConfigError("fabric " + fabric.name + " has " + std::to_string(report.tiers.size()) +
                      " tiers, its topology " + std::to_string(counts.tiers.size()));
  for (std::size_t i = 0; i < counts.tiers.size(); ++i)
    if (counts.tiers[i].links != report.tiers[i].ports)
      throw ConfigError("tier " + report.tiers[i].name + " has " + std::to_string(report.tiers[i].ports) +
                        " ports, its topology " + std::to_string(counts.tiers[i].links));
}

}  // namespace

void require_topology(const Fabric& fabric) {
  if (!fabric.topology)
    throw ConfigError("fabric " + fabric.name + " is given by counts only; a graph needs a table [topology]");
}

FabricGraph build_graph(const Fabric& fabric, const FabricReport& report, int frame_bytes, std::uint64_t seed) {
  require_topology(fabric);
  if (frame_bytes < 1) throw ConfigError("frames need at least 1 byte");
  const TopologyCounts counts = count(*fabric.topology);
  check_ports(fabric, report, counts);
  TopologyGraph shape = connect(*fabric.topology);
  FabricGraph graph;
  graph.name = fabric.name;
  graph.frame_bytes = frame_bytes;
  graph.gpus = fabric.gpus;
  graph.switch_latency = fabric.switch_latency;
  graph.nodes = std::move(shape.nodes);

  std::vector<std::uint32_t> slowest;  // class of each tier with the largest latency
  std::vector<ClassLaw> laws;
  std::vector<std::vector<std::uint32_t>> classes;
  for (const TierReport& tier : report.tiers) {
    const auto first = static_cast<std::uint32_t>(graph.classes.size());
    for (const TierClass& c : tier.classes) {
      graph.classes.push_back(graph_class(tier, c));
      laws.push_back(class_law(c, frame_bytes));
    }
    const auto begin = graph.classes.begin() + first;
    slowest.push_back(
        first + static_cast<std::uint32_t>(std::max_element(begin, graph.classes.end(),
                                                            [](const FabricLinkClass& a, const FabricLinkClass& b) {
                                                              return a.latency < b.latency;
                                                            }) -
                                           begin));
    classes.push_back(shuffled_classes(tier, first, seed));
  }

  // Tier by tier, so that draws go along whole tiers.
  std::stable_sort(shape.links.begin(), shape.links.end(),
                   [](const TopologyLink& a, const TopologyLink& b) { return a.tier < b.tier; });
  graph.links.resize(shape.links.size());
  std::size_t next = 0;
  for (std::size_t tier = 0; tier < classes.size(); ++tier) {
    const std::size_t begin = next;
    for (std::size_t i = 0; i < classes[tier].size(); ++i, ++next)
      graph.links[next] = {shape.links[next].a, shape.links[next].b, classes[tier][i], 0.0, 0.0};
    draw_losses(fabric.tiers[tier], laws, seed, frame_bytes, std::span(graph.links).subspan(begin, next - begin));
  }
  graph.dimensions = dimensions(*fabric.topology, slowest);
  graph.fat_tree = fat_tree_levels(*fabric.topology, slowest);
  const Topology& t = *fabric.topology;
  if (!graph.fat_tree.empty() && t.tiers == 3) graph.pod_gpus = completed(t).pod_gpus;
  check(graph);
  return graph;
}

}  // namespace tessera
