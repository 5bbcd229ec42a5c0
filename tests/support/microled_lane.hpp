#pragma once

#include <vector>

#include "phy/link/energy.hpp"
#include "phy/link/prepare.hpp"
#include "tests/support/nrz_oracle.hpp"

namespace tessera::test {

/// The shipped microLED link at another bit rate and fibre length; nothing else changes.
Link shipped_microled(double bit_rate, double length);

/// A prepared binary lane reduced to numbers that an engine-free judgement needs.
struct MicroledLane {
  Link link;
  PreparedSegment segment;
  std::vector<Complex> equalizer;       // [segment.grid.frequency_count()]
  std::vector<double> pulse;            // single-bit response, unit step height, bit starts at t = 0
  double amplitude = 0.0;               // V at the slicer
  double sigma_0 = 0.0, sigma_1 = 0.0;  // V, shot noise of the steady light of the decided bit
};

MicroledLane microled_lane(double bit_rate, double length);
MicroledLane microled_lane(const Link& link);

/// Linear chain: exact densities of all cursors and of six neighbours, best threshold and phase.
NrzResult linear_error_ratio(const MicroledLane& lane);

/// The LED integrated over every pattern of `order` bits, the rest of the chain linear.
NrzResult large_signal_error_ratio(const MicroledLane& lane, int order = 9);

}  // namespace tessera::test
