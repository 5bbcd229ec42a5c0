#include "phy/engine/statistical_engine.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numbers>

#include "phy/engine/decision_point.hpp"
#include "phy/engine/error_propagation.hpp"
#include "phy/engine/jitter_mixing.hpp"
#include "phy/engine/pattern_noise.hpp"
#include "phy/engine/statistical_eye.hpp"
#include "phy/noise/tail_kernel.hpp"

namespace tessera {
namespace {

// The jitter nodes, the phase search and the eye need differences and contours only: a quarter of the bins is enough
// for them.
int coarse(int bins) { return std::max(257, (bins - 1) / 4 + 1); }

struct Axis {
  double step, tilt;
};

Axis axis_for(const DecisionPoint& point, const Interference& x, int bins) {
  const double span = interference_span(x), sigma = std::sqrt(point.largest_variance());
  double step = span / (bins - 1);
  if (!(step > 0.0)) step = std::max(sigma, 1e-3 * point.half_distance()) / 16.0;
  const double distance = point.half_distance() - point.decision.threshold_error;
  // Beyond one neper a bin the split itself would no longer resolve the tilt.
  return {step, std::min(saddle_tilt(x, distance, sigma * sigma), 1.0 / step)};
}

double quick_log_error(const PreparedSegment& segment, const AdaptedReceiver& candidate,
                       const StatisticalOptions& options) {
  const DecisionPoint point(segment, candidate, options.crosstalk_phases);
  const Interference x = point.at(segment, 0.0);
  const Axis axis = axis_for(point, x, coarse(options.bins));
  const InterferenceTails tails(x, axis.step, axis.tilt);
  Decision decision = point.decision;
  decision.thresholds = best_thresholds(decision, tails);
  return log_symbol_error_ratio(decision, tails);
}

// What noise that follows the neighbours adds to ln of the error ratio, over the sampling offset: a polynomial through
// five offsets, constant beyond them.
class PatternNoise {
 public:
  PatternNoise(const PreparedSegment& segment, const DecisionPoint& point, const Decision& decision, double step)
      : reach_(segment.jitter.dual_dirac_ui + 2.0 * segment.jitter.random_rms_ui) {
    const NeighbourNoise noise = neighbour_noise(segment, point.receiver);
    const auto at = [&](double offset) {
      const Interference x = point.at(segment, offset);
      Decision moved = decision;
      moved.amplitudes = level_amplitudes(segment.levels, x.cursor);
      return log_pattern_noise(noise, moved, x, step);
    };
    values_[kMiddle] = at(0.0);
    if (values_[kMiddle] == 0.0 || reach_ == 0.0) return;
    for (std::size_t i = 0; i < kNodes.size(); ++i)
      if (i != kMiddle) values_[i] = at(kNodes[i] * reach_);
  }

  double at(double offset) const {
    if (reach_ == 0.0 || offset == 0.0) return values_[kMiddle];
    const double t = std::clamp(offset / reach_, -1.0, 1.0);
    double sum = 0.0;
    for (std::size_t i = 0; i < kNodes.size(); ++i) {
      double weight = 1.0;
      for (std::size_t j = 0; j < kNodes.size(); ++j)
        if (j != i) weight *= (t - kNodes[j]) / (kNodes[i] - kNodes[j]);
      sum += weight * values_[i];
    }
    return sum;
  }

 private:
  static constexpr std::array kNodes{-1.0, -0.5, 0.0, 0.5, 1.0};
  static constexpr std::size_t kMiddle = 2;

