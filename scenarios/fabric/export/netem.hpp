#pragma once

#include "scenarios/fabric/export/export.hpp"

namespace tessera {

/// Lines of `tc qdisc … netem`, one for each end of each link.
///
/// Conventions: link n's device is tNa at its `a` and tNb at its `b`; each line shapes what leaves that device. Delay in microseconds
///   with decimals (iproute2 6.1 rejects `505ns`), loss in percent without an exponent, left out below the kernel's 32
///   bits.
/// Source: tc-netem
/// Theory: docs/guides/exports.md
FabricExport export_netem(const FabricGraph& graph, const ExportOptions& options);

}  // namespace tessera
