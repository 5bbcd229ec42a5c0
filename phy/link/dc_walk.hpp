#pragma once

#include <vector>

#include "phy/link/link.hpp"

namespace tessera {

/// Static gain of the network run that a stage opens, by stage index; 1 for every other stage.
using RunGains = std::vector<double>;

/// Carries the large-signal level of each symbol from the transmitter through every stage.
///
/// Equation: levels_0 = transmitter levels * sum(FFE taps); then levels_{i+1} = operate_i(levels_i), networks by their
/// gain at DC. With a launch target the light that enters the lane is scaled so that the mean optical power at the
/// target's output is met.
/// @return the state at the output of each stage, [segment.stages.size()]; the receiver repeats its input.
/// @throws ConfigError if ports do not fit or the launch target names no optical stage.
std::vector<LaneState> walk_operating_points(const Segment& segment, const TransmitterSpec& transmitter,
                                             const RunGains& run_gains, double case_temperature);

/// Carries a state that was changed at the output of stage `from` on to the receiver. Networks keep the gain that the
/// given states have.
std::vector<LaneState> walk_on(const Segment& segment, std::vector<LaneState> states, std::size_t from,
                               const LaneState& changed);

/// Largest deviation of a stage's output levels from a straight line through its outer levels, over half the smallest
/// eye [1]; 0 for two levels.
double level_nonlinearity(const LaneState& input, const LaneState& output);

}  // namespace tessera
