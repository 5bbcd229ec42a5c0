#pragma once

#include "phy/engine/decision_point.hpp"
#include "phy/engine/link_report.hpp"

namespace tessera {

struct StatisticalOptions {
  int bins = 8193;            // amplitude bins across the interference density
  int crosstalk_phases = 16;  // phases an asynchronous aggressor is averaged over
  bool eye = false;           // also the two-dimensional eye and bathtub
  int eye_phases = 64;
  double contour = 1e-12;
};

/// Probability densities of ISI, crosstalk, jitter and level-dependent noise convolved into error ratios.
///
/// See docs/theory/statistical_engine.md. Cost: O(phases * cursors * bins).
/// @throws NumericError if a density is not finite.
SegmentResult run_statistical(const PreparedSegment& segment, const StatisticalOptions& options = {});
EngineResult run_statistical(const PreparedLink& link, const StatisticalOptions& options = {});

/// Receiver, phase and thresholds of a segment of one lane class as `run_statistical` settles them, for engines that
/// hold them.
DecisionPoint settled_decision(const PreparedSegment& segment, const StatisticalOptions& options = {});

/// Thresholds of a decision that is settled, their offset on its worse side, as engines that decide take them.
std::vector<double> adverse_thresholds(const PreparedSegment& segment, const DecisionPoint& point, int bins);

/// Both tails of the interference on `bins` bins, at the tilt of the smallest eye.
InterferenceTails tails_at(const DecisionPoint& point, const Interference& interference, int bins);

}  // namespace tessera
