#pragma once

#include "scenarios/fabric/export/export.hpp"

namespace tessera {

/// BookSim's `anynet` file with a configuration that loads it.
///
/// Equation: cycle = flit bits/rate of a GPU's link; a channel takes latency/cycle cycles, at least 1.
/// Conventions: `router R node N router S cycles …`, both directions of each link; router n is node n of the graph, and a GPU is a
///   router with one node, so that it may have several links and its link a latency.
/// Source: booksim2013
/// Theory: docs/guides/exports.md
/// @throws ConfigError for flits of less than 1 bit, or GPUs without links.
FabricExport export_booksim(const FabricGraph& graph, const ExportOptions& options);

}  // namespace tessera
