#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "phy/link/measured.hpp"

namespace tessera {

/// What the numbers of a response file mean: 20 log10 of an amplitude ratio, 10 log10 of a ratio of optical powers
/// (whose photocurrents stand in the same ratio), or the ratio itself.
enum class MagnitudeConvention { electrical_db, optical_db, linear };

struct ResponseFile {
  std::filesystem::path path;
  MagnitudeConvention convention = MagnitudeConvention::linear;
  std::optional<PhaseRule> phase;  // empty: of the file if it has one, else minimum
  double lowest_frequency = 0.0;   // Hz; points below are left out
};

/// A response from a CSV file (`frequency [Hz]`, `magnitude [dB]` or `[1]`, optional `phase [deg]`) or a Touchstone
/// file: S21 of two ports, the differential transmission of four.
///
/// Conventions: |H| = 10^{x/20} (electrical_db), 10^{x/10} (optical_db), x (linear). A Touchstone file holds amplitude
/// ratios whatever its format; optical_db says that its decibels are optical, and |H| = |S21|^2.
/// Valid for: at least 4 points; with a phase column, steps that turn it by less than half a turn.
/// Source: ibis-touchstone-2.0; rfc4180
/// Theory: docs/guides/your_own_data.md
/// @throws IoError if the file cannot be read; ConfigError file:line:col for what it says wrongly.
MeasuredResponse read_measured_response(const ResponseFile& file);

/// A noise density from a CSV file: `frequency [Hz]`, `density` in unit/sqrt(Hz) or unit^2/Hz of A, V or W, one-sided.
/// @throws as read_measured_response.
MeasuredNoise read_measured_noise(const std::filesystem::path& path);

/// A curve from a CSV file: `current [A]`, `voltage [V]`, `optical_power [W]`. @throws as read_measured_response.
LivCurve read_measured_liv(const std::filesystem::path& path);

/// A spectrum from a CSV file: `wavelength [m]`, `relative_power` in [1], [dB], [dBm], [W] or [W/m].
/// @throws as read_measured_response.
OpticalSpectrum read_measured_spectrum(const std::filesystem::path& path);

}  // namespace tessera
