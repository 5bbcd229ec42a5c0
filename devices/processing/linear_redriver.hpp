#pragma once

#include <string_view>
#include <vector>

#include "phy/core/parameter.hpp"
#include "phy/equalization/ctle.hpp"
#include "phy/link/cost.hpp"
#include "phy/link/ports.hpp"
#include "phy/signal/all_pole_filter.hpp"
#include "phy/signal/processor.hpp"

namespace tessera {

/// A linear redriver inside an electrical segment: peaking, gain, bandwidth, input noise and a soft output limit.
///
/// Equation: H = G (g + jf/f_p)(g2 + jf/f_LF) B_n(f/B) / [(1 + jf/f_p)(1 + jf/f_LF)], g = 10^{-peaking/20};
///   v_out = (V_sat/2) tanh[2 v/V_sat];  P = V_dd [V_ov 2 pi C_L N G^{1/N} B T/313 K + V_sat/R_L]  [W]
/// Conventions: G is the gain of the shelf above the peaking, so DC has G g g2; V_sat differential peak to peak.
/// Valid for: equalised outputs well inside V_sat, which levels at DC stand for; class A; stages of the bandwidth B.
/// Source: ieee802.3-2022 equation 93A-22 (form of the peaking); sackinger2005 (gain-bandwidth); luo2022 (1.81 pJ/bit)
/// Theory: docs/theory/copper.md
class LinearRedriver {
 public:
  static constexpr std::string_view kType = "linear_redriver";
  static constexpr Port kInput = Port::voltage;
  static constexpr Port kOutput = Port::voltage;

  struct Params {
    Decibel gain{6.0};
    Decibel peaking{10.0};
    Frequency peaking_pole = Frequency::from_si(26.5625e9);
    Decibel low_frequency_peaking{0.0};
    Frequency low_frequency_pole = Frequency::from_si(0.6640625e9);
    Frequency bandwidth = Frequency::from_si(45e9);
    int order = 3;
    VoltageNoisePsd input_noise = VoltageNoisePsd::from_si(8.2e-18);
    Voltage saturation_swing = Voltage::from_si(1.2);
    Resistance input_resistance = Resistance::from_si(100.0);
    Resistance output_resistance = Resistance::from_si(100.0);
    Time delay = Time::from_si(100e-12);
    Voltage supply = Voltage::from_si(2.5);
    Voltage overdrive = Voltage::from_si(0.3);
    Capacitance stage_capacitance = Capacitance::from_si(60e-15);
    int gain_stages = 4;
    Resistance output_load = Resistance::from_si(50.0);
    double failure_rate = 5.0;
    Energy activation_energy = Energy::from_si(0.7 * 1.602176634e-19);
    Temperature reference_temperature = Temperature::from_si(343.15);
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"gain", "dB", -40.0, 40.0, "G: voltage gain of the shelf above the peaking"}, p.gain);
    v({"peaking", "dB", 0.0, 40.0, "gain of the shelf over the gain below the zero"}, p.peaking);
    v({"peaking_pole", "GHz", 0.001, 1000.0, "f_p: where the shelf begins; the zero lies `peaking` below it"},
      p.peaking_pole);
    v({"low_frequency_peaking", "dB", 0.0, 20.0, "a second, slow shelf for the tail of skin loss"},
      p.low_frequency_peaking);
    v({"low_frequency_pole", "GHz", 0.001, 1000.0, "f_LF: where the slow shelf begins"}, p.low_frequency_pole);
    v({"bandwidth", "GHz", 0.001, 1000.0, "B: 3 dB corner of the roll-off"}, p.bandwidth);
    v({"order", "1", 1.0, 8.0, "n: order of the Butterworth roll-off"}, p.order);
    v({"input_noise", "V^2/GHz", 0.0, 1e-3, "one-sided noise density at the input"}, p.input_noise);
    v({"saturation_swing", "V", 0.001, 100.0, "V_sat: peak-to-peak differential output that clipping approaches"},
      p.saturation_swing);
    v({"input_resistance", "ohm", 1.0, 10000.0, "differential"}, p.input_resistance);
    v({"output_resistance", "ohm", 1.0, 10000.0, "differential"}, p.output_resistance);
    v({"delay", "ps", 0.0, 1e6, "transit beyond the filter's own group delay"}, p.delay);
    v({"supply", "V", 0.1, 20.0, "V_dd"}, p.supply);
    v({"overdrive", "V", 0.01, 2.0, "V_ov: bias current of a stage over its transconductance"}, p.overdrive);
    v({"stage_capacitance", "fF", 0.0, 10000.0, "C_L: load of each gain stage, wiring included"}, p.stage_capacitance);
    v({"gain_stages", "1", 1.0, 32.0, "N: stages that share the gain of the shelf"}, p.gain_stages);
    v({"output_load", "ohm", 1.0, 10000.0, "R_L: what the output current drives, back termination included"},
      p.output_load);
    v({"failure_rate", "FIT", 0.0, 1e6, "failures of a lane in 1e9 h at the reference temperature"}, p.failure_rate);
    v({"activation_energy", "eV", 0.0, 3.0, "of the failure rate"}, p.activation_energy);
    v({"reference_temperature", "degC", -40.0, 150.0, "case temperature of the failure rate"}, p.reference_temperature);
  }

  LinearRedriver() : LinearRedriver(Params{}) {}
  explicit LinearRedriver(Params params);

  const Params& params() const { return params_; }
  double input_resistance() const { return params_.input_resistance.si(); }
  double output_resistance() const { return params_.output_resistance.si(); }
  /// Voltage gain at DC, a ratio.
  double dc_gain() const;

  LaneState operate(const LaneState& in) const;
  StageResponse respond(const FrequencyGrid& grid, const LaneState& in) const;
  std::vector<NoiseSource> noise(const FrequencyGrid& grid, const LaneState& in) const;
  /// Notes outer levels compressed by more than 5 %.
  std::vector<ValidityNote> validity(const FrequencyGrid& grid, const LaneState& in) const;
  /// Peaking, roll-off, then the limit of the output.
  Processor make_processor(double sample_step, const LaneState& in) const;

  std::vector<PowerItem> power(const CostContext& context) const;
  std::vector<FitItem> fit(const CostContext& context) const;
  double latency(const CostContext&) const { return params_.delay.si(); }

 private:
  double limit(double v) const;

  Params params_;
  CtleCorners corners_;
  Poles poles_;
};

}  // namespace tessera
