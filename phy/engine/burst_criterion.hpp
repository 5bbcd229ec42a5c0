#pragma once

#include <optional>
#include <vector>

#include "phy/engine/link_report.hpp"
#include "phy/link/link.hpp"

namespace tessera {

/// Codeword error ratio of a path whose segments make errors in bursts (feedback equalisers), beside the one of random
/// errors.
///
/// Equation: each segment is a two-state line with a = 1 - 1/burst_mean; the segments' counts of wrong symbols meet.
/// Conventions: empty without a code, without a burst, or if a segment's symbol does not divide the code's (PAM6).
/// Valid for: no precoder; one wrong bit per line symbol; lanes at their mean; the symbols that a lane carries of one codeword
/// lie W apart, as if they were in sequence.
/// Source: gilbert1960
/// Theory: docs/theory/fec_bursts.md
std::optional<Log10Probability> burst_codeword_error_ratio(const Link& link,
                                                           const std::vector<SegmentResult>& segments);

}  // namespace tessera
