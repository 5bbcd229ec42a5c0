#pragma once

#include "scenarios/fabric/export/export.hpp"

namespace tessera {

/// SimAI's topology file, with the lines that its configuration needs, and the bus bandwidths of its analytical mode
/// (`simai_busbw.hpp`).
///
/// Conventions: `nodes gpus_per_server nvswitches switches links gpu_type`, ids of NVSwitches then of switches, then `src dst
///   rate delay p`; nodes in the order GPUs, NVSwitches, switches by level. A fabric without scale-up switches gets one
///   NVSwitch for each server of `options.gpus_per_server` GPUs, with SimAI's own 2,880 Gbit/s and 25 ns: none at all
///   crashes the program. Links of scale-up switches repeat lost frames themselves; their loss is written as 1e-300.
/// Source: simai2025
/// Theory: docs/guides/exports.md
/// @throws ConfigError for more than 65,536 nodes, an unknown type of GPU, servers of unequal size.
FabricExport export_simai(const FabricGraph& graph, const ExportOptions& options);

}  // namespace tessera
