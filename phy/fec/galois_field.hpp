#pragma once

#include <cstdint>
#include <vector>

namespace tessera {

/// Arithmetic in GF(2^m) by tables of powers and logarithms.
///
/// Equation: a b = alpha^{log a + log b}, alpha a root of the primitive polynomial.
/// Conventions: an element is the polynomial whose coefficients are its bits; bit i belongs to alpha^i.
/// Valid for: 2 <= m <= 14.
/// Source: blahut2003 chapter 4; ieee802.3-2022 clause 91.5.2.7 (x^10 + x^3 + 1)
/// Theory: docs/theory/fec_codecs.md
class GaloisField {
 public:
  /// The field over the customary primitive polynomial of that degree; for m = 10 the one of IEEE 802.3.
  /// @throws ConfigError outside the range.
  explicit GaloisField(int bits);

  int bits() const { return bits_; }
  int order() const { return order_; }  // of alpha: 2^m - 1
  /// alpha^i, i of any sign.
  std::uint16_t power(int i) const;
  /// Logarithm of a; of 0 a number so large that sums with it look up 0.
  int log(std::uint16_t a) const { return log_[a]; }
  /// alpha^{i} for a sum of at most two logarithms.
  std::uint16_t of_log(int i) const { return power_[static_cast<std::size_t>(i)]; }
  std::uint16_t multiply(std::uint16_t a, std::uint16_t b) const { return of_log(log(a) + log(b)); }
  /// a/b; b must not be 0.
  std::uint16_t divide(std::uint16_t a, std::uint16_t b) const { return of_log(log(a) + order_ - log(b)); }

 private:
  int bits_, order_ = 0;
  std::vector<std::uint16_t> power_;
  std::vector<std::uint16_t> log_;
};

}  // namespace tessera
