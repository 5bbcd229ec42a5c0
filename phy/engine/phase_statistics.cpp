#include "phy/engine/phase_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace tessera {

void PhaseStatistics::add_to_line(std::uint64_t n, double x) {
  const double turns = frequency_ * static_cast<double>(n);
  const auto phasor = std::polar(1.0, -2.0 * std::numbers::pi * (turns - std::floor(turns)));
  products_ += x * phasor;
  phasors_ += phasor;
  squared_phasors_ += phasor * phasor;
}

double PhaseStatistics::mean() const { return count_ > 0 ? sum_ / static_cast<double>(count_) : 0.0; }

double PhaseStatistics::rms() const {
  if (count_ == 0) return 0.0;
  const double m = mean();
  return std::sqrt(std::max(0.0, squares_ / static_cast<double>(count_) - m * m));
}

std::complex<double> PhaseStatistics::line() const {
  if (!has_line()) return 0.0;
  const double n = static_cast<double>(count_), a = 0.5 * (n - std::norm(phasors_) / n);
  const std::complex<double> b = 0.5 * (squared_phasors_ - phasors_ * phasors_ / n), r = products_ - mean() * phasors_;
  return (a * r - b * std::conj(r)) / (a * a - std::norm(b));
}

}  // namespace tessera
