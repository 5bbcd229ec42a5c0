#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/fabric/graph.hpp"

namespace tessera {

/// All cables between the same two nodes as one, for clients that keep one link per pair.
///
/// Conventions: a < b. Rates and watts add up; frames choose a cable in proportion to its rate, so the loss is the mean
///   weighted by rate; the latency is the longest, with the share of the switches at its ends.
struct MergedLink {
  std::uint32_t a = 0, b = 0;
  int cables = 0;
  double rate = 0.0, latency = 0.0;
  double loss = 0.0;                          // probability, at least 1e-300
  double watts_idle = 0.0, watts_busy = 0.0;  // one end
};

/// In order of (a, b).
/// Source: none.
/// Theory: docs/guides/exports.md
std::vector<MergedLink> merged_links(const FabricGraph& graph);

/// One line if some pair has more than one cable.
void warn_merged(const std::vector<MergedLink>& links, std::vector<std::string>& warnings);

}  // namespace tessera
