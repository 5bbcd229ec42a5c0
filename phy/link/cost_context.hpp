#pragma once

#include <cstddef>

#include "phy/link/prepare.hpp"

namespace tessera {

/// What stage `stage` of a prepared segment may look at when it says what it costs.
///
/// Conventions: states[i] of the segment is the operating point at the output of stage i, the transmitter being stage
/// 0; a receiver's
/// output state is its input state.
/// @throws ConfigError if the segment was prepared from another link.
CostContext cost_context(const PreparedLink& link, std::size_t segment, std::size_t stage);

/// What an overhead may look at: the segment with the most lanes stands for the lanes of the link (a gearbox feeds
/// those).
CostContext overhead_context(const PreparedLink& link);

}  // namespace tessera
