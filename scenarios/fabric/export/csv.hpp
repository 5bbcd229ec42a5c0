#pragma once

#include <string_view>

#include "scenarios/fabric/export/export.hpp"

namespace tessera {

/// Tables of links and nodes, and the losses too rare to draw.
///
/// Conventions: SI units, named in the headings; ratios as log10; latency without switches; text in quotes only if needed.
/// Source: rfc4180
/// Theory: docs/guides/exports.md
FabricExport export_csv(const FabricGraph& graph, const ExportOptions& options);

namespace export_text {

std::string links_csv(const FabricGraph& graph);
std::string nodes_csv(const FabricGraph& graph);
/// Puts both into an export, with the schedule of losses too rare to draw. @return whether there is one.
bool add_tables(const FabricGraph& graph, const ExportOptions& options, FabricExport& out);
/// gpu | scale_up_switch | switch | optical_circuit_switch
std::string_view kind_name(FabricNodeKind kind);

}  // namespace export_text
}  // namespace tessera
