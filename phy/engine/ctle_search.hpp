#pragma once

#include <utility>
#include <vector>

#include "phy/link/prepare.hpp"

namespace tessera {

/// CTLE gains {g, g2} [dB] with the least mean-square error at the slicer.
///
/// Equation: with F = jf and B the channel through the CTLE's poles, the pulse of gains a, b is that of
/// a b B + (b/f_z + a/f_LF) F B + F^2 B/(f_z f_LF); its correlations are bilinear in those three pulses, its noise in
/// S, f^2 S and f^4 S. Each pair is settled on 1/4 UI (1/32 UI for Mueller–Müller), those within a tenth of the best
/// again on 1/16 UI with a parabola between neighbours. O(pairs x taps^2 + phases x window log window).
/// Conventions: `poles` = ctle_poles on the grid, `noise` = averaged_noise_density [V^2/Hz].
/// Valid for: every pair is tried up to 1,024 pairs; of longer lists an even selection, then all between the
/// neighbours of its best ones.
/// Source: own derivation
/// Theory: docs/theory/equalization.md
std::pair<double, double> best_ctle_gains(const PreparedSegment& segment, const std::vector<Complex>& poles,
                                          const std::vector<double>& noise);

}  // namespace tessera
