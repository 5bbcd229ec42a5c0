#pragma once

#include <optional>
#include <string>

#include "phy/core/log10_probability.hpp"
#include "scenarios/link/reach_solver.hpp"

namespace tessera::report {

/// "3.1e-09", "1.2e-433": two digits whatever the exponent.
std::string text(Log10Probability p);

/// `value` with `digits` significant digits, without exponent where it is readable without.
std::string text(double value, int digits = 3);

/// Length with metre or kilometre.
std::string length_text(double metres);

/// A reach, "> limit" beyond the search limit, "none" where no length closes.
std::string reach_text(const Reach& reach, double limit_m);

}  // namespace tessera::report
