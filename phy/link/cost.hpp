#pragma once

#include <string>
#include <vector>

#include "phy/link/ports.hpp"

namespace tessera {

/// How often a component's cost counts in one end of a link.
enum class Scope { per_lane, per_end };

/// Everything a part may look at when it says what it costs: link variables, never a result of the engines.
struct CostContext {
  double symbol_rate = 0.0;  // Bd, one lane
  double bits_per_symbol = 1.0;
  int lanes = 1;  // carrying data
  int spare_lanes = 0;
  double case_temperature = 313.15;  // K
  LaneState input, output;           // operating points at the part's ports
  double insertion_loss_db = 0.0;    // electrical loss of the network runs beside the part, at Nyquist
  double line_rate = 0.0;            // bit/s, whole link, all coding included
  double payload_rate = 0.0;         // bit/s, whole link
  double module_watts = 0.0;  // W, all items inside the module's boundary so far: stages first, then overheads in order

  double lane_bit_rate() const { return symbol_rate * bits_per_symbol; }
};

/// One row of the energy breakdown. `watts` is for one lane or for the whole end, as `scope` says.
struct PowerItem {
  std::string component;
  double watts = 0.0;
  Scope scope = Scope::per_lane;
  bool constant = false;  // does not depend on any link variable; listed as such with its share
};

/// One row of the reliability budget: failures in 1e9 h.
struct FitItem {
  std::string component;
  double fit = 0.0;
  Scope scope = Scope::per_lane;
};

}  // namespace tessera
