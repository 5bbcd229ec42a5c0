#pragma once

#include <span>

#include "phy/signal/s_parameters.hpp"

namespace tessera {

/// The causal loss and delay law of a uniform line (Annex 93A).
///
/// Equation: gamma = constant + skin (1+j) sqrt(f) + [dielectric (1 - j (2/pi) ln(f/1 GHz)) + j 2 pi delay] f   [1/m]
/// Conventions: attenuation in neper, [f] = Hz, gamma(0) = constant; 93A counts in GHz and mm, hence the 1 GHz.
/// Valid for: f <= 110 GHz; `delay` is the dielectric's phase delay at 1 GHz, the skin's internal inductance apart.
/// Source: ieee802.3-2022 93A.1.2.3 (93A-9 to 93A-12)
/// Theory: docs/theory/copper.md
struct LineLaw {
  double constant = 0.0;    // 1/m
  double skin = 0.0;        // Np/(m sqrt(Hz))
  double dielectric = 0.0;  // Np/(m Hz) = s/m
  double delay = 0.0;       // s/m

  Complex propagation(double frequency) const;  // 1/m
  /// Loss of a matched line, dB/m.
  double attenuation_db(double frequency) const;
};

/// Line of `length` [m] and real differential impedance in the differential reference impedance [ohm]; 93A-13, 93A-14.
SParameters transmission_line(std::span<const double> frequency, const LineLaw& law, double length, double impedance,
                              double reference_impedance = 100.0);

/// Capacitance from each leg of the pair to ground [F]; 93A-8 with x = j 2 pi f R0 C, R0 half of the reference
/// impedance.
SParameters shunt_capacitor(std::span<const double> frequency, double capacitance_per_leg,
                            double reference_impedance = 100.0);

/// Inductance in each leg of the pair [H]; x = j 2 pi f L / R0.
SParameters series_inductor(std::span<const double> frequency, double inductance_per_leg,
                            double reference_impedance = 100.0);

/// Networks in a row in the order of the signal, reflections included: `cascade` of each with all before it.
///
/// @throws ConfigError for none, or as `cascade` does.
SParameters cascade_in_order(std::span<const SParameters> networks);

/// A line law found in data, with what it leaves over.
struct LineFit {
  LineLaw law;
  double rms_db_per_m = 0.0;  // of the attenuation
};

/// Least squares of skin and dielectric loss to |transmission|, then of the delay to its phase, constant loss zero.
///
/// `transmission` is that of `length` metres of matched line, such as the ratio of the S21 of two lines that differ
/// only in length. The first phase is taken in (-pi, pi] and steps of more than pi between points are taken as wraps,
/// so the axis must start below 1/(2 delay length) and step finer than 1/(2 delay length).
/// @throws NumericError for fewer than three points, a frequency <= 0, a length <= 0 or a zero transmission.
LineFit fit_line_law(std::span<const double> frequency, std::span<const Complex> transmission, double length);

}  // namespace tessera
