#pragma once

#include <vector>

#include "phy/signal/frequency_grid.hpp"

namespace tessera::test {

/// A binary lane at its slicer, described by numbers only: an independent judge of the engines, written without their
/// code.
struct NrzLane {
  std::vector<double> cursors;          // baud-spaced samples of the single-bit response at one phase
  std::size_t main = 0;                 // index of the decided bit
  std::vector<double> crosstalk;        // samples of neighbours' responses, one independent bit each
  double sigma_0 = 0.0, sigma_1 = 0.0;  // noise rms of the decided bit's two levels
};

struct NrzResult {
  double bit_error_ratio = 0.5;
  double threshold = 0.0;
  double phase_ui = 0.0;
};

/// Zero-order hold of one unit interval that starts at t = 0, relative to its value at DC.
std::vector<Complex> hold_response(const FrequencyGrid& grid);

/// Single-bit response [sample_count()] of a lane with the given normalised response, hold not included, unit step
/// height.
std::vector<double> bit_response(const FrequencyGrid& grid, const std::vector<Complex>& response);

/// Error ratio at the best threshold: the sums of all bit patterns on a grid of `resolution` points per sigma, a
/// Gaussian per level.
NrzResult error_ratio(const NrzLane& lane, int resolution = 100);

/// The same by listing every pattern, for lanes of at most 20 interfering taps.
double error_ratio_by_enumeration(const NrzLane& lane, double threshold);

/// Error ratio of a response at its best sampling phase (grid of the response, refined by halving).
/// @param amplitude decided step; `neighbour_ratio` and `neighbours` as many lanes of the same response and phase.
NrzResult best_phase(const FrequencyGrid& grid, const std::vector<double>& pulse, double amplitude, double sigma_0,
                     double sigma_1, double neighbour_ratio, int neighbours);

/// Error ratio of a sampled, noise-free waveform of a known periodic bit pattern at its best phase: histograms per bit
/// value in place of cursors, with the same neighbours as `crosstalk` cursors would give.
NrzResult waveform_error_ratio(const std::vector<int>& bits, const std::vector<double>& waveform, int samples_per_bit,
                               const std::vector<double>& pulse, int pulse_samples_per_bit, double amplitude,
                               double sigma_0, double sigma_1, double neighbour_ratio, int neighbours);

/// Binary de Bruijn sequence: every pattern of `order` bits once in a period of 2^order.
std::vector<int> de_bruijn(int order);

}  // namespace tessera::test
