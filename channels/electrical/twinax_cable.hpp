#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "phy/core/parameter.hpp"
#include "phy/link/cost.hpp"
#include "phy/signal/transmission_line.hpp"

namespace tessera {

/// A shielded copper pair from its gauge: skin effect, dielectric loss, temperature.
///
/// Equation: alpha = k 2 R_s/(pi d)/(2 Z_d) + pi f sqrt(eps_r) tan_delta/c   [Np/m],
///   R_s = sqrt(pi f mu0/sigma(T)) [ohm], d = 0.127 mm 92^((36 - n)/39), sigma = sigma_20/(1 + 0.00393 (T - 20 C)/K)
/// Conventions: differential two-port, reference 100 ohm; made causal as in `LineLaw` with tau = sqrt(eps_r)/c.
/// Valid for: 24 to 34 AWG, 1 MHz to 110 GHz; below, the direct-current resistance is missing.
/// Source: astera2026-copper 7.14 dB/m (26 AWG) and 10.23 dB/m (30 AWG) at 53 GHz; iec60028
/// Theory: docs/models/twinax_cable.md
class TwinaxCable {
 public:
  static constexpr std::string_view kType = "twinax_cable";

  struct Params {
    Length length = Length::from_si(2.0);
    int gauge = 26;
    double proximity_factor = 1.277;
    double loss_tangent = 3.28e-4;
    double relative_permittivity = 1.45;
    Resistance impedance = Resistance::from_si(100.0);
    Temperature temperature = Temperature::from_si(293.15);
    double failure_rate = 1.0;
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"length", "m", 0.0, 100.0, "length of the cable"}, p.length);
    v({"gauge", "1", 20.0, 40.0, "American wire gauge of the conductors"}, p.gauge);
    v({"proximity_factor", "1", 1.0, 5.0, "k: current crowding between the wires and loss in the shield"},
      p.proximity_factor);
    v({"loss_tangent", "1", 0.0, 0.1, "tan delta of the insulation"}, p.loss_tangent);
    v({"relative_permittivity", "1", 1.0, 5.0, "eps_r of the insulation"}, p.relative_permittivity);
    v({"impedance", "ohm", 20.0, 300.0, "Z_d: differential characteristic impedance"}, p.impedance);
    v({"temperature", "degC", -60.0, 130.0, "temperature of the copper"}, p.temperature);
    v({"failure_rate", "FIT", 0.0, 1e6, "failures of the assembly in 1e9 h"}, p.failure_rate);
  }

  explicit TwinaxCable(Params params);
  TwinaxCable() : TwinaxCable(Params{}) {}

  const Params& params() const { return params_; }
  SParameters s_parameters(std::span<const double> frequency) const;
  LineLaw law() const;
  double conductor_diameter() const;  // m
  std::vector<ValidityNote> validity(const FrequencyGrid& grid, const LaneState& state) const;

  std::vector<PowerItem> power(const CostContext&) const { return {}; }
  std::vector<FitItem> fit(const CostContext&) const { return {{"cable", params_.failure_rate, Scope::per_end}}; }
  double latency(const CostContext&) const { return 0.0; }

 private:
  Params params_;
};

}  // namespace tessera
