#pragma once

#include <algorithm>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tessera {

enum class PhaseDetector {
  mueller_muller,  // e = z_n L[d_{n-1}] - z_{n-1} L[d_n], z the sample less its feedback
  bang_bang        // e = -1, 0, 1: sign of the sample between two symbols against the middle of their levels
};

/// Clock recovery: interpolating sampler, phase detector, second-order loop.
///
/// Equation: e_n > 0 where the sample comes early; f <- f + integral e_n, t_{n+1} = t_n + 1 + f + proportional e_n (UI)
/// Conventions: time in UI of the nominal clock, sample i of the stream at i/samples_per_ui; gains in UI per unit of e.
///   Mueller-Muller settles where h(-1) - h(1) + feedback h(0) = 0, as the phase policy of that name does.
/// Valid for: samples whose band ends below a quarter of the sample rate (cubic interpolation: 1e-3 there).
/// Source: mueller1976; alexander1975
/// Theory: docs/theory/bit_by_bit_kernels.md
///
/// Cost: 4 multiply-adds for a sample and, for bang-bang, 4 for the edge; bound by the latency of one symbol's loop.
struct ClockRecovery {
  PhaseDetector detector = PhaseDetector::mueller_muller;
  std::size_t samples_per_ui = 8;
  std::vector<float> levels, thresholds;
  float feedback = 0.0F;  // one-tap DFE ahead of the slicer: z_n = y_n - feedback L[d_{n-1}]
  double proportional = 1e-3, integral = 0.0;

  // State: the next sampling time is `whole` + `fraction` samples after the start of the stream.
  std::uint64_t whole = 2;
  double fraction = 0.0;   // 0 … 1
  double frequency = 0.0;  // f, UI a symbol
  double offset_ui = 0.0;  // time of the last symbol less its index: the recovered phase
  std::uint64_t symbols = 0;
  float last_z = 0.0F, last_level = 0.0F;
  std::vector<float> tail;  // samples kept from before the block
  std::uint64_t tail_start = 0;

  /// @throws ConfigError for fewer than two levels, or fewer than 4 samples per UI.
  ClockRecovery(std::span<const float> level_values, std::size_t samples_per_unit_interval, double start_ui = 1.0);
};

/// One recovered symbol.
struct RecoveredSymbol {
  float y = 0.0F;  // interpolated sample, before feedback
  std::uint8_t decision = 0;
  double phase_ui = 0.0;  // sampling time less the index of the symbol
};

/// Takes a block of samples and appends the symbols whose samples have arrived; blocks may be cut anywhere.
void recover(ClockRecovery& state, std::span<const float> samples, std::vector<RecoveredSymbol>& symbols);

/// Gain of a Mueller-Muller detector: slope of E e in its sampling time at the lock point, over 1 UI.
///
/// Equation: E e = variance (h(t + 1) - h(t - 1)) - variance feedback h(t), gain = -d(E e)/dt
/// @param pulse_slope d h/dt (per UI) one UI before, at, and one UI after the lock point
double mueller_muller_gain(double variance, double slope_before, double slope_at, double slope_after,
                           double feedback = 0.0);

/// Jitter transfer of a Mueller-Muller loop for small jitter: recovered over input phase.
///
/// Equation: H = G/(1 + G), G(z) = gain (1 + 1/z)/2 (proportional + integral z/(z - 1))/(z - 1) z^-delay,
///   z = exp(2 pi j frequency); the detector sees the mean of the errors at two symbols.
/// Conventions: frequency in cycles a symbol; delay in symbols between a sample and the decision about it.
std::complex<double> jitter_transfer(double gain, double proportional, double integral, double frequency,
                                     double delay = 0.0);

/// Second-order loop filter: UI to the next sampling time beyond the nominal one for a detector's error.
///
/// Equation: f <- f + integral e; change = f + proportional e, held to +-1/2: a loop that has lost its signal must not
///   stop or run backwards.
inline double clock_change(double proportional, double integral, double error, double& frequency) {
  frequency += integral * error;
  return std::clamp(frequency + proportional * error, -0.5, 0.5);
}

/// Complex amplitude of a sine in a recovered phase: 2/N sum_n x_n exp(-2 pi j frequency (first + n)), the mean
/// removed.
std::complex<double> tone(std::span<const double> x, double frequency, std::uint64_t first = 0);

}  // namespace tessera
