#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "phy/core/log10_probability.hpp"
#include "phy/fec/reed_solomon.hpp"

namespace tessera {

/// Binary BCH code, shortened to any length, for lanes that carry a light code of their own.
///
/// Equation: g(x) = least common multiple of the minimal polynomials of alpha, alpha^2, … alpha^{2t}; k = n - deg g.
/// Conventions: bits are 0 or 1, one a byte; bit 0 is sent first and is the coefficient of x^{n-1}; data first.
/// Valid for: 3 <= m <= 14, 1 <= t <= 16, k >= 1.
/// Source: blahut2003 chapters 6 and 7
/// Theory: docs/theory/fec_codecs.md
/// Cost: encoding O(n (n-k)/64), decoding O(n t/16).
class Bch {
 public:
  /// @throws ConfigError for parameters that make no code or are outside the range.
  Bch(int field_bits, int correctable, int length);
  /// The code with these n and k over the smallest field that holds n. @throws ConfigError if no t gives that k.
  static Bch of_lengths(int length, int data_bits);

  int length() const { return length_; }
  int data_bits() const { return length_ - parity_bits(); }
  int parity_bits() const { return static_cast<int>(generator_.size()) - 1; }
  int correctable() const { return correctable_; }
  const std::vector<std::uint8_t>& generator() const { return generator_; }  // lowest degree first
  /// The same code as symbols of one bit, for `codeword_error_ratio` and its like.
  RsCode code() const { return {"bch", length_, data_bits(), correctable_, 1}; }

  void encode(std::span<const std::uint8_t> data, std::span<std::uint8_t> parity) const;
  /// Repairs up to t wrong bits in place; leaves the word alone if it finds more.
  DecodeResult decode(std::span<std::uint8_t> word) const;

 private:
  GaloisField field_;
  int correctable_, length_;
  std::vector<std::uint8_t> generator_;
  std::vector<SymbolRow> powers_;  // of each bit: alpha^{e}, alpha^{2e}, … alpha^{2te}
  LocatorSearch search_;
};

/// Bit error ratio behind the decoder for independent errors, those that it adds by miscorrection included.
///
/// Equation: (1/n) sum_{j>t} C(n,j) p^j (1-p)^{n-j} (j + sum_{s<=t} C(n,s)/2^{n-k} (s - 2 E[u])): with more than t errors
/// the syndrome is taken for random, and is that of s <= t flips with chance C(n,s)/2^{n-k}; u of them hit wrong bits,
/// hypergeometric among those that leave a codeword, j + s - 2u >= 2t + 1 (no s where there is none).
/// Conventions: words that the decoder gives up are handed on as they came; over all n bits.
/// Valid for: weights of the code near C(n,w)/2^{n-k}, as BCH codes of rate above 1/2 have them: within 1 % for (127,120),
/// (63,51) and (144,128).
/// Source: own (random syndromes)
/// Theory: docs/theory/fec_codecs.md
Log10Probability bch_bit_error_ratio(const Bch& code, Log10Probability bit_error_ratio);

}  // namespace tessera
