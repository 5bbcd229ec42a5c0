#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "phy/engine/waveform_lane.hpp"

namespace tessera {

/// Whole part of a number, towards minus infinity.
inline std::ptrdiff_t floor_of(double x) {
  const auto whole = static_cast<std::ptrdiff_t>(x);
  return whole - (x < static_cast<double>(whole) ? 1 : 0);
}

/// A waveform on its way through a sampler whose clock moves.
///
/// Equation: v(t) = sum_{i=-2}^{3} w_i(t) v_{n+i}, w the six-point Lagrange weights around sample n = floor(t)
/// Conventions: samples stand at T/8 and are kept by their phase in the symbol, so that what neighbouring symbols show
///   at one phase lies side by side; an instant is a symbol and a position behind it in samples.
/// Valid for: signals without anything above one symbol rate (error 1e-3 there, with its sixth power); exact at the samples.
/// Source: closed form (Lagrange)
/// Theory: docs/theory/bit_by_bit_engine.md
struct ReceiverSampler {
  static constexpr std::size_t kRate = WaveformLane::kRate;
  static constexpr std::ptrdiff_t kAround = 4;  // samples that are looked at on either side, and one to spare

  std::array<std::vector<float>, kRate> phases;  // [phase][symbol - begin]
  std::uint64_t begin = 0;                       // first symbol that is kept

  std::uint64_t end() const { return begin + phases[0].size(); }  // symbols

  /// The samples of the next whole symbols.
  void append(std::span<const float> v);
  /// Drops the symbols before this one.
  void forget(std::uint64_t symbol);

  float at(std::uint64_t symbol, double position) const;
  /// x.size() symbols, this one last, less `offset`; a multiple of four.
  void at(std::uint64_t symbol, double position, float offset, std::span<float> x) const;
};

}  // namespace tessera
