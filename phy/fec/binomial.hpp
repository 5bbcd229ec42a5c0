#pragma once

#include "phy/core/log10_probability.hpp"

namespace tessera {

/// Probability of more than `limit` events in `trials` independent ones of probability `p`.
///
/// Equation: sum_{i > limit} C(n, i) p^i (1-p)^{n-i}, summed on the side of the mean where terms fall, in the log
/// domain.
/// Conventions: relative error below 1e-11 however small the result is.
/// Valid for: 0 <= limit < trials.
/// Source: closed form
/// Theory: docs/theory/fec.md
/// @throws NumericError outside that range: the result would be the impossible event.
Log10Probability binomial_more_than(int trials, int limit, Log10Probability p);

/// Probability of at most `limit` events: the complement of `binomial_more_than`, summed by itself and not subtracted
/// from 1.
/// @throws NumericError unless 0 <= limit < trials, or for p = 1.
Log10Probability binomial_at_most(int trials, int limit, Log10Probability p);

/// Natural logarithm of the probability that `first` and `second` places, each set at random out of n, have exactly
/// `common` in common; -infinity where that is impossible.
///
/// Equation: C(first, common) C(n - first, second - common) / C(n, second).
/// Valid for: 0 <= first, second <= n.
/// Source: closed form
/// Theory: docs/theory/fec_bursts.md
double ln_hypergeometric(int n, int first, int second, int common);

}  // namespace tessera
