#pragma once

#include <string_view>

#include "scenarios/fabric/export/export.hpp"

namespace tessera {

/// The graph itself, `fabric_graph.json`, which `tessera export` reads back.
///
/// Conventions: members as in `FabricGraph`, in SI; `links` holds columns (a, b, class, log10_pre_fec_ber, log10_frame_loss).
/// Source: none.
/// Theory: docs/guides/exports.md
FabricExport export_json(const FabricGraph& graph, const ExportOptions& options);

/// Reads what `export_json` writes; `name` stands in messages.
/// @throws ConfigError naming the member that is missing or wrong; a result of `tessera fabric`, which has no graph, is
/// told so.
FabricGraph read_graph_json(std::string_view text, const std::string& name);

}  // namespace tessera
