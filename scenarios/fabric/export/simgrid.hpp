#pragma once

#include "scenarios/fabric/export/export.hpp"

namespace tessera {

/// SimGrid's platform file with the energy of each link.
///
/// Equation: bandwidth = eta rate, eta of a path as bad as this one link; `wattage_range` = idle:busy of one end.
/// Conventions: GPU n is host gpu-n, a switch is router sw-n; a cable is two one-way links, NAME_up from `a` to `b` and NAME_down,
///   each with the watts of one end, so that both together draw what the cable's two ends draw.
/// Source: simgrid2014
/// Theory: docs/guides/exports.md
FabricExport export_simgrid(const FabricGraph& graph, const ExportOptions& options);

}  // namespace tessera
