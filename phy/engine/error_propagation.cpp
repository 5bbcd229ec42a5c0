#include "phy/engine/error_propagation.hpp"

#include <algorithm>
#include <cmath>
#include <compare>
#include <cstdint>
#include <map>
#include <numeric>
#include <utility>
#include <vector>

namespace tessera {
namespace {

constexpr int kSurroundings = 32;  // symbols around an error that it says something about
constexpr int kLongest = 10'000;   // symbols a burst is followed
constexpr double kNegligible = 1e-7;
constexpr std::size_t kMostTaps = 40;  // 3^40 states fit 64 bits

// Autocorrelation at the slicer of noise and crosstalk taken as noise, V^2, lags 0 … kSurroundings.
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
  auto r = baud_autocorrelation(density, grid, kSurroundings + 1, 1.0);
  r.resize(kSurroundings + 1, 0.0);
  const auto& w = receiver.taps.ffe;
  const double converter =
      tap_limits(segment.receiver).quantisation * level_variance(segment.levels) * receiver.taps.input_power;
  for (std::size_t lag = 0; lag < std::min(w.size(), r.size()); ++lag)
    for (std::size_t i = 0; i + lag < w.size(); ++i) r[lag] += converter * w[i] * w[i + lag];
  return r;
}

// What an error upwards at symbol 0 says of symbol k: weights of its levels, mean and variance of all that falls on it.
struct Surrounding {
  std::vector<double> weights;
  double shift = 0.0, variance = 0.0;
};

// Of errors by eye: [e] a symbol below eye e taken for the one above, [eyes + e] the other way.
using Chances = std::vector<double>;

double any(const Chances& c) { return std::accumulate(c.begin(), c.end(), 0.0); }

class Surroundings {
 public:
  Surroundings(const DecisionPoint& point, const Decision& decision, const Interference& x,
               const std::vector<double>& noise_at, double jitter_variance, double direction)
      : decision_(decision), own_(x.synchronous.front()), direction_(direction) {
    const double noise = std::accumulate(decision.variances.begin(), decision.variances.end(), 0.0) /
                         static_cast<double>(decision.variances.size());
    variance_ = noise + jitter_variance + asynchronous_variance(point.asynchronous);
    for (const CursorSet& set : x.synchronous) variance_ += interference_variance(set);
    // Jitter of one sample says nothing of the next, but takes its share of what makes an error.
    tilt_ = saddle_tilt(x, std::max(0.0, point.half_distance() - decision.threshold_error), noise + jitter_variance);
    for (int j = -kSurroundings; j <= kSurroundings; ++j) means_.push_back(mean_level(cursor(-j)));
    for (int k = 0; k < kSurroundings; ++k) known_.push_back(surrounding(k, noise_at[static_cast<std::size_t>(k)]));
    known_.push_back({tilted(0.0), 0.0, variance_});  // from there on nothing is known
  }

  /// Of errors k symbols after the primary one, with the slicer's input displaced by `kick`.
  Chances at(int k, double kick) const {
    const Surrounding& s = known_[static_cast<std::size_t>(std::min(k, kSurroundings))];
    const double unit = 1.0 / std::sqrt(2.0 * s.variance);
    const std::size_t eyes = decision_.thresholds.size();
    Chances c(2 * eyes);
    for (std::size_t e = 0; e < eyes; ++e) {
      const double t = decision_.thresholds[e] - s.shift - kick;
      c[e] = 0.5 * s.weights[e] * std::erfc((t - decision_.amplitudes[e]) * unit);
      c[eyes + e] = 0.5 * s.weights[e + 1] * std::erfc((decision_.amplitudes[e + 1] - t) * unit);
    }
    return c;
  }

  /// How primary errors of the given direction share the eyes.
  Chances primary() const {
    const std::size_t eyes = decision_.thresholds.size();
    Chances c(2 * eyes, 0.0);
    const auto distance = [&](std::size_t e) {
      return direction_ > 0.0 ? decision_.thresholds[e] - decision_.amplitudes[e]
                              : decision_.amplitudes[e + 1] - decision_.thresholds[e];
    };
    double sum = 0.0;
    for (std::size_t e = 0; e < eyes; ++e) sum += std::exp(-tilt_ * (distance(e) - distance(0)));
    for (std::size_t e = 0; e < eyes; ++e)
      c[direction_ > 0.0 ? e : eyes + e] = std::exp(-tilt_ * (distance(e) - distance(0))) / sum;
    return c;
  }

 private:
  double cursor(int k) const {
    const int n = static_cast<int>(own_.cursors.size());
    return 2 * std::abs(k) < n ? own_.cursors[static_cast<std::size_t>((k + n) % n)] : 0.0;
  }

  // Levels of a symbol given that its cursor h helped the primary error.
  std::vector<double> tilted(double h) const {
    std::vector<double> w;
    double sum = 0.0;
    for (double level : own_.levels) w.push_back(std::exp(std::clamp(direction_ * tilt_ * h * level, -300.0, 300.0)));
    for (double v : w) sum += v;
    for (double& v : w) v /= sum;
    return w;
  }

