#pragma once

#include <string_view>
#include <vector>

#include "phy/core/parameter.hpp"
#include "phy/link/cost.hpp"
#include "phy/link/ports.hpp"
#include "phy/signal/all_pole_filter.hpp"
#include "phy/signal/processor.hpp"

namespace tessera {

/// A PIN photodiode for one modulated laser line: square law, two poles, shot noise.
///
/// Equation: I = R |E|^2;  H = 1/[(1 + jf/f_t)(1 + j 2 pi f R_s C)] on the intensity, 0 on the phase;
///   S = 2q(I_dark + I) [A^2/Hz]
/// Conventions: responsivity from the light at its port, coupling into the junction included; electrical corners.
/// Valid for: linear photocurrent (no saturation); one pole stands for the transit time.
/// Source: agrawal2021; chou2024 and zhou2025 for responsivities of link models
/// Theory: docs/models/pin_photodiode.md
class PinPhotodiode {
 public:
  static constexpr std::string_view kType = "pin_photodiode";
  static constexpr Port kInput = Port::optical_field;
  static constexpr Port kOutput = Port::current;

  struct Params {
    Responsivity responsivity = Responsivity::from_si(0.6);
    Current dark_current = Current::from_si(10e-9);
    Frequency transit_bandwidth = Frequency::from_si(65e9);
    Resistance resistance = Resistance::from_si(50.0);
    Capacitance capacitance = Capacitance::from_si(20e-15);
    Voltage bias = Voltage::from_si(3.0);
    double failure_rate = 20.0;
    Energy activation_energy = Energy::from_si(0.7 * 1.602176634e-19);
    Temperature reference_temperature = Temperature::from_si(343.15);
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"responsivity", "A/W", 0.001, 2.0, "photocurrent per optical power at the port"}, p.responsivity);
    v({"dark_current", "nA", 0.0, 1e6, "reverse current without light"}, p.dark_current);
    v({"transit_bandwidth", "GHz", 0.001, 10000.0, "electrical 3 dB corner of the carrier transit"},
      p.transit_bandwidth);
    v({"resistance", "ohm", 0.0, 10000.0, "series and load resistance that charges the junction"}, p.resistance);
    v({"capacitance", "fF", 0.0, 1e6, "junction capacitance"}, p.capacitance);
    v({"bias", "V", 0.0, 100.0, "reverse bias; its product with the photocurrent is the diode's power"}, p.bias);
    v({"failure_rate", "FIT", 0.0, 1e6, "failures in 1e9 h at the reference temperature"}, p.failure_rate);
    v({"activation_energy", "eV", 0.0, 3.0, "of the failure rate"}, p.activation_energy);
    v({"reference_temperature", "degC", -40.0, 150.0, "case temperature of the failure rate"}, p.reference_temperature);
  }

  PinPhotodiode() : PinPhotodiode(Params{}) {}
  explicit PinPhotodiode(Params params);

  const Params& params() const { return params_; }
  LaneState operate(const LaneState& in) const;
  StageResponse respond(const FrequencyGrid& grid, const LaneState& in) const;
  std::vector<NoiseSource> noise(const FrequencyGrid& grid, const LaneState& in) const;
  /// Samples |E|^2 R through both poles; latency 0.
  Processor make_processor(double sample_step, const LaneState& in) const;

  std::vector<PowerItem> power(const CostContext& context) const;
  std::vector<FitItem> fit(const CostContext& context) const;
  double latency(const CostContext&) const { return 0.0; }

 private:
  Params params_;
  Poles poles_;
};

}  // namespace tessera
