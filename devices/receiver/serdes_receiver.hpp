#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "phy/core/parameter.hpp"
#include "phy/link/cost.hpp"
#include "phy/link/terminals.hpp"

namespace tessera {

/// An electrical PAM receiver: noise filter, CTLE grid, FFE and DFE, and what they cost.
///
/// Equation: H_r = 1/(1 - 3.414214 x^2 + x^4 + j 2.613126 (x - x^3)), x = f/f_r;
///   P = scale {[E_fe + E_loss IL + E_step 2^bits + E_tap N + E_cdr] R_sym + E_des R_bit + leakage(T)}   [W]
/// Conventions: IL is the die-to-die loss in dB at Nyquist; FFE limit relative to the main tap, DFE to the cursor.
/// Valid for: linear front ends; ADC noise white ahead of the FFE, clipping left out.
/// Source: ieee802.3-2022 93A-20, 93A-22, 93A-26, 93A-35
/// Theory: docs/models/serdes_receiver.md
class SerdesReceiver {
 public:
  static constexpr std::string_view kType = "serdes_receiver";

  struct Params {
    Resistance termination = Resistance::from_si(50.0);
    Frequency bandwidth = Frequency::from_si(0.75 * 53.125e9);
    VoltageNoisePsd input_noise = VoltageNoisePsd::from_si(8.2e-18);
    Frequency ctle_zero = Frequency::from_si(21.25e9);
    Frequency ctle_pole_1 = Frequency::from_si(21.25e9);
    Frequency ctle_pole_2 = Frequency::from_si(53.125e9);
    Frequency ctle_low_frequency_pole = Frequency::from_si(0.6640625e9);
    Decibel ctle_gain_minimum{-20.0};
    Decibel ctle_gain_step{1.0};
    Decibel ctle_gain2_minimum{-6.0};
    Decibel ctle_gain2_step{1.0};
    int ffe_taps = 1;
    int ffe_pre_taps = 0;
    double ffe_limit = 1.0;
    std::vector<double> dfe_maximum;
    std::vector<double> dfe_minimum;
    std::string phase = "minimum_mse";
    double random_jitter = 0.0;
    double dual_dirac_jitter = 0.0;
    Voltage slicer_noise;
    int adc_bits = 0;
    double adc_crest_factor = 3.9;
    Energy front_end_energy = Energy::from_si(0.2e-12);
    Energy loss_energy = Energy::from_si(0.08e-12);
    Energy conversion_step_energy = Energy::from_si(14e-15);
    Energy tap_energy = Energy::from_si(0.12e-12);
    Energy clock_recovery_energy = Energy::from_si(0.3e-12);
    EnergyPerBit deserializer_energy = EnergyPerBit::from_si(0.1e-12);
    Power leakage = Power::from_si(2e-3);
    Power leakage_per_tap = Power::from_si(0.3e-3);
    Temperature leakage_doubling = Temperature::from_si(25.0);
    double technology_scale = 1.0;
    double failure_rate = 0.15;
    double pipeline_depth = 768.0;
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"termination", "ohm", 1.0, 1000.0, "R_d: load resistance per leg; differential is twice that"}, p.termination);
    v({"bandwidth", "GHz", 0.001, 1000.0, "f_r: 3 dB corner of the fourth-order Butterworth noise filter"},
      p.bandwidth);
    v({"input_noise", "V^2/GHz", 0.0, 1e-3, "eta_0: one-sided noise density at the input"}, p.input_noise);
    v({"ctle_zero", "GHz", 0.0, 1000.0, "f_z; 0 for no CTLE"}, p.ctle_zero);
    v({"ctle_pole_1", "GHz", 0.0, 1000.0, "f_p1"}, p.ctle_pole_1);
    v({"ctle_pole_2", "GHz", 0.0, 1000.0, "f_p2; 0 leaves it out"}, p.ctle_pole_2);
    v({"ctle_low_frequency_pole", "GHz", 0.0, 1000.0, "f_LF; 0 leaves the low-frequency stage out"},
      p.ctle_low_frequency_pole);
    v({"ctle_gain_minimum", "dB", -60.0, 0.0, "lowest g_DC tried; the highest is 0 dB"}, p.ctle_gain_minimum);
    v({"ctle_gain_step", "dB", 0.01, 60.0, "step of g_DC"}, p.ctle_gain_step);
    v({"ctle_gain2_minimum", "dB", -60.0, 0.0, "lowest g_DC2 tried; the highest is 0 dB"}, p.ctle_gain2_minimum);
    v({"ctle_gain2_step", "dB", 0.01, 60.0, "step of g_DC2"}, p.ctle_gain2_step);
    v({"ffe_taps", "1", 1.0, 256.0, "N_w: taps of the receive feed-forward equaliser; 1 for none"}, p.ffe_taps);
    v({"ffe_pre_taps", "1", 0.0, 255.0, "taps before the main tap"}, p.ffe_pre_taps);
    v({"ffe_limit", "1", 0.0, 10.0, "largest magnitude of a tap relative to the main tap"}, p.ffe_limit);
    v({"dfe_maximum", "1", -4.0, 4.0,
       "largest feedback coefficients relative to the cursor, one per tap; empty for no DFE"},
      p.dfe_maximum);
    v({"dfe_minimum", "1", -4.0, 4.0, "smallest feedback coefficients, as many"}, p.dfe_minimum);
    v({"phase", "", 0.0, 0.0, "sampling phase by mueller_muller, minimum_mse or best_ber"}, p.phase);
    v({"random_jitter", "UI", 0.0, 0.5, "rms jitter of the sampling clock beyond the transmitter's"}, p.random_jitter);
    v({"dual_dirac_jitter", "UI", 0.0, 0.5, "peak jitter of the sampling clock beyond the transmitter's"},
      p.dual_dirac_jitter);
    v({"slicer_noise", "mV", 0.0, 1000.0, "further rms noise at the slicer"}, p.slicer_noise);
    v({"adc_bits", "1", 0.0, 16.0, "resolution of the converter; 0 for an analogue receiver"}, p.adc_bits);
    v({"adc_crest_factor", "1", 0.0, 20.0,
       "peak of the converter's range over the rms behind the CTLE; 0 leaves quantisation noise out, as Annex 93A "
       "does"},
      p.adc_crest_factor);
    v({"front_end_energy", "pJ", 0.0, 100.0, "termination, gain and CTLE per symbol at no loss"}, p.front_end_energy);
    v({"loss_energy", "pJ", 0.0, 100.0, "front-end gain and bandwidth per symbol and dB of die-to-die loss"},
      p.loss_energy);
    v({"conversion_step_energy", "fJ", 0.0, 10000.0, "converter: energy per sample and level (Walden figure)"},
      p.conversion_step_energy);
    v({"tap_energy", "pJ", 0.0, 100.0, "equaliser per tap and symbol"}, p.tap_energy);
    v({"clock_recovery_energy", "pJ", 0.0, 100.0, "clock recovery and distribution per symbol"},
      p.clock_recovery_energy);
    v({"deserializer_energy", "pJ/bit", 0.0, 100.0, "deserialiser"}, p.deserializer_energy);
    v({"leakage", "mW", 0.0, 1000.0, "leakage of a lane without equaliser taps at 40 degC case"}, p.leakage);
    v({"leakage_per_tap", "mW", 0.0, 100.0, "leakage of an equaliser tap at 40 degC case"}, p.leakage_per_tap);
    v({"leakage_doubling", "K", 1.0, 200.0, "T_2: rise that doubles the leakage"}, p.leakage_doubling);
    v({"technology_scale", "1", 0.05, 20.0, "energy and leakage relative to the 5 to 7 nm constants"},
      p.technology_scale);
    v({"failure_rate", "FIT", 0.0, 1e6, "failures of a lane in 1e9 h"}, p.failure_rate);
    v({"pipeline_depth", "1", 0.0, 1e6, "symbols from line to parallel output"}, p.pipeline_depth);
  }

  /// @throws ConfigError for bounds that do not pair, pre-taps beyond the taps, an unknown phase policy or a CTLE
  /// without pole.
  explicit SerdesReceiver(Params params);
  SerdesReceiver() : SerdesReceiver(Params{}) {}

  const Params& params() const { return params_; }
  ReceiverSpec describe(const FrequencyGrid& grid) const;
  double input_resistance() const { return 2.0 * params_.termination.si(); }

  std::vector<PowerItem> power(const CostContext& context) const;
  std::vector<FitItem> fit(const CostContext&) const { return {{"serdes_receiver", params_.failure_rate}}; }
  double latency(const CostContext& context) const { return params_.pipeline_depth / context.symbol_rate; }

 private:
  int equalizer_taps() const;  // beyond a plain slicer

  Params params_;
};

}  // namespace tessera
