#include "phy/engine/decision_point.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tessera {
namespace {

// rms of the signal's slope per UI, all cursors, the symbol's own included.
double slope_rms(const PreparedSegment& segment, const DecisionPoint& point) {
  const double step = 1.0 / point.receiver.pulse.samples_per_ui;
  const Interference early = interference_at(segment, point.receiver, {}, -step),
                     late = interference_at(segment, point.receiver, {}, step);
  double sum = std::pow((late.cursor - early.cursor) / (2.0 * step), 2);
  for (std::size_t k = 0; k < early.synchronous[0].cursors.size(); ++k)
    sum += std::pow((late.synchronous[0].cursors[k] - early.synchronous[0].cursors[k]) / (2.0 * step), 2);
  return std::sqrt(sum * level_variance(segment.levels));
}

}  // namespace

std::vector<double> level_amplitudes(const std::vector<double>& levels, double cursor) {
  const double mean = std::accumulate(levels.begin(), levels.end(), 0.0) / static_cast<double>(levels.size());
  std::vector<double> result;
  for (double level : levels) result.push_back((level - mean) * cursor);
  return result;
}

DecisionPoint::DecisionPoint(const PreparedSegment& segment, AdaptedReceiver settled, int crosstalk_phases)
    : receiver(std::move(settled)),
      synchronous(synchronous_aggressors(segment, receiver)),
      asynchronous(asynchronous_aggressors(segment, receiver, crosstalk_phases)),
      noise(noise_at_decision(segment, receiver)),
      interference(interference_at(segment, receiver, synchronous, 0.0)) {
  decision.amplitudes = level_amplitudes(segment.levels, interference.cursor);
  decision.variances = noise.level_variance;
  decision.threshold_error = std::abs(segment.receiver.slicer_threshold_error);
  for (std::size_t m = 0; m + 1 < decision.amplitudes.size(); ++m)
    decision.thresholds.push_back(0.5 * (decision.amplitudes[m] + decision.amplitudes[m + 1]));
}

Interference DecisionPoint::at(const PreparedSegment& segment, double offset_ui) const {
  Interference x = offset_ui == 0.0 ? interference : interference_at(segment, receiver, synchronous, offset_ui);
  if (!asynchronous.empty()) x.asynchronous = &asynchronous;
  return x;
}

double DecisionPoint::half_distance() const {
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t m = 0; m + 1 < decision.amplitudes.size(); ++m)
    least = std::min(least, 0.5 * (decision.amplitudes[m + 1] - decision.amplitudes[m]));
  return least;
}

double DecisionPoint::largest_variance() const {
  return *std::max_element(decision.variances.begin(), decision.variances.end());
}

void describe(const PreparedSegment& segment, const DecisionPoint& point, SegmentResult& result) {
  const AdaptedReceiver& r = point.receiver;
  result.name = segment.name;
  result.cursor = point.half_distance();
  result.isi_rms = std::sqrt(interference_variance(point.interference.synchronous.front()));
  double crosstalk = asynchronous_variance(point.asynchronous);
  for (std::size_t i = 1; i < point.interference.synchronous.size(); ++i)
    crosstalk += interference_variance(point.interference.synchronous[i]);
  result.crosstalk_rms = std::sqrt(crosstalk);
  const auto& v = point.decision.variances;
  result.noise_rms = std::sqrt(std::accumulate(v.begin(), v.end(), 0.0) / static_cast<double>(v.size()));
  result.jitter_rms =
      std::hypot(segment.jitter.dual_dirac_ui, segment.jitter.random_rms_ui) * slope_rms(segment, point);
  result.noise_rms_by_mechanism = point.noise.mechanism_rms;
  result.level_noise_rms.clear();
  for (double variance : v) result.level_noise_rms.push_back(std::sqrt(variance));
  result.equalizer = {r.ctle_dc_gain_db, r.ctle_dc_gain2_db, r.taps.ffe, r.taps.dfe,
                      (r.position - r.peak) / r.pulse.samples_per_ui};
}

PreparedSegment with_lane_class(const PreparedSegment& segment, std::size_t index) {
  PreparedSegment one = segment;
  one.lane_classes = {segment.lane_classes[index]};
  return one;
}

void check_segment(const PreparedSegment& segment) {
  const auto require = [&](bool ok, const std::string& rule) {
    if (!ok) throw ConfigError("segment " + segment.name + ": " + rule);
  };
  require(segment.levels.size() >= 2 && segment.levels.size() == segment.modulation.levels.size(),
          "needs one level for each symbol, two at least");
  require(
      std::is_sorted(segment.levels.begin(), segment.levels.end()) && segment.levels.front() < segment.levels.back(),
      "levels must ascend");
  require(segment.channel.values.size() == segment.grid.frequency_count(),
          "channel response must have one value for each frequency of the grid");
  require(segment.grid.ui_count >= 4 && segment.grid.ui_count % 2 == 0,
          "the window needs an even number of unit intervals, 4 at least");
  require(!segment.lane_classes.empty(), "needs at least one lane class");
  require(segment.receiver.dfe.maximum.size() < static_cast<std::size_t>(segment.grid.ui_count) / 2,
          "the DFE must be shorter than half the window");
  require(segment.receiver.ffe.taps <= segment.grid.ui_count / 2, "the FFE must be shorter than half the window");
}

}  // namespace tessera
