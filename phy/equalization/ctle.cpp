#include "phy/equalization/ctle.hpp"

#include <cmath>
#include <numbers>
#include <string>

#include "phy/core/error.hpp"

namespace tessera {

std::complex<double> ctle_transfer(const CtleCorners& corners, double frequency, double dc_gain_db, double dc_gain2_db) {
  using C = std::complex<double>;
  if (!(corners.zero > 0.0)) return 1.0;
  const auto pole = [&](double corner) { return corner > 0.0 ? C(1.0, frequency / corner) : C(1.0); };
  C h = C(std::pow(10.0, dc_gain_db / 20.0), frequency / corners.zero) / (pole(corners.pole_1) * pole(corners.pole_2));
  if (corners.low_frequency_pole > 0.0)
    h *= C(std::pow(10.0, dc_gain2_db / 20.0), frequency / corners.low_frequency_pole) / pole(corners.low_frequency_pole);
  return h;
}

std::complex<double> butterworth_noise_filter(double frequency, double corner) {
  if (!(corner > 0.0)) throw ConfigError("noise filter corner must be positive, got " + std::to_string(corner) + " Hz");
  // The printed 3.414214 and 2.613126 are 2 + sqrt(2) and 2 sqrt(1 + sqrt(1/2)), the exact Butterworth polynomial.
  const double x = frequency / corner, x2 = x * x;
  const double even = 2.0 + std::numbers::sqrt2, odd = 2.0 * std::sqrt(1.0 + 1.0 / std::numbers::sqrt2);
  return 1.0 / std::complex<double>(1.0 - even * x2 + x2 * x2, odd * (x - x * x2));
}

}  // namespace tessera
