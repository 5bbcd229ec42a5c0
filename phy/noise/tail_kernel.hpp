#pragma once

#include "phy/signal/pdf.hpp"

namespace tessera {

/// Natural logarithm of P(X + N > distance), X ~ density, N Gaussian.
///
/// Equation: ln sum_i P(X = x_i) Q((distance - x_i)/sigma), summed relative to its largest term, the splitting variance
/// of the density taken out of sigma^2 (see Pdf).
/// Conventions: [distance] = V, [variance] = V^2; the result is <= 0 and may be -1e5.
/// Valid for: variance above the density's splitting variance; below it the Gaussian is held at a quarter step.
/// Source: shepherd1981 (Chebyshev form of erfcx)
/// Theory: docs/theory/statistical_engine.md
double log_tail(const Pdf& density, double distance, double variance);

/// Vectorised e^{x^2/2} Q(x) for x >= 0, relative error below 1e-13: Q without its exponential.
double scaled_gaussian_tail(double x);

/// q with ln Q(q) = log_probability; negative for probabilities above 1/2, found to 1e-12.
double gaussian_quantile(double log_probability);

}  // namespace tessera
