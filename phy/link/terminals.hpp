#pragma once

#include <string>
#include <vector>

#include "phy/link/ports.hpp"
#include "phy/modulation/pam.hpp"

namespace tessera {

/// Timing uncertainty at the sampler: dual-Dirac (deterministic, ± dual_dirac) and Gaussian (random, rms).
struct JitterSpec {
  double dual_dirac_ui = 0.0;  // A_DD, peak, UI
  double random_rms_ui = 0.0;  // sigma_RJ, UI
};

/// What a transmitting terminal tells the engines.
struct TransmitterSpec {
  std::vector<double> levels;      // V (differential peak) or A, one per symbol, lowest first, before the TX FFE
  std::vector<double> ffe_taps;    // baud spaced, sum of magnitudes <= 1; {1} for none
  int ffe_main = 0;                // index of the main tap
  Response edge;                   // driver edge beyond the zero-order hold of the symbol
  double snr_db = 1e9;             // SNR_TX: main cursor^2 over transmitter noise variance at the decision (93A-30)
  double source_resistance = 100;  // ohm, differential
  JitterSpec jitter;
};

/// Continuous-time linear equaliser (93A-22); a `low_frequency_pole` of 0 leaves the second factor out, and
/// pole_2 = 0 leaves that pole out.
///
///   H = (10^{g/20} + jf/zero)(10^{g2/20} + jf/f_LF) / [(1 + jf/pole_1)(1 + jf/pole_2)(1 + jf/f_LF)]
struct CtleSpec {
  double zero = 0.0, pole_1 = 0.0, pole_2 = 0.0, low_frequency_pole = 0.0;  // Hz; zero = 0 means no CTLE
  std::vector<double> dc_gains_db;                                          // g candidates, dB <= 0
  std::vector<double> dc_gains2_db;                                         // g2 candidates
};

/// Baud-spaced receive feed-forward equaliser; `taps` = 1 and no DFE means a plain slicer.
struct FfeSpec {
  int taps = 1;
  int pre_taps = 0;
  double limit = 1e9;  // |w_i| <= limit |w_main|
};

/// Decision-feedback equaliser: coefficient n relative to the main cursor lies in [minimum[n], maximum[n]].
struct DfeSpec {
  std::vector<double> minimum, maximum;
};

enum class PhasePolicy { mueller_muller, minimum_mse, best_ber };

/// What a receiving terminal tells the engines. Its kernel is one: front end -> CTLE -> FFE -> DFE -> slicer.
struct ReceiverSpec {
  double load_resistance = 100;         // ohm, differential
  Response front_end;                   // receiver noise filter / input bandwidth
  std::vector<double> input_noise_psd;  // V^2/Hz one-sided at the terminal's input, size grid.frequency_count()
  CtleSpec ctle;
  FfeSpec ffe;
  DfeSpec dfe;
  PhasePolicy phase = PhasePolicy::minimum_mse;
  JitterSpec jitter;
  double adc_bits = 0.0;                // of the converter between CTLE and FFE; 0 for none
  double adc_crest_factor = 0.0;        // converter's peak over the rms in front of it
  double slicer_noise_rms = 0.0;        // V at the slicer, behind the FFE
  double slicer_threshold_error = 0.0;  // V, residual offset of every threshold, taken adversely
};

}  // namespace tessera
