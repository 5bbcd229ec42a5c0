#pragma once

#include <cstdint>

namespace tessera {

/// Ends of an interval of probabilities.
struct Interval {
  double low = 0.0, high = 1.0;

  bool contains(double p) const { return low <= p && p <= high; }
};

/// Clopper-Pearson interval of a probability from `errors` events in `trials` independent trials.
///
/// Equation: low solves P(X >= errors) = alpha/2, high solves P(X <= errors) = alpha/2, X binomial, alpha = 1 -
/// confidence; both are quantiles of beta distributions. Without an error low = 0 and high carries all of alpha (the
/// "rule of three": about -ln(alpha)/trials); with errors alone likewise, high = 1.
/// Conventions: confidence 0.95 is 95 %.
/// Valid for: independent trials; coverage is at least `confidence`.
/// Source: clopper1934
/// Theory: docs/theory/fec.md
/// @throws NumericError without a trial, for errors > trials or a confidence outside (0, 1).
Interval clopper_pearson(std::uint64_t errors, std::uint64_t trials, double confidence);
/// The same of effective counts, which need not be whole.
Interval effective_clopper_pearson(double errors, double trials, double confidence);

}  // namespace tessera
