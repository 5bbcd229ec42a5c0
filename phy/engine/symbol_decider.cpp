#include "phy/engine/symbol_decider.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "phy/core/constants.hpp"
#include "phy/core/multiversion.hpp"

namespace tessera {
namespace {

TESSERA_MULTIVERSION void slice(const double* y, const double* thresholds, std::size_t eyes, std::uint8_t* decided,
                                std::size_t count) {
  constexpr std::size_t kRun = 256;
  for (std::size_t begin = 0; begin < count; begin += kRun) {
    const std::size_t run = std::min(kRun, count - begin);
    std::int64_t level[kRun] = {};
    for (std::size_t e = 0; e < eyes; ++e) {
      const double t = thresholds[e];
      for (std::size_t i = 0; i < run; ++i) level[i] += y[begin + i] > t ? 1 : 0;
    }
    for (std::size_t i = 0; i < run; ++i) decided[begin + i] = static_cast<std::uint8_t>(level[i]);
  }
}

// Where an offset of unknown sign does more harm.
double worse_offset(const Decision& d, const InterferenceTails& tails, std::size_t eye) {
  const auto cost = [&](double offset) {
    const double t = d.thresholds[eye] + offset;
    return log_add(tails.log_above(t - d.amplitudes[eye], d.variances[eye]),
                   tails.log_below(d.amplitudes[eye + 1] - t, d.variances[eye + 1]));
  };
  return cost(d.threshold_error) >= cost(-d.threshold_error) ? d.threshold_error : -d.threshold_error;
}

}  // namespace

SymbolDecider::SymbolDecider(const PreparedSegment& segment, const DecisionPoint& point, const InterferenceTails& tails)
    : thresholds_(point.decision.thresholds), levels_(level_amplitudes(segment.levels, 1.0)) {
  if (point.decision.threshold_error != 0.0)
    for (std::size_t eye = 0; eye < thresholds_.size(); ++eye)
      thresholds_[eye] += worse_offset(point.decision, tails, eye);
  const EqualizerTaps& taps = point.receiver.taps;
  for (const double b : taps.dfe) taps_.push_back(b * taps.cursor);
  while (!taps_.empty() && taps_.back() == 0.0) taps_.pop_back();
  past_.assign(std::max<std::size_t>(taps_.size(), 1), 0);
  if (segment.high_pass > 0.0) {
    share_ = -std::expm1(-2.0 * constants::kPi * segment.high_pass * segment.grid.unit_interval());
    dc_ = std::abs(point.receiver.ctle.front()) * std::accumulate(taps.ffe.begin(), taps.ffe.end(), 0.0);
  }
}

void SymbolDecider::decide(std::span<const double> y, std::span<const std::uint8_t> sent,
                           std::span<std::uint8_t> decided, bool ideal) {
  const std::size_t eyes = thresholds_.size(), count = taps_.size();
  if (count == 0 && share_ == 0.0) return slice(y.data(), thresholds_.data(), eyes, decided.data(), y.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    double z = y[i] - dc_ * baseline_;
    baseline_ += share_ * (levels_[sent[i]] - baseline_);
    for (std::size_t j = 0; j < count; ++j) z -= taps_[j] * levels_[past_[(newest_ + j) % count]];
    std::uint8_t level = 0;
    for (std::size_t e = 0; e < eyes; ++e) level = static_cast<std::uint8_t>(level + (z > thresholds_[e] ? 1 : 0));
    decided[i] = level;
    if (count == 0) continue;
    newest_ = (newest_ + count - 1) % count;
    past_[newest_] = ideal ? sent[i] : level;
  }
}

void SymbolDecider::feed_back(std::span<double> y, std::span<const std::uint8_t> sent) {
  const std::size_t count = taps_.size();
  for (std::size_t i = 0; i < y.size(); ++i) {
    y[i] -= dc_ * baseline_;
    baseline_ += share_ * (levels_[sent[i]] - baseline_);
    if (count == 0) continue;
    for (std::size_t j = 0; j < count; ++j) y[i] -= taps_[j] * levels_[past_[(newest_ + j) % count]];
    newest_ = (newest_ + count - 1) % count;
    past_[newest_] = sent[i];
  }
}

}  // namespace tessera
