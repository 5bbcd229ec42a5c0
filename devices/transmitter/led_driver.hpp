#pragma once

#include <string_view>
#include <vector>

#include "phy/link/models.hpp"

namespace tessera {

/// Unipolar current driver of one LED, the transmitting end of a wide-and-slow lane.
///
///   I_m = I_off + (I_on - I_off)(x_m + 1)/2 [A],   H_edge = 1/(1 + j f/f_edge),   x_m in [-1, 1] the nominal PAM level
///   P = I_mean V_headroom + C_out (R_load (I_on - I_off))^2 r_s a + P_bias [W]
///
/// Conventions: currents per lane, never negative; edge_bandwidth = 0 leaves the edge out.
/// Valid for: a driver that behaves as a current source while its headroom is kept.
/// Source: benyahya2025 (currents and watts per lane are estimates, see the part's datasheet)
/// Theory: docs/theory/microled.md
class LedDriver {
 public:
  static constexpr std::string_view kType = "led_driver";
  static constexpr Port kOutput = Port::current;

  struct Params {
    Current current_off = Current::from_si(0.13e-3);
    Current current_on = Current::from_si(0.65e-3);
    Frequency edge_bandwidth;
    Voltage headroom = Voltage::from_si(0.4);
    Capacitance output_capacitance = Capacitance::from_si(25e-15);
    Resistance load_resistance = Resistance::from_si(1750.0);
    double activity = 0.5;
    Power bias_power = Power::from_si(0.1e-3);
    double random_jitter = 0.0;
    double dual_dirac_jitter = 0.0;
    double failure_rate = 0.0;
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"current_off", "mA", 0.0, 100.0, "drive current of the lowest symbol"}, p.current_off);
    v({"current_on", "mA", 1e-6, 100.0, "drive current of the highest symbol; must exceed current_off"}, p.current_on);
    v({"edge_bandwidth", "GHz", 0.0, 1000.0, "first-order bandwidth of the driver's own edge; 0 leaves it out"},
      p.edge_bandwidth);
    v({"headroom", "V", 0.0, 5.0, "supply voltage above the LED's highest forward voltage"}, p.headroom);
    v({"output_capacitance", "fF", 0.0, 10000.0,
       "capacitance of the driver's output stage, charged by the LED's voltage swing"},
      p.output_capacitance);
    v({"load_resistance", "ohm", 0.0, 1e6, "voltage swing over current swing of the LED that it drives"},
      p.load_resistance);
    v({"activity", "1", 0.0, 1.0, "charging cycles per symbol; 0.25 for random NRZ data, 0.5 as upper bound"},
      p.activity);
    v({"bias_power", "mW", 0.0, 100.0, "standing power of predriver and bias per lane"}, p.bias_power);
    v({"random_jitter", "UI", 0.0, 0.5, "Gaussian jitter, rms"}, p.random_jitter);
    v({"dual_dirac_jitter", "UI", 0.0, 0.5, "dual-Dirac jitter, peak"}, p.dual_dirac_jitter);
    v({"failure_rate", "FIT", 0.0, 1e9, "failures in 1e9 h of one lane's driver"}, p.failure_rate);
  }

  /// @throws ConfigError if a parameter is outside its range or current_on does not exceed current_off.
  LedDriver() : LedDriver(Params{}) {}
  explicit LedDriver(Params params);
  const Params& params() const { return params_; }

  TransmitterSpec describe(const Modulation& modulation, const FrequencyGrid& grid) const;

  std::vector<PowerItem> power(const CostContext& context) const;
  std::vector<FitItem> fit(const CostContext& context) const;
  double latency(const CostContext& context) const;

 private:
  Params params_;
};

}  // namespace tessera
