#pragma once

#include <functional>
#include <map>
#include <vector>

#include "scenarios/study/sweep.hpp"
#include "scenarios/study/sweep_point.hpp"

namespace tessera {

struct SweepHooks {
  std::function<bool()> stop;                                    // asked before every point
  std::function<void(std::size_t, const SweepPoint&)> finished;  // called from several threads
};

/// One point: the link of the point evaluated at its own length. Wrong input and numerical failures are results.
SweepPoint evaluate_point(const Sweep& sweep, std::size_t point, const Library& library,
                          const std::vector<ModelInfo>& models, ReadCache& read, PrepareCache& prepared);

/// Computes the points that are not `done` yet, on `threads` threads (0: all cores).
///
/// Conventions: every point depends on its number alone, so the result is the same bit for bit for any number of
/// threads, any order, and any division into runs.
/// Source: none.
/// Theory: docs/guides/sweeps.md
/// @throws what `finished` throws, behind the points in work.
void run_sweep(const Sweep& sweep, const Library& library, const std::vector<ModelInfo>& models,
               const std::map<std::size_t, SweepPoint>& done, int threads, const SweepHooks& hooks);

}  // namespace tessera
