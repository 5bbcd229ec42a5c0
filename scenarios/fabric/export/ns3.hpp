#pragma once

#include "scenarios/fabric/export/export.hpp"

namespace tessera {

/// For programs written with ns-3: a topology in HPCC's grammar, the links as CSV and the losses too rare to draw.
///
/// Conventions: line n of the links in `topology.txt` (from 0) is link n of `links.csv` and of `loss_schedule.csv`; cables
///   between the same two nodes stand one by one; p is the loss of a frame of `graph.frame_bytes`, unit packet.
/// Source: ns3-manual
/// Theory: docs/guides/exports.md
FabricExport export_ns3(const FabricGraph& graph, const ExportOptions& options);

}  // namespace tessera
