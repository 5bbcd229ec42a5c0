#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tessera {

/// Slicer of a PAM-M signal with feedback of its own decisions.
///
/// Equation: d_n = number of thresholds t_j with y_n > t_j + sum_i b_i L[d_{n-i}]
/// Conventions: [y, t, b L] alike; a decision is the index of a level, lowest 0; b_1 first.
/// Valid for: M = 2 … 256, thresholds ascending.
/// Source: own (the page derives the recurrence by maps)
/// Theory: docs/theory/bit_by_bit_kernels.md
///
/// Cost: no feedback, M - 1 comparisons. One tap and M <= 8: M (M - 1) comparisons in vectors make the map from the
/// last decision to the next; following the maps is one shift a symbol. Otherwise O(taps + M) one after the other.
struct DecisionFeedback {
  std::vector<float> thresholds;      // M - 1
  std::vector<float> levels;          // M, what a decision feeds back
  std::vector<float> taps;            // b_1 …; none for a bare slicer
  std::vector<std::uint8_t> decided;  // the last taps decisions, newest first

  /// @throws ConfigError unless thresholds are one fewer than levels and ascend.
  DecisionFeedback(std::span<const float> level_values, std::span<const float> threshold_values,
                   std::span<const float> feedback_taps = {}, std::uint8_t before = 0);
  DecisionFeedback() = default;
};

/// Decides a block; blocks may be cut anywhere.
void decide(DecisionFeedback& state, std::span<const float> y, std::span<std::uint8_t> decisions);

/// Midpoints between levels, in their order.
std::vector<float> middle_thresholds(std::span<const float> levels);

}  // namespace tessera
