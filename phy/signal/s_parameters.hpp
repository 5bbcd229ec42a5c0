#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "phy/signal/frequency_grid.hpp"

namespace tessera {

/// N-port scattering matrices on a strictly increasing frequency axis.
///
/// Conventions: row-major, element(k, i, j) = S_{i+1,j+1}(f_k) = b_i/a_j; the same real reference impedance at all
/// ports. A mixed-mode four-port [d1, c1, d2, c2] keeps R0 of its single-ended ports in `reference_impedance`; its
/// differential two-port has 2 R0.
struct SParameters {
  std::vector<double> frequency;  // Hz
  int ports = 0;
  double reference_impedance = 50.0;  // ohm
  std::vector<Complex> data;          // size frequency.size() * ports * ports

  Complex& at(std::size_t k, int to, int from) { return data[index(k, to, from)]; }
  const Complex& at(std::size_t k, int to, int from) const { return data[index(k, to, from)]; }

  static SParameters zeros(std::span<const double> frequency, int ports, double reference_impedance);

 private:
  std::size_t index(std::size_t k, int to, int from) const {
    const auto n = static_cast<std::size_t>(ports);
    return (k * n + static_cast<std::size_t>(to)) * n + static_cast<std::size_t>(from);
  }
};

/// Single-ended ports of a pair, 1-based: near plus, near minus, far plus, far minus. {1, 3, 2, 4} pairs 1-2 and 3-4.
using PortOrder = std::array<int, 4>;

/// Mixed-mode waves of a four-port, in the order [d1, c1, d2, c2].
///
///   d = (plus - minus)/sqrt(2),  c = (plus + minus)/sqrt(2) for incident and reflected waves; S_mm = M S M^T  [1]
///
/// Conventions: differential ports refer to 2 R0, common-mode ports to R0/2.
/// Valid for: four ports with one real reference impedance.
/// Source: bockelman1995
/// Theory: docs/theory/s_parameters.md
/// @throws ConfigError unless there are four ports and `order` is a permutation of 1 … 4.
SParameters to_differential(const SParameters& four_port, const PortOrder& order);

/// The differential block [d1, d2] of a mixed-mode four-port, both common-mode ports matched (R0/2). A two-port is
/// returned as it is. @throws ConfigError for other port counts.
SParameters differential_two_port(const SParameters& mixed);

/// Which ports of a four-port belong together, from its transmission at low frequency.
struct PortPairing {
  PortOrder order{1, 3, 2, 4};
  bool through =
      false;  // false: no port passes a signal on (crosstalk file); the order rests on coupling inside the pairs
  double frequency = 0.0;   // Hz, where it was judged
  double separation = 0.0;  // strongest over second strongest |S| seen from port 1
};

/// @throws ConfigError for other than four ports, or if the strongest two couplings lie within a factor of 2 of each
/// other.
PortPairing detect_port_order(const SParameters& four_port);

/// The order to use: "" or "auto" detects it; "1 3 2 4" (also with commas or brackets) is taken after a check against
/// |S| near DC.
/// @throws ConfigError if the text is no permutation or pairs ports that the data do not connect.
PortOrder resolve_port_order(const SParameters& four_port, std::string_view requested);

/// Two networks in a row: the right half of `left`'s ports joined to the left half of `right`'s (2 or 4 ports each).
///
///   S21 = B21 (1 - A22 B11)^-1 A21,  S11 = A11 + A12 (1 - B11 A22)^-1 B11 A21, and the mirror for S12, S22  [1]
///
/// Conventions: ports [left…, right…]; re-reflections between the parts are kept.
/// Valid for: equal frequency axes and reference impedances; transmissions may be zero.
/// Source: redheffer1959
/// Theory: docs/theory/s_parameters.md
/// @throws ConfigError if axes, ports or impedances differ, NumericError where the joint is singular.
SParameters cascade(const SParameters& left, const SParameters& right);

/// Voltage transfer of a two-port, or of a mixed-mode four-port whose common mode is matched, between resistances.
///
///   Gamma = (R - R0)/(R + R0),  H = S21 (1 - G1)(1 + G2)/(1 - S11 G1 - S22 G2 + G1 G2 (S11 S22 - S12 S21))  [1]
///
/// Conventions: H = S21 when both resistances equal the two-port's reference impedance (2 R0 for a differential one).
/// Valid for: real, non-negative resistances [ohm].
/// Source: ieee802.3-2022 93A.1.3 (93A-17, 93A-18)
/// Theory: docs/theory/s_parameters.md
/// @return [frequency.size()]. @throws ConfigError for a bad resistance, NumericError where the denominator vanishes.
std::vector<Complex> terminated_transfer(const SParameters& network, double source_resistance, double load_resistance);

/// The same network seen from another real reference impedance [ohm], any port count.
SParameters renormalize(const SParameters& network, double reference_impedance);

/// What resampling had to assume.
struct ResampleReport {
  bool dc_extrapolated = false;   // the file had no point at 0 Hz
  double dc_imaginary = 0.0;      // largest |imaginary part| dropped at 0 Hz
  double lowest_frequency = 0.0;  // Hz, first point above 0
  double edge_frequency = 0.0;    // Hz, last point
  double edge_magnitude = 0.0;    // largest transmission |S_right,left| there
  bool beyond_edge = false;       // frequencies above the edge were asked for
};

/// Delay of one element, e^{-j 2 pi f tau}: slope of its phase, weighted by |S|^2 [s].
///
/// Delays in [-0.1, 0.9) of the inverse frequency step are told apart; others alias. 0 for fewer than two points.
double bulk_delay(const SParameters& network, int to, int from);

/// Puts a network on another axis: magnitude and unwrapped phase interpolated linearly after removal of each element's
/// bulk delay, which is put back.
///
/// Conventions: DC is real; without a point at 0 Hz it is extrapolated in sqrt(f) from the two lowest points.
/// Valid for: frequencies >= 0 in any order. Above the last point f_max the edge value is rolled off by
/// cos^2(pi/2 (f - f_max)/(0.1 f_max)) to zero at 1.1 f_max.
/// Source: closed form
/// Theory: docs/theory/s_parameters.md
/// @throws ConfigError for an empty network or negative frequencies.
SParameters resample(const SParameters& network, std::span<const double> frequency, ResampleReport* report = nullptr);

}  // namespace tessera
