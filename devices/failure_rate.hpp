#pragma once

#include "phy/core/units.hpp"

namespace tessera {

/// How much faster a part wears out at one temperature than at another (Arrhenius).
///
/// Equation: factor = exp[E_a/k (1/T_ref - 1/T)]; [E_a] = J, [T] = K
/// Conventions: above 1 when hotter than the reference.
/// Valid for: one thermally activated mechanism; 0.7 eV halves to thirds the life per 10 K between 40 and 80 degC.
/// Source: lumentum2026-elsfp (0.6 to 0.9 eV)
/// Theory: docs/theory/optics.md
/// @throws ConfigError unless both temperatures are positive.
double arrhenius_factor(Energy activation, double temperature, double reference);

}  // namespace tessera
