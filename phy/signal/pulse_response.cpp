#include "phy/signal/pulse_response.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "phy/core/error.hpp"
#include "phy/signal/fft.hpp"

namespace tessera {
namespace {

// Weights of the samples -2 … 3 around a point `x` in [0, 1).
std::array<double, 6> lagrange(double x) {
  const std::array<double, 6> d = {x + 2, x + 1, x, x - 1, x - 2, x - 3};
  constexpr std::array<double, 6> kScale = {-1.0 / 120, 1.0 / 24, -1.0 / 12, 1.0 / 12, -1.0 / 24, 1.0 / 120};
  std::array<double, 6> w = kScale;
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t j = 0; j < 6; ++j)
      if (j != i) w[i] *= d[j];
  return w;
}

std::size_t wrap(std::ptrdiff_t index, std::size_t n) {
  const std::ptrdiff_t size = static_cast<std::ptrdiff_t>(n);
  return static_cast<std::size_t>(((index % size) + size) % size);
}

// Spectrum of every `factor`-th sample, still with the long transform's scale.
std::vector<Complex> fold(const std::vector<Complex>& values, std::size_t full, std::size_t factor) {
  const std::size_t n = full / factor;
  std::vector<Complex> folded(n / 2 + 1);
  for (std::size_t k = 0; k < folded.size(); ++k) {
    Complex sum = 0.0;
    for (std::size_t image = k; image < full; image += n)
      sum += image <= full / 2 ? values[image] : std::conj(values[full - image]);
    folded[k] = sum;
  }
  return folded;
}

}  // namespace

std::size_t PulseResponse::peak() const {
  std::size_t best = 0;
  for (std::size_t i = 1; i < samples.size(); ++i)
    if (std::abs(samples[i]) > std::abs(samples[best])) best = i;
  return best;
}

double PulseResponse::at(double position) const {
  const double whole = std::floor(position);
  const auto w = lagrange(position - whole);
  double value = 0.0;
  for (std::size_t i = 0; i < 6; ++i)
    value +=
        w[i] * samples[wrap(static_cast<std::ptrdiff_t>(whole) + static_cast<std::ptrdiff_t>(i) - 2, samples.size())];
  return value;
}

std::vector<double> PulseResponse::cursors(double position) const {
  const std::size_t n = samples.size(), stride = static_cast<std::size_t>(samples_per_ui);
  std::vector<double> result(static_cast<std::size_t>(ui_count));
  const double whole = std::floor(position);
  const auto w = lagrange(position - whole);
  std::size_t at = wrap(static_cast<std::ptrdiff_t>(whole) - 2, n);
  if (w[2] == 1.0) {  // on a sample
    at = (at + 2) % n;
    for (double& value : result) {
      value = samples[at];
      at += stride;
      if (at >= n) at -= n;
    }
    return result;
  }
  for (double& value : result) {
    value = 0.0;
    if (at + 6 <= n)
      for (std::size_t i = 0; i < 6; ++i) value += w[i] * samples[at + i];
    else
      for (std::size_t i = 0; i < 6; ++i) value += w[i] * samples[(at + i) % n];
    at += stride;
    if (at >= n) at -= n;
  }
  return result;
}

PulseResponse pulse_response(const Response& response, int samples_per_ui) {
  const FrequencyGrid& grid = response.grid;
  if (response.values.size() != grid.frequency_count()) throw NumericError("response and grid differ in length");
  if (samples_per_ui == 0) samples_per_ui = grid.samples_per_ui;
  if (samples_per_ui < 1 || grid.samples_per_ui % samples_per_ui != 0)
    throw NumericError("samples_per_ui must divide " + std::to_string(grid.samples_per_ui) + ", got " +
                       std::to_string(samples_per_ui));
  PulseResponse pulse{{}, grid.ui_count, samples_per_ui};
  const std::size_t factor = static_cast<std::size_t>(grid.samples_per_ui / samples_per_ui);
  const std::size_t n = grid.sample_count() / factor;
  pulse.samples = factor == 1 ? inverse_real_fft(response.values, n, samples_per_ui)
                              : inverse_real_fft(fold(response.values, grid.sample_count(), factor), n, samples_per_ui);
  if (!std::all_of(pulse.samples.begin(), pulse.samples.end(), [](double value) { return std::isfinite(value); }))
    throw NumericError("pulse response is not finite");
  return pulse;
}

}  // namespace tessera
