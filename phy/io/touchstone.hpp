#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "phy/signal/s_parameters.hpp"

namespace tessera {

/// What a Touchstone file says of itself.
struct TouchstoneReport {
  int version = 1;               // 1 or 2
  std::string format = "MA";     // MA | DB | RI
  double frequency_scale = 1e9;  // Hz per unit of the file
  std::size_t noise_rows = 0;    // noise parameters, read over
};

/// Reads scattering parameters from a Touchstone 1.x or 2.0 file.
///
/// Equation: MA |S| e^{j angle}, DB 10^{x/20} e^{j angle}, RI re + j im; angles in degrees, [1].
/// Conventions: two-ports stand as S11 S21 S12 S22 (version 1 and 21_12), all others row by row.
/// Valid for: S parameters, 1 … 128 ports, one real reference impedance; Y, Z, G, H and mixed-mode files are refused by
/// name.
/// Source: ibis-touchstone-2.0
/// Theory: docs/theory/s_parameters.md
/// @throws ConfigError with file:line:col for anything the format does not allow (no option line, cut off, frequencies
/// that do not rise, numbers that are none), IoError if the file cannot be read.
SParameters read_touchstone(const std::filesystem::path& path, TouchstoneReport* report = nullptr);

/// The same for text in memory. `name` stands in messages; `ports` is what the file's extension says, 0 if it says
/// nothing.
SParameters parse_touchstone(std::string_view text, const std::string& name, int ports,
                             TouchstoneReport* report = nullptr);

}  // namespace tessera
