#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace tessera {

/// Mean-square error of an adapting equaliser by windows of equal length; memory stays constant because windows are
/// joined in pairs when there are 1,024.
struct ErrorTrajectory {
  std::vector<double> mean_square;  // V^2 of each full window
  std::uint64_t window = 1024;      // symbols
  double sum = 0.0;                 // of the window at hand
  std::uint64_t filled = 0;

  /// Mean over the last quarter of the windows. @throws NumericError before the first window is full.
  double settled() const;
  /// Symbol from which every window lies within 1 dB of `settled`; nothing where that is not before the last quarter.
  std::optional<std::uint64_t> converged_at() const;
};

enum class TapUpdate {
  lms,       // w_i += step e v_{n-i}, b_j -= step e L[d_{n-j}]
  sign_sign  // the signs of both factors instead, a sign of 0 being 0
};

/// FFE and DFE that learn their taps.
///
/// Equation: z_n = sum_i w_i v_{n-i} - sum_j b_j L[d_{n-j}], d_n = slicer of z_n, e_n = L[d_n] - z_n; the taps follow the
///   update after each symbol. With a training block d_n in e_n and in the feedback is the known symbol.
/// Conventions: L are the levels that the equalised signal is to have; decision n is about the symbol that trains at n,
///   so the delay of the main tap is whatever the training says.
/// Valid for: step below 2/(taps times the mean square of v); up to 64 FFE taps.
/// Source: widrow1985 (LMS and its misadjustment)
/// Theory: docs/theory/bit_by_bit_kernels.md
///
/// Cost: 4 (FFE + DFE taps) operations a symbol, bound by the latency of one symbol's loop (about 45 cycles).
struct AdaptiveEqualizer {
  std::vector<float> levels, thresholds;
  TapUpdate update = TapUpdate::lms;
  float ffe_step = 0.0F, dfe_step = 0.0F;
  std::vector<float> reversed;             // w, last tap first, behind zeros up to a multiple of 8
  std::vector<float> mask;                 // 1 for taps that learn, 0 for those held, in the places of `reversed`
  std::size_t ffe_taps = 1, dfe_held = 0;  // the first dfe_held taps of the DFE do not learn
  std::vector<float> dfe;                  // b
  std::vector<float> dfe_low, dfe_high;    // what it is held to, each tap; infinite for no bound
  std::vector<std::uint8_t> past;          // decisions, newest first
  std::vector<float> window;               // inputs before the block, then the block
  ErrorTrajectory trajectory;

  /// @param start FFE taps to begin with. @throws ConfigError where sizes do not fit.
  AdaptiveEqualizer(std::span<const float> level_values, std::span<const float> start, std::size_t dfe_taps);

  std::vector<float> ffe() const;  // w_0 …
  void hold(std::size_t tap);      // w_tap learns no more
};

/// Equalises a block; `known` is empty (decisions direct) or holds the symbols of the block.
/// `slicer_input` receives z where it is not empty; `added`, where it is not, is added to z ahead of the slicer.
void equalize(AdaptiveEqualizer& state, std::span<const float> v, std::span<const std::uint8_t> known,
              std::span<std::uint8_t> decisions, std::span<float> slicer_input = {}, std::span<const float> added = {});

struct EqualizedSymbol {
  float z = 0.0F;
  std::uint8_t decision = 0;
};

/// One symbol whose inputs stand at hand: state.reversed.size() of them, the newest last; `window` is left alone.
/// @param known the symbol, negative for none, @param added to z ahead of the slicer
EqualizedSymbol equalize_symbol(AdaptiveEqualizer& state, std::span<const float> inputs, int known, float added = 0.0F);

}  // namespace tessera
