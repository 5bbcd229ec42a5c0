#pragma once

#include <vector>

#include "phy/link/ports.hpp"
#include "phy/signal/all_pole_filter.hpp"

namespace tessera {

/// Photocurrent per incident optical power of a diode that turns the fraction `efficiency` of photons into carriers.
///
/// Equation: R = eta q lambda/(h c)  [A/W] = eta lambda/1.2398 um
/// Conventions: external quantum efficiency, whatever is lost before the junction included.
/// Valid for: eta in [0, 1], no internal gain.
/// Source: agrawal2021
/// Theory: docs/theory/optics.md
double quantum_responsivity(double efficiency, double wavelength);

/// Carrier transit and junction RC as two poles of the photocurrent.
///
/// Equation: H = 1/[(1 + jf/f_t)(1 + jf/f_RC)],  f_RC = 1/(2 pi R C); [f] = Hz
/// Conventions: electrical corners (|H|^2 = 1/2 each); a zero R C leaves that pole out.
/// Valid for: one carrier type dominating the transit; the one pole stands for its sinc.
/// Source: agrawal2021
/// Theory: docs/theory/optics.md
Poles photodiode_poles(double transit_bandwidth, double resistance, double capacitance);

/// Large-signal photocurrent: every level times the responsivity; the light ends here. Dark current is a noise source
/// only.
LaneState detect(const LaneState& light, double responsivity);

/// Shot noise of photocurrent and dark current at the detector's output, one-sided.
///
/// Equation: S = 2 q (I_dark + I)  [A^2/Hz]
/// Conventions: s0 = 2 q I_dark, s1 = 2 q.
/// Valid for: diodes without avalanche gain.
/// Source: agrawal2021
/// Theory: docs/theory/optics.md
std::vector<NoiseSource> shot_noise(const FrequencyGrid& grid, double dark_current);

}  // namespace tessera
