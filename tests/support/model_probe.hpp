#pragma once

#include <string>
#include <vector>

#include "phy/link/models.hpp"

namespace tessera::contract {

/// Parameters that a model needs before it can exist: a file, where it asks for one. Empty for everything else.
ParameterMap required_parameters(const ModelInfo& info);

/// A PAM4 state that a link would put at the input of a signal stage: without light beside a drive where the stage
/// accepts that (drivers, lasers), with light where it asks for it (modulators).
LaneState typical_input(const ModelInfo& info, const AnyModel& model);

/// Link variables varied one at a time around a typical link; the first is the typical one.
std::vector<CostContext> cost_contexts(const ModelInfo& info, const AnyModel& model);

/// The grid of a 53.125 GBd lane and of a 2 GBd lane: fast electronics and slow optics both meet a rate of their own.
std::vector<FrequencyGrid> typical_grids();

/// Feeds samples (W for a field port, turned into an envelope) in blocks of `block`; returns samples (W for a field
/// port).
std::vector<double> run_processor(const AnyModel& model, const LaneState& state, double step,
                                  const std::vector<double>& in, std::size_t block);

/// `key = value` lines as a TOML file has them, parsed back by a TOML parser and not by the library's own reader.
ParameterMap parse_toml(const std::string& text);

/// The same map as such lines.
std::string print_toml(const ParameterMap& map);

}  // namespace tessera::contract
