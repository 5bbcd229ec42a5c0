#pragma once

#include <string_view>
#include <vector>

#include "phy/core/parameter.hpp"
#include "phy/link/cost.hpp"
#include "phy/link/ports.hpp"
#include "phy/signal/all_pole_filter.hpp"
#include "phy/signal/processor.hpp"

namespace tessera {

/// A linear transimpedance amplifier with automatic gain control, Butterworth bandwidth, low cut and coloured input
/// noise.
///
/// Equation: v = min(Z_T, V_max/I_pp) (i - mean);  S_i = i_n^2 [1 + (f/f_n)^2]  [A^2/Hz];
///   P = V_dd {(T/313 K) [g_in/(g_m/I) + (V_ov/2) 2 pi C_L 2 N_s B] + V_pp/R_out}  [W]
///   g_in = max(2 pi C_L 2 pi C_in R_F B^2, 4 k T gamma/e_n^2)  [S],  e_n = i_n/(2 pi f_n C_in)
/// Conventions: i_n referred to the input, one-sided; the low cut stays off the grid (`high_pass`); V_pp differential.
/// Valid for: photocurrents below the overload current; class A output; g_m/C limited stages.
/// Source: sackinger2005 (transimpedance limit); chou2024 and zhou2025 (18 pA/sqrt(Hz), 56 GHz)
/// Theory: docs/models/transimpedance_amplifier.md
class TransimpedanceAmplifier {
 public:
  static constexpr std::string_view kType = "transimpedance_amplifier";
  static constexpr Port kInput = Port::current;
  static constexpr Port kOutput = Port::voltage;

  struct Params {
    Resistance transimpedance = Resistance::from_si(5000.0);
    Voltage maximum_swing = Voltage::from_si(0.6);
    Frequency bandwidth = Frequency::from_si(56e9);
    int order = 2;
    CurrentNoise noise_density = CurrentNoise::from_si(18e-12);
    Frequency noise_corner;
    Frequency low_cut = Frequency::from_si(100e3);
    Current overload_current = Current::from_si(2e-3);
    Resistance output_resistance = Resistance::from_si(100.0);
    Voltage supply = Voltage::from_si(2.5);
    Voltage overdrive = Voltage::from_si(0.3);
    Capacitance input_capacitance = Capacitance::from_si(80e-15);
    Resistance feedback_resistance = Resistance::from_si(300.0);
    Capacitance stage_capacitance = Capacitance::from_si(60e-15);
    int gain_stages = 4;
    Resistance output_load = Resistance::from_si(50.0);
    double noise_factor = 1.0;
    Quantity<dim::kPerVoltage> input_efficiency = Quantity<dim::kPerVoltage>::from_si(2.0 / 0.3);
    double failure_rate = 15.0;
    Energy activation_energy = Energy::from_si(0.7 * 1.602176634e-19);
    Temperature reference_temperature = Temperature::from_si(343.15);
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"transimpedance", "ohm", 0.001, 1e9, "Z_T: largest differential output voltage per input current"},
      p.transimpedance);
    v({"maximum_swing", "V", 0.001, 10.0,
       "V_max: outer peak-to-peak output above which the gain control turns the gain down"},
      p.maximum_swing);
    v({"bandwidth", "GHz", 0.001, 1000.0, "B: electrical 3 dB corner"}, p.bandwidth);
    v({"order", "1", 1.0, 8.0, "order of the Butterworth roll-off"}, p.order);
    v({"noise_density", "pA/sqrt(Hz)", 0.0, 1e6, "i_n: white input noise"}, p.noise_density);
    v({"noise_corner", "GHz", 0.0, 1e6, "f_n: where the f^2 noise equals the white noise; 0 leaves it out"},
      p.noise_corner);
    v({"low_cut", "kHz", 0.0, 1e6,
       "first-order corner of the offset loop; 0 for direct coupling of the signal around its mean"},
      p.low_cut);
    v({"overload_current", "mA", 0.0, 1000.0, "peak-to-peak input above which the input stage is no longer linear"},
      p.overload_current);
    v({"output_resistance", "ohm", 1.0, 10000.0, "differential source resistance"}, p.output_resistance);
    v({"supply", "V", 0.1, 10.0, "V_dd"}, p.supply);
    v({"overdrive", "V", 0.01, 2.0,
       "V_ov: twice the current over the transconductance of a stage behind the input stage, 40 degC"},
      p.overdrive);
    v({"input_capacitance", "fF", 0.0, 1e5, "C_in: photodiode, bond and gate at the input node"}, p.input_capacitance);
    v({"feedback_resistance", "ohm", 1.0, 1e7, "R_F of the input stage"}, p.feedback_resistance);
    v({"stage_capacitance", "fF", 0.0, 1e5, "C_L: load of each stage"}, p.stage_capacitance);
    v({"gain_stages", "1", 0.0, 32.0, "N_s: stages of gain two behind the input stage"}, p.gain_stages);
    v({"output_load", "ohm", 1.0, 1e6, "R_out: what the output stage's current drives"}, p.output_load);
    v({"noise_factor", "1", 0.1, 10.0, "gamma: channel noise 4 k T gamma g_m of the input stage"}, p.noise_factor);
    v({"input_efficiency", "1/V", 0.1, 80.0,
       "g_m/I: transconductance over supply current of the input stage, 40 degC; an inverter uses its current twice"},
      p.input_efficiency);
    v({"failure_rate", "FIT", 0.0, 1e6, "failures in 1e9 h at the reference temperature"}, p.failure_rate);
    v({"activation_energy", "eV", 0.0, 3.0, "of the failure rate"}, p.activation_energy);
    v({"reference_temperature", "degC", -40.0, 150.0, "case temperature of the failure rate"}, p.reference_temperature);
  }

  TransimpedanceAmplifier() : TransimpedanceAmplifier(Params{}) {}
  explicit TransimpedanceAmplifier(Params params);

  const Params& params() const { return params_; }
  double output_resistance() const { return params_.output_resistance.si(); }
  /// Transconductance in S that the input stage needs: for bandwidth or for the f^2 noise, whichever asks for more.
  double input_transconductance(double temperature) const;
  LaneState operate(const LaneState& in) const;
  StageResponse respond(const FrequencyGrid& grid, const LaneState& in) const;
  std::vector<NoiseSource> noise(const FrequencyGrid& grid, const LaneState& in) const;
  /// Notes an input beyond the overload current.
  std::vector<ValidityNote> validity(const FrequencyGrid& grid, const LaneState& in) const;
  /// Low-pass, low cut (started at the mean photocurrent) and gain; latency 0.
  Processor make_processor(double sample_step, const LaneState& in) const;

  std::vector<PowerItem> power(const CostContext& context) const;
  std::vector<FitItem> fit(const CostContext& context) const;
  double latency(const CostContext&) const { return 0.0; }

 private:
  double gain(const LaneState& in) const;

  Params params_;
  Poles poles_;
};

}  // namespace tessera
