#pragma once

#include <cstddef>
#include <vector>

#include "phy/signal/frequency_grid.hpp"

namespace tessera {

/// Response to one symbol on the circular window of a grid.
///
/// Equation: p(n dt) = samples_per_ui * IDFT(response), so that sum_k p(t - kT) = response(0).
/// Conventions: sample n stands at n dt; the window is circular, pre-cursors of an early peak stand at its end.
/// Valid for: responses whose energy fits the window (prepare doubles the window until it does).
/// Source: own derivation
/// Theory: docs/theory/statistical_engine.md
struct PulseResponse {
  std::vector<double> samples;  // [ui_count * samples_per_ui]
  int ui_count = 0;
  int samples_per_ui = 32;

  /// Index of the largest |sample|.
  std::size_t peak() const;
  /// Value at `position` samples from the window's start, any real number: six-point Lagrange between samples.
  double at(double position) const;
  /// Cursors p(t_s + kT), k = 0 … ui_count - 1 (k > ui_count/2 are pre-cursors k - ui_count), t_s = position dt.
  std::vector<double> cursors(double position) const;
};

/// @param samples_per_ui of the result; a divisor of the grid's own takes every n-th sample (aliases folded, values
/// unchanged).
PulseResponse pulse_response(const Response& response, int samples_per_ui = 0);

}  // namespace tessera
