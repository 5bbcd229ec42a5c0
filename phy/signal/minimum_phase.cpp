#include "phy/signal/minimum_phase.hpp"

#include <algorithm>
#include <cmath>

#include "phy/core/constants.hpp"
#include "phy/core/error.hpp"

namespace tessera {
namespace {

using constants::kPi;

// chi_2(z) = z + z^3/9 + z^5/25 + …; the callers keep z below sqrt(2) - 1, where the terms fall sixfold.
double legendre_chi(double z) {
  const double z2 = z * z;
  double power = z, sum = 0.0;
  for (int k = 1; k < 60 && power > 1e-17; k += 2) {
    sum += power / (k * k);
    power *= z2;
  }
  return sum;
}

// Integral of ln coth|x/2| from 0 to u, odd in u. Landen's identity takes arguments near 1 to small ones.
double bode_weight(double u) {
  const double x = std::abs(u);
  if (x == 0.0) return 0.0;
  double value = 0.0;
  if (x > 0.8813735870195430) {  // e^-x = tanh(x/2) = sqrt(2) - 1
    value = 0.25 * kPi * kPi - 2.0 * legendre_chi(std::exp(-x));
  } else {
    const double t = std::tanh(0.5 * x);
    value = 2.0 * legendre_chi(t) - x * std::log(t);
  }
  return std::copysign(value, u);
}

double last_slope(std::span<const double> u, std::span<const double> y) {
  const double from = u.back() - 0.5 * std::log(2.0);
  double n = 0.0, su = 0.0, sy = 0.0, suu = 0.0, suy = 0.0;
  for (std::size_t i = u.size(); i-- > 0;) {
    if (u[i] < from && n >= 2.0) break;
    const double x = u[i] - u.back();
    n += 1.0;
    su += x;
    sy += y[i];
    suu += x * x;
    suy += x * y[i];
  }
  constexpr double kMostPoles = 12.0;
  return std::clamp((n * suy - su * sy) / (n * suu - su * su), -kMostPoles, 0.0);
}

}  // namespace

std::vector<double> minimum_phase(std::span<const double> frequency, std::span<const double> log_magnitude,
                                  std::span<const double> at) {
  const std::size_t count = frequency.size();
  if (count < 2 || log_magnitude.size() != count)
    throw ConfigError("a minimum phase needs a magnitude at 2 or more frequencies");
  std::vector<double> u(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (!(frequency[i] > (i == 0 ? 0.0 : frequency[i - 1])) || !std::isfinite(log_magnitude[i]))
      throw ConfigError("a minimum phase needs frequencies above 0 Hz that rise, and finite magnitudes");
    u[i] = std::log(frequency[i]);
  }
  std::vector<double> slope(count);
  for (std::size_t i = 0; i + 1 < count; ++i) slope[i] = (log_magnitude[i + 1] - log_magnitude[i]) / (u[i + 1] - u[i]);
  slope.back() = last_slope(u, log_magnitude);
  const double infinite = 0.25 * kPi * kPi;  // bode_weight at infinity
  std::vector<double> phase;
  phase.reserve(at.size());
  for (const double f : at) {
    if (!(f > 0.0)) throw ConfigError("a minimum phase is asked for at frequencies above 0 Hz");
    const double centre = std::log(f);
    double sum = 0.0, left = bode_weight(u[0] - centre);
    for (std::size_t i = 0; i < count; ++i) {
      const double right = i + 1 < count ? bode_weight(u[i + 1] - centre) : infinite;
      sum += slope[i] * (right - left);
      left = right;
    }
    phase.push_back(sum / kPi);
  }
  return phase;
}

}  // namespace tessera
