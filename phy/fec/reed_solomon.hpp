#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "phy/fec/code_gain.hpp"
#include "phy/fec/error_locator.hpp"
#include "phy/fec/galois_field.hpp"
#include "phy/fec/symbol_rows.hpp"

namespace tessera {

/// What a decoder did. It cannot know that it chose a wrong codeword: only who sent the word can count miscorrections.
struct DecodeResult {
  bool corrected = false;  // the word is a codeword now (perhaps it was); false: left as it came
  int changed = 0;         // symbols (bits of a binary code) changed
};

/// Systematic Reed-Solomon code with its encoder and bounded-distance decoder of errors and erasures.
///
/// Equation: c(x) = d(x) x^{n-k} + (d(x) x^{n-k} mod g(x)), g(x) = prod_{j < n-k} (x - alpha^j).
/// Conventions: symbol 0 of a word is sent first and is the coefficient of x^{n-1}; data first, parity last.
/// Valid for: n <= 2^m - 1 (shortened codes too), 1 <= n - k <= 32.
/// Source: ieee802.3-2022 clause 91.5.2.7 (field, generator, order); blahut2003 chapters 7 and 8
/// Theory: docs/theory/fec_codecs.md
/// Cost: encoding and a clean word O(k) look-ups; with e errors O(n e/16 + (n-k)^2) more.
class ReedSolomon {
 public:
  /// @throws ConfigError for parameters that make no code or are outside the range.
  explicit ReedSolomon(const RsCode& code);

  const RsCode& code() const { return code_; }
  const GaloisField& field() const { return field_; }
  int parity_symbols() const { return code_.symbols - code_.data_symbols; }
  /// g_0 … g_{n-k}, lowest degree first.
  const std::vector<std::uint16_t>& generator() const { return generator_; }

  /// Parity of k data symbols.
  /// @throws NumericError for another number of symbols; symbols must be below 2^m.
  void encode(std::span<const std::uint16_t> data, std::span<std::uint16_t> parity) const;
  /// Repairs a word of n symbols in place if errors e and erasures f obey 2e + f <= n-k; leaves it alone if it finds
  /// that they do not.
  /// @param erasures indices of symbols known to be doubtful, each once.
  /// @throws NumericError for another number of symbols, or an erasure outside the word.
  DecodeResult decode(std::span<std::uint16_t> word, std::span<const int> erasures = {}) const;

 private:
  DecodeResult repair(std::span<std::uint16_t> word, const SymbolRow& remainder, std::span<const int> erasures) const;
  std::uint16_t error_value(const ErrorLocator& locator, std::span<const std::uint16_t> evaluator, int exponent) const;

  RsCode code_;
  GaloisField field_;
  std::vector<std::uint16_t> generator_;
  SymbolMap division_, syndromes_;
  LocatorSearch search_;
};

/// A Reed-Solomon code of these parameters; `name` may stay empty.
RsCode make_rs_code(int symbols, int data_symbols, int bits_per_symbol);

}  // namespace tessera
