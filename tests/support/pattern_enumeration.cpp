#include "tests/support/pattern_enumeration.hpp"

#include <cmath>
#include <numeric>

namespace tessera::test {
namespace {

std::vector<double> without_mean(std::vector<double> levels) {
  const double mean = std::accumulate(levels.begin(), levels.end(), 0.0) / static_cast<double>(levels.size());
  for (double& level : levels) level -= mean;
  return levels;
}

void append_stream(std::vector<double>& sums, const std::vector<double>& cursors, const std::vector<double>& levels) {
  for (double h : cursors) {
    std::vector<double> next;
    next.reserve(sums.size() * levels.size());
    for (double level : levels)
      for (double sum : sums) next.push_back(sum + h * level);
    sums = std::move(next);
  }
}

// Mean over the patterns of the chance that noise carries `level + sum` over the threshold, upwards for sign +1.
double mean_tail(const std::vector<double>& sums, double sign, double level, double threshold,
                 const std::function<double(double)>& noise) {
  long double total = 0.0L;
  for (double x : sums) total += 0.5 * std::erfc(sign * (threshold - level - x) / (noise(level + x) * std::sqrt(2.0)));
  return static_cast<double>(total / static_cast<long double>(sums.size()));
}

}  // namespace

std::vector<double> interference_sums(const Enumeration& e) {
  std::vector<double> sums{0.0};
  append_stream(sums, e.others, without_mean(e.levels));
  append_stream(sums, e.aggressor, e.aggressor_levels);
  return sums;
}

EnumerationResult enumerate_patterns(const Enumeration& e) {
  const auto levels = without_mean(e.levels);
  const auto sums = interference_sums(e);
  EnumerationResult result;
  for (std::size_t eye = 0; eye + 1 < levels.size(); ++eye) {
    const double low = levels[eye] * e.main, high = levels[eye + 1] * e.main;
    const auto noise = [&](std::size_t level) -> std::function<double(double)> {
      if (e.noise_of_sample) return e.noise_of_sample;
      return [rms = e.noise_rms[level]](double) { return rms; };
    };
    const auto cost = [&, below = noise(eye), above = noise(eye + 1)](double t) {
      return mean_tail(sums, 1.0, low, t, below) + mean_tail(sums, -1.0, high, t, above);
    };
    double a = low, b = high;
    if (e.thresholds.empty()) {
      const double ratio = 0.5 * (std::sqrt(5.0) - 1.0);
      double c = b - ratio * (b - a), d = a + ratio * (b - a), fc = cost(c), fd = cost(d);
      while (b - a > 1e-5 * (high - low)) {
        if (fc < fd)
          b = d, d = c, fd = fc, c = b - ratio * (b - a), fc = cost(c);
        else
          a = c, c = d, fc = fd, d = a + ratio * (b - a), fd = cost(d);
      }
    } else {
      a = b = e.thresholds[eye];
    }
    result.thresholds.push_back(0.5 * (a + b));
    result.symbol_error_ratio += cost(result.thresholds.back()) / static_cast<double>(levels.size());
  }
  return result;
}

}  // namespace tessera::test
