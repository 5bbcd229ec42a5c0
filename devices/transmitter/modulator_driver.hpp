#pragma once

#include <string_view>
#include <vector>

#include "phy/core/parameter.hpp"
#include "phy/link/cost.hpp"
#include "phy/link/ports.hpp"
#include "phy/signal/all_pole_filter.hpp"
#include "phy/signal/processor.hpp"

namespace tessera {

/// A linear modulator driver: gain, two poles with optional peaking, input noise, soft clipping.
///
/// Equation: v_out = (V_sat/2) tanh[2 G v_in/V_sat];
///   H = 1/(1 + 2 zeta s/w_n + s^2/w_n^2), peak 1/(2 zeta sqrt(1 - zeta^2));
///   P = [(V_h + V_pp/2) V_pp/R_L + E_g B T/313 K]  [W]
/// Conventions: G in dB of voltage; V_sat and V_pp differential peak to peak; B the 3 dB corner, zeta from the peaking.
/// Valid for: slow signals at the clipping stage (a static curve before the poles); class A, supply following V_pp.
/// Source: chou2024 and zhou2025 (3 Vppd, 56 to 76 GHz, 5 to 9 dB of peaking)
/// Theory: docs/models/modulator_driver.md
class ModulatorDriver {
 public:
  static constexpr std::string_view kType = "modulator_driver";
  static constexpr Port kInput = Port::voltage;
  static constexpr Port kOutput = Port::voltage;

  struct Params {
    Decibel gain{12.0};
    Frequency bandwidth = Frequency::from_si(56e9);
    Decibel peaking{0.0};
    VoltageNoisePsd input_noise = VoltageNoisePsd::from_si(2e-18);
    Voltage saturation_swing = Voltage::from_si(4.0);
    Resistance input_resistance = Resistance::from_si(100.0);
    Resistance output_resistance = Resistance::from_si(100.0);
    Resistance load = Resistance::from_si(50.0);
    Voltage headroom = Voltage::from_si(1.8);
    Energy gain_stage_energy = Energy::from_si(1e-12);
    double failure_rate = 25.0;
    Energy activation_energy = Energy::from_si(0.7 * 1.602176634e-19);
    Temperature reference_temperature = Temperature::from_si(343.15);
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"gain", "dB", -40.0, 60.0, "G: small-signal voltage gain"}, p.gain);
    v({"bandwidth", "GHz", 0.001, 1000.0, "B: 3 dB corner"}, p.bandwidth);
    v({"peaking", "dB", 0.0, 20.0, "maximum of |H| over its value at DC; 0 is maximally flat"}, p.peaking);
    v({"input_noise", "V^2/GHz", 0.0, 1e-3, "one-sided noise density at the input"}, p.input_noise);
    v({"saturation_swing", "V", 0.001, 100.0, "V_sat: peak-to-peak differential output that clipping approaches"},
      p.saturation_swing);
    v({"input_resistance", "ohm", 1.0, 10000.0, "differential"}, p.input_resistance);
    v({"output_resistance", "ohm", 1.0, 10000.0, "differential"}, p.output_resistance);
    v({"load", "ohm", 1.0, 10000.0, "R_L: what the output current drives, back termination included"}, p.load);
    v({"headroom", "V", 0.0, 20.0, "V_h: supply beyond half the swing"}, p.headroom);
    v({"gain_stage_energy", "pJ", 0.0, 1000.0, "E_g: power of bias, equaliser and gain stages per bandwidth, 40 degC"},
      p.gain_stage_energy);
    v({"failure_rate", "FIT", 0.0, 1e6, "failures in 1e9 h at the reference temperature"}, p.failure_rate);
    v({"activation_energy", "eV", 0.0, 3.0, "of the failure rate"}, p.activation_energy);
    v({"reference_temperature", "degC", -40.0, 150.0, "case temperature of the failure rate"}, p.reference_temperature);
  }

  ModulatorDriver() : ModulatorDriver(Params{}) {}
  explicit ModulatorDriver(Params params);

  const Params& params() const { return params_; }
  double input_resistance() const { return params_.input_resistance.si(); }
  double output_resistance() const { return params_.output_resistance.si(); }
  LaneState operate(const LaneState& in) const;
  StageResponse respond(const FrequencyGrid& grid, const LaneState& in) const;
  std::vector<NoiseSource> noise(const FrequencyGrid& grid, const LaneState& in) const;
  /// Notes outer levels compressed by more than 5 %.
  std::vector<ValidityNote> validity(const FrequencyGrid& grid, const LaneState& in) const;
  /// Clipping, then the poles; latency 0.
  Processor make_processor(double sample_step, const LaneState& in) const;

  std::vector<PowerItem> power(const CostContext& context) const;
  std::vector<FitItem> fit(const CostContext& context) const;
  double latency(const CostContext&) const { return 0.0; }

 private:
  double curve(double v) const;

  Params params_;
  Poles poles_;
};

}  // namespace tessera
