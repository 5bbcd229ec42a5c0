#include "phy/fec/reed_solomon.hpp"

#include <algorithm>
#include <string>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

const RsCode& checked(const RsCode& code) {
  const int parity = code.symbols - code.data_symbols;
  const bool field_fits = code.bits_per_symbol >= 2 && code.bits_per_symbol <= 14;
  if (!field_fits || code.data_symbols < 1 || parity < 1 || parity > static_cast<int>(kRowSymbols) ||
      code.symbols > (1 << code.bits_per_symbol) - 1)
    throw ConfigError("a Reed-Solomon code needs 1 <= k < n <= 2^m - 1, n - k <= 32 and m from 2 to 14, got n " +
                      std::to_string(code.symbols) + ", k " + std::to_string(code.data_symbols) + ", m " +
                      std::to_string(code.bits_per_symbol));
  return code;
}

std::vector<std::uint16_t> generator_polynomial(const GaloisField& field, int parity) {
  std::vector<std::uint16_t> g{1};
  for (int j = 0; j < parity; ++j) {
    std::vector<std::uint16_t> product(g.size() + 1, 0);
    for (std::size_t i = 0; i < g.size(); ++i) {
      product[i + 1] = static_cast<std::uint16_t>(product[i + 1] ^ g[i]);
      product[i] = static_cast<std::uint16_t>(product[i] ^ field.multiply(g[i], field.power(j)));
    }
    g = std::move(product);
  }
  return g;
}

// Rows of x^{r+3-p} alpha^b mod g for the four symbols that leave the front of the state together.
SymbolMap division_map(const GaloisField& field, const std::vector<std::uint16_t>& g) {
  const std::size_t r = g.size() - 1;
  std::vector<std::vector<std::uint16_t>> powers;  // x^{r+i} mod g, highest degree first
  std::vector<std::uint16_t> row(r);
  for (std::size_t i = 0; i < r; ++i) row[i] = g[r - 1 - i];
  for (int i = 0; i < 4; ++i) {
    powers.push_back(row);
    const std::uint16_t front = row[0];
    for (std::size_t j = 0; j < r; ++j) {
      const std::uint16_t next = j + 1 < r ? row[j + 1] : std::uint16_t{0};
      row[j] = static_cast<std::uint16_t>(next ^ field.multiply(front, g[r - 1 - j]));
    }
  }
  return {4, field.bits(), [&](std::size_t p, int b) {
            SymbolRow scaled;
            for (std::size_t i = 0; i < r; ++i) scaled.symbols[i] = field.multiply(powers[3 - p][i], field.power(b));
            return scaled;
          }};
}

// Symbol i of the remainder is the coefficient of x^{r-1-i}: S_j gets it times alpha^{j(r-1-i)}.
SymbolMap syndrome_map(const GaloisField& field, int parity) {
  return {static_cast<std::size_t>(parity), field.bits(), [&](std::size_t i, int b) {
            SymbolRow row;
            for (int j = 0; j < parity; ++j)
              row.symbols[static_cast<std::size_t>(j)] = field.power(b + j * (parity - 1 - static_cast<int>(i)));
            return row;
          }};
}

// prod (1 - X x) over erased symbols.
std::vector<std::uint16_t> erasure_locator(const GaloisField& field, std::span<const int> erasures, int symbols) {
  std::vector<std::uint16_t> gamma{1};
  for (const int index : erasures) {
    const std::uint16_t location = field.power(symbols - 1 - index);
    gamma.push_back(0);
    for (std::size_t i = gamma.size(); i-- > 1;)
      gamma[i] = static_cast<std::uint16_t>(gamma[i] ^ field.multiply(location, gamma[i - 1]));
  }
  return gamma;
}

// S(x) Lambda(x), of which the coefficients below the degree of Lambda are not zero.
std::vector<std::uint16_t> error_evaluator(const GaloisField& field, const ErrorLocator& locator,
                                           std::span<const std::uint16_t> syndromes) {
  std::vector<std::uint16_t> omega(static_cast<std::size_t>(locator.length), 0);
  for (std::size_t i = 0; i < omega.size(); ++i)
    for (std::size_t j = 0; j <= i; ++j)
      omega[i] = static_cast<std::uint16_t>(omega[i] ^ field.multiply(locator.coefficients[j], syndromes[i - j]));
  return omega;
}

}  // namespace

RsCode make_rs_code(int symbols, int data_symbols, int bits_per_symbol) {
  return {"", symbols, data_symbols, (symbols - data_symbols) / 2, bits_per_symbol};
}

