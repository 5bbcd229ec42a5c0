#pragma once

#include <string_view>
#include <vector>

#include "phy/core/parameter.hpp"
#include "phy/link/cost.hpp"
#include "phy/link/ports.hpp"
#include "phy/signal/all_pole_filter.hpp"
#include "phy/signal/processor.hpp"

namespace tessera {

/// A silicon photodiode for incoherent light (LED, multimode laser): responsivity from quantum efficiency, two poles,
/// shot noise.
///
/// Equation: I = eta q lambda/(h c) P;  H = 1/[(1 + jf/f_t)(1 + j 2 pi f R_s C)];  S = 2q(I_dark + I)  [A^2/Hz]
/// Conventions: external quantum efficiency; wavelength of the light that arrives; electrical corners.
/// Valid for: 350 to 1000 nm, linear photocurrent; one pole stands for the transit time.
/// Source: agrawal2021
/// Theory: docs/models/silicon_photodiode.md
class SiliconPhotodiode {
 public:
  static constexpr std::string_view kType = "silicon_photodiode";
  static constexpr Port kInput = Port::optical_power;
  static constexpr Port kOutput = Port::current;

  struct Params {
    double quantum_efficiency = 0.7;
    Responsivity responsivity;
    Current dark_current = Current::from_si(1e-9);
    Frequency transit_bandwidth = Frequency::from_si(10e9);
    Resistance resistance = Resistance::from_si(200.0);
    Capacitance capacitance = Capacitance::from_si(60e-15);
    Voltage bias = Voltage::from_si(3.0);
    double failure_rate = 1.0;
    Energy activation_energy = Energy::from_si(0.7 * 1.602176634e-19);
    Temperature reference_temperature = Temperature::from_si(343.15);
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"quantum_efficiency", "1", 0.0, 1.0, "electrons per incident photon; used where `responsivity` is 0"},
      p.quantum_efficiency);
    v({"responsivity", "A/W", 0.0, 2.0,
       "photocurrent per optical power; 0 takes it from quantum efficiency and wavelength"},
      p.responsivity);
    v({"dark_current", "nA", 0.0, 1e6, "reverse current without light"}, p.dark_current);
    v({"transit_bandwidth", "GHz", 0.001, 10000.0, "electrical 3 dB corner of the carrier transit"},
      p.transit_bandwidth);
    v({"resistance", "ohm", 0.0, 100000.0, "series and load resistance that charges the junction"}, p.resistance);
    v({"capacitance", "fF", 0.0, 1e6, "junction and bond capacitance"}, p.capacitance);
    v({"bias", "V", 0.0, 100.0, "reverse bias; its product with the photocurrent is the diode's power"}, p.bias);
    v({"failure_rate", "FIT", 0.0, 1e6, "failures in 1e9 h at the reference temperature"}, p.failure_rate);
    v({"activation_energy", "eV", 0.0, 3.0, "of the failure rate"}, p.activation_energy);
    v({"reference_temperature", "degC", -40.0, 150.0, "case temperature of the failure rate"}, p.reference_temperature);
  }

  SiliconPhotodiode() : SiliconPhotodiode(Params{}) {}
  explicit SiliconPhotodiode(Params params);

  const Params& params() const { return params_; }
  /// @throws ConfigError if the responsivity must be worked out and the light states no wavelength.
  LaneState operate(const LaneState& in) const;
  StageResponse respond(const FrequencyGrid& grid, const LaneState& in) const;
  std::vector<NoiseSource> noise(const FrequencyGrid& grid, const LaneState& in) const;
  /// Notes light outside 350 to 1000 nm.
  std::vector<ValidityNote> validity(const FrequencyGrid& grid, const LaneState& in) const;
  Processor make_processor(double sample_step, const LaneState& in) const;

  std::vector<PowerItem> power(const CostContext& context) const;
  std::vector<FitItem> fit(const CostContext& context) const;
  double latency(const CostContext&) const { return 0.0; }

 private:
  double responsivity(const LaneState& in) const;

  Params params_;
  Poles poles_;
};

}  // namespace tessera
