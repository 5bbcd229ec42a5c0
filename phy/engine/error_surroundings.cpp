#include "phy/engine/error_surroundings.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "phy/noise/tail_kernel.hpp"

namespace tessera {

std::vector<double> noise_autocorrelation(const PreparedSegment& segment, const AdaptedReceiver& receiver) {
  const FrequencyGrid& grid = segment.grid;
  std::vector<double> density(grid.frequency_count(), 0.0);
  for (const NoiseInjection& n : segment.noise) {
    const double extra = signal_density(n);
    for (std::size_t k = 0; k < density.size(); ++k)
      density[k] += ((n.s0.empty() ? 0.0 : n.s0[k]) + extra) * std::norm(n.to_decision.values[k]);
  }
  for (const CrosstalkPath& path : segment.crosstalk) {
    double gain = 0.0;
    for (double g : aggressor_gains(path, segment.lane_classes.front())) gain += g * g;
    const double scale = 2.0 * grid.unit_interval() * segment.modulation.variance() * gain;
    for (std::size_t k = 0; k < density.size(); ++k) density[k] += scale * std::norm(path.response.values[k]);
  }
  const auto ffe = ffe_transfer(receiver.taps, grid.ui_count);
  for (std::size_t k = 0; k < density.size(); ++k)
    density[k] *= std::norm(receiver.ctle[k]) * std::norm(ffe[k % ffe.size()]);
  auto r = baud_autocorrelation(density, grid, ErrorSurroundings::kReach + 1, 1.0);
  r.resize(ErrorSurroundings::kReach + 1, 0.0);
  const auto& w = receiver.taps.ffe;
  const double converter =
      tap_limits(segment.receiver).quantisation * level_variance(segment.levels) * receiver.taps.input_power;
  for (std::size_t lag = 0; lag < std::min(w.size(), r.size()); ++lag)
    for (std::size_t i = 0; i + lag < w.size(); ++i) r[lag] += converter * w[i] * w[i + lag];
  return r;
}

namespace {

// Tilt that moves the sample's mean to where errors have theirs, a little beyond the threshold: as far as a Gaussian
// sample beyond q standard deviations, phi(q)/Q(q) - q of them.
double tilt_of_error(const Interference& x, double opening, double noise) {
  const double saddle = saddle_tilt(x, opening, noise);
  if (!(saddle > 0.0)) return 0.0;
  double total = noise + (x.asynchronous != nullptr ? asynchronous_variance(*x.asynchronous) : 0.0);
  for (const CursorSet& set : x.synchronous) total += interference_variance(set);
  const double spread = std::sqrt(std::min(total, opening / saddle)), q = saddle * spread;
  const double beyond = 1.0 / (std::sqrt(2.0 * std::numbers::pi) * scaled_gaussian_tail(q)) - q;
  return saddle_tilt(x, opening + spread * beyond, noise);
}

}  // namespace

ErrorSurroundings::Window::Window(const CursorSet& set) {
  const int n = static_cast<int>(set.cursors.size());
  for (int k = -2 * kReach; k <= 2 * kReach; ++k)
    cursors_.push_back(2 * std::abs(k) < n ? set.cursors[static_cast<std::size_t>((k + n) % n)] : 0.0);
}

double ErrorSurroundings::Chances::any() const { return std::accumulate(probability.begin(), probability.end(), 0.0); }

ErrorSurroundings::ErrorSurroundings(const DecisionPoint& point, const Decision& decision, const Interference& settled,
                                     const Interference& at_error, const std::vector<double>& noise_at,
                                     double jitter_variance, double direction)
    : decision_(decision),
      levels_(settled.synchronous.front().levels),
      own_(settled.synchronous.front()),
      sampled_(at_error.synchronous.front()),
      direction_(direction) {
  const double noise = std::accumulate(decision.variances.begin(), decision.variances.end(), 0.0) /
                       static_cast<double>(decision.variances.size());
  variance_ = noise + jitter_variance + asynchronous_variance(point.asynchronous);
  for (const CursorSet& set : settled.synchronous) variance_ += interference_variance(set);
  const double opening = point.half_distance() * at_error.cursor / settled.cursor - decision.threshold_error;
  tilt_ = tilt_of_error(at_error, std::max(0.0, opening), noise);
  for (int j = -kReach; j <= kReach; ++j) means_.push_back(mean_level(sampled_[-j]));
  for (int k = 0; k < kReach; ++k) known_.push_back(symbol(k, noise_at[static_cast<std::size_t>(k)]));
  known_.push_back({tilted(0.0), 0.0, variance_});  // from there on nothing is known
  for (std::size_t i = 0; i < kMemory; ++i) {
    const int lag = static_cast<int>(i) + 1;
    covariances_[i] = noise_at[i + 1] + covariance(lag);
    leads_[i] = own_[-lag];
  }
}

void ErrorSurroundings::at(int k, double kick, const Tilts& told, Chances& chances) const {
  const Symbol& s = known_[static_cast<std::size_t>(std::min(k, kReach))];
  const std::size_t eyes = decision_.thresholds.size();
  double lead = 0.0, shift = s.shift + kick, sum = 0.0;
  for (std::size_t i = 0; i < kMemory; ++i) lead += told[i] * leads_[i], shift += told[i] * covariances_[i];
  auto& weights = chances.weights;
  weights.resize(eyes + 1);
  for (std::size_t m = 0; m <= eyes; ++m) sum += weights[m] = s.weights[m] * std::exp(lead * levels_[m]);
  chances.probability.resize(2 * eyes);
  chances.tilt.resize(2 * eyes);
  const double unit = 1.0 / std::sqrt(2.0 * s.variance), density = unit / std::sqrt(std::numbers::pi);
  const auto beyond = [&](std::size_t i, double weight, double distance, double sign) {
    const double x = distance * unit;
    chances.probability[i] = 0.5 * weight / sum * std::erfc(x);
    chances.tilt[i] = sign * weight / sum * density * std::exp(-x * x);
  };
  for (std::size_t e = 0; e < eyes; ++e) {
    const double t = decision_.thresholds[e] - shift;
    beyond(e, weights[e], t - decision_.amplitudes[e], 1.0);
    beyond(eyes + e, weights[e + 1], decision_.amplitudes[e + 1] - t, -1.0);
  }
}

std::vector<double> ErrorSurroundings::primary() const {
  const std::size_t eyes = decision_.thresholds.size();
  std::vector<double> c(2 * eyes, 0.0);
  const auto distance = [&](std::size_t e) {
    return direction_ > 0.0 ? decision_.thresholds[e] - decision_.amplitudes[e]
                            : decision_.amplitudes[e + 1] - decision_.thresholds[e];
  };
  double sum = 0.0, least = distance(0);
  for (std::size_t e = 1; e < eyes; ++e) least = std::min(least, distance(e));
  for (std::size_t e = 0; e < eyes; ++e) sum += std::exp(-tilt_ * (distance(e) - least));
  for (std::size_t e = 0; e < eyes; ++e)
    c[direction_ > 0.0 ? e : eyes + e] = std::exp(-tilt_ * (distance(e) - least)) / sum;
  return c;
}

// Levels of a symbol given that its cursor helped the primary error.
std::vector<double> ErrorSurroundings::tilted(double cursor) const {
  std::vector<double> w;
  double sum = 0.0;
  for (double level : levels_) w.push_back(std::exp(std::clamp(direction_ * tilt_ * cursor * level, -300.0, 300.0)));
  for (double v : w) sum += v;
  for (double& v : w) v /= sum;
  return w;
}

double ErrorSurroundings::mean_level(double cursor) const {
  const auto w = tilted(cursor);
  return std::inner_product(w.begin(), w.end(), levels_.begin(), 0.0);
}

ErrorSurroundings::Symbol ErrorSurroundings::symbol(int k, double correlation) const {
  Symbol s{tilted(sampled_[-k]), direction_ * tilt_ * correlation, variance_};
  int j = -kReach;
  for (const double mean : means_) {
    if (j != 0 && j != k) s.shift += own_[k - j] * mean;
    ++j;
  }
  // The symbol that was wrong is any but the one that has no level further on.
  const double outer = direction_ > 0.0 ? levels_.back() : levels_.front();
  s.shift -= own_[k] * outer / (static_cast<double>(levels_.size()) - 1.0);
  const double shared = tilt_ > 0.0 ? s.shift / tilt_ : 0.0;
  s.variance -= std::min(shared * shared / variance_, 0.75 * variance_);
  return s;
}

// Of the interference of two samples `lag` symbols apart, their own levels left out.
double ErrorSurroundings::covariance(int lag) const {
  double sum = 0.0;
  for (int j = -kReach; j <= kReach; ++j)
    if (j != 0 && j != lag) sum += own_[j - lag] * own_[j];
  return sum * level_variance(levels_);
}

}  // namespace tessera
