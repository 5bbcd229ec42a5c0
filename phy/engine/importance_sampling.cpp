#include "phy/engine/importance_sampling.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "phy/core/rng.hpp"
#include "phy/engine/jitter_mixing.hpp"
#include "phy/engine/statistical_engine.hpp"
#include "phy/noise/gaussian_noise.hpp"

namespace tessera {
namespace {

constexpr double kSmall = 0.05;

// Uniform numbers one after the other.
class Uniforms {
 public:
  explicit Uniforms(const StreamKey& key) : key_(key) {}

  double next() {
    if (at_ == values_.size()) {
      random_uniform(key_, first_, values_);
      first_ += values_.size();
      at_ = 0;
    }
    return values_[at_++];
  }

 private:
  StreamKey key_;
  std::uint64_t first_ = 0;
  std::array<double, 1024> values_{};
  std::size_t at_ = values_.size();
};

// One symbol whose contribution is h L, L tilted.
struct Twisted {
  std::vector<double> values, cumulative;
};

// Cursors of one stream at one tilt.
struct TwistedSet {
  std::vector<Twisted> cursors;
  double log_mgf = 0.0, small_variance = 0.0;

  double draw(Uniforms& u) const {
    double sum = 0.0;
    for (const Twisted& t : cursors) {
      const double r = u.next();
      std::size_t i = 0;
      while (i + 1 < t.values.size() && r > t.cumulative[i]) ++i;
      sum += t.values[i];
    }
    return sum;
  }
};

TwistedSet twist(const CursorSet& set, double sign, double tilt) {
  TwistedSet result;
  const double range = set.levels.back() - set.levels.front(), variance = level_variance(set.levels);
  for (const double h : set.cursors) {
    if (tilt * std::abs(h) * range < kSmall) {
      result.small_variance += h * h * variance;
      continue;
    }
    Twisted t;
    double sum = 0.0;
    for (const double level : set.levels) {
      t.values.push_back(sign * h * level);
      sum += std::exp(tilt * t.values.back());
      t.cumulative.push_back(sum);
    }
    for (double& c : t.cumulative) c /= sum;
    result.log_mgf += std::log(sum / static_cast<double>(set.levels.size()));
    result.cursors.push_back(std::move(t));
  }
  return result;
}

// All that falls on a decision, tilted towards one threshold.
struct TwistedSum {
  std::vector<TwistedSet> fixed;
  std::vector<std::pair<int, std::vector<TwistedSet>>> drifting;  // aggressors alike, their phases
};

TwistedSum twist(const Interference& x, double sign, double tilt) {
  TwistedSum sum;
  for (const CursorSet& set : x.synchronous) sum.fixed.push_back(twist(set, sign, tilt));
  if (x.asynchronous != nullptr)
    for (const AsynchronousAggressor& a : *x.asynchronous) {
      std::vector<TwistedSet> phases;
      for (const CursorSet& phase : a.phases) phases.push_back(twist(phase, sign, tilt));
      sum.drifting.emplace_back(a.count, std::move(phases));
    }
  return sum;
}

struct Draw {
  double value = 0.0, log_mgf = 0.0, small_variance = 0.0;
};

Draw draw(const TwistedSum& sum, Uniforms& u) {
  Draw d;
  const auto add = [&](const TwistedSet& set) {
    d.value += set.draw(u);
    d.log_mgf += set.log_mgf;
    d.small_variance += set.small_variance;
  };
  for (const TwistedSet& set : sum.fixed) add(set);
  for (const auto& [count, phases] : sum.drifting)
    for (int i = 0; i < count; ++i)
      add(phases[std::min(static_cast<std::size_t>(u.next() * static_cast<double>(phases.size())), phases.size() - 1)]);
  return d;
}

struct Moments {
  double log_scale = 0.0, mean = 0.0, variance_of_mean = 0.0;  // of the estimate over e^{log_scale}
};

Moments side_of_eye(const Interference& x, double sign, double distance, double variance, std::uint64_t count,
                    Uniforms& u, const StreamKey& noise_key) {
  const double tilt = distance > 0.0 ? saddle_tilt(x, distance, variance) : 0.0;
  const TwistedSum sum = twist(x, sign, tilt);
  Moments m;
  m.log_scale = -tilt * distance;
  double first = 0.0, second = 0.0;
  std::array<double, 1024> normal{};
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i % normal.size() == 0) gaussian_noise(noise_key, i, std::span<double>(normal));
    const Draw d = draw(sum, u);
    const double v = variance + d.small_variance;
    const double y = d.value + tilt * v + std::sqrt(v) * normal[i % normal.size()];
    if (y <= distance) continue;
    // Scaled by the saddle's e^{K(theta) - theta d}, so that nothing underflows.
    const double log_weight = d.log_mgf + 0.5 * tilt * tilt * v - tilt * y;
    if (i == 0 || first == 0.0) m.log_scale = log_weight;
    const double w = std::exp(log_weight - m.log_scale);
    first += w;
    second += w * w;
  }
  const double n = static_cast<double>(count);
  m.mean = first / n;
  m.variance_of_mean = std::max(0.0, second / n - m.mean * m.mean) / n;
  return m;
}

