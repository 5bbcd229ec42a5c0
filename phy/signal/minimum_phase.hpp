#pragma once

#include <span>
#include <vector>

namespace tessera {

/// Phase of the one causal system without zeros in the right half plane that has the given magnitude.
///
/// Equation: phi(f) = (1/pi) integral [d ln|H|/du] ln coth|u/2| du,  u = ln(f'/f)  [rad], the Hilbert transform of ln|H|
/// Conventions: Fourier sign e^{+j 2 pi f t}, so that a pole turns towards -pi/2. ln|H| is a straight line in ln f
/// between the points, constant below the first, and goes on above the last with the slope of the last half octave (not
/// rising, at most 12 poles). Each straight piece is integrated exactly: integral_0^u ln coth(x/2) dx =
/// pi^2/4 - 2 chi_2(e^{-u}) with Legendre's chi function.
/// Valid for: positive frequencies [Hz] that rise strictly; at least 2 points; finite `log_magnitude` [Np].
/// Source: bode1945
/// Theory: docs/theory/measured_data.md
/// @return the phase at each of `at` [Hz, > 0]. Cost: frequency.size() x at.size().
std::vector<double> minimum_phase(std::span<const double> frequency, std::span<const double> log_magnitude,
                                  std::span<const double> at);

}  // namespace tessera
