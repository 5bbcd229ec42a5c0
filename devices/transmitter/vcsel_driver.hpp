#pragma once

#include <string_view>
#include <vector>

#include "phy/core/parameter.hpp"
#include "phy/link/cost.hpp"
#include "phy/link/ports.hpp"
#include "phy/signal/all_pole_filter.hpp"
#include "phy/signal/processor.hpp"

namespace tessera {

/// A linear laser driver: bias current and transconductance with soft limits, two poles, input noise.
///
/// Equation: I = I_b + (I_sat/2) tanh[2 g v/I_sat]  [A];  H = butterworth of second order at B;
///   P = V_dd I_pp/m + V_h I_mean + E_g B T/313 K  [W]
/// Conventions: v differential; I_pp the swing between the outer symbols; m the share of the output stage's current that
///   the laser gets, the rest going through the back termination; the laser's own I V is paid by the laser.
/// Valid for: slow signals at the limiting stage (a static curve before the poles); class A.
/// Source: sackinger2005 (current-mode driver with back termination)
/// Theory: docs/models/vcsel_driver.md
class VcselDriver {
 public:
  static constexpr std::string_view kType = "vcsel_driver";
  static constexpr Port kInput = Port::voltage;
  static constexpr Port kOutput = Port::current;

  using Transconductance = Quantity<dim::kOne / dim::kResistance>;

  struct Params {
    Current bias_current = Current::from_si(7e-3);
    Transconductance transconductance = Transconductance::from_si(10e-3);
    Current saturation_swing = Current::from_si(12e-3);
    Frequency bandwidth = Frequency::from_si(35e9);
    VoltageNoisePsd input_noise = VoltageNoisePsd::from_si(2e-18);
    Resistance input_resistance = Resistance::from_si(100.0);
    Voltage supply = Voltage::from_si(2.5);
    double current_share = 0.5;
    Voltage headroom = Voltage::from_si(1.0);
    Energy gain_stage_energy = Energy::from_si(0.5e-12);
    double failure_rate = 12.0;
    Energy activation_energy = Energy::from_si(0.7 * 1.602176634e-19);
    Temperature reference_temperature = Temperature::from_si(343.15);
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"bias_current", "mA", 0.0, 1000.0, "I_b: current at no drive"}, p.bias_current);
    v({"transconductance", "mA/V", 0.001, 1e5, "g: small-signal current per differential input voltage"},
      p.transconductance);
    v({"saturation_swing", "mA", 0.001, 1e4, "I_sat: peak-to-peak modulation that limiting approaches"},
      p.saturation_swing);
    v({"bandwidth", "GHz", 0.001, 1000.0, "B: 3 dB corner"}, p.bandwidth);
    v({"input_noise", "V^2/GHz", 0.0, 1e-3, "one-sided noise density at the input"}, p.input_noise);
    v({"input_resistance", "ohm", 1.0, 10000.0, "differential"}, p.input_resistance);
    v({"supply", "V", 0.1, 20.0, "V_dd of the output stage"}, p.supply);
    v({"current_share", "1", 0.05, 1.0, "m: share of the output stage's modulation current that the laser gets"},
      p.current_share);
    v({"headroom", "V", 0.0, 20.0, "V_h: supply of the laser beyond its own voltage"}, p.headroom);
    v({"gain_stage_energy", "pJ", 0.0, 1000.0, "E_g: power of gain and equaliser stages per bandwidth, 40 degC"},
      p.gain_stage_energy);
    v({"failure_rate", "FIT", 0.0, 1e6, "failures in 1e9 h at the reference temperature"}, p.failure_rate);
    v({"activation_energy", "eV", 0.0, 3.0, "of the failure rate"}, p.activation_energy);
    v({"reference_temperature", "degC", -40.0, 150.0, "case temperature of the failure rate"}, p.reference_temperature);
  }

  /// @throws ConfigError if a parameter is outside its range or the bias cannot carry half the largest swing.
  VcselDriver() : VcselDriver(Params{}) {}
  explicit VcselDriver(Params params);

  const Params& params() const { return params_; }
  double input_resistance() const { return params_.input_resistance.si(); }
  LaneState operate(const LaneState& in) const;
  StageResponse respond(const FrequencyGrid& grid, const LaneState& in) const;
  std::vector<NoiseSource> noise(const FrequencyGrid& grid, const LaneState& in) const;
  /// Notes outer levels compressed by more than 5 %.
  std::vector<ValidityNote> validity(const FrequencyGrid& grid, const LaneState& in) const;
  /// Limiting, then the poles; latency 0.
  Processor make_processor(double sample_step, const LaneState& in) const;

  std::vector<PowerItem> power(const CostContext& context) const;
  std::vector<FitItem> fit(const CostContext& context) const;
  double latency(const CostContext&) const { return 0.0; }

 private:
  double current(double v) const;

  Params params_;
  Poles poles_;
};

}  // namespace tessera
