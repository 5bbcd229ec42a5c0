#pragma once

#include "phy/core/log10_probability.hpp"

namespace tessera {

/// Probability that a standard normal variable exceeds `x`, kept in the log domain so that no tail underflows.
///
/// Equation: Q(x) = erfc(x/sqrt(2))/2; for large x, Q(x) = phi(x)/(x + 1/(x + 2/(x + 3/(x + ...)))).
/// Conventions: log10 is accurate to 1e-12 relative.
/// Valid for: |x| <= 1e150.
/// Source: abramowitz1964 26.2.3, 26.2.14
/// Theory: docs/theory/fec.md
/// @throws NumericError if x is not finite or beyond 1e150.
Log10Probability gaussian_tail(double x);

/// The x with Q(x) = p, to 1e-12 of max(1, |x|).
///
/// Equation: Newton's iteration on ln Q, whose slope is minus the hazard phi(x)/Q(x).
/// Conventions: negative for p > 1/2.
/// Valid for: 0 < p < 1, down to p = 10^-10000 and below.
/// Source: closed form
/// Theory: docs/theory/fec.md
/// @throws NumericError for p = 1.
double gaussian_tail_inverse(Log10Probability p);

/// Symbol error ratio of equidistant PAM in Gaussian noise.
///
/// Equation: 2 (M-1)/M Q(q), q = half the level distance / noise rms [V/V].
/// Conventions: clamped at 1.
/// Valid for: order M >= 2, all levels equally likely and equally noisy.
/// Source: proakis2008 section 4.3
/// Theory: docs/theory/fec.md
/// @throws NumericError for order < 2.
Log10Probability pam_symbol_error_ratio(int order, double q);

/// The q at which `order`-PAM in Gaussian noise has this symbol error ratio; negative beyond (M-1)/M.
/// @throws NumericError for order < 2 or a ratio of 2 (M-1)/M or more.
double pam_symbol_error_ratio_inverse(int order, Log10Probability symbol_error_ratio);

}  // namespace tessera
