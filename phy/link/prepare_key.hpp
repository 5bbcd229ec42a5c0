#pragma once

#include <string>

#include "phy/link/link.hpp"

namespace tessera {

/// Type and every parameter of a model: equal keys behave alike.
std::string model_key(const AnyModel& model);

/// All that the responses, levels and noise of a segment depend on, but for what its receiving terminal does behind its
/// input resistance, and for the gains of an array of lanes. Equal keys and equal front ends prepare alike.
std::string segment_key(const Segment& segment, double case_temperature);

}  // namespace tessera
