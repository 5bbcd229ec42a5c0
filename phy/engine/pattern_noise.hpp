#pragma once

#include "phy/engine/decision_point.hpp"

namespace tessera {

/// How much larger the symbol error ratio is because the noise of a symbol follows its neighbours too.
///
/// Equation: with V(a) = V_m + sum_k V'_k a_k the generating function of interference and noise is
///   sum_k ln E[e^{theta h_k a + theta^2 V'_k a/2}] + theta^2 V_m/2: at the saddle point theta, where
///   sum_k (h_k + theta V'_k) E_theta[a_k] + theta V_m is the distance to the threshold, cursors of h_k + theta V'_k/2
///   and noise of V_m have the same one. What is quadratic in the neighbours adds its mean there, less its mean without
///   tilt, to V_m (NeighbourNoise); an offset of thresholds goes to the worse side of each eye.
/// Conventions: ln of the ratio to what `decision` and plain interference give; 0 where no noise follows the signal.
/// Valid for: variances that neighbours move by less than themselves; the quadratic part as a Gaussian variance of
///   its mean at the saddle point.
/// Source: own derivation
/// Theory: docs/theory/statistical_engine.md
double log_pattern_noise(const NeighbourNoise& noise, const Decision& decision, const Interference& interference,
                         double step);

/// Thresholds of `decision`, the best ones without that noise, moved to the best ones with it.
///
/// Equation: steps (ln theta_u P'_u - ln theta_d P'_d)/(theta_u + theta_d) of each eye: error probabilities P' from below
///   and from above fall by e^{-theta_u} and rise by e^{theta_d} a volt; their sum is least where theta P' balance.
/// Conventions: V; the same where no noise follows the signal, or where a shift would leave the eye.
/// Valid for: up to four steps; they end where one changes ln P by less than 0.05.
/// Source: own derivation
/// Theory: docs/theory/statistical_engine.md
std::vector<double> pattern_thresholds(const NeighbourNoise& noise, const Decision& decision,
                                       const Interference& interference, double step);

/// Thresholds with their offset, whose sign is not known, on the worse side of each eye.
/// @param tails of that interference
std::vector<double> adverse_thresholds(const NeighbourNoise& noise, const Decision& decision,
                                       const Interference& interference, const InterferenceTails& tails, double step);

}  // namespace tessera
