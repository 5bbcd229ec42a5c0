#include "phy/engine/symbol_decider.hpp"

#include <algorithm>
#include <boost/math/tools/minima.hpp>
#include <cmath>
#include <numeric>
#include <utility>

#include "phy/core/constants.hpp"

namespace tessera {
namespace {

std::vector<float> floats(const std::vector<double>& v) { return {v.begin(), v.end()}; }

}  // namespace

SymbolDecider::SymbolDecider(const PreparedSegment& segment, const DecisionPoint& point, std::vector<double> thresholds)
    : thresholds_(std::move(thresholds)), levels_(level_amplitudes(segment.levels, 1.0)) {
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

void SymbolDecider::settle(std::span<const double> y, std::span<const std::uint8_t> sent, const Decision& decision) {
  std::vector<double> z(y.begin(), y.end());
  SymbolDecider(*this).feed_back(z, sent);
  for (std::size_t e = 0; e < thresholds_.size(); ++e) {
    const auto unit = [&](std::size_t m) { return 1.0 / std::sqrt(2.0 * decision.variances[m]); };
    const double below = unit(e), above = unit(e + 1);
    const auto cost = [&](double t) {
      double sum = 1e-300;
      for (std::size_t i = taps_.size(); i < z.size(); ++i) {
        if (sent[i] == e) sum += std::erfc((t - z[i]) * below);
        if (sent[i] == e + 1) sum += std::erfc((z[i] - t) * above);
      }
      return std::log(sum);
    };
    const double reach = 0.25 * (decision.amplitudes[e + 1] - decision.amplitudes[e]), was = decision.thresholds[e];
    thresholds_[e] += boost::math::tools::brent_find_minima(cost, was - reach, was + reach, 20).first - was;
  }
  slicer_.thresholds = floats(thresholds_);
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
