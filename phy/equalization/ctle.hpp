#pragma once

#include <complex>
#include <cstddef>
#include <vector>

namespace tessera {

/// Fixed corners of a continuous-time linear equaliser; a corner of 0 leaves its factor out.
struct CtleCorners {
  double zero = 0.0, pole_1 = 0.0, pole_2 = 0.0, low_frequency_pole = 0.0;  // Hz
};

/// Transfer of a CTLE at its two DC gains.
///
/// Equation: H = (10^{g/20} + jf/f_z)(10^{g2/20} + jf/f_LF) / [(1 + jf/f_p1)(1 + jf/f_p2)(1 + jf/f_LF)]
/// Conventions: [frequency] = Hz, gains in dB of amplitude, <= 0; |H| -> f_p1/f_z ... towards high frequency.
/// Valid for: zero > 0; a zero corner means no CTLE and returns 1.
/// Source: ieee802.3-2022 equation 93A-22
/// Theory: docs/theory/equalization.md
std::complex<double> ctle_transfer(const CtleCorners& corners, double frequency, double dc_gain_db, double dc_gain2_db);

/// The transfer's poles alone (its zeros' factors set to 1) at k * frequency_step, k = 0 … count - 1.
std::vector<std::complex<double>> ctle_poles(const CtleCorners& corners, double frequency_step, std::size_t count);
/// Multiplies `poles` by the zeros for two gains: ctle_transfer on a whole axis.
std::vector<std::complex<double>> ctle_with_zeros(const CtleCorners& corners, double frequency_step, double dc_gain_db,
                                                  double dc_gain2_db, std::vector<std::complex<double>> poles);

/// Receiver noise filter: fourth-order Butterworth low-pass with corner f_r.
///
/// Equation: H = 1/(1 - 3.414214 x^2 + x^4 + j 2.613126 (x - x^3)), x = f/f_r
/// Conventions: [f, f_r] = Hz; f_r is 0.75 f_b in most clauses.
/// Valid for: f_r > 0.
/// Source: ieee802.3-2022 equation 93A-20
/// Theory: docs/theory/equalization.md
std::complex<double> butterworth_noise_filter(double frequency, double corner);

}  // namespace tessera
