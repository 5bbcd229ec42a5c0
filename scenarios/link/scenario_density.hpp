#pragma once

#include "phy/link/link.hpp"
#include "scenarios/link/config_tree.hpp"

namespace tessera {

/// What a table [density] says. `given` takes the parameters as they stand, for provenance and the resolved file.
/// @throws ConfigError `file:line:col: …` for unknown keys, wrong units and ranges, and for a number without source and
/// status, unless the command line gave it.
Density read_density(const ConfigTable& table, ParameterMap& given);

}  // namespace tessera
