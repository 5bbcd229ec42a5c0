#pragma once

#include <string>

#include "scenarios/fabric/fabric.hpp"

namespace tessera::report {

/// A row for each tier and the sum, then what holds for the longest path and the whole cluster.
std::string fabric_table(const FabricReport& report, bool bold);

}  // namespace tessera::report
