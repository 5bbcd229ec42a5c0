#pragma once

#include <string_view>
#include <vector>

#include "phy/link/models.hpp"

namespace tessera {

/// Analog receiving end of a slow lane: one-zero equaliser, slicer, at most two decision-feedback taps; no ADC, no DSP.
///
///   H = (1 + jf/zero)/[(1 + jf/pole_1)(1 + jf/pole_2)] x 1/(1 + jf/input_bandwidth)
///   P = (E_slicer + E_equalizer [zero > 0] + E_tap taps) r_b + P_bias [W]
///
/// Conventions: equaliser gain 1 at DC, fixed so that one setting serves every rate and length; zero = 0 leaves it out.
/// Valid for: forwarded clock, threshold settled at its optimum up to threshold_error.
/// Source: benyahya2025 (architecture only, values are estimates of the part)
/// Theory: docs/theory/microled.md
class SlicerReceiver {
 public:
  static constexpr std::string_view kType = "slicer_receiver";

  struct Params {
    Frequency input_bandwidth;
    Frequency equalizer_zero = Frequency::from_si(0.7e9);
    Frequency equalizer_pole_1 = Frequency::from_si(1.8e9);
    Frequency equalizer_pole_2 = Frequency::from_si(1.8e9);
    int dfe_taps = 0;
    double dfe_limit = 0.5;
    Voltage slicer_noise;
    Voltage threshold_error;
    double random_jitter = 0.0;
    double dual_dirac_jitter = 0.0;
    EnergyPerBit slicer_energy = EnergyPerBit::from_si(0.05e-12);
    EnergyPerBit equalizer_energy = EnergyPerBit::from_si(0.10e-12);
    EnergyPerBit dfe_tap_energy = EnergyPerBit::from_si(0.03e-12);
    Power bias_power;
    double failure_rate = 0.0;
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"input_bandwidth", "GHz", 0.0, 1000.0, "first-order bandwidth of the input; 0 leaves it out"},
      p.input_bandwidth);
    v({"equalizer_zero", "GHz", 0.0, 1000.0, "zero of the analog equaliser; 0 leaves the equaliser out"},
      p.equalizer_zero);
    v({"equalizer_pole_1", "GHz", 0.0, 1000.0, "first pole of the equaliser; must lie above the zero"},
      p.equalizer_pole_1);
    v({"equalizer_pole_2", "GHz", 0.0, 1000.0, "second pole of the equaliser; 0 leaves it out"}, p.equalizer_pole_2);
    v({"dfe_taps", "1", 0, 2, "decision-feedback taps"}, p.dfe_taps);
    v({"dfe_limit", "1", 0.0, 2.0, "largest feedback coefficient, relative to the main cursor"}, p.dfe_limit);
    v({"slicer_noise", "mV", 0.0, 1000.0, "noise of the slicer, rms at its input"}, p.slicer_noise);
    v({"threshold_error", "mV", 0.0, 1000.0, "residual threshold offset, taken adversely"}, p.threshold_error);
    v({"random_jitter", "UI", 0.0, 0.5, "Gaussian jitter of the sampler, rms"}, p.random_jitter);
    v({"dual_dirac_jitter", "UI", 0.0, 0.5, "dual-Dirac jitter of the sampler, peak"}, p.dual_dirac_jitter);
    v({"slicer_energy", "pJ/bit", 0.0, 1000.0, "energy of one decision"}, p.slicer_energy);
    v({"equalizer_energy", "pJ/bit", 0.0, 1000.0, "energy of the analog equaliser per bit, where it has a zero"},
      p.equalizer_energy);
    v({"dfe_tap_energy", "pJ/bit", 0.0, 1000.0, "energy of one decision-feedback tap per bit"}, p.dfe_tap_energy);
    v({"bias_power", "mW", 0.0, 100.0, "standing power per lane"}, p.bias_power);
    v({"failure_rate", "FIT", 0.0, 1e9, "failures in 1e9 h of one lane's receiver"}, p.failure_rate);
  }

  /// @throws ConfigError if a parameter is outside its range or an equaliser pole does not lie above the zero.
  SlicerReceiver() : SlicerReceiver(Params{}) {}
  explicit SlicerReceiver(Params params);
  const Params& params() const { return params_; }

  ReceiverSpec describe(const FrequencyGrid& grid) const;

  std::vector<PowerItem> power(const CostContext& context) const;
  std::vector<FitItem> fit(const CostContext& context) const;
  double latency(const CostContext& context) const;

 private:
  Params params_;
};

}  // namespace tessera
