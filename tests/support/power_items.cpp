#include "tests/support/power_items.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace tessera::testing_support {

double total_watts(const std::vector<PowerItem>& items) {
  double watts = 0.0;
  for (const PowerItem& item : items) watts += item.watts;
  return watts;
}

double watts_of(std::string_view component, const std::vector<PowerItem>& items) {
  for (const PowerItem& item : items) {
    if (item.component == component) return item.watts;
  }
  ADD_FAILURE() << "no row " << component;
  return NAN;
}

CostContext long_reach_lane() {
  CostContext c;
  c.symbol_rate = 53.125e9;
  c.bits_per_symbol = 2.0;
  c.lanes = 8;
  c.insertion_loss_db = 35.0;
  return c;
}

}  // namespace tessera::testing_support
