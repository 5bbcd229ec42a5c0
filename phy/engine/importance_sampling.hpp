#pragma once

#include <cstdint>

#include "phy/engine/statistical_engine.hpp"

namespace tessera {

/// A symbol error ratio from drawn samples, and its own opinion of how wrong it may be.
struct ImportanceResult {
  Log10Probability symbol_error_ratio;
  double relative_error = 0.0;  // standard deviation of the estimate over the estimate
  std::uint64_t samples = 0;
};

struct ImportanceOptions {
  std::uint64_t samples = 200'000;
  std::uint64_t seed = 0;
  StatisticalOptions statistical;  // how taps, phase and thresholds are settled
};

/// Symbols, aggressors and noise drawn as they are when an error happens, each sample weighted by how much likelier
/// that made it.
///
/// Equation: P(X + N > d) = E_theta[e^{K(theta) - theta (X + N)} 1(X + N > d)], every symbol drawn with probabilities
///   ~ e^{theta h_k L}, the noise with the mean theta sigma^2, K the sum of their cumulant generating functions and
///   theta the saddle point K'(theta) = d; one such mean for each side of each eye, samples in equal parts.
/// Conventions: relative_error from the samples' own variance.
/// Valid for: any error ratio; no jitter, no error propagation; cursors with theta |h| (L_max - L_min) below 0.05 enter
///   with the noise.
/// Source: jeruchim2000 (importance sampling by exponential twisting)
/// Theory: docs/theory/bit_by_bit_engine.md
/// @throws ConfigError for fewer samples than 1,000; NumericError where no sample lies beyond a threshold.
ImportanceResult run_importance_sampling(const PreparedSegment& segment, const ImportanceOptions& options = {});

}  // namespace tessera
