#pragma once

#include <string_view>
#include <vector>

#include "phy/core/parameter.hpp"
#include "phy/link/cost.hpp"
#include "phy/link/ports.hpp"
#include "phy/signal/processor.hpp"

namespace tessera {

/// A travelling-wave Mach-Zehnder intensity modulator at quadrature, with chirp.
///
/// Equation: P = P_c 10^{-A/10} (1 + m sin theta)/2,  theta = pi V/V_pi + theta_b,  m = (E - 1)/(E + 1);
///   phi = kappa theta/2;
///   small signal: alpha = dphi/(dP/2P) = kappa (1 + m sin theta)/(m cos theta)
/// Conventions: V differential; E the largest extinction ratio (linear); theta_b the error against quadrature;
///   alpha > 0 is a blue leading edge (field e^{+j 2 pi f t}). `electrode_poles` = 0: loss-limited electrode,
///   H = (1 - e^{-x})/x, x = u (1 + j) sqrt(f/B).
/// Valid for: |theta| < pi/2 at every level; a velocity-matched electrode; RIN of the carrier times modulated power.
/// Source: koyama1988; ghione2009 (loss-limited electrode); royChowdhury2025, chou2024, zhou2025 (values)
/// Theory: docs/models/mach_zehnder.md
class MachZehnder {
 public:
  static constexpr std::string_view kType = "mach_zehnder";
  static constexpr Port kInput = Port::voltage;
  static constexpr Port kOutput = Port::optical_field;

  struct Params {
    Voltage half_wave_voltage = Voltage::from_si(5.5);
    Decibel insertion_loss{4.0};
    Decibel extinction_ratio_limit{25.0};
    Frequency bandwidth = Frequency::from_si(60e9);
    int electrode_poles = 1;
    double chirp = 0.0;
    double bias_error = 0.0;
    Resistance input_resistance = Resistance::from_si(100.0);
    Power heater_power = Power::from_si(20e-3);
    double heater_phase = 0.5;
    double failure_rate = 5.0;
    Energy activation_energy = Energy::from_si(0.7 * 1.602176634e-19);
    Temperature reference_temperature = Temperature::from_si(343.15);
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"half_wave_voltage", "V", 0.01, 100.0, "V_pi of the pair of arms for the differential drive"},
      p.half_wave_voltage);
    v({"insertion_loss", "dB", 0.0, 40.0, "A: at full transmission"}, p.insertion_loss);
    v({"extinction_ratio_limit", "dB", 0.1, 80.0, "E: largest static extinction ratio"}, p.extinction_ratio_limit);
    v({"bandwidth", "GHz", 0.001, 10000.0, "B: electro-optic 3 dB corner (electrical)"}, p.bandwidth);
    v({"electrode_poles", "1", 0.0, 8.0, "equal real poles of the electrode; 0 for a loss-limited travelling wave"},
      p.electrode_poles);
    v({"chirp", "1", -10.0, 10.0, "kappa: alpha at quadrature; 0 for push-pull, 1 for one driven arm"}, p.chirp);
    v({"bias_error", "deg", -89.0, 89.0, "theta_b"}, p.bias_error);
    v({"input_resistance", "ohm", 1.0, 10000.0, "termination of the electrode, differential"}, p.input_resistance);
    v({"heater_power", "mW", 0.0, 1000.0, "thermo-optic bias phase shifter, power per pi"}, p.heater_power);
    v({"heater_phase", "1", 0.0, 2.0, "mean bias phase that must be set, in units of pi"}, p.heater_phase);
    v({"failure_rate", "FIT", 0.0, 1e6, "failures in 1e9 h at the reference temperature"}, p.failure_rate);
    v({"activation_energy", "eV", 0.0, 3.0, "of the failure rate"}, p.activation_energy);
    v({"reference_temperature", "degC", -40.0, 150.0, "case temperature of the failure rate"}, p.reference_temperature);
  }

  MachZehnder() : MachZehnder(Params{}) {}
  explicit MachZehnder(Params params);

  const Params& params() const { return params_; }
  double input_resistance() const { return params_.input_resistance.si(); }
  /// Chirp parameter at a drive voltage [V].
  double alpha(double drive) const;
  /// Normalised response of the electrode at a frequency [Hz].
  Complex electrode(double frequency) const;

  /// @throws ConfigError without a carrier or for a drive beyond the monotonic range.
  LaneState operate(const LaneState& in) const;
  StageResponse respond(const FrequencyGrid& grid, const LaneState& in) const;
  std::vector<NoiseSource> noise(const FrequencyGrid& grid, const LaneState& in) const;
  /// Drive in V -> field in sqrt(W); latency 0 for poles, 64 samples for the loss-limited electrode.
  Processor make_processor(double sample_step, const LaneState& in) const;

  std::vector<PowerItem> power(const CostContext& context) const;
  std::vector<FitItem> fit(const CostContext& context) const;
  double latency(const CostContext&) const { return 0.0; }

 private:
  double angle(double drive) const;
  double transmission(double angle) const;

  Params params_;
  double modulation_depth_ = 1.0;  // m
  double electrode_loss_ = 0.0;    // u
};

}  // namespace tessera
