#pragma once

#include <string_view>
#include <vector>

#include "phy/core/parameter.hpp"
#include "phy/link/cost.hpp"
#include "phy/link/terminals.hpp"

namespace tessera {

/// An electrical PAM transmitter: levels, feed-forward equaliser, edge, noise, jitter, and what it costs.
///
/// Equation: levels = swing x PAM levels with R_LM;  H_t = exp(-2 (pi f T_r/1.6832)^2);
///   P = V_dd A_v/(2 R_d) + scale [C V_dd^2 R_sym + E_ser R_bit + (E_clk + E_tap N) R_sym + leakage(T)]   [W]
/// Conventions: `swing` is A_v, the peak differential voltage into a matched load (2 A_v peak to peak); T_r 20-80 %.
/// Valid for: voltage-mode drivers with a Gaussian edge; energy constants for 5 to 7 nm CMOS at scale 1.
/// Source: ieee802.3ck-2022 93A.2 (93A-46)
/// Theory: docs/models/serdes_driver.md
class SerdesDriver {
 public:
  static constexpr std::string_view kType = "serdes_driver";
  static constexpr Port kOutput = Port::voltage;
  static constexpr bool kCausal = false;  // the Gaussian edge of 93A-46 has zero phase

  struct Params {
    Voltage swing = Voltage::from_si(0.413);
    double level_mismatch = 0.95;
    std::vector<double> ffe_taps{1.0};
    int ffe_main = 0;
    Time rise_time = Time::from_si(7.5e-12);
    Decibel transmitter_snr{33.0};
    double random_jitter = 0.01;
    double dual_dirac_jitter = 0.02;
    Resistance termination = Resistance::from_si(50.0);
    Voltage supply = Voltage::from_si(0.9);
    Capacitance predriver_capacitance = Capacitance::from_si(100e-15);
    EnergyPerBit serializer_energy = EnergyPerBit::from_si(0.21e-12);
    Energy clock_energy = Energy::from_si(0.2e-12);
    Energy tap_energy = Energy::from_si(0.18e-12);
    Power leakage = Power::from_si(3e-3);
    Temperature leakage_doubling = Temperature::from_si(25.0);
    double technology_scale = 1.0;
    double failure_rate = 0.1;
    double pipeline_depth = 256.0;
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"swing", "V", 0.0, 5.0, "A_v: peak differential voltage into a matched load; peak to peak is twice that"},
      p.swing);
    v({"level_mismatch", "1", 0.67, 1.0,
       "R_LM: smallest level spacing over the mean one; without effect below four levels"},
      p.level_mismatch);
    v({"ffe_taps", "1", -1.0, 1.0,
       "c: baud-spaced transmit equaliser, first pre-cursor first; magnitudes add to at most 1"},
      p.ffe_taps);
    v({"ffe_main", "1", 0.0, 64.0, "index of the main tap in ffe_taps"}, p.ffe_main);
    v({"rise_time", "ps", 0.0, 1000.0, "T_r: 20 to 80 % edge, beyond the hold of the symbol"}, p.rise_time);
    v({"transmitter_snr", "dB", 0.0, 200.0, "SNR_TX: main cursor over transmitter noise"}, p.transmitter_snr);
    v({"random_jitter", "UI", 0.0, 0.5, "sigma_RJ, rms"}, p.random_jitter);
    v({"dual_dirac_jitter", "UI", 0.0, 0.5, "A_DD, peak"}, p.dual_dirac_jitter);
    v({"termination", "ohm", 1.0, 1000.0, "R_d: source resistance per leg; differential is twice that"}, p.termination);
    v({"supply", "V", 0.1, 5.0, "supply of the output stage"}, p.supply);
    v({"predriver_capacitance", "fF", 0.0, 100000.0,
       "C: charged to the supply once per symbol ahead of the output stage"},
      p.predriver_capacitance);
    v({"serializer_energy", "pJ/bit", 0.0, 100.0, "serialiser and retiming"}, p.serializer_energy);
    v({"clock_energy", "pJ", 0.0, 100.0, "clock generation and distribution per symbol"}, p.clock_energy);
    v({"tap_energy", "pJ", 0.0, 100.0, "transmit equaliser and its share of the DAC per tap and symbol"}, p.tap_energy);
    v({"leakage", "mW", 0.0, 1000.0, "leakage of a lane at 40 degC case"}, p.leakage);
    v({"leakage_doubling", "K", 1.0, 200.0, "T_2: rise that doubles the leakage"}, p.leakage_doubling);
    v({"technology_scale", "1", 0.05, 20.0,
       "energy and leakage relative to the 5 to 7 nm constants; not on the static current of the output stage"},
      p.technology_scale);
    v({"failure_rate", "FIT", 0.0, 1e6, "failures of a lane in 1e9 h"}, p.failure_rate);
    v({"pipeline_depth", "1", 0.0, 1e6, "symbols from parallel input to line"}, p.pipeline_depth);
  }

  /// @throws ConfigError for a main tap outside the list or taps whose magnitudes add to more than 1.
  explicit SerdesDriver(Params params);
  SerdesDriver() : SerdesDriver(Params{}) {}

  const Params& params() const { return params_; }
  TransmitterSpec describe(const Modulation& modulation, const FrequencyGrid& grid) const;
  double output_resistance() const { return 2.0 * params_.termination.si(); }

  std::vector<PowerItem> power(const CostContext& context) const;
  std::vector<FitItem> fit(const CostContext&) const { return {{"serdes_transmitter", params_.failure_rate}}; }
  double latency(const CostContext& context) const { return params_.pipeline_depth / context.symbol_rate; }

 private:
  Params params_;
};

}  // namespace tessera
