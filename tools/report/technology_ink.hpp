#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "scenarios/link/link_evaluation.hpp"
#include "tools/report/plot.hpp"

namespace tessera::report {

/// The colour of a technology: the same in every picture, whatever else is in it. Grey for one that is not known.
std::size_t technology_colour(std::string_view technology);

/// One ink for each link: the colour of its technology; links of one technology differ in their variant, in order.
std::vector<Ink> inks_of(const std::vector<LinkReport>& links);

}  // namespace tessera::report
