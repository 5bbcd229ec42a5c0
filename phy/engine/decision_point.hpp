#pragma once

#include "phy/engine/error_ratio.hpp"
#include "phy/engine/link_report.hpp"
#include "phy/engine/noise_density.hpp"

namespace tessera {

/// A segment of one lane class at its slicer: what the budget, the error ratios and the eye all start from.
struct DecisionPoint {
  AdaptedReceiver receiver;
  std::vector<SynchronousAggressor> synchronous;
  std::vector<AsynchronousAggressor> asynchronous;
  DecisionNoise noise;
  Interference interference;  // at the settled phase; its `asynchronous` stays empty, see with_aggressors
  Decision decision;          // thresholds at midpoints

  DecisionPoint(const PreparedSegment& segment, AdaptedReceiver settled, int crosstalk_phases);

  /// Interference when sampling `offset_ui` beside the settled phase, asynchronous aggressors attached.
  Interference at(const PreparedSegment& segment, double offset_ui) const;
  /// Half of the smallest level distance [V].
  double half_distance() const;
  double largest_variance() const;
};

/// Level amplitudes at the slicer for a cursor: levels less their mean, times the cursor.
std::vector<double> level_amplitudes(const std::vector<double>& levels, double cursor);

/// Fills equaliser, cursor, rms values and noise by mechanism.
void describe(const PreparedSegment& segment, const DecisionPoint& point, SegmentResult& result);

/// The segment reduced to one class of its lanes, so that gains are those of that class alone.
PreparedSegment with_lane_class(const PreparedSegment& segment, std::size_t index);

/// Checks what both engines rely on. @throws ConfigError or NumericError naming the segment.
void check_segment(const PreparedSegment& segment);

}  // namespace tessera
