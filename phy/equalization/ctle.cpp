#include "phy/equalization/ctle.hpp"

#include <cmath>
#include <numbers>
#include <string>

#include "phy/core/error.hpp"

namespace tessera {

std::complex<double> ctle_transfer(const CtleCorners& corners, double frequency, double dc_gain_db,
                                   double dc_gain2_db) {
  using C = std::complex<double>;
  if (!(corners.zero > 0.0)) return 1.0;
  const auto pole = [&](double corner) { return corner > 0.0 ? C(1.0, frequency / corner) : C(1.0); };
  C h = C(std::pow(10.0, dc_gain_db / 20.0), frequency / corners.zero) / (pole(corners.pole_1) * pole(corners.pole_2));
  if (corners.low_frequency_pole > 0.0)
    h *= C(std::pow(10.0, dc_gain2_db / 20.0), frequency / corners.low_frequency_pole) /
         pole(corners.low_frequency_pole);
  return h;
}

// Real arithmetic throughout: the library's complex product and quotient check for infinities at every step.
std::vector<std::complex<double>> ctle_poles(const CtleCorners& corners, double frequency_step, std::size_t count) {
  std::vector<std::complex<double>> result(count, 1.0);
  if (!(corners.zero > 0.0)) return result;
  const auto inverse = [](double corner) { return corner > 0.0 ? 1.0 / corner : 0.0; };
  const double a = inverse(corners.pole_1), b = inverse(corners.pole_2), c = inverse(corners.low_frequency_pole);
  for (std::size_t k = 0; k < count; ++k) {
    const double f = static_cast<double>(k) * frequency_step, f2 = f * f;
    const double re = 1.0 - f2 * (a * b + b * c + a * c), im = f * (a + b + c - f2 * a * b * c),
                 scale = 1.0 / (re * re + im * im);
    result[k] = {re * scale, -im * scale};
  }
  return result;
}

std::vector<std::complex<double>> ctle_with_zeros(const CtleCorners& corners, double frequency_step, double dc_gain_db,
                                                  double dc_gain2_db, std::vector<std::complex<double>> poles) {
  if (!(corners.zero > 0.0)) return poles;
  const bool second = corners.low_frequency_pole > 0.0;
  const double a = std::pow(10.0, dc_gain_db / 20.0), b = second ? std::pow(10.0, dc_gain2_db / 20.0) : 1.0;
  const double u = frequency_step / corners.zero, v = second ? frequency_step / corners.low_frequency_pole : 0.0;
  for (std::size_t k = 0; k < poles.size(); ++k) {
    const double x = static_cast<double>(k) * u, y = static_cast<double>(k) * v;
    const double re = a * b - x * y, im = a * y + b * x, pr = poles[k].real(), pi = poles[k].imag();
    poles[k] = {pr * re - pi * im, pr * im + pi * re};
  }
  return poles;
}

std::complex<double> butterworth_noise_filter(double frequency, double corner) {
  if (!(corner > 0.0)) throw ConfigError("noise filter corner must be positive, got " + std::to_string(corner) + " Hz");
  // The printed 3.414214 and 2.613126 are 2 + sqrt(2) and 2 sqrt(1 + sqrt(1/2)), the exact Butterworth polynomial.
  const double x = frequency / corner, x2 = x * x;
  const double even = 2.0 + std::numbers::sqrt2, odd = 2.0 * std::sqrt(1.0 + 1.0 / std::numbers::sqrt2);
  return 1.0 / std::complex<double>(1.0 - even * x2 + x2 * x2, odd * (x - x * x2));
}

}  // namespace tessera
