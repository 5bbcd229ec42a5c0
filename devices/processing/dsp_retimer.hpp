#pragma once

#include <string_view>
#include <vector>

#include "phy/core/parameter.hpp"
#include "phy/link/cost.hpp"

namespace tessera {

/// The core of a retiming DSP between its two SerDes sides: what a retimer draws beyond its four terminals.
///
/// Equation: P = D s {[E_path + E_code (1 + o)] R_line + E_state S (1 + o) R_line/b + (E_clk R_sym + leakage(T)) N}
///   + P_control   [W];  leakage(T) = P_leak 2^{(T - 40 degC)/T_2};  latency = D depth/R_sym  [s]
/// Conventions: energies per direction of traffic; D = 2 for a full retimer (and one way then crosses one core at either
/// end), D = 1 where one side is linear. Sides, their equalisers and converters are `serdes_receiver` and
/// `serdes_driver` stages at the ends of segments.
/// Valid for: a core at full rate; idle lanes are not gated. The inner code counts here as cost, not as errors mended.
/// Source: none (values: see the page)
/// Theory: docs/models/dsp_retimer.md
class DspRetimer {
 public:
  static constexpr std::string_view kType = "dsp_retimer";

  struct Params {
    int directions = 2;
    EnergyPerBit data_path_energy = EnergyPerBit::from_si(0.5e-12);
    Energy clock_energy = Energy::from_si(0.4e-12);
    int sequence_states = 0;
    Energy state_energy = Energy::from_si(0.15e-12);
    double inner_code_overhead = 0.0;
    EnergyPerBit inner_code_energy = EnergyPerBit::from_si(0.3e-12);
    Power leakage = Power::from_si(10e-3);
    Temperature leakage_doubling = Temperature::from_si(25.0);
    double technology_scale = 1.0;
    Power control_power = Power::from_si(0.2);
    double pipeline_depth = 1024.0;
    double failure_rate = 100.0;
    Energy activation_energy = Energy::from_si(0.7 * 1.602176634e-19);
    Temperature reference_temperature = Temperature::from_si(343.15);
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"directions", "1", 1.0, 2.0, "D: directions of traffic that the chip retimes at one end"}, p.directions);
    v({"data_path_energy", "pJ/bit", 0.0, 100.0,
       "E_path: alignment, lane mapping, framing and buffers per line bit and direction"},
      p.data_path_energy);
    v({"clock_energy", "pJ", 0.0, 100.0, "E_clk: PLL and clock tree of the core per symbol, lane and direction"},
      p.clock_energy);
    v({"sequence_states", "1", 0.0, 256.0, "S: trellis states of a sequence detector on the line side; 0 for none"},
      p.sequence_states);
    v({"state_energy", "pJ", 0.0, 100.0, "E_state: sequence detector per state and symbol"}, p.state_energy);
    v({"inner_code_overhead", "1", 0.0, 1.0, "o: line symbols of an inner code beyond the outer code's, relative"},
      p.inner_code_overhead);
    v({"inner_code_energy", "pJ/bit", 0.0, 100.0,
       "E_code: encoder or decoder of the inner code per coded bit; without effect where there is no overhead"},
      p.inner_code_energy);
    v({"leakage", "mW", 0.0, 10000.0, "P_leak: leakage of the core per lane and direction at 40 degC case"}, p.leakage);
    v({"leakage_doubling", "K", 1.0, 200.0, "T_2: rise that doubles the leakage"}, p.leakage_doubling);
    v({"technology_scale", "1", 0.05, 20.0, "s: energy and leakage relative to the 5 to 7 nm constants"},
      p.technology_scale);
    v({"control_power", "W", 0.0, 100.0, "P_control: firmware processor, management bus and sensors: constant"},
      p.control_power);
    v({"pipeline_depth", "1", 0.0, 1e6, "symbols of a lane from one side's receiver to the other side's transmitter"},
      p.pipeline_depth);
    v({"failure_rate", "FIT", 0.0, 1e6, "failures of the chip in 1e9 h at the reference temperature"}, p.failure_rate);
    v({"activation_energy", "eV", 0.0, 3.0, "of the failure rate"}, p.activation_energy);
    v({"reference_temperature", "degC", -40.0, 150.0, "case temperature of the failure rate"}, p.reference_temperature);
  }

  DspRetimer() : DspRetimer(Params{}) {}
  explicit DspRetimer(const Params& params);
  const Params& params() const { return params_; }

  std::vector<PowerItem> power(const CostContext& context) const;
  std::vector<FitItem> fit(const CostContext& context) const;
  double latency(const CostContext& context) const;

 private:
  Params params_;
};

}  // namespace tessera
