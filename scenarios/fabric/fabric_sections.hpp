#pragma once

#include "scenarios/fabric/fabric.hpp"
#include "scenarios/link/config_tree.hpp"

/// The tables of a fabric file that say how it is built and used.
namespace tessera::fabric_sections {

/// Reads [topology], [transport], [workload] and [operation] of a file whose [fabric] is read.
/// @throws ConfigError `file:line:col: …` for unknown keys and words (nearest named), and topologies that cannot be.
void read(const ConfigTable& tree, Fabric& fabric);

}  // namespace tessera::fabric_sections
