#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/link/link_evaluation.hpp"

namespace tessera {

/// Signal-to-noise ratio at the decision that a result stands for.
///
/// Equation: SNR = var(levels) c^2/sigma^2, c the main cursor, sigma^2 the Gaussian noise averaged over levels; for
/// equally spaced levels (M^2 - 1)/3 (half the level distance)^2/sigma^2.  [dB]
/// Conventions: interference, crosstalk and jitter are not in it; power of the modulation, not of the outer levels.
/// Source: closed form (PAM4 in Gaussian noise has 17.66 dB at 2.4e-4)
/// Theory: docs/theory/waterfalls.md
double decision_snr_db(const PreparedSegment& prepared, const SegmentResult& result);

/// Bit error ratio of every segment against received OMA (segments with light) and against SNR at the decision, the
/// receiver adapted anew at every point.
///
/// Conventions: points in steps of 0.5 dB, 4 dB to both sides of the required bit error ratio (of the link itself where
/// none is met) and on to the link itself, which is a point too. Required bit error ratio: the whole path's, had the
/// segment all of it.
/// Valid for: as `attenuated` and `with_noise_scaled` are.
/// Source: none.
/// Theory: docs/theory/waterfalls.md
/// @throws ConfigError, NumericError from the engines; Interrupted.
std::vector<Waterfall> waterfalls(const Link& link, const EvaluationOptions& options, Log10Probability required_ber);

/// Adds them to the report of a link.
void add_waterfalls(const Link& link, const EvaluationOptions& options, LinkReport& report);

}  // namespace tessera
