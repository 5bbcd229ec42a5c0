#pragma once

#include "phy/link/measured.hpp"
#include "phy/link/models.hpp"

namespace tessera {

/// Samples through a stage whose response was measured.
///
/// Equation: y = H c(x) less its low cut, with c the static curve of `operate`; a stage that makes an optical field
///   keeps its own processor behind the filter H/H_00 of its drive.
/// Conventions: x is |E|^2 at a field port; c is tabulated over the levels and goes on with its last slopes.
/// Valid for: signal stages that take a measured response.
/// Source: own
/// Theory: docs/theory/measured_data.md
/// @throws NumericError as design_fir.
Processor make_measured_processor(const AnyModel& model, const MeasuredResponse& response, double sample_step,
                                  const LaneState& in);

}  // namespace tessera
