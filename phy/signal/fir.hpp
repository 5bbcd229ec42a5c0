#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "phy/signal/overlap_save.hpp"

namespace tessera {

/// State of a streaming convolution in single precision: y[n] = sum_i taps[i] x[n - i], x = 0 before the first sample.
///
/// Up to kDirectTaps taps are summed directly, in the order of their index for every output; longer filters go through
/// OverlapSave in double precision. Cutting the stream into other blocks changes no bit.
///
/// Cost: taps multiply-adds a sample, 64 outputs at a time (bound: 16 a cycle with two 256-bit pipes), or those of
/// OverlapSave.
/// Conventions: no factor of the sample step; taps already hold it.
/// Valid for: any number of taps >= 1.
/// Source: own (direct form); gardner1995 (beyond kDirectTaps)
/// Theory: docs/theory/bit_by_bit_kernels.md
struct StreamingFir {
  static constexpr std::size_t kDirectTaps = 2048;

  StreamingFir() = default;
  /// @throws ConfigError without taps.
  explicit StreamingFir(std::span<const float> coefficients);

  std::vector<float> taps;
  std::vector<float> window;                  // the last taps - 1 inputs, then the block at hand
  std::vector<float> turned;                  // the block by segments, where it is long enough
  std::optional<OverlapSave<double>> longer;  // where taps are many
  std::vector<double> wide;
};

/// Convolves `in` into `out` (same size; they may be the same array).
void fir_filter(StreamingFir& state, std::span<const float> in, std::span<float> out);

/// A response at `rate` samples an input, driven by one input each: out[n rate + p] = sum_i taps[i rate + p] in[n - i].
///
/// Cost: taps multiply-adds an input, none spent on the zeros between inputs.
struct PolyphaseFir {
  PolyphaseFir() = default;
  /// @throws ConfigError without taps or with a rate of zero.
  PolyphaseFir(std::span<const float> taps, std::size_t rate);

  std::vector<StreamingFir> phases;
  std::vector<float> phase_output;
};

/// out.size() = rate in.size(); blocks may be cut anywhere.
void fir_interpolate(PolyphaseFir& state, std::span<const float> in, std::span<float> out);

/// out[n] = sum_i taps[i] in[n + taps - 1 - i], n = 0 … out.size() - 1: `in` has taps - 1 samples more than `out`.
void fir_direct(std::span<const float> taps, std::span<const float> in, std::span<float> out);

}  // namespace tessera
