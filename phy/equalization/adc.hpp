#pragma once

#include <cstdint>
#include <span>

namespace tessera {

/// Uniform converter with clipping.
///
/// Equation: q(v) = step (floor(v/step) + 1/2), step = 2 full_scale/2^bits, held to +-(full_scale - step/2) (mid-rise)
/// Conventions: [full_scale, v] = V; the range is -full_scale … full_scale.
/// Valid for: 1 to 16 bits.
/// Source: closed form (step^2/12 and 6.02 bits + 1.76 dB for a full sine follow)
/// Theory: docs/theory/bit_by_bit_kernels.md
struct Adc {
  int bits = 7;
  double full_scale = 1.0;
  std::uint64_t samples = 0, clipped = 0;  // so far; clipped ones lay outside the range

  double step() const { return 2.0 * full_scale / static_cast<double>(1 << bits); }
};

/// @throws ConfigError for bits or a full scale out of range.
Adc make_adc(int bits, double full_scale);

/// Quantises in place.
void convert(Adc& adc, std::span<float> v);

}  // namespace tessera
