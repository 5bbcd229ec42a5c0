#pragma once

#include <string>

#include "scenarios/link/link_evaluation.hpp"

namespace tessera::report {

/// Every port of a link with its test point, levels, powers and noise. For terminals.
std::string probe_table(const LinkReport& link, bool bold);

}  // namespace tessera::report