  double reach_;
  std::array<double, kNodes.size()> values_{};
};

JitterMix with_jitter(const PreparedSegment& segment, const DecisionPoint& point, const Decision& decision,
                      const Axis& fine, double log_error, const StatisticalOptions& options) {
  const Axis axis{fine.step * (options.bins - 1) / (coarse(options.bins) - 1), fine.tilt};
  const double tilt = std::min(axis.tilt, 1.0 / axis.step);
  const PatternNoise pattern(segment, point, decision, axis.step);
  const double nominal = std::min(0.0, log_error + pattern.at(0.0));
  if (segment.jitter.dual_dirac_ui == 0.0 && segment.jitter.random_rms_ui == 0.0) return {nominal};
  const AggressorDensity aggressors = aggressor_density(point.asynchronous, axis.step, tilt, Pdf::kNegligible);
  const auto at = [&](double offset) {
    Interference x = point.at(segment, offset);
    x.prepared = &aggressors;
    Decision moved = decision;
    moved.amplitudes = level_amplitudes(segment.levels, x.cursor);
    return log_symbol_error_ratio(moved, InterferenceTails(x, axis.step, tilt)) + pattern.at(offset);
  };
  const double correction = nominal - at(0.0);
  return mix_over_jitter(
      [&](double offset) { return offset == 0.0 ? nominal : std::min(0.0, at(offset) + correction); }, segment.jitter);
}

// Where the splitting's second moment, taken out of the Gaussian, would change the result by a factor e.
Log10Probability floor_of(const DecisionPoint& point, const InterferenceTails& tails) {
  const double least = *std::min_element(point.decision.variances.begin(), point.decision.variances.end());
  const double split = tails.above().split_variance();
  const double q = split > 0.0 ? std::sqrt(2.0 * least / split) : 1e6;
  const double log_q = std::log(scaled_gaussian_tail(q)) - 0.5 * q * q;
  return Log10Probability::from_log10(log_q / std::numbers::ln10);
}

Decision settled(const PreparedSegment& segment, const DecisionPoint& point, const Interference& x,
                 const InterferenceTails& tails, const StatisticalOptions& options) {
  Decision decision = point.decision;
  decision.thresholds = best_thresholds(decision, tails);
  const double step = axis_for(point, x, coarse(options.bins)).step;
  decision.thresholds = pattern_thresholds(neighbour_noise(segment, point.receiver), decision, x, step);
  return decision;
}

struct ClassResult {
  SegmentResult result;
  double log_error;
};

ClassResult run_class(const PreparedSegment& segment, const StatisticalOptions& options) {
  const auto measure = [&](const AdaptedReceiver& candidate) { return quick_log_error(segment, candidate, options); };
  const DecisionPoint point(segment, adapt_receiver(segment, measure), options.crosstalk_phases);
  const Interference x = point.at(segment, 0.0);
  const Axis axis = axis_for(point, x, options.bins);
  const InterferenceTails tails(x, axis.step, axis.tilt);
  const Decision decision = settled(segment, point, x, tails, options);
  const double nominal = log_symbol_error_ratio(decision, tails);
  const JitterMix mixed = with_jitter(segment, point, decision, axis, nominal, options);

  ClassResult done;
  describe(segment, point, done.result);
  const double burst = mean_burst(segment, point, decision, done.result.jitter_rms, mixed.offsets);
  done.result.burst_mean = burst;
  // B counts what exceeds p itself: with one tap B = (1 - p)/(1 - a), and the stationary ratio is p/(1 - a + p).
  done.log_error =
      mixed.log_ratio + (burst > 1.0 ? std::log(burst) - std::log1p(std::exp(mixed.log_ratio) * (burst - 1.0)) : 0.0);
  done.log_error = std::min(done.log_error, 0.0);
  done.result.numerical_floor = floor_of(point, tails);
  if (options.eye)
    done.result.eye = statistical_eye(segment, point, decision, axis.step * (options.bins - 1), axis.tilt, options);
  if (!std::isfinite(done.log_error))
    throw NumericError("segment " + segment.name + ": symbol error ratio is not finite");
  return done;
}

constexpr double kLongBurst = 1.2;  // symbols

void add_notes(const Link& link, const SegmentResult& segment, std::vector<ValidityNote>& notes) {
  const auto text = [](double value) {
    char digits[32];
    std::snprintf(digits, sizeof digits, "%.4g", value);
    return std::string(digits);
  };
  if (segment.symbol_error_ratio < segment.numerical_floor)
    notes.push_back({segment.name, "log10 of the symbol error ratio", segment.symbol_error_ratio.log10(), "",
                     "numerical floor " + text(segment.numerical_floor.log10()) + " and above"});
  if (segment.burst_mean > kLongBurst && link.fec.code != "none" && link.fec.interleave == 1)
    notes.push_back({segment.name, "mean burst, which the code without interleaving is not charged for",
                     segment.burst_mean, "symbols", "1 to " + text(kLongBurst)});
}

}  // namespace

InterferenceTails tails_at(const DecisionPoint& point, const Interference& interference, int bins) {
  const Axis axis = axis_for(point, interference, bins);
  return InterferenceTails(interference, axis.step, axis.tilt);
}

std::vector<double> adverse_thresholds(const PreparedSegment& segment, const DecisionPoint& point, int bins) {
  if (point.decision.threshold_error == 0.0) return point.decision.thresholds;
  const Interference x = point.at(segment, 0.0);
  return adverse_thresholds(neighbour_noise(segment, point.receiver), point.decision, x, tails_at(point, x, bins),
                            axis_for(point, x, coarse(bins)).step);
}

DecisionPoint settled_decision(const PreparedSegment& segment, const StatisticalOptions& options) {
  const auto measure = [&](const AdaptedReceiver& candidate) { return quick_log_error(segment, candidate, options); };
  DecisionPoint point(segment, adapt_receiver(segment, measure), options.crosstalk_phases);
  const Interference x = point.at(segment, 0.0);
  point.decision = settled(segment, point, x, tails_at(point, x, options.bins), options);
  return point;
}

SegmentResult run_statistical(const PreparedSegment& segment, const StatisticalOptions& options) {
  check_segment(segment);
  if (options.bins < 257)
    throw ConfigError("statistical engine needs at least 257 bins, got " + std::to_string(options.bins));
  if (options.crosstalk_phases < 1 || options.eye_phases < 2)
    throw ConfigError("statistical engine needs at least 1 crosstalk phase and 2 eye phases");
  std::vector<ClassResult> classes;
  if (segment.lane_classes.size() == 1)
    classes.push_back(run_class(segment, options));
  else
    for (std::size_t i = 0; i < segment.lane_classes.size(); ++i)
      classes.push_back(run_class(with_lane_class(segment, i), options));

  double lanes = 0.0, burst = 0.0;
  std::size_t worst = 0;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    lanes += segment.lane_classes[i].lanes;
    if (classes[i].log_error > classes[worst].log_error) worst = i;
  }
  double total = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const double share = std::log(segment.lane_classes[i].lanes / lanes) + classes[i].log_error;
    total = i == 0 ? share : log_add(total, share);
  }
  for (std::size_t i = 0; i < classes.size(); ++i)
    burst += std::exp(std::log(segment.lane_classes[i].lanes / lanes) + classes[i].log_error - total) *
             classes[i].result.burst_mean;

  SegmentResult result = std::move(classes[worst].result);
  result.burst_mean = burst;
  result.symbol_error_ratio = Log10Probability::from_log10(total / std::numbers::ln10);
  result.pre_fec_ber = result.symbol_error_ratio.scaled(segment.modulation.bit_errors_per_symbol_error());
  for (std::size_t i = 0; classes.size() > 1 && i < classes.size(); ++i) {
    const auto symbol_error_ratio = Log10Probability::from_log10(classes[i].log_error / std::numbers::ln10);
    result.lane_error_ratios.push_back({segment.lane_classes[i].lanes / lanes,
                                        symbol_error_ratio.scaled(segment.modulation.bit_errors_per_symbol_error())});
  }
  const double m = static_cast<double>(segment.levels.size());
  result.q = gaussian_quantile(total - std::log(2.0 * (m - 1.0) / m));
  return result;
}

EngineResult run_statistical(const PreparedLink& link, const StatisticalOptions& options) {
  EngineResult result{"statistical", {}, link.notes};
  for (const PreparedSegment& segment : link.segments) {
    result.segments.push_back(run_statistical(segment, options));
    add_notes(link.link, result.segments.back(), result.notes);
  }
  return result;
}

}  // namespace tessera
