#pragma once

#include <string>
#include <vector>

#include "scenarios/link/link_evaluation.hpp"

namespace tessera::report {

/// What the receivers of counted segments ended with, one line each; empty without such a receiver.
std::string receivers_text(const std::vector<LinkReport>& links);

}  // namespace tessera::report
