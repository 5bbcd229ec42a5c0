#pragma once

#include <cstdint>
#include <string_view>

#include "phy/core/log10_probability.hpp"

namespace tessera {

enum class CollectiveKind { ring, tree, all_to_all };

std::string_view to_string(CollectiveKind kind);

/// A collective operation and the losses it meets.
///
/// Conventions: ring and tree are all-reduce of `bytes` held by every rank; all-to-all sends bytes/ranks to every other
///   rank, pair by pair. `lossy_links` 0 means all.
struct Collective {
  CollectiveKind kind = CollectiveKind::ring;
  std::int64_t ranks = 0;
  double bytes = 0.0;
  double rate = 0.0;             // bit/s that one rank sends
  double latency = 0.0;          // s of each step beside its sending
  int hops = 1;                  // links between two ranks
  int mtu = 4096;                // bytes of a packet
  int chunks = 64;               // of a tree's pipeline
  Log10Probability packet_loss;  // of one link
  double penalty = 0.0;          // s that a step with a loss takes longer
  std::int64_t lossy_links = 0;  // rank-to-rank paths that lose; the others lose nothing
  bool blocking = true;          // a path sends nothing new until its loss is repaired (go-back-N)
};

/// Steps of a collective, before anything is lost.
struct CollectiveSteps {
  std::int64_t steps = 0;      // one after the other, of the slowest rank
  std::int64_t own_steps = 0;  // that one path takes part in
  std::int64_t handovers = 0;  // paths that one piece of data goes over, one after the other
  std::int64_t paths = 0;      // at work at the same time
  double sending = 0.0;        // s of one step
  double packets = 0.0;        // packets times links of one step of one path
  Log10Probability step_loss;  // at least one of them is lost
  double loss_free = 0.0;      // s of the whole
};

/// Equation: ring 2(N-1) steps of S/N bytes on N paths; all-to-all N-1 of them; each step takes sending + latency. Tree
///   of depth D = floor(log2 N), C chunks: C + 2D - 1 steps of S/C on 2(N-1) paths, C of them each path's own, in (C -
///   1) sending + 2D (sending + latency). Step loss 1 - (1 - p)^{h bytes/MTU}.
/// Source: closed form
/// Theory: docs/theory/fabric.md
/// @throws ConfigError for less than two ranks, or numbers that are not positive.
CollectiveSteps steps_of(const Collective& collective);

/// Time with losses.
struct CollectiveTime {
  double loss_free = 0.0, lower = 0.0, upper = 0.0;  // s
};

/// Bounds of the mean time.
///
/// Equation: lower: the larger of T0 + (handovers) s q d, one piece of data followed along its paths, and where a loss
///   blocks its path T0 - (steps - 1) latency + (own steps) q d, one path watched (of a tree without the latency term);
///   upper: T0 + steps (1 - (1 - q)^n) d, a barrier after each step. n is the number of paths that lose, s their share.
/// Valid for: at most one penalty in a step; independent losses.
/// Source: closed form
/// Theory: docs/theory/fabric.md
/// @throws ConfigError as steps_of.
CollectiveTime collective_bounds(const Collective& collective);

/// Mean over random losses and its standard error.
struct CollectiveSample {
  double mean = 0.0, standard_error = 0.0;  // s
  int runs = 0;
};

/// Plays the dependencies: a path sends when it has sent its last step (where it blocks: repaired it) and what it
/// passes on has arrived; a loss delays arrival.
///
/// Conventions: draws are functions of (seed, run, step, path).
/// Source: none, direct simulation.
/// Theory: docs/theory/fabric.md
/// Cost: O(runs x steps x paths).
/// @throws ConfigError as steps_of, or for less than two runs.
CollectiveSample collective_monte_carlo(const Collective& collective, int runs, std::uint64_t seed);

/// Mean of the largest of n independent exponential times of mean 1: the harmonic number H_n.
double harmonic_number(std::int64_t n);

}  // namespace tessera
