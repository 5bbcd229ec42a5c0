#pragma once

#include <cmath>
#include <numbers>

#include "phy/core/log10_probability.hpp"

namespace tessera {

/// A non-negative number of any size: sums and products neither under- nor overflow, at a tenth of what their
/// logarithms cost.
///
/// Equation: m 2^(512 e) with m in [2^-256, 2^256).
/// Conventions: 0 has m = 0.
/// Valid for: what 2^(±10^8) does not exceed.
/// Source: closed form
/// Theory: docs/theory/fec_bursts.md
struct WideNumber {
  double m = 0.0;
  int e = kZero;

  static constexpr int kZero = -(1 << 20);  // below every other exponent, and far from the end of int

  friend WideNumber operator*(WideNumber a, WideNumber b) {
    return a.m == 0.0 || b.m == 0.0 ? WideNumber{} : normal(a.m * b.m, a.e + b.e);
  }
  friend WideNumber operator+(WideNumber a, WideNumber b) {
    if (a.e == b.e) return normal(a.m + b.m, a.e);
    const WideNumber& high = a.e > b.e ? a : b;
    const WideNumber& low = a.e > b.e ? b : a;
    return high.e - low.e > 1 ? high : normal(high.m + low.m * 0x1p-512, high.e);
  }

  static WideNumber from_ln(double ln) {
    if (std::isinf(ln)) return {};
    const double e = std::round(ln / kLnBase);
    return {std::exp(ln - e * kLnBase), static_cast<int>(e)};
  }
  static WideNumber from_value(double p) { return p > 0.0 ? from_ln(std::log(p)) : WideNumber{}; }
  static WideNumber from_probability(Log10Probability p) { return from_ln(p.log10() * std::numbers::ln10); }

  bool is_zero() const { return m == 0.0; }
  double ln() const { return std::log(m) + e * kLnBase; }  // of what is not 0

 private:
  static constexpr double kLnBase = 512.0 * std::numbers::ln2;

  static WideNumber normal(double m, int e) {
    if (m >= 0x1p256) return {m * 0x1p-512, e + 1};
    if (m < 0x1p-256 && m > 0.0) return {m * 0x1p512, e - 1};
    return {m, e};
  }
};

}  // namespace tessera
