#pragma once

#include <optional>
#include <vector>

#include "phy/engine/link_report.hpp"
#include "phy/link/link.hpp"

namespace tessera {

/// Codeword error ratio of a path whose segments make errors in bursts (feedback equalisers), beside the one of random
/// errors.
///
/// Equation: where the lanes' map is known, bursts fall into codewords as it puts them (burst_lane_map.hpp); else each
/// segment is a two-state line (burst_model.hpp). a = 1 - 1/burst_mean, or the lengths that were counted.
/// Conventions: empty without a code, without a burst, where fewer than 100 errors were counted, or if a segment's
///   symbol does not divide the code's (PAM6). Known are PAM4 lanes of 106.25 Gbit/s with KP4: 8 with 4 codewords
///   (800GBASE-R), multiples of 4 with 2 (400GBASE-R). On other lanes, those of 212.5 Gbit/s among them, the symbols of
///   a codeword lie W apart as if they were in sequence.
/// Valid for: no precoder; one wrong bit per line symbol, first and second alike; lanes at their mean.
/// Source: gilbert1960; ieee802.3-2022 clause 120.5.2
/// Theory: docs/theory/fec_bursts.md
std::optional<Log10Probability> burst_codeword_error_ratio(const Link& link,
                                                           const std::vector<SegmentResult>& segments);

}  // namespace tessera
