#include "tools/report/number_text.hpp"

#include <fmt/core.h>

#include <cmath>

namespace tessera::report {

std::string text(Log10Probability p) {
  const double log10 = p.log10();
  if (!std::isfinite(log10)) return "not finite";
  int exponent = static_cast<int>(std::floor(log10));
  double mantissa = std::round(std::pow(10.0, log10 - exponent + 1.0)) / 10.0;
  if (mantissa >= 10.0) {
    mantissa = 1.0;
    ++exponent;
  }
  return exponent == 0 ? fmt::format("{:.1f}", mantissa) : fmt::format("{:.1f}e{:+03d}", mantissa, exponent);
}

std::string text(double value, int digits) {
  if (value == 0.0) return "0";
  const int decade = static_cast<int>(std::floor(std::log10(std::abs(value))));
  if (decade < -3 || decade > 6) return fmt::format("{:.{}e}", value, digits - 1);
  return fmt::format("{:.{}f}", value, std::max(digits - 1 - decade, 0));
}

std::string length_text(double metres) {
  return metres >= 1000.0 ? text(metres / 1000.0) + " km" : text(metres) + " m";
}

std::string reach_text(const Reach& reach, double limit_m) {
  if (reach.beyond_limit) return "> " + length_text(limit_m);
  return reach.reach_m ? length_text(*reach.reach_m) : "none";
}

}  // namespace tessera::report
