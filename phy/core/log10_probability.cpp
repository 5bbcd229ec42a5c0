#include "phy/core/log10_probability.hpp"

#include <algorithm>
#include <cmath>

#include "phy/core/error.hpp"

namespace tessera {

Log10Probability Log10Probability::from_value(double p) {
  if (!(p > 0.0) || p > 1.0) throw NumericError("a probability must be in (0, 1], got " + std::to_string(p));
  return Log10Probability(std::log10(p));
}

double Log10Probability::value() const { return std::pow(10.0, log10_); }

Log10Probability operator*(Log10Probability a, Log10Probability b) { return Log10Probability(a.log10_ + b.log10_); }

Log10Probability operator+(Log10Probability a, Log10Probability b) {
  const double high = std::max(a.log10_, b.log10_);
  const double low = std::min(a.log10_, b.log10_);
  return Log10Probability(high + std::log1p(std::pow(10.0, low - high)) / std::log(10.0));
}

Log10Probability Log10Probability::scaled(double factor) const {
  if (!(factor > 0.0)) throw NumericError("a probability can only be scaled by a positive factor");
  return Log10Probability(log10_ + std::log10(factor));
}

}  // namespace tessera
