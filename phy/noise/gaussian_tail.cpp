#include "phy/noise/gaussian_tail.hpp"

#include <cmath>
#include <numbers>
#include <string>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

constexpr double kLn10 = std::numbers::ln10;
constexpr double kHalfLog2Pi = 0.91893853320467274178;
constexpr double kContinuedFractionFrom = 30.0;  // below, erfc is far from its underflow at 37

// Mills ratio Q(x)/phi(x). Twelve steps leave less than 1e-17 from x = 30 on.
double mills_ratio(double x) {
  double tail = x;
  for (int k = 12; k > 0; --k) tail = x + k / tail;
  return 1.0 / tail;
}

double upper_tail_value(double x) { return 0.5 * std::erfc(x / std::numbers::sqrt2); }

double log_tail(double x) {
  if (x < 0.0) return std::log1p(-upper_tail_value(-x));
  if (x < kContinuedFractionFrom) return std::log(upper_tail_value(x));
  return -0.5 * x * x - kHalfLog2Pi + std::log(mills_ratio(x));
}

double hazard(double x) {
  if (x >= kContinuedFractionFrom) return 1.0 / mills_ratio(x);
  return std::exp(-0.5 * x * x - kHalfLog2Pi) / upper_tail_value(x);
}

// ln Q is concave and Q(x) <= exp(-x^2/2)/2, so the iteration starts right of the root and comes down to it without
// overshoot.
double solve_upper_half(double log_p) {
  if (log_p >= -std::numbers::ln2) return 0.0;
  double x = std::sqrt(-2.0 * (log_p + std::numbers::ln2));
  for (int i = 0; i < 60; ++i) {
    const double step = (log_tail(x) - log_p) / hazard(x);
    x += step;
    if (std::abs(step) <= 1e-14 * x) return x;
  }
  return x;
}

double pam_factor(int order) {
  if (order < 2) throw NumericError("a PAM order must be at least 2, got " + std::to_string(order));
  return 2.0 * (order - 1) / order;
}

}  // namespace

Log10Probability gaussian_tail(double x) {
  if (!(std::abs(x) <= 1e150))
    throw NumericError("the argument of a Gaussian tail must be within +-1e150, got " + std::to_string(x));
  return Log10Probability::from_log10(log_tail(x) / kLn10);
}

double gaussian_tail_inverse(Log10Probability p) {
  const double log_p = p.log10() * kLn10;
  if (!(log_p < 0.0)) throw NumericError("the inverse of a Gaussian tail needs a probability below 1");
  if (log_p > -std::numbers::ln2) return -solve_upper_half(std::log(-std::expm1(log_p)));
  return solve_upper_half(log_p);
}

Log10Probability pam_symbol_error_ratio(int order, double q) { return gaussian_tail(q).scaled(pam_factor(order)); }

double pam_symbol_error_ratio_inverse(int order, Log10Probability symbol_error_ratio) {
  const double log10_tail = symbol_error_ratio.log10() - std::log10(pam_factor(order));
  if (log10_tail >= 0.0) throw NumericError("a symbol error ratio of 1 has no Gaussian equivalent");
  return gaussian_tail_inverse(Log10Probability::from_log10(log10_tail));
}

}  // namespace tessera
