#pragma once

#include "scenarios/fabric/export/export.hpp"

namespace tessera {

/// htsim's fat-tree file `.topo` (Broadcom's and the Ultra Ethernet version read the same) and failed links as `.cm`
/// lines.
///
/// Conventions: one `Key value` a line, one space, whole numbers; a level's speed and latency are those of the links below it;
///   Oversubscribed = capacity down over capacity up of a switch. Failed are links above the second level, each with
///   the chance 1 - exp(-FIT 1e-9 hours), drawn from `options.seed`; `switch_id` counts switches of the second level,
///   `link_id` its uplinks.
/// Source: htsim
/// Theory: docs/guides/exports.md
/// @throws ConfigError for a fabric that is no fat-tree of 2 or 3 levels with one link for each GPU and whole
/// oversubscription.
FabricExport export_htsim(const FabricGraph& graph, const ExportOptions& options);

}  // namespace tessera
