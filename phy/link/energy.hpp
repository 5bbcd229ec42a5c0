#pragma once

#include <string>
#include <vector>

#include "phy/link/prepare.hpp"

namespace tessera {

struct EnergyOptions {
  bool spares_powered = true;  // spare lanes draw as much as the others; false: they are off until one is needed
};

/// One row of the breakdown, for one end of the link.
struct EnergyRow {
  std::string component;  // "stage.component"; "segment.stage.component" where a link has several segments
  Boundary boundary = Boundary::module;
  double watts_each = 0.0;
  int count = 1;          // powered lanes, or 1
  double watts = 0.0;     // watts_each * count
  bool constant = false;  // depends on no link variable
};

struct EnergyTotal {
  double watts = 0.0;
  double constant_share = 0.0;  // of these watts
  double joules_per_bit = 0.0;  // of payload, one direction
};

/// Power of one end of a link by component, and energy per payload bit at three nested boundaries.
struct EnergyBreakdown {
  std::vector<EnergyRow> rows;
  EnergyTotal lane_electronics, module, module_and_host;
};

/// Adds up what every part of one end draws.
///
/// Equation: W = sum over stages of (per-lane items x powered lanes + per-end items) + overheads; energy = W /
/// payload rate [J/bit].
/// Conventions: one end holds one transmitter and one receiver, so the chain of ONE direction is the power of ONE
/// end; it is divided by
/// the payload of ONE direction. Boundaries nest: lane_electronics in module in module_and_host. A total is the sum
/// of its rows in their
/// order, bit for bit. Spare lanes are powered unless the options say otherwise: the worst case of a hot standby.
/// Valid for: overheads that depend on the module's load (DC-DC) standing behind what they feed, in the link's order.
/// Source: closed form
/// Theory: docs/theory/energy.md
/// @throws ConfigError if the payload rate is not positive; NumericError if a part's watts are negative or not finite.
EnergyBreakdown energy(const PreparedLink& link, const EnergyOptions& options = {});

}  // namespace tessera
