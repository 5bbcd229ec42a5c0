#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "phy/signal/frequency_grid.hpp"

namespace tessera {

/// Streaming convolution with a finite impulse response: y[n] = sum_i taps[i] x[n - i], x = 0 before the first sample.
///
/// The first 128 taps are summed directly, the others by overlap-save on segments of 128 samples at fixed positions of
/// the stream, so that every output leaves with its input and cutting the stream into other blocks changes no bit of
/// it.
///
/// Cost: O(128 + taps/64 + log 256) operations a sample. [T] = double or Complex.
/// Conventions: no factor of the sample step; taps already hold it.
/// Valid for: any number of taps >= 1.
/// Source: gardner1995 (convolution without input-output delay)
/// Theory: docs/theory/optics.md
template <class T>
class OverlapSave {
 public:
  /// @throws ConfigError if there are no taps.
  explicit OverlapSave(std::span<const T> taps);

  /// Convolves `in` into `out` (same size; they may be the same array).
  void process(std::span<const T> in, std::span<T> out);

 private:
  void finish_segment();

  std::vector<T> head_;                           // taps 0 … 127
  std::vector<std::vector<Complex>> partitions_;  // spectra of taps 128 …, 128 at a time, padded to 256
  std::vector<std::vector<Complex>> spectra_;     // of the last segments pairs, newest at spectra_[newest_]
  std::size_t newest_ = 0;
  std::vector<T> window_;  // previous segment, current segment
  std::vector<T> tail_;    // what the partitions add to the current segment
  std::size_t fill_ = 0;
};

extern template class OverlapSave<double>;
extern template class OverlapSave<Complex>;

}  // namespace tessera
