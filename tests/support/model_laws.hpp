#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "phy/link/models.hpp"

namespace tessera::contract {

/// What a model did against a law, in words with numbers; empty means the law holds.
using Violations = std::vector<std::string>;

/// A law that all models of some kinds obey.
struct Law {
  std::string_view name;  // PascalCase; part of the test's name
  bool (*applies)(const ModelInfo& info, const AnyModel& model);
  Violations (*check)(const ModelInfo& info, const AnyModel& model);
};

/// Laws of the parameter list, of costs, of signal stages, of networks and of terminals.
std::vector<Law> parameter_laws();
std::vector<Law> cost_laws();
std::vector<Law> signal_laws();
std::vector<Law> network_and_terminal_laws();
std::vector<Law> all_laws();

/// Checks a law by its name. @throws Error if there is none.
Violations check_law(std::string_view name, const ModelInfo& info, const AnyModel& model);

/// Share of an impulse response's energy that comes before t = 0, for a response sampled at f_k = k df, k = 0 … n/2.
///
/// Cutting a response off at the last frequency smears its impulse response to both sides of t = 0 by a sinc, whose
/// tails would hide what is looked for. So the response is first seen through a cubic B-spline of half width 2 m
/// samples, sinc^4(f m dt): its support in time is finite, so a causal response stays zero before -2 m samples, and its
/// spectrum is below 1e-4 at the edge. [values] n/2 + 1; [m] samples.
double energy_before_zero(const std::vector<Complex>& values, int m);

/// Bound of energy_before_zero for causal models: -60 dB. Below it lie the spline's own stop band (1e-8) and the wrap
/// of slow decays; a zero-phase low-pass of the same bandwidth has tenths.
inline constexpr double kCausalEnergy = 1e-6;

}  // namespace tessera::contract
