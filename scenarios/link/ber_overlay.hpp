#pragma once

#include "scenarios/link/link_evaluation.hpp"
#include "scenarios/link/measured_ber.hpp"

namespace tessera {

/// What the model says at the places of measured points, in their order.
///
/// Conventions: at a length, the bit error ratio of the whole path before its FEC; at a received power, that of the one
/// segment with light behind an attenuator in front of its photodiode (`attenuated`).
/// Valid for: links with a reach stage (lengths) or with one segment of light (powers).
/// Source: none.
/// Theory: docs/guides/your_own_data.md
/// @throws ConfigError if the link has no such stage or segment; as `evaluate`.
BerOverlay compare_with_measured(const Link& link, const MeasuredBer& measured, const EvaluationOptions& options = {});

}  // namespace tessera
