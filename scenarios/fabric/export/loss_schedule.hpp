#pragma once

#include <cstdint>
#include <vector>

#include "scenarios/fabric/export/export.hpp"

namespace tessera {

/// One lost frame of one direction of a link.
struct ScheduledLoss {
  std::uint32_t link = 0;
  int direction = 0;        // 0: from the link's `a` to its `b`
  std::uint64_t frame = 0;  // frames of that direction that were sent before it
  double time = 0.0;        // s, at which it leaves if the direction is full from time 0 on
};

/// When links lose frames whose loss is too rare for a client's random generator (at most `floor`).
///
/// Equation: frames between two losses are geometric, floor(E/-ln(1-p)) with E exponential of mean 1, E = -ln(1-v) from the
///   k-th value of a Philox stream of (seed, link, direction).
/// Conventions: the same seed gives the same losses, link by link; a longer time only adds to them. In order of time.
/// Valid for: at most 1e6 losses are listed.
/// Source: closed form; salmon2011
/// Theory: docs/guides/exports.md
/// @throws ConfigError if there are more, naming the time that fits.
std::vector<ScheduledLoss> loss_schedule(const FabricGraph& graph, double floor, double seconds, std::uint64_t seed);

namespace export_text {

/// `loss_schedule.csv`, or no file where no link is below the floor.
std::vector<ExportFile> schedule_file(const FabricGraph& graph, const ExportOptions& options);

}  // namespace export_text
}  // namespace tessera
