#pragma once

#include <compare>

namespace tessera {

/// A probability by its base-10 logarithm: 10^-433 is a value, 0 is not.
///
/// Valid for: log10 in (-inf, 0]; arithmetic results above 0 by rounding are clamped to 0.
class Log10Probability {
 public:
  constexpr Log10Probability() = default;  // 1
  static constexpr Log10Probability from_log10(double log10) { return Log10Probability(log10); }
  /// @throws NumericError unless 0 < p <= 1.
  static Log10Probability from_value(double p);

  constexpr double log10() const { return log10_; }
  /// 10^log10; 0 below the range of double.
  double value() const;

  /// Product: both independent events.
  friend Log10Probability operator*(Log10Probability a, Log10Probability b);
  /// Sum of disjoint events (or union bound), clamped at 1.
  friend Log10Probability operator+(Log10Probability a, Log10Probability b);
  Log10Probability scaled(double factor) const;

  constexpr auto operator<=>(const Log10Probability&) const = default;

 private:
  explicit constexpr Log10Probability(double log10) : log10_(log10 > 0.0 ? 0.0 : log10) {}
  double log10_ = 0.0;
};

}  // namespace tessera
