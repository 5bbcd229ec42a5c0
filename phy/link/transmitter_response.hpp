#pragma once

#include "phy/link/ports.hpp"
#include "phy/link/terminals.hpp"

namespace tessera {

/// Rectangular symbol, TX FFE and driver edge, normalised at DC (the FFE's sum is in the levels).
///
/// Equation: H(f) = sinc(f T) H_edge(f) sum_i c_i e^{-j 2 pi f (i - main) T} / sum_i c_i   [1]
/// Conventions: T = unit interval; tap `ffe_main` stands at time 0.
/// Valid for: taps whose sum is not zero.
/// Source: ieee802.3-2022 93A.1.4, 93A.1.6
/// Theory: docs/theory/preparation.md
/// @throws ConfigError if the taps add up to zero.
StageResponse transmitter_response(const TransmitterSpec& spec, const FrequencyGrid& grid);

}  // namespace tessera
