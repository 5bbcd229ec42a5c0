#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "phy/engine/baud_lane.hpp"

namespace tessera {

/// Waveform of the linear lane at the converter's input: behind the CTLE, ahead of FFE and converter.
///
/// Equation: v(t) = sum_k L[s_k] p(t - kT) + sum_a sum_k x^a_k c^a(t - kT) + edges + noise, at T/8 or, where no sample
///   moves, at T; p and c through the CTLE. Displaced edges, aggressors' clocks and noise that follows the signal as
///   BaudLane has them; other noise of density s0 is white noise at that rate through the square root of its density
///   folded to it.
/// Conventions: [v] = V; sample rate() n of the stream is symbol n at the settled phase. The lane at T is every eighth
///   sample of the one at T/8, but for that noise, which has the same law and another stream. Block b holds symbols b
///   size() … (b + 1) size() - 1 and is a function of the seed, the instance and b alone; symbols and noise that
///   follows them are those of BaudLane. Jitter of the decision, baseline wander and what is white at the slicer are
///   the receiver's.
/// Valid for: linear stages that pass nothing above four symbol rates; edges displaced by less than 1/4 UI.
/// Source: gardner1995 (block convolution); own (derivation on the page)
/// Theory: docs/theory/bit_by_bit_engine.md
///
/// Cost: O(R (2 + A + J) + R log RN) a symbol for A aggressors and J orders of jitter in blocks of N symbols at a rate
/// R.
class WaveformLane {
 public:
  static constexpr std::size_t kRate = 8;

  /// @param rate samples a UI: kRate, or 1 @throws NumericError for a grid whose samples a UI are no multiple of 8.
  WaveformLane(const PreparedSegment& segment, const DecisionPoint& point, const LaneOptions& options,
               std::size_t rate = kRate);
  ~WaveformLane();
  WaveformLane(WaveformLane&&) noexcept;
  WaveformLane& operator=(WaveformLane&&) noexcept;

  struct Block {
    std::vector<std::uint8_t> sent;  // [size()]
    std::vector<float> v;            // V [size() rate()]
  };

  std::size_t size() const;
  std::size_t rate() const;
  /// Safe to call from several threads at a time.
  void fill(std::uint64_t index, Block& block) const;

 private:
  struct State;
  std::unique_ptr<const State> state_;
};

}  // namespace tessera
