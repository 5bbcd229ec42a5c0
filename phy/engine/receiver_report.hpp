#pragma once

#include <complex>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tessera {

/// How an adapting equaliser got to its taps.
struct ConvergenceReport {
  std::uint64_t training = 0, window = 0;     // symbols; of a window of `mean_square`
  std::vector<double> mean_square;            // V^2 by windows of the training
  double settled = 0.0;                       // V^2, mean over the last quarter of the training
  std::optional<std::uint64_t> converged_at;  // symbol from which all windows lie within 1 dB of `settled`
};

/// Recovered over transmitted phase at the frequency of the sinusoidal jitter.
struct JitterTransfer {
  double frequency = 0.0, amplitude_ui = 0.0;  // cycles a UI
  std::complex<double> measured;
  std::complex<double> linear;          // closed form of the loop for small jitter
  std::optional<double> slew_limit_ui;  // largest amplitude that a bang-bang loop can follow there
};

/// What a receiver that recovers clock and taps ended with.
struct ReceiverReport {
  std::string clock, adaptation, detector;  // as the options name them
  std::string waveform;                     // linear | stages: of the lane ahead of it
  std::vector<double> ffe, dfe;             // at the end; DFE relative to the cursor
  std::uint64_t settling = 0;               // symbols before counting
  double mean_square_error = 0.0;           // V^2 at the slicer while counting
  double settled_solution_error = 0.0;      // V^2, of the taps that the other engines settle on, at their best scale
  std::optional<ConvergenceReport> convergence;
  double phase_mean_ui = 0.0, phase_rms_ui = 0.0;  // of the clock against the settled phase, while counting
  double frequency = 0.0;                          // UI a symbol, the loop's at the end
  double proportional = 0.0, integral = 0.0;       // UI per unit of the detector's error
  double detector_gain = 0.0;                      // 1/UI, for small jitter
  int converter_bits = 0;                          // 0: none
  double full_scale_v = 0.0, clipped_share = 0.0;
  std::vector<double> mlse_pulse;  // relative to the level at the slicer; empty for a slicer
  std::optional<JitterTransfer> jitter_transfer;
};

}  // namespace tessera