ReedSolomon::ReedSolomon(const RsCode& code)
    : code_(checked(code)),
      field_(code.bits_per_symbol),
      generator_(generator_polynomial(field_, code.symbols - code.data_symbols)),
      division_(division_map(field_, generator_)),
      syndromes_(syndrome_map(field_, code.symbols - code.data_symbols)),
      search_(field_, code.symbols, code.symbols - code.data_symbols) {}

void ReedSolomon::encode(std::span<const std::uint16_t> data, std::span<std::uint16_t> parity) const {
  if (data.size() != static_cast<std::size_t>(code_.data_symbols) ||
      parity.size() != static_cast<std::size_t>(parity_symbols()))
    throw NumericError("the encoder takes " + std::to_string(code_.data_symbols) + " symbols and gives " +
                       std::to_string(parity_symbols()) + ", got room for " + std::to_string(data.size()) + " and " +
                       std::to_string(parity.size()));
  const SymbolRow remainder = remainder_of(division_, data);
  std::copy_n(remainder.symbols.begin(), parity.size(), parity.begin());
}

DecodeResult ReedSolomon::decode(std::span<std::uint16_t> word, std::span<const int> erasures) const {
  if (word.size() != static_cast<std::size_t>(code_.symbols))
    throw NumericError("the decoder takes words of " + std::to_string(code_.symbols) + " symbols, got " +
                       std::to_string(word.size()));
  // The word differs from a codeword by the difference between its parity and that of its data.
  const auto parity = word.last(static_cast<std::size_t>(parity_symbols()));
  SymbolRow remainder = remainder_of(division_, word.first(static_cast<std::size_t>(code_.data_symbols)));
  bool clean = true;
  for (std::size_t i = 0; i < parity.size(); ++i) {
    remainder.symbols[i] = static_cast<std::uint16_t>(remainder.symbols[i] ^ parity[i]);
    clean = clean && remainder.symbols[i] == 0;
  }
  if (clean) return {true, 0};
  return repair(word, remainder, erasures);
}

DecodeResult ReedSolomon::repair(std::span<std::uint16_t> word, const SymbolRow& remainder,
                                 std::span<const int> erasures) const {
  const int parity = parity_symbols(), erased = static_cast<int>(erasures.size());
  for (const int index : erasures)
    if (index < 0 || index >= code_.symbols)
      throw NumericError("an erasure must lie inside the word, got symbol " + std::to_string(index) + " of " +
                         std::to_string(code_.symbols));
  if (erased > parity) return {};
  const SymbolRow row = syndromes_.apply({remainder.symbols.data(), static_cast<std::size_t>(parity)});
  const std::span<const std::uint16_t> syndromes(row.symbols.data(), static_cast<std::size_t>(parity));
  const ErrorLocator locator = find_locator(field_, syndromes, erasure_locator(field_, erasures, code_.symbols));
  if (2 * (locator.length - erased) + erased > parity || locator.degree() != locator.length) return {};
  std::vector<int> exponents;
  search_.roots(field_, locator.coefficients, exponents);
  if (static_cast<int>(exponents.size()) != locator.length) return {};
  const std::vector<std::uint16_t> omega = error_evaluator(field_, locator, syndromes);
  int changed = 0;
  for (const int exponent : exponents) {
    const std::uint16_t value = error_value(locator, omega, exponent);
    std::uint16_t& symbol = word[static_cast<std::size_t>(code_.symbols - 1 - exponent)];
    symbol = static_cast<std::uint16_t>(symbol ^ value);
    changed += value != 0 ? 1 : 0;
  }
  return {true, changed};
}

// Forney: Y = X Omega(1/X)/Lambda'(1/X); the derivative keeps the odd coefficients.
std::uint16_t ReedSolomon::error_value(const ErrorLocator& locator, std::span<const std::uint16_t> evaluator,
                                       int exponent) const {
  const int order = field_.order(), step = exponent == 0 ? 0 : order - exponent;  // log of 1/X
  std::uint16_t numerator = 0, denominator = 0;
  int power = 0;
  for (std::size_t i = 0; i < evaluator.size(); ++i) {
    numerator = static_cast<std::uint16_t>(numerator ^ field_.of_log(field_.log(evaluator[i]) + power));
    // Lambda_{i+1} x^i of the derivative, for odd i + 1.
    if (i % 2 == 0)
      denominator =
          static_cast<std::uint16_t>(denominator ^ field_.of_log(field_.log(locator.coefficients[i + 1]) + power));
    power += step;
    if (power >= order) power -= order;
  }
  const std::uint16_t ratio = field_.divide(numerator, denominator);
  return field_.of_log(field_.log(ratio) + exponent);
}

}  // namespace tessera
