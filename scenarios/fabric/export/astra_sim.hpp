#pragma once

#include "scenarios/fabric/export/export.hpp"

namespace tessera {

/// ASTRA-sim's analytical network: lists with one entry for each dimension.
///
/// Equation: bandwidth = eta rate links/8/2^30 in GiB/s, with eta of a path of `hops` links as bad as the worst of its tier;
///   latency of one of the client's hops (two for a switch): (hops latency + (hops-1) switch latency)/2, else
///   undivided.
/// Conventions: `bandwidth` is in GiB/s although the client's documents say GB/s; what the client does not read stands in keys
///   that begin with `phy_`.
/// Source: astra-sim2023
/// Theory: docs/guides/exports.md
/// @throws ConfigError for a fabric without dimensions, or whose dimensions do not multiply to its GPUs.
FabricExport export_astra_sim(const FabricGraph& graph, const ExportOptions& options);

}  // namespace tessera
