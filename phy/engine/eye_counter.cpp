#include "phy/engine/eye_counter.hpp"

#include <cmath>

namespace tessera {

EyeCounter::EyeCounter(const DecisionPoint& point)
    : reach_(0.5 * (point.decision.amplitudes.back() - point.decision.amplitudes.front()) +
             2.0 * point.half_distance()),
      step_(2.0 * reach_ / kBins),
      samples_(kPhases, 0),
      counts_(kPhases * kBins, 0) {}

void EyeCounter::add(int phase, double y) {
  const auto p = static_cast<std::size_t>(phase);
  ++samples_[p];
  const double bin = std::floor((y + reach_) / step_);
  if (bin >= 0.0 && bin < static_cast<double>(kBins)) ++counts_[p * kBins + static_cast<std::size_t>(bin)];
}

EyeDensity EyeCounter::density() const {
  EyeDensity eye;
  for (std::size_t i = 0; i < kBins; ++i) eye.amplitude.push_back(-reach_ + (static_cast<double>(i) + 0.5) * step_);
  for (int p = 0; p < kPhases; ++p) {
    eye.phase_ui.push_back(offset_ui(p));
    const auto row = static_cast<std::size_t>(p);
    const double unit = samples_[row] > 0 ? 1.0 / (static_cast<double>(samples_[row]) * step_) : 0.0;
    for (std::size_t i = 0; i < kBins; ++i) eye.density.push_back(static_cast<double>(counts_[row * kBins + i]) * unit);
  }
  return eye;
}

}  // namespace tessera
