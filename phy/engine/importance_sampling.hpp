#pragma once

#include <cstdint>
#include <string>

#include "phy/engine/decision_point.hpp"

namespace tessera {

/// A symbol error ratio from drawn samples, and its own opinion of how wrong it may be.
struct ImportanceResult {
  Log10Probability symbol_error_ratio;
  double relative_error = 0.0;  // standard deviation of the estimate over the estimate
  std::uint64_t samples = 0;
};

struct ImportanceOptions {
  std::uint64_t samples = 50'000;  // at each offset of the jitter
  std::uint64_t seed = 0;
  std::string instance;  // path of the lane, part of every random key; empty: the segment's name
};

/// Symbols, aggressors and noise drawn as they are when an error happens, each sample weighted by how much likelier
/// that made it.
///
/// Equation: P(X + N > d) = E_theta[e^{K(theta) - theta (X + N)} 1(X + N > d)], every symbol drawn with probabilities
///   ~ e^{theta h_k L}, the noise with the mean theta sigma^2, K the sum of their cumulant generating functions and
///   theta the saddle point K'(theta) = d; one such mean for each side of each eye, samples in equal parts.
/// Conventions: relative_error from the samples' own variance, the largest of all offsets; jitter is mixed over the
///   instant of decision as in the statistical engine, with the same random numbers at each offset.
/// Valid for: any error ratio; no error propagation; noise that follows the signal by its mean per level; cursors with
///   theta |h| (L_max - L_min) below 0.05 enter with the noise.
/// Source: jeruchim2000 (importance sampling by exponential twisting)
/// Theory: docs/theory/bit_by_bit_engine.md
/// @throws ConfigError for fewer samples than 1,000; NumericError where no sample lies beyond a threshold.
ImportanceResult importance_sampling(const PreparedSegment& segment, const DecisionPoint& point,
                                     const ImportanceOptions& options = {});

}  // namespace tessera
