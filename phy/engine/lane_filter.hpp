#pragma once

#include <complex>
#include <span>
#include <vector>

#include "phy/signal/frequency_grid.hpp"

namespace tessera {

/// Lengths of the circular blocks of a lane: `window` is what a response may reach, half of it to either side.
struct BlockShape {
  std::size_t window = 0;  // UI
  std::size_t length = 0;  // UI of the transform, a power of two
  std::size_t hop() const { return length - window; }

  /// Four windows, 8,192 UI at least.
  static BlockShape for_window(std::size_t window);
};

/// Spectrum on a block of a response given on its own circular window (negative times at its end), `rate` samples a UI.
std::vector<Complex> block_spectrum(std::span<const double> circular, const BlockShape& shape, std::size_t rate = 1);

/// sum += a * b
void multiply_add(std::span<const Complex> a, std::span<const Complex> b, std::span<Complex> sum);

/// The same for a symbol-rate spectrum `a` of n/2 + 1 bins with zeros put between its samples: it repeats over the bins
/// of `b`, of which there are n rate/2 + 1.
void multiply_add_repeated(std::span<const Complex> a, std::span<const Complex> b, std::span<Complex> sum);

/// sum += a e^{j 2 pi k turns/n}, `a` repeated as above: its signal comes `turns` UI earlier.
void add_advanced(std::span<const Complex> a, double turns, std::span<Complex> sum);

/// sum += factor x
void multiply_add(double factor, std::span<const double> x, std::span<double> sum);

/// The reverse: sum [n/2 + 1] += the images of a * b [n rate/2 + 1] at the symbol rate, without the factor 1/rate of
/// their mean.
void multiply_add_folded(std::span<const Complex> a, std::span<const Complex> b, std::span<Complex> sum);

/// out = factor (sum + white filter), rounded to single precision.
void add_filtered(std::span<const Complex> sum, std::span<const std::complex<float>> white,
                  std::span<const std::complex<float>> filter, double factor, std::span<std::complex<float>> out);

/// The same without noise: out = factor sum.
void to_single(std::span<const Complex> sum, double factor, std::span<std::complex<float>> out);

/// White noise of unit variance through this response has the one-sided density `folded` [unit^2 per `step`],
/// n/2 + 1 values at `step` Hz each: zero phase, circular on the window of n samples.
std::vector<double> noise_response(std::span<const double> folded, double step);

}  // namespace tessera
