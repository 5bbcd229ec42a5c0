#pragma once

#include <string_view>
#include <vector>

#include "phy/link/cost.hpp"

namespace tessera::testing_support {

/// [W], all rows.
double total_watts(const std::vector<PowerItem>& items);

/// [W], one row; the test fails where there is none.
double watts_of(std::string_view component, const std::vector<PowerItem>& items);

/// One of eight 53.125 GBd PAM4 lanes that lose 35 dB.
CostContext long_reach_lane();

}  // namespace tessera::testing_support
