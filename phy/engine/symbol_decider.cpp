#include "phy/engine/symbol_decider.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "phy/core/constants.hpp"

namespace tessera {
namespace {

// Where an offset of unknown sign does more harm.
double worse_offset(const Decision& d, const InterferenceTails& tails, std::size_t eye) {
  const auto cost = [&](double offset) {
    const double t = d.thresholds[eye] + offset;
    return log_add(tails.log_above(t - d.amplitudes[eye], d.variances[eye]),
                   tails.log_below(d.amplitudes[eye + 1] - t, d.variances[eye + 1]));
  };
  return cost(d.threshold_error) >= cost(-d.threshold_error) ? d.threshold_error : -d.threshold_error;
}

std::vector<float> floats(const std::vector<double>& v) { return {v.begin(), v.end()}; }

}  // namespace

SymbolDecider::SymbolDecider(const PreparedSegment& segment, const DecisionPoint& point, const InterferenceTails& tails)
    : thresholds_(point.decision.thresholds), levels_(level_amplitudes(segment.levels, 1.0)) {
  if (point.decision.threshold_error != 0.0)
    for (std::size_t eye = 0; eye < thresholds_.size(); ++eye)
      thresholds_[eye] += worse_offset(point.decision, tails, eye);
  const EqualizerTaps& taps = point.receiver.taps;
  for (const double b : taps.dfe) taps_.push_back(b * taps.cursor);
  while (!taps_.empty() && taps_.back() == 0.0) taps_.pop_back();
  history_.assign(taps_.size(), 0);
  slicer_ = DecisionFeedback(floats(levels_), floats(thresholds_), floats(taps_));
  if (segment.high_pass > 0.0) {
    share_ = -std::expm1(-2.0 * constants::kPi * segment.high_pass * segment.grid.unit_interval());
    dc_ = std::abs(point.receiver.ctle.front()) * std::accumulate(taps.ffe.begin(), taps.ffe.end(), 0.0);
  }
}

void SymbolDecider::decide(std::span<const double> y, std::span<const std::uint8_t> sent,
                           std::span<std::uint8_t> decided) {
  work_.assign(y.begin(), y.end());
  remove_baseline(work_, sent);
  samples_.assign(work_.begin(), work_.end());
  tessera::decide(slicer_, samples_, decided);
}

void SymbolDecider::feed_back(std::span<double> y, std::span<const std::uint8_t> sent) {
  remove_baseline(y, sent);
  const std::size_t count = taps_.size();
  history_.insert(history_.end(), sent.begin(), sent.end());
  for (std::size_t j = 0; j < count; ++j)
    for (std::size_t i = 0; i < y.size(); ++i) y[i] -= taps_[j] * levels_[history_[count + i - 1 - j]];
  history_.erase(history_.begin(), history_.end() - static_cast<std::ptrdiff_t>(count));
}

void SymbolDecider::remove_baseline(std::span<double> y, std::span<const std::uint8_t> sent) {
  if (share_ == 0.0) return;
  for (std::size_t i = 0; i < y.size(); ++i) {
    y[i] -= dc_ * baseline_;
    baseline_ += share_ * (levels_[sent[i]] - baseline_);
  }
}

}  // namespace tessera
