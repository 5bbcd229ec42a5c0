#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/fabric/export/export.hpp"

namespace tessera {

/// What one rank gets of its bus in SimAI's analytical mode, which knows no loss.
///
/// Equation: bandwidth = efficiency x sum of the rates of a GPU's links / 8 [byte/s], of the GPU with the least.
///   Scale-up: local go-back-N over the worst link, (1 - p)/(1 - p + W p) with W = 1 + rate RTT_link/(8 frame).
///   Scale-out: that of `recovery` over two links of each level, the worst of their level, and the longest round trip.
/// Conventions: bus bandwidth as NCCL's tests define it: of a ring it is the rate at which one rank sends, whatever the
///   operation. A group in the scale-up domain (tensor parallel) uses scale-up links, all other groups have one rank in
///   each server and that rank's own links.
/// Source: closed form
/// Theory: docs/guides/exports.md
struct BusBandwidth {
  double bytes_per_second = 0.0, efficiency = 1.0, loss = 0.0;
};

/// Empty where the GPUs have no links of that kind.
std::optional<BusBandwidth> scale_up_bandwidth(const FabricGraph& graph);
std::optional<BusBandwidth> scale_out_bandwidth(const FabricGraph& graph, LossRecovery recovery);

/// The text of busbw.yaml: a line of title, which the client drops, then the groups TP, DP, EP and PP. GB/s of 10^9.
std::string busbw_text(const std::string& title, double scale_up, const std::optional<BusBandwidth>& scale_out);

}  // namespace tessera
