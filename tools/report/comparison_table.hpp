#pragma once

#include <string>
#include <vector>

#include "scenarios/link/link_evaluation.hpp"

namespace tessera::report {

/// One column per link: rates, error ratios, margin, reach, energy, FIT and latency. For terminals.
std::string comparison_table(const std::vector<LinkReport>& links, bool bold);

/// Power of one end by component, largest first.
/// Measured points of a link beside its model, one line each, and the mean of their residuals.
std::string measured_table(const LinkReport& link, bool bold);

std::string power_table(const LinkReport& link, bool bold);

}  // namespace tessera::report
