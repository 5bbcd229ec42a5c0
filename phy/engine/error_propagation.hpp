#pragma once

#include "phy/engine/decision_point.hpp"

namespace tessera {

/// Mean number of symbol errors that come of one, itself included, when wrong decisions are fed back.
///
/// Equation: B = 1 + sum_k sum_e P_k(e) [a_k(kick(e)) - a_k(0)], e the last N_b errors (up, down or none), kick(e) =
///   -sum_j e_j b_j D with D the level spacing of the eye; P_k follows from P_{k-1} as a Markov chain that begins with
///   one error. a_k(x) is the error ratio k symbols after an error upwards with the slicer's input displaced by x. That
///   error says what surrounds it: levels of symbol k follow w(L) ~ e^{theta h_{-k} L}, what falls on it has the mean
///   mu_k = sum_j h_{k-j} E[L_j] + theta R_k and the variance v - mu_k^2/(theta^2 v), theta the saddle point of the
///   smallest eye, R the autocorrelation of noise and crosstalk at the slicer.
/// Conventions: 1 without feedback; both directions are averaged; jitter_rms [V] at the slicer is part of v.
/// Valid for: rare primary errors to the next level; residual interference taken as Gaussian within a burst; at most 40
///   feedback taps.
/// Source: own derivation
/// Theory: docs/theory/statistical_engine.md
double mean_burst(const PreparedSegment& segment, const DecisionPoint& point, const Decision& decision,
                  const Interference& interference, double jitter_rms);

}  // namespace tessera
