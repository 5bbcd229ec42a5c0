#pragma once

#include <string>
#include <vector>

#include "phy/link/prepare.hpp"

namespace tessera {

/// The signal and its noise at the output of a stage, as an instrument there would see them.
struct PortSignal {
  std::string stage;
  Port port = Port::voltage;
  std::vector<double> levels;    // V, A or W, lowest symbol first (an inverting stage turns them round)
  double noise_rms = 0.0;        // in the unit of the levels, mean over levels
  double noise_bandwidth = 0.0;  // Hz, 0 to here
};

/// Levels and noise at every port of a segment.
///
/// Equation: rms^2 = sum_i integral_0^B [s0_i(f) + s1_i E[x_i] + s2_i E[x_i^2]] |T_i(f)|^2 df, with i the sources of all
/// stages up to this one and T_i the transfer from where source i enters to this port, static gain included.
/// Conventions: B = symbol rate, twice Nyquist, cut off sharply; one-sided densities; E over symbols and phase. The
/// last port is the equaliser's input. A port inside a run of networks is seen with the run cut there and 100 ohm in
/// its place, as test points are measured; all others with what follows them.
/// Valid for: sources that are densities: neither jitter, crosstalk, quantisation nor a transmitter's SNR is in it.
/// Source: own derivation
/// Theory: docs/theory/test_points.md
std::vector<PortSignal> port_signals(const Segment& segment, const PreparedSegment& prepared,
                                     PrepareCache* cache = nullptr);

}  // namespace tessera
