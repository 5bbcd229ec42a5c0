#pragma once

#include <functional>
#include <vector>

#include "phy/link/prepare.hpp"

namespace tessera::test {

/// A segment made from numbers instead of a link: a pulse given in time, levels, white noise at the equaliser's input.
struct SyntheticSegment {
  FrequencyGrid grid{53.125e9, 64, 32};
  std::vector<double> levels{-1.0, 1.0};
  std::function<double(double)> pulse;  // of t in UI, the main cursor near 0; taken on -ui_count/4 … 3 ui_count/4
  double noise_rms = 0.1;               // V behind a flat receiver, all of the grid's bandwidth
};

/// Response whose pulse on the grid is `pulse`.
Response response_of(const FrequencyGrid& grid, const std::function<double(double)>& pulse);

PreparedSegment make_segment(const SyntheticSegment& synthetic);

/// White noise of this variance over the grid's whole band, entering at the equaliser's input.
NoiseInjection white_noise(const FrequencyGrid& grid, double rms);

/// Pulse that holds cursors[k] during (k - first - 1/2, k - first + 1/2) UI, so that every phase inside sees the same
/// cursors.
std::function<double(double)> held_pulse(std::vector<double> cursors, int first);

/// Unit interval of a causal two-pole low-pass driven by a rectangle of one UI: smooth, with a tail of time constant
/// `tau` UI.
std::function<double(double)> low_pass_pulse(double tau);

}  // namespace tessera::test
