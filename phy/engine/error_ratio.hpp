#pragma once

#include <vector>

#include "phy/engine/interference.hpp"

namespace tessera {

/// Levels, noise and thresholds of a decision.
struct Decision {
  std::vector<double> amplitudes;  // V, one per level, lowest first
  std::vector<double> variances;   // V^2 of Gaussian noise, one per level
  std::vector<double> thresholds;  // V, one per eye
  double threshold_error = 0.0;    // V, taken adversely
};

/// Midpoints, or the least-error thresholds where noise differs between levels or interference is asymmetric.
std::vector<double> best_thresholds(const Decision& decision, const InterferenceTails& tails);

/// Thresholds with the offset, whose sign is not known, to the side where it does more harm; noise of neighbours aside.
std::vector<double> offset_thresholds(const Decision& decision, const InterferenceTails& tails);

/// ln of the symbol error ratio of equally likely levels.
double log_symbol_error_ratio(const Decision& decision, const InterferenceTails& tails);

/// ln of the larger of the two error probabilities of one eye, each given its level.
double log_eye_error(const Decision& decision, const InterferenceTails& tails, std::size_t eye);

/// ln(e^a + e^b)
double log_add(double a, double b);

}  // namespace tessera
