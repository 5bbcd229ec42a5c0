#include "tests/support/nrz_oracle.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "phy/signal/fft.hpp"

namespace tessera::test {
namespace {

double tail(double x) { return 0.5 * std::erfc(x / std::numbers::sqrt2); }

// Probability mass on an even axis; a value between two points is split linearly.
struct Mass {
  double step = 1.0, first = 0.0;
  std::vector<double> p;

  double x(std::size_t i) const { return first + step * static_cast<double>(i); }
};

void put(Mass& mass, double value, double weight) {
  const double position = (value - mass.first) / mass.step;
  const auto k = static_cast<std::size_t>(std::floor(position));
  const double upper = position - static_cast<double>(k);
  mass.p.at(k) += weight * (1.0 - upper);
  mass.p.at(k + 1) += weight * upper;
}

// Convolves with one half at zero and one half at `tap`.
void add_tap(Mass& mass, double tap) {
  Mass sum{mass.step, mass.first, std::vector<double>(mass.p.size(), 0.0)};
  for (std::size_t i = 0; i < mass.p.size(); ++i) {
    if (mass.p[i] == 0.0) continue;
    sum.p[i] += 0.5 * mass.p[i];
    put(sum, mass.x(i) + tap, 0.5 * mass.p[i]);
  }
  mass = std::move(sum);
}

struct Sides {
  Mass zero, one;
};

double errors(const Sides& sides, double sigma_0, double sigma_1, double threshold) {
  double sum = 0.0;
  for (std::size_t i = 0; i < sides.zero.p.size(); ++i) {
    if (sides.zero.p[i] > 1e-30) sum += 0.5 * sides.zero.p[i] * tail((threshold - sides.zero.x(i)) / sigma_0);
    if (sides.one.p[i] > 1e-30) sum += 0.5 * sides.one.p[i] * tail((sides.one.x(i) - threshold) / sigma_1);
  }
  return sum;
}

double mean(const Mass& mass) {
  double sum = 0.0;
  for (std::size_t i = 0; i < mass.p.size(); ++i) sum += mass.p[i] * mass.x(i);
  return sum;
}

NrzResult best_threshold(const Sides& sides, double sigma_0, double sigma_1) {
  double low = mean(sides.zero);
  double high = mean(sides.one);
  if (high <= low) return {};
  constexpr double kGolden = 0.6180339887498949;
  double a = high - kGolden * (high - low), b = low + kGolden * (high - low);
  double at_a = errors(sides, sigma_0, sigma_1, a), at_b = errors(sides, sigma_0, sigma_1, b);
  const double width = high - low;
  while (high - low > 1e-4 * width) {
    if (at_a < at_b) {
      high = b;
      b = a;
      at_b = at_a;
      at_a = errors(sides, sigma_0, sigma_1, a = high - kGolden * (high - low));
    } else {
      low = a;
      a = b;
      at_a = at_b;
      at_b = errors(sides, sigma_0, sigma_1, b = low + kGolden * (high - low));
    }
  }
  return {std::min(at_a, at_b), at_a < at_b ? a : b, 0.0};
}

// Every linear split may spread the mass by one point, hence a margin of one point per tap.
Mass axis(double low, double high, double step, std::size_t taps) {
  const std::size_t margin = taps + 4;
  Mass mass{step, low - step * static_cast<double>(margin), {}};
  mass.p.assign(static_cast<std::size_t>((high - low) / step) + 2 * margin + 4, 0.0);
  return mass;
}

std::vector<double> at_phase(const std::vector<double>& pulse, int samples_per_ui, std::size_t phase) {
  std::vector<double> cursors;
  for (std::size_t i = phase % static_cast<std::size_t>(samples_per_ui); i < pulse.size();
       i += static_cast<std::size_t>(samples_per_ui))
    cursors.push_back(pulse[i]);
  return cursors;
}

std::vector<double> neighbours_of(const std::vector<double>& cursors, double ratio, int count) {
  std::vector<double> taps;
  for (int n = 0; n < count; ++n)
    for (const double c : cursors) taps.push_back(ratio * c);
  return taps;
}

}  // namespace

std::vector<Complex> hold_response(const FrequencyGrid& grid) {
  std::vector<Complex> hold(grid.frequency_count());
  for (std::size_t k = 0; k < hold.size(); ++k) {
    const double x = std::numbers::pi * grid.frequency(k) / grid.symbol_rate;
    hold[k] = (k == 0 ? 1.0 : std::sin(x) / x) * std::polar(1.0, -x);
  }
  return hold;
}

std::vector<double> bit_response(const FrequencyGrid& grid, const std::vector<Complex>& response) {
  std::vector<Complex> spectrum = hold_response(grid);
  for (std::size_t k = 0; k < spectrum.size(); ++k)
    spectrum[k] *= response[k] * static_cast<double>(grid.samples_per_ui);
  return inverse_real_fft(spectrum, grid.sample_count());
}

NrzResult error_ratio(const NrzLane& lane, int resolution) {
  const double step = std::min(lane.sigma_0, lane.sigma_1) / resolution;
  std::vector<double> taps = lane.crosstalk;
  for (std::size_t i = 0; i < lane.cursors.size(); ++i)
    if (i != lane.main) taps.push_back(lane.cursors[i]);
  std::erase_if(taps, [&](double t) { return std::abs(t) < 1e-3 * step; });
  double low = 0.0, high = lane.cursors[lane.main];
  for (const double t : taps) (t < 0.0 ? low : high) += t;

  Sides sides{axis(low, high, step, taps.size()), {}};
  put(sides.zero, 0.0, 1.0);
  for (const double t : taps) add_tap(sides.zero, t);
  sides.one = sides.zero;
  sides.one.first += lane.cursors[lane.main];
  return best_threshold(sides, lane.sigma_0, lane.sigma_1);
}

double error_ratio_by_enumeration(const NrzLane& lane, double threshold) {
  std::vector<double> taps = lane.crosstalk;
  for (std::size_t i = 0; i < lane.cursors.size(); ++i)
    if (i != lane.main) taps.push_back(lane.cursors[i]);
  const std::size_t patterns = std::size_t{1} << taps.size();
  double sum = 0.0;
  for (std::size_t pattern = 0; pattern < patterns; ++pattern) {
    double value = 0.0;
    for (std::size_t i = 0; i < taps.size(); ++i)
      if ((pattern >> i) & 1U) value += taps[i];
    sum += 0.5 * tail((threshold - value) / lane.sigma_0) +
           0.5 * tail((value + lane.cursors[lane.main] - threshold) / lane.sigma_1);
  }
  return sum / static_cast<double>(patterns);
}

NrzResult best_phase(const FrequencyGrid& grid, const std::vector<double>& pulse, double amplitude, double sigma_0,
                     double sigma_1, double neighbour_ratio, int neighbours) {
  const auto peak = static_cast<std::size_t>(std::max_element(pulse.begin(), pulse.end()) - pulse.begin());
  const auto at = [&](std::size_t phase, int resolution) {
    NrzLane lane;
    lane.cursors = at_phase(pulse, grid.samples_per_ui, phase);
    for (double& c : lane.cursors) c *= amplitude;
    lane.main = phase / static_cast<std::size_t>(grid.samples_per_ui);
    lane.crosstalk = neighbours_of(lane.cursors, neighbour_ratio, neighbours);
    lane.sigma_0 = sigma_0;
    lane.sigma_1 = sigma_1;
    NrzResult result = error_ratio(lane, resolution);
    result.phase_ui = static_cast<double>(phase) / grid.samples_per_ui;
    return result;
  };
  std::map<std::size_t, double> seen;
  const auto coarse = [&](std::size_t phase) {
    if (!seen.contains(phase)) seen[phase] = at(phase, 15).bit_error_ratio;
    return seen[phase];
  };
  std::size_t phase = peak;
  for (std::size_t step = static_cast<std::size_t>(grid.samples_per_ui) / 8; step > 0; step /= 2) {
    while (true) {
      std::size_t best = phase;
      if (coarse(phase + step) < coarse(best)) best = phase + step;
      if (phase >= step && coarse(phase - step) < coarse(best)) best = phase - step;
      if (best == phase) break;
      phase = best;
    }
  }
  return at(phase, 150);
}

NrzResult waveform_error_ratio(const std::vector<int>& bits, const std::vector<double>& waveform, int samples_per_bit,
                               const std::vector<double>& pulse, int pulse_samples_per_bit, double amplitude,
                               double sigma_0, double sigma_1, double neighbour_ratio, int neighbours) {
  const double step = std::min(sigma_0, sigma_1) / 60.0;
  const auto peak = static_cast<int>(std::max_element(pulse.begin(), pulse.end()) - pulse.begin());
  const int ratio = pulse_samples_per_bit / samples_per_bit;
  NrzResult best;
  for (int phase = peak / ratio - samples_per_bit / 2; phase < peak / ratio + samples_per_bit / 2;
       phase += samples_per_bit / 16) {
    if (phase < 0) continue;
    std::vector<double> cursors = at_phase(pulse, pulse_samples_per_bit, static_cast<std::size_t>(phase * ratio));
    for (double& c : cursors) c *= amplitude;
    std::vector<double> taps = neighbours_of(cursors, neighbour_ratio, neighbours);
    std::erase_if(taps, [&](double t) { return std::abs(t) < 1e-3 * step; });
    double low = *std::min_element(waveform.begin(), waveform.end());
    double high = *std::max_element(waveform.begin(), waveform.end());
    for (const double t : taps) (t < 0.0 ? low : high) += t;
    Sides sides{axis(low, high, step, taps.size()), axis(low, high, step, taps.size())};
    const double ones = static_cast<double>(std::count(bits.begin(), bits.end(), 1));
    const double zeros = static_cast<double>(bits.size()) - ones;
    for (std::size_t n = 0; n < bits.size(); ++n) {
      const std::size_t at =
          (n * static_cast<std::size_t>(samples_per_bit) + static_cast<std::size_t>(phase)) % waveform.size();
      put(bits[n] ? sides.one : sides.zero, waveform[at], 1.0 / (bits[n] ? ones : zeros));
    }
    for (const double t : taps) {
      add_tap(sides.zero, t);
      add_tap(sides.one, t);
    }
    NrzResult result = best_threshold(sides, sigma_0, sigma_1);
    result.phase_ui = static_cast<double>(phase) / samples_per_bit;
    if (result.bit_error_ratio < best.bit_error_ratio) best = result;
  }
  return best;
}

std::vector<int> de_bruijn(int order) {
  // Largest-first greedy walk: append 1 unless that repeats a pattern.
  const std::size_t count = std::size_t{1} << order;
  const std::size_t mask = count - 1;
  std::vector<bool> seen(count, false);
  std::vector<int> bits;
  std::size_t state = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t one = ((state << 1) | 1U) & mask;
    const bool take_one = !seen[one];
    state = take_one ? one : ((state << 1) & mask);
    seen[state] = true;
    bits.push_back(take_one ? 1 : 0);
  }
  return bits;
}

}  // namespace tessera::test
