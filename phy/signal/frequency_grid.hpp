#pragma once

#include <complex>
#include <cstddef>
#include <vector>

namespace tessera {

using Complex = std::complex<double>;

/// The one grid of a segment: time window of `ui_count` unit intervals with `samples_per_ui` samples each.
///
///   dt = 1/(symbol_rate samples_per_ui),  df = symbol_rate/ui_count,  f_k = k df, k = 0 … sample_count/2
///
/// Conventions: Fourier sign e^{+j 2 pi f t} synthesis, one-sided responses. [f] = Hz, [t] = s.
struct FrequencyGrid {
  double symbol_rate = 0.0;  // Bd
  int ui_count = 1024;
  int samples_per_ui = 32;

  std::size_t sample_count() const {
    return static_cast<std::size_t>(ui_count) * static_cast<std::size_t>(samples_per_ui);
  }
  std::size_t frequency_count() const { return sample_count() / 2 + 1; }
  double unit_interval() const { return 1.0 / symbol_rate; }
  double time_step() const { return 1.0 / (symbol_rate * samples_per_ui); }
  double frequency_step() const { return symbol_rate / ui_count; }
  double frequency(std::size_t k) const { return static_cast<double>(k) * frequency_step(); }
  double nyquist() const { return 0.5 * symbol_rate; }

  bool operator==(const FrequencyGrid&) const = default;
};

/// A one-sided frequency response on a grid, its bulk delay kept apart so that long media never wrap.
///
///   H_total(f) = values[k] e^{-j 2 pi f bulk_delay}
struct Response {
  FrequencyGrid grid;
  std::vector<Complex> values;  // size grid.frequency_count()
  double bulk_delay = 0.0;      // s; for latency and skew only

  static Response flat(const FrequencyGrid& grid, double gain = 1.0) {
    return {grid, std::vector<Complex>(grid.frequency_count(), Complex(gain, 0.0)), 0.0};
  }
};

}  // namespace tessera
