#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "phy/engine/decision_point.hpp"
#include "phy/equalization/decision_feedback.hpp"

namespace tessera {

/// Decides slicer inputs one after the other: baseline wander, decision feedback, thresholds.
///
/// Equation: z_n = y_n - dc w_n - sum_j b_j h_0 L[d_{n-j}], d_n = number of thresholds below z_n;
///   w_{n+1} = w_n + (1 - e^{-2 pi f_hp T}) (L[s_n] - w_n)
/// Conventions: [y] = V; thresholds lie where the statistical engine puts them, an offset of theirs on its worse side.
/// Valid for: f_hp T << 1; decisions in single precision, 1e-7 of the signal.
/// Source: closed form
/// Theory: docs/theory/bit_by_bit_engine.md
class SymbolDecider {
 public:
  /// @param thresholds V, with their offset (adverse_thresholds)
  SymbolDecider(const PreparedSegment& segment, const DecisionPoint& point, std::vector<double> thresholds);

  /// Moves each threshold to where noise-free samples y of `sent`, feedback of which is still to be taken off, and the
  /// decision's noise make the fewest errors; an offset stays.
  void settle(std::span<const double> y, std::span<const std::uint8_t> sent, const Decision& decision);

  /// Decides a block. `sent` is what the high-pass takes its baseline from.
  void decide(std::span<const double> y, std::span<const std::uint8_t> sent, std::span<std::uint8_t> decided);
  /// Turns a block's y into z, with what was sent fed back.
  void feed_back(std::span<double> y, std::span<const std::uint8_t> sent);

  std::size_t feedback_taps() const { return slicer_.taps.size(); }
  const std::vector<double>& thresholds() const { return thresholds_; }

 private:
  void remove_baseline(std::span<double> y, std::span<const std::uint8_t> sent);

  std::vector<double> thresholds_, levels_;
  std::vector<double> taps_;           // b_j h_0
  std::vector<std::uint8_t> history_;  // symbols sent, the last taps ones before the block first
  DecisionFeedback slicer_;            // the same in single precision, on its own decisions
  double baseline_ = 0.0, share_ = 0.0, dc_ = 0.0;
  std::vector<double> work_;
  std::vector<float> samples_;
};

}  // namespace tessera
