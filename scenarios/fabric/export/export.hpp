#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/fabric/graph.hpp"

namespace tessera {

/// One file of an export, by its name inside the folder that the user chose.
struct ExportFile {
  std::string name, text;
};

/// What an exporter gives back: files, and one line each for what the client cannot express or its user must know.
struct FabricExport {
  std::vector<ExportFile> files;
  std::vector<std::string> warnings;
};

/// How the traffic deals with a lost frame: what a client without loss sees of it in its bandwidth.
enum class LossRecovery : std::uint8_t { kGoBackN, kSelectiveRepeat };

struct ExportOptions {
  std::uint64_t seed = 0;         // of loss schedules and of failed links
  double schedule_seconds = 1.0;  // losses too rare for a client's generator are listed over that time
  double flow_bytes = 1e9;        // one message: frames at risk of a hang
  double failure_hours = 730.5;   // a month without repair, for clients that take failed links
  LossRecovery recovery = LossRecovery::kGoBackN;
  int gpus_per_server = 8;        // SimAI, where the fabric has no scale-up switches
  std::string gpu_type = "H100";  // SimAI
  int flit_bits = 128;            // BookSim
};

/// Names of the clients, as `tessera export --to` takes them.
std::vector<std::string> export_formats();

/// Writes a fabric for one client.
///
/// Conventions: loss is per frame of `graph.frame_bytes`, one direction; file names have no folder.
/// Source: none.
/// Theory: docs/guides/exports.md
/// @throws ConfigError for an unknown client (nearest named), a graph that is wrong, or one that the client cannot
/// load.
FabricExport export_fabric(const FabricGraph& graph, const std::string& format, const ExportOptions& options = {});

}  // namespace tessera
