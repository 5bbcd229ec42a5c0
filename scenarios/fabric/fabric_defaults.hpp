#pragma once

#include "scenarios/link/config_tree.hpp"

namespace tessera {

/// Writes into a fabric file's tree what it leaves to defaults, section by section, so that a stored tree survives a
/// changed default.
///
/// Conventions: a key stays absent where absence means "follows from something else" (ports and crossings of a tier
/// with a topology, the ends of a length) or is an error. What is added has no place in a file.
/// Source: none.
/// Theory: docs/guides/fabrics.md
void add_defaults(ConfigTable& tree);

}  // namespace tessera
