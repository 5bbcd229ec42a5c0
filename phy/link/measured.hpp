#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "phy/core/units.hpp"
#include "phy/link/ports.hpp"

namespace tessera {

/// Where the phase of a measured response comes from: its magnitude, the file, or nowhere.
enum class PhaseRule { minimum, file, zero };

/// A measured frequency response, 1 at DC, its bulk delay kept apart.
///
/// Equation: H(f) = exp[ln|H|(f) + j phi(f)]; ln|H| a straight line in ln f between points, y_0 + (y_1 - y_0)(f/f_1)^2
///   below the lowest, phi a straight line in f; above the edge f_e the last |H| times cos^2(pi/2 (f - f_e)/(0.1 f_e)),
///   0 from 1.1 f_e on.
/// Conventions: |H| is an amplitude ratio on electrical ports and a ratio of optical powers on optical ones.
/// Valid for: DC to the edge; `measured_validity` states |H| at the edge.
/// Source: own
/// Theory: docs/theory/measured_data.md
struct MeasuredResponse {
  std::vector<double> frequency;        // Hz, > 0, rising
  std::vector<double> log_magnitude;    // Np over DC [frequency.size()]
  std::vector<double> phase_frequency;  // Hz, > 0, rising
  std::vector<double> phase;            // rad, 0 at DC, bulk delay removed; empty for zero phase
  double delay = 0.0;                   // s, taken out of the file's phase
  bool reaches_dc = false;              // the file has a point at 0 Hz

  Complex at(double f) const;
};

/// A response from points of a file.
///
/// Conventions: without a point at 0 Hz its magnitude there is what ln|H| = a + b f^2 through the points of the lowest octave
/// (at least two) says, within 1 dB of the lowest; the phase at 0 Hz is taken to be 0 (of an inverting stage, pi, which
/// is removed). PhaseRule::file removes the bulk delay by the slope of the phase, weighted with |H|^2. [f] = Hz,
/// [phase] = rad.
/// @throws ConfigError for fewer than 4 points, frequencies that do not rise, magnitudes that are not positive.
MeasuredResponse measured_response(std::span<const double> frequency, std::span<const double> magnitude,
                                   std::span<const double> phase, PhaseRule rule);

/// A measured one-sided noise density: a straight line between the points, constant beyond them.
struct MeasuredNoise {
  std::vector<double> frequency;  // Hz
  std::vector<double> density;    // unit^2/Hz of the port
  Dimension dimension;            // of the density
  std::string mechanism;          // whose S_0 it replaces; empty for the stage's only one

  double at(double f) const;
};

/// A measured light-current-voltage curve: straight lines between the points.
///
/// Conventions: light falls on a straight line to 0 below the first point and goes on with the last slope above the
/// last one; the voltage is that of the nearest point there.
struct LivCurve {
  std::vector<double> current;        // A, rising
  std::vector<double> voltage;        // V
  std::vector<double> optical_power;  // W
  std::optional<double> temperature;  // K, of the curve; without it the curve holds at any

  double light_at(double current) const;
  double voltage_at(double current) const;
  /// Smallest current that gives an optical power. @throws ConfigError if the curve does not reach it.
  double current_for(double optical_power) const;
};

/// A spectrum from points of a file: density on a straight line between them, 0 outside.
///
/// Conventions: cut into 512 cells between the outermost points that carry light. [wavelength] = m, any unit of density.
/// @throws ConfigError for fewer than 4 points, wavelengths that do not rise, negative density or no light at all.
OpticalSpectrum optical_spectrum(std::span<const double> wavelength, std::span<const double> density);

/// What may stand in place of a field of a part.
using MeasuredTable = std::variant<std::shared_ptr<const LivCurve>, std::shared_ptr<const OpticalSpectrum>,
                                   std::shared_ptr<const MeasuredResponse>, std::shared_ptr<const MeasuredNoise>>;

/// A key of their contents, empty without tables: models of one type and equal parameters whose tables have equal keys
/// behave alike. A hash of 64 bits (FNV-1a).
std::string measured_key(const std::vector<MeasuredTable>& tables);

}  // namespace tessera
