#pragma once

#include <string_view>
#include <vector>

#include "phy/core/parameter.hpp"
#include "phy/link/cost.hpp"
#include "phy/link/ports.hpp"
#include "phy/signal/all_pole_filter.hpp"
#include "phy/signal/processor.hpp"

namespace tessera {

/// An electro-absorption modulator: static curve of absorption against voltage, chirp, bandwidth, photocurrent.
///
/// Equation: P = P_c 10^{-A/10} e^{-u},  u = (V_r/V_0)^a,  V_r = V_b - v;
///   dphi = (alpha/2) d ln P,  alpha = alpha_b - s (V_r - V_b);
///   I_ph = eta q/(h nu) (P_c 10^{-A/10} - P),  watts V_r I_ph
/// Conventions: v differential drive, positive v gives more light; V_r reverse voltage; alpha > 0 is a blue leading edge
///   (field e^{+j 2 pi f t}); V_0 where 4.34 dB are absorbed.
/// Valid for: V_r >= 0 at every level (refused below), up to the rated voltage; no saturation by the light.
/// Source: koyama1988 (chirp); eo-atlas (values)
/// Theory: docs/models/eam.md
class Eam {
 public:
  static constexpr std::string_view kType = "eam";
  static constexpr Port kInput = Port::voltage;
  static constexpr Port kOutput = Port::optical_field;

  struct Params {
    Voltage bias_voltage = Voltage::from_si(1.1);
    Voltage absorption_voltage = Voltage::from_si(1.333);
    double absorption_exponent = 2.0;
    Decibel insertion_loss{3.0};
    Frequency bandwidth = Frequency::from_si(80e9);
    int poles = 1;
    double chirp = 0.5;
    Quantity<dim::kPerVoltage> chirp_slope;
    Voltage rated_voltage = Voltage::from_si(3.0);
    double quantum_efficiency = 0.8;
    Resistance input_resistance = Resistance::from_si(100.0);
    double failure_rate = 20.0;
    Energy activation_energy = Energy::from_si(0.7 * 1.602176634e-19);
    Temperature reference_temperature = Temperature::from_si(343.15);
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"bias_voltage", "V", 0.0, 20.0, "V_b: reverse voltage at no drive"}, p.bias_voltage);
    v({"absorption_voltage", "V", 0.01, 50.0, "V_0: reverse voltage at which the light has fallen to 1/e"},
      p.absorption_voltage);
    v({"absorption_exponent", "1", 0.5, 6.0, "a: steepness of the absorption"}, p.absorption_exponent);
    v({"insertion_loss", "dB", 0.0, 40.0, "A: at no voltage"}, p.insertion_loss);
    v({"bandwidth", "GHz", 0.001, 10000.0, "electro-optic 3 dB corner (electrical)"}, p.bandwidth);
    v({"poles", "1", 1.0, 8.0, "equal real poles that make up the corner"}, p.poles);
    v({"chirp", "1", -10.0, 10.0, "alpha_b: at the bias voltage"}, p.chirp);
    v({"chirp_slope", "1/V", -10.0, 10.0, "s: fall of alpha per volt of reverse voltage"}, p.chirp_slope);
    v({"rated_voltage", "V", 0.0, 50.0, "highest reverse voltage of the curve's source"}, p.rated_voltage);
    v({"quantum_efficiency", "1", 0.0, 1.0, "eta: electrons per absorbed photon"}, p.quantum_efficiency);
    v({"input_resistance", "ohm", 1.0, 10000.0, "termination, differential"}, p.input_resistance);
    v({"failure_rate", "FIT", 0.0, 1e6, "failures in 1e9 h at the reference temperature"}, p.failure_rate);
    v({"activation_energy", "eV", 0.0, 3.0, "of the failure rate"}, p.activation_energy);
    v({"reference_temperature", "degC", -40.0, 150.0, "case temperature of the failure rate"}, p.reference_temperature);
  }

  Eam() : Eam(Params{}) {}
  explicit Eam(Params params);

  const Params& params() const { return params_; }
  double input_resistance() const { return params_.input_resistance.si(); }
  /// Power out over power in at a drive voltage [V].
  double transmission(double drive) const;
  /// Chirp parameter at a drive voltage [V].
  double alpha(double drive) const;

  /// @throws ConfigError without a carrier or for a drive that turns the diode forward.
  LaneState operate(const LaneState& in) const;
  StageResponse respond(const FrequencyGrid& grid, const LaneState& in) const;
  std::vector<NoiseSource> noise(const FrequencyGrid& grid, const LaneState& in) const;
  /// Notes a reverse voltage above the rated one.
  std::vector<ValidityNote> validity(const FrequencyGrid& grid, const LaneState& in) const;
  /// Drive in V -> field in sqrt(W); latency 0.
  Processor make_processor(double sample_step, const LaneState& in) const;

  std::vector<PowerItem> power(const CostContext& context) const;
  std::vector<FitItem> fit(const CostContext& context) const;
  double latency(const CostContext&) const { return 0.0; }

 private:
  double depth(double reverse) const;  // u
  double phase(double drive) const;

  Params params_;
  Poles poles_;
};

}  // namespace tessera