  double mean_level(double h) const {
    const auto w = tilted(h);
    return std::inner_product(w.begin(), w.end(), own_.levels.begin(), 0.0);
  }

  Surrounding surrounding(int k, double correlation) const {
    Surrounding s{tilted(cursor(-k)), direction_ * tilt_ * correlation, variance_};
    int j = -kSurroundings;
    for (const double mean : means_) {
      if (j != 0 && j != k) s.shift += cursor(k - j) * mean;
      ++j;
    }
    // The symbol that was wrong is any but the one that has no level further on.
    const double outer = direction_ > 0.0 ? own_.levels.back() : own_.levels.front();
    s.shift -= cursor(k) * outer / (static_cast<double>(own_.levels.size()) - 1.0);
    const double covariance = tilt_ > 0.0 ? s.shift / tilt_ : 0.0;
    s.variance -= std::min(covariance * covariance / variance_, 0.75 * variance_);
    return s;
  }

  const Decision& decision_;
  const CursorSet& own_;
  double direction_, tilt_ = 0.0, variance_ = 0.0;
  std::vector<double> means_;  // of the levels of symbols -kSurroundings … kSurroundings
  std::vector<Surrounding> known_;
};

// Errors that feedback still holds: the newest by its eye (0 none, 1 + index of Chances), the older ones by direction
// only, in base 3 with the newer in the lower digits (0 none, 1 upwards, 2 downwards).
struct State {
  std::size_t newest = 0;
  std::uint64_t older = 0;

  auto operator<=>(const State&) const = default;
};

class Feedback {
 public:
  Feedback(std::vector<double> taps, const Decision& decision) : taps_(std::move(taps)) {
    for (std::size_t e = 0; e < decision.thresholds.size(); ++e)
      spacing_.push_back(decision.amplitudes[e + 1] - decision.amplitudes[e]);
    mean_ = std::accumulate(spacing_.begin(), spacing_.end(), 0.0) / static_cast<double>(spacing_.size());
    for (std::size_t j = 2; j < taps_.size(); ++j) oldest_ *= 3;
  }

  double kick(const State& s) const {
    double kick = 0.0;
    if (s.newest > 0) kick -= taps_[0] * (upwards(s.newest) ? 1.0 : -1.0) * spacing_[(s.newest - 1) % spacing_.size()];
    std::uint64_t digits = s.older;
    for (std::size_t j = 1; j < taps_.size(); ++j, digits /= 3)
      kick -= digits % 3 == 1 ? taps_[j] * mean_ : digits % 3 == 2 ? -taps_[j] * mean_ : 0.0;
    return kick;
  }

  State after(const State& s, std::size_t newest) const {
    if (taps_.size() == 1) return {newest, 0};
    const std::uint64_t digit = s.newest == 0 ? 0 : upwards(s.newest) ? 1 : 2;
    return {newest, s.older % oldest_ * 3 + digit};
  }

 private:
  bool upwards(std::size_t newest) const { return newest <= spacing_.size(); }

  std::vector<double> taps_, spacing_;
  double mean_ = 0.0;
  std::uint64_t oldest_ = 1;
};

double burst_of(const Surroundings& surroundings, const Feedback& feedback) {
  std::map<State, double> now, next;
  const Chances primary = surroundings.primary();
  for (std::size_t i = 0; i < primary.size(); ++i)
    if (primary[i] > kNegligible) now[{i + 1, 0}] = primary[i];
  double total = 1.0;
  for (int k = 1; k < kLongest && !now.empty(); ++k) {
    const double unprovoked = any(surroundings.at(k, 0.0));
    next.clear();
    for (const auto& [state, probability] : now) {
      const Chances chances = surroundings.at(k, feedback.kick(state));
      const double wrong = any(chances);
      total += probability * (wrong - unprovoked);
      for (std::size_t i = 0; i <= chances.size(); ++i) {
        const double p = probability * (i == 0 ? 1.0 - std::min(1.0, wrong) : chances[i - 1]);
        const State to = feedback.after(state, i);
        if (p > kNegligible && to != State{}) next[to] += p;
      }
    }
    std::swap(now, next);
  }
  return std::max(total, 1.0);
}

}  // namespace

double mean_burst(const PreparedSegment& segment, const DecisionPoint& point, const Decision& decision,
                  const Interference& x, double jitter_rms) {
  std::vector<double> taps = point.receiver.taps.dfe;
  while (!taps.empty() && taps.back() == 0.0) taps.pop_back();
  if (taps.size() > kMostTaps) taps.resize(kMostTaps);
  if (taps.empty()) return 1.0;
  const Feedback feedback(std::move(taps), decision);
  const auto noise_at = noise_autocorrelation(segment, point.receiver);
  double sum = 0.0;
  for (const double direction : {1.0, -1.0})
    sum += 0.5 * burst_of({point, decision, x, noise_at, jitter_rms * jitter_rms, direction}, feedback);
  return sum;
}

}  // namespace tessera
