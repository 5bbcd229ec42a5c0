#pragma once

#include <cstdint>

#include "scenarios/fabric/fabric.hpp"
#include "scenarios/fabric/graph.hpp"

namespace tessera {

/// @throws ConfigError for a fabric that is given by counts only.
void require_topology(const Fabric& fabric);

/// Every node and cable of a fabric, with a length, a technology, a margin and a frame loss for each cable.
///
/// Equation: the topology's cables; in each tier exactly as many of each class as the report counts, in an order drawn
///   at random; margin shift drawn per link; BER and frame loss by `LossLaw`.
/// Conventions: a cable of the graph is one port. Watts and FIT of a physical link are shared evenly by its ports, so
///   that sums over the graph are the report's; a port of several links has all of theirs. Draws are functions of
///   (seed, tier name, index), whatever the number of threads.
/// Valid for: fabrics with a topology; margins independent of each other.
/// Source: closed form
/// Theory: docs/theory/fabric.md
/// Cost: O(links), about 30 bytes and 2 microseconds each.
/// @throws ConfigError for a fabric by counts only, for one whose ports differ from its topology, or frame_bytes < 1.
FabricGraph build_graph(const Fabric& fabric, const FabricReport& report, int frame_bytes, std::uint64_t seed);

}  // namespace tessera
