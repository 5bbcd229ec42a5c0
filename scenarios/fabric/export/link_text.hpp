#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/fabric/export/export.hpp"

namespace tessera::export_text {

// Smallest step of ns-3's uniform generator, 1/4294967088: a frame loss of that or less never happens (its manual,
// class MRG32k3a; `tc netem` has 32 bits too).
inline constexpr double kGeneratorFloor = 2.33e-10;
inline constexpr double kMininetFloor = 1e-7;    // loss in percent with five decimals
inline constexpr double kLeastWritten = 1e-300;  // in place of 0, which some clients read as "use the default"
inline constexpr int kGapBytes = 20;             // preamble and inter-packet gap of a frame

/// Shortest text that reads back as the same number, with a point whatever the locale.
std::string number(double value);
std::string whole(double value);
/// At most `digits` significant ones, for texts that people read.
std::string rounded(double value, int digits = 3);

/// `400Gbps`, or bits per second where the rate is no whole number of Gbit/s. Never Tbps, which ns-3 does not know.
std::string gbps(double rate);
/// Whole nanoseconds, at least 1.
std::int64_t whole_ns(double seconds);
/// 10^log10, at least `kLeastWritten`.
double probability(double log10_loss);

/// Frames per second of one direction at full load. @param frame_bytes without preamble and gap.
double frames_per_second(double rate, int frame_bytes);

/// One way over a link for clients whose switches take no time: each end at a switch bears half of the switch's.
/// Optical circuit switches take none.
double hop_latency(const FabricGraph& graph, const FabricLink& link);

/// The loss of all links as a generator of a given resolution sees it.
struct LossCensus {
  std::size_t links = 0, below = 0;  // below or at the floor
  double worst = 0.0;                // probability
  double below_per_second = 0.0;     // lost frames of all links below the floor, both directions, full load
  std::size_t above() const { return links - below; }
};
LossCensus loss_census(const FabricGraph& graph, double floor);

/// Loss of a path over `hops` links that each lose a frame with probability `p`: 1-(1-p)^hops.
double path_loss(double p, int hops);

/// Share of a path's rate that arrives as goodput.
///
/// Equation: selective repeat 1-P; go-back-N (1-P)/(1-P+W P) with W = rate RTT/(8 frame) frames in flight
/// Source: closed form
/// Theory: docs/guides/exports.md
double efficiency(LossRecovery recovery, double path_loss, double rate, double round_trip, int frame_bytes);

/// For each class the largest loss of a link of its tier, which several classes may share (copper while it reaches,
/// then optics): classes whose names agree up to their last point.
std::vector<double> worst_loss_of_tier(const FabricGraph& graph);

/// The path along one dimension, over the worst and the slowest link of each tier: through switches twice over each
/// tier from its own downwards, else over its own tier alone.
struct DimensionPath {
  double loss = 0.0, one_way = 0.0;  // of a frame; s, with the switches between its hops
};
DimensionPath path_along(const FabricGraph& graph, const FabricDimension& dimension);

/// There and back over the longest path of which the graph tells: through all levels of its fat-tree, else along its
/// longest dimension, else over two of its slowest links.
double longest_round_trip(const FabricGraph& graph);

/// "go-back-N" or "selective repeat".
std::string recovery_name(LossRecovery recovery);

// Warnings; each is one line. The functions add nothing where there is nothing to say.
void warn_floor(const FabricGraph& graph, double floor, const std::string& remedy, std::vector<std::string>& warnings);
void warn_hang(const FabricGraph& graph, const ExportOptions& options, std::vector<std::string>& warnings);
void warn_shared_stream(const FabricGraph& graph, std::vector<std::string>& warnings);
void warn_whole_ns(const FabricGraph& graph, std::vector<std::string>& warnings);
void warn_terabits(const FabricGraph& graph, std::vector<std::string>& warnings);
/// For clients without loss: what of it is in their rates, `where` ("its bandwidth"), for the worst of `paths`.
void warn_dropped(double efficiency, LossRecovery recovery, const std::string& paths, const std::string& where,
                  std::vector<std::string>& warnings);
void warn_circuit_switches(const FabricGraph& graph, std::vector<std::string>& warnings);

/// The page that stands beside the files.
struct Companion {
  std::string client;  // "ns-3"
  std::vector<std::pair<std::string, std::string>> files;
  std::string loss;  // what the client's loss number means
  std::string use;   // how to load it
};
ExportFile companion(const Companion& page, const FabricGraph& graph, const std::vector<std::string>& warnings);

}  // namespace tessera::export_text
