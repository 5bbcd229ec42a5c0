#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace tessera {

inline constexpr std::size_t kRowSymbols = 32;

/// 32 symbols of a field, one cache line.
struct alignas(64) SymbolRow {
  std::array<std::uint16_t, kRowSymbols> symbols{};
};

/// A linear map of input symbols into rows of 32, by look-up of 5 bits at a time.
///
/// Equation: row = sum_p M_p(d_p), each M_p linear over GF(2): M_p(d) = T[p][0][d mod 32] + T[p][1][d / 32] + …
/// Conventions: addition is exclusive or.
/// Valid for: maps linear in the bits of a symbol, such as products with constants.
/// Source: closed form
/// Theory: docs/theory/fec_codecs.md
class SymbolMap {
 public:
  SymbolMap() = default;
  /// @param basis the row that bit b of position p gives.
  SymbolMap(std::size_t positions, int bits, const std::function<SymbolRow(std::size_t p, int b)>& basis);

  std::size_t positions() const { return positions_; }
  std::size_t parts() const { return parts_; }  // look-ups per symbol
  const SymbolRow* rows() const { return rows_.data(); }
  /// Sum of the maps of all positions; `input` holds one symbol for each.
  SymbolRow apply(std::span<const std::uint16_t> input) const;

 private:
  std::size_t positions_ = 0, parts_ = 0;
  std::vector<SymbolRow> rows_;  // [position][part][32]
};

/// Remainder of a polynomial by a monic divisor of degree <= 32, four coefficients a step.
///
/// Equation: rem(x) = d(x) x^r mod g(x), d(x) = d[0] x^{k-1} + … + d[k-1].
/// Conventions: symbol 0 of the remainder is the coefficient of x^{r-1}; symbols from r on are 0.
/// Valid for: `by_four` of 4 positions, made by `division_map`.
/// Source: closed form; blahut2003 chapter 8 (division circuits)
/// Theory: docs/theory/fec_codecs.md
/// Cost: O(k) look-ups of a 64-byte row.
SymbolRow remainder_of(const SymbolMap& by_four, std::span<const std::uint16_t> data);

}  // namespace tessera
