#include "phy/engine/equalized_pulse.hpp"

#include <cmath>

namespace tessera {

double EqualizedPulse::at(double t) const {
  double h = 0.0;
  for (std::size_t i = 0; i < ffe.size(); ++i) {
    const double ui = t + pre_taps - static_cast<double>(i);
    h += ffe[i] * pulse->at(position + ui * pulse->samples_per_ui);
  }
  return h;
}

double EqualizedPulse::slope(double t) const {
  constexpr double kStep = 1.0 / 64.0;
  return (at(t + kStep) - at(t - kStep)) / (2.0 * kStep);
}

EqualizedPulse::Crossing EqualizedPulse::crossing(double feedback) const {
  double low = -1.0, high = 0.0;
  for (int i = 0; i < 40; ++i) {
    const double middle = 0.5 * (low + high);
    (at(middle) - at(middle + 1.0) + feedback < 0.0 ? low : high) = middle;
  }
  const double u = 0.5 * (low + high);
  return {u, at(u)};
}

}  // namespace tessera
