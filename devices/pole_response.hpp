#pragma once

#include "phy/link/ports.hpp"
#include "phy/signal/all_pole_filter.hpp"

namespace tessera {

/// Response of an all-pole stage as a 1 x `states` row whose first element is the intensity path; the phase of a field
/// has no effect.
StageResponse pole_response(const FrequencyGrid& grid, const Poles& poles, int states);

}  // namespace tessera