// Of one offset of the sampling instant: ln of the symbol error ratio and its relative error.
struct Estimate {
  double log_ratio, relative_error;
};

Estimate estimate_at(const PreparedSegment& segment, const DecisionPoint& point, double offset,
                     const std::vector<double>& thresholds, const ImportanceOptions& options) {
  const Interference x = point.at(segment, offset);
  Decision d = point.decision;
  d.amplitudes = level_amplitudes(segment.levels, x.cursor);
  const std::size_t sides = 2 * d.thresholds.size();
  const std::string instance = options.instance.empty() ? segment.name : options.instance;
  std::vector<Moments> moments;
  for (std::size_t side = 0; side < sides; ++side) {
    const bool up = side % 2 == 0;
    const std::size_t eye = side / 2, level = up ? eye : eye + 1;
    const double gap = up ? thresholds[eye] - d.amplitudes[level] : d.amplitudes[level] - thresholds[eye];
    Uniforms u(stream_key(options.seed, instance + "/importance/symbols", side));
    moments.push_back(side_of_eye(x, up ? 1.0 : -1.0, gap, d.variances[level], options.samples / sides, u,
                                  stream_key(options.seed, instance + "/importance/noise", side)));
  }
  double largest = -std::numeric_limits<double>::infinity();
  for (const Moments& m : moments)
    if (m.mean > 0.0) largest = std::max(largest, m.log_scale);
  double mean = 0.0, variance = 0.0;
  for (const Moments& m : moments) {
    const double scale = m.mean > 0.0 ? std::exp(m.log_scale - largest) : 0.0;
    mean += scale * m.mean;
    variance += scale * scale * m.variance_of_mean;
  }
  if (!(mean > 0.0))
    throw NumericError("segment " + segment.name + ": importance sampling found nothing beyond a threshold");
  return {std::min(0.0, largest + std::log(mean / static_cast<double>(d.amplitudes.size()))),
          std::sqrt(variance) / mean};
}

}  // namespace

ImportanceResult importance_sampling(const PreparedSegment& segment, const DecisionPoint& point,
                                     const ImportanceOptions& options) {
  check_segment(segment);
  if (options.samples < 1000)
    throw ConfigError("importance sampling needs at least 1000 samples, got " + std::to_string(options.samples));
  const auto thresholds = adverse_thresholds(segment, point, StatisticalOptions{}.bins);
  ImportanceResult result;
  const JitterMix mix = mix_over_jitter(
      [&](double offset) {
        const Estimate e = estimate_at(segment, point, offset, thresholds, options);
        result.relative_error = std::max(result.relative_error, e.relative_error);
        result.samples += options.samples;
        return e.log_ratio;
      },
      segment.jitter);
  result.symbol_error_ratio = Log10Probability::from_log10(mix.log_ratio / std::numbers::ln10);
  return result;
}

}  // namespace tessera
