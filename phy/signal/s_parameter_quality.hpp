#pragma once

#include "phy/signal/s_parameters.hpp"

namespace tessera {

/// A figure of quality and the frequency at which it is worst. Reported, never silently repaired.
struct QualityFigure {
  double value = 0.0;
  double frequency = 0.0;  // Hz
};

/// Largest singular value over frequency; a passive network has at most 1.
///
/// Equation: max_f sigma_max(S(f)), [1].
/// Conventions: one real reference impedance.
/// Valid for: any port count; cost O(F N^3).
/// Source: closed form
/// Theory: docs/theory/s_parameters.md
QualityFigure largest_singular_value(const SParameters& network);

/// max |S_ij - S_ji| over frequency and pairs of ports; 0 for a reciprocal network.
QualityFigure reciprocity_error(const SParameters& network);

/// Share of an element's impulse-response energy that comes before t = -2/f_max, from the windowed inverse transform of
/// the file's band; 0 for a causal element up to the window's leakage (about 1e-6).
///
/// Equation: sum_{t < -2/f_max} h^2 / sum h^2, [1]; the second half of the time window counts as negative time.
/// Conventions: resampled to a uniform grid with the file's smallest step, cos^2 window over the band.
/// Valid for: at least 8 points, bulk delay below half the inverse step.
/// Source: closed form
/// Theory: docs/theory/s_parameters.md
/// @throws ConfigError for fewer points.
double energy_before_zero(const SParameters& network, int to, int from);

}  // namespace tessera
