#pragma once

#include "phy/engine/decision_point.hpp"
#include "phy/engine/statistical_engine.hpp"

namespace tessera {

/// Density of the signal on phase x amplitude around the settled phase, the bathtub and the opening at a contour.
///
/// Conventions: eye_height is the opening at the settled phase without jitter, eye_width and bathtub have the jitter
/// mixed in; the contour is a probability given the level. A quarter of `options.bins` per phase.
/// @param span V, axis of the interference density at the settled phase; @param tilt 1/V
StatisticalEye statistical_eye(const PreparedSegment& segment, const DecisionPoint& point, const Decision& decision,
                               double span, double tilt, const StatisticalOptions& options);

/// Smallest opening [V] of all eyes between the contours where a level is mistaken with probability `contour`; negative
/// if closed.
double eye_opening(const Decision& decision, const InterferenceTails& tails, double contour);

}  // namespace tessera
