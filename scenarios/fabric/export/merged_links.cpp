#include "scenarios/fabric/export/merged_links.hpp"

#include <algorithm>
#include <cmath>

#include "scenarios/fabric/export/link_text.hpp"

namespace tessera {

std::vector<MergedLink> merged_links(const FabricGraph& graph) {
  std::vector<MergedLink> all;
  all.reserve(graph.links.size());
  for (const FabricLink& link : graph.links) {
    const FabricLinkClass& kind = graph.classes[link.link_class];
    all.push_back({std::min(link.a, link.b), std::max(link.a, link.b), 1, kind.rate,
                   export_text::hop_latency(graph, link), std::pow(10.0, link.log10_frame_loss), kind.watts_idle,
                   kind.watts_busy});
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const MergedLink& x, const MergedLink& y) { return x.a != y.a ? x.a < y.a : x.b < y.b; });
  std::vector<MergedLink> merged;
  for (const MergedLink& link : all) {
    if (merged.empty() || merged.back().a != link.a || merged.back().b != link.b) {
      merged.push_back(link);
      continue;
    }
    MergedLink& sum = merged.back();
    sum.loss = (sum.loss * sum.rate + link.loss * link.rate) / (sum.rate + link.rate);
    sum.cables += 1;
    sum.rate += link.rate;
    sum.latency = std::max(sum.latency, link.latency);
    sum.watts_idle += link.watts_idle;
    sum.watts_busy += link.watts_busy;
  }
  for (MergedLink& link : merged) link.loss = std::max(link.loss, export_text::kLeastWritten);
  return merged;
}

void warn_merged(const std::vector<MergedLink>& links, std::vector<std::string>& warnings) {
  std::size_t pairs = 0;
  int most = 0;
  for (const MergedLink& link : links) {
    if (link.cables == 1) continue;
    ++pairs;
    most = std::max(most, link.cables);
  }
  if (pairs > 0)
    warnings.push_back("parallel links: this client keeps one link between two nodes, so the cables of " +
                       std::to_string(pairs) + " pairs (up to " + std::to_string(most) +
                       " each) are one with their rates added up and their mean loss");
}

}  // namespace tessera
