#pragma once

#include <vector>

#include "phy/engine/decision_point.hpp"
#include "phy/engine/jitter_mixing.hpp"

namespace tessera {

/// Mean number of symbol errors that come of one, itself included, when wrong decisions are fed back.
///
/// Equation: B = 1 + sum_k sum_e P_k(e) [a_k(kick(e)) - a_k(0)], e the last N_b errors (up, down or none), kick(e) =
///   -sum_j e_j b_j D with D the level spacing of the eye; P_k follows from P_{k-1} as a Markov chain that begins with
///   one error. a_k(x) is the error ratio k symbols after an error with the slicer's input displaced by x, given what
///   that error and the decisions since then say (ErrorSurroundings; of paths that end in the same e the mean).
/// Conventions: 1 without feedback; both directions are averaged, and the `offsets` at which primary errors are
///   sampled; jitter_rms [V] at the slicer is part of the variance behind them.
/// Valid for: bursts of up to 100 errors; errors to the next level; residual interference taken as Gaussian within a
///   burst; at most 40 feedback taps.
/// Source: own derivation
/// Theory: docs/theory/statistical_engine.md
double mean_burst(const PreparedSegment& segment, const DecisionPoint& point, const Decision& decision,
                  double jitter_rms, const std::vector<OffsetShare>& offsets);

}  // namespace tessera
