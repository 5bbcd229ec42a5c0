#pragma once

#include <span>
#include <vector>

namespace tessera {

/// Taps of a receiver: FFE with the tap `pre_taps` as its main one, DFE relative to the equalised cursor.
struct EqualizerTaps {
  std::vector<double> ffe{1.0};  // y_n = sum_i ffe[i] v_{n + pre_taps - i}
  int pre_taps = 0;
  std::vector<double> dfe;         // b_1, b_2, …
  double cursor = 0.0;             // equalised main cursor
  double mean_square_error = 0.0;  // relative to the symbol variance, cursor scaled to 1
  double input_power = 0.0;        // in front of the taps at the sampling phase, noise included, over symbol variance

  bool operator==(const EqualizerTaps&) const = default;
};

/// What the solver may choose.
struct TapLimits {
  int ffe_taps = 1;
  int pre_taps = 0;
  double ffe_limit = 1e9;  // |w_i| <= limit |w_main|
  std::vector<double> dfe_minimum, dfe_maximum;
  double quantisation = 0.0;  // white noise of a converter ahead of the taps, relative to the power at its input
};

/// A pulse and its noise as the solver needs them: sampled once a UI.
struct SampledPulse {
  std::vector<double> correlation;  // autocorrelation of the circular cursors plus noise, lags 0 … ffe_taps - 1
  std::vector<double> cursors;      // first_cursor … last_cursor UI after the sampling time
  int first = 0;

  double cursor(int k) const { return cursors[static_cast<std::size_t>(k - first)]; }
};

/// UI after the sampling time that the solver and the timing criterion look at.
int first_cursor(const TapLimits& limits);
int last_cursor(const TapLimits& limits);

SampledPulse sample_pulse(std::span<const double> cursors, std::span<const double> noise_autocorrelation,
                          const TapLimits& limits);

/// Constrained minimum mean-square error of an N-tap FFE with an N_b-tap DFE.
///
/// Equation: minimise w^T R w + |b|^2 - 2 w^T H_b^T b subject to h_0^T w = 1, b_min <= b <= b_max, R = H^T H +
/// R_n/sigma_x^2 (Toeplitz) with R_n's first entry raised by `quantisation` times R's, H the baud-sampled convolution
/// matrix, h_0 and H_b its rows at the cursor and behind it.
/// Conventions: cursors[k] is the pulse k UI after the sampling time, circular (the last entries are pre-cursors); one
/// row of H per output symbol; noise_autocorrelation[l] at l UI over the symbol variance, at least ffe_taps entries.
/// Valid for: a pulse with some energy at the cursor.
/// Source: healey2024 (IEEE P802.3dj annex 178A)
/// Theory: docs/theory/equalization.md
/// @return taps scaled to a main FFE tap of 1 (all 0 and the largest double as error where the pulse has nothing at the
/// cursor); with ffe_taps = 1 that tap is 1 and only the DFE is set.
EqualizerTaps solve_mmse(std::span<const double> cursors, std::span<const double> noise_autocorrelation,
                         const TapLimits& limits);
EqualizerTaps solve_mmse(const SampledPulse& sampled, const TapLimits& limits);

/// Equalised cursors h_eq[k] = sum_i w_i h[k + pre_taps - i], circular.
std::vector<double> apply_ffe(std::span<const double> cursors, const EqualizerTaps& taps);

}  // namespace tessera
