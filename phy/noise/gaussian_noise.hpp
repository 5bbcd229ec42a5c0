#pragma once

#include <cstdint>
#include <span>

#include "phy/core/rng.hpp"

namespace tessera {

/// White Gaussian noise as a function of (key, absolute sample index).
///
/// Equation: x = rms sqrt(-2 ln u) {cos, sin}(2 pi a), u and a from words 32 j + i and 32 j + 16 + i of the stream
///   (seven rounds), which give samples 32 j + i and 32 j + 16 + i (Box and Muller). u has 31 bits, and 95 where it is
///   below 2^-12.
/// Conventions: `first` is the absolute index of the first sample; rms in the unit of the samples.
/// Valid for: |x| <= 11.47 rms, the largest value there is. u is exact to 2^-19 of itself and, below 2^-12 (beyond 4.08
///   rms of the pair's radius), to 2^-64; logarithm, root, sine and cosine to 2e-7, which moves the tail by 2e-7 x^2 of
///   itself. The same bits on every instruction set but for the last bit of samples beyond 4.08 rms, which come from
///   the mathematical library's logarithm.
/// Source: box1958 (the transform); salmon2011 (the words)
/// Theory: docs/theory/bit_by_bit_kernels.md
void gaussian_noise(const StreamKey& key, std::uint64_t first, std::span<float> samples, float rms = 1.0F);
void gaussian_noise(const StreamKey& key, std::uint64_t first, std::span<double> samples, double rms = 1.0);

/// The same samples by portable code, whatever the machine has.
void gaussian_noise_portable(const StreamKey& key, std::uint64_t first, std::span<float> samples, float rms = 1.0F);

/// Largest |x|/rms: sqrt(2 ln 2^95) with the rounding of a float.
inline constexpr double kLargestGaussian = 11.4757;

}  // namespace tessera
