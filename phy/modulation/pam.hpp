#pragma once

#include <vector>

namespace tessera {

/// A pulse-amplitude alphabet with its label map.
///
/// Equation: nominal level m of M is 2m/(M-1) - 1, in [-1, 1]; Gray labels differ in one bit between neighbours.
/// Conventions: M need not be a power of two; bits_per_symbol is 2.5 for PAM6 (5 bits on 2 symbols).
/// Valid for: M >= 2.
/// Source: ieee802.3-2022 clause 120.5 (PAM4 Gray map)
/// Theory: docs/theory/modulation.md
struct Modulation {
  int order = 2;
  std::vector<double> levels{-1.0, 1.0};  // lowest first
  std::vector<int> labels{0, 1};          // bits of each level, Gray for powers of two
  double bits_per_symbol = 1.0;

  /// NRZ = 2. @throws ConfigError for order < 2.
  static Modulation pam(int order);
  /// PAM4 with level separation mismatch ratio R_LM = 3 min(spacing)/(outer span): inner levels at ±ES with the outer
  /// eyes at their smallest, ES = 1 - 2 R_LM/3. @throws ConfigError outside (2/3, 1].
  Modulation with_level_mismatch(double r_lm) const;
  /// Symbol variance of equally likely nominal levels: (M^2-1)/(3 (M-1)^2) for equal spacing.
  double variance() const;
  /// Bit errors per symbol error when errors go to a neighbour: 1/bits_per_symbol for Gray maps, else the mean label
  /// distance.
  double bit_errors_per_symbol_error() const;
};

}  // namespace tessera
