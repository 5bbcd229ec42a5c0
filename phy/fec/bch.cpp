#include "phy/fec/bch.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "phy/core/error.hpp"
#include "phy/core/multiversion.hpp"
#include "phy/fec/binomial.hpp"
#include "phy/fec/wide_number.hpp"

namespace tessera {
namespace {

constexpr int kMostCorrectable = static_cast<int>(kRowSymbols) / 2;

// The factors (x - alpha^i) over the cyclotomic cosets of 1 … 2t multiply into a polynomial with binary coefficients.
std::vector<std::uint8_t> generator_polynomial(const GaloisField& field, int correctable) {
  std::vector<bool> root(static_cast<std::size_t>(field.order()));
  for (int i = 1; i <= 2 * correctable; ++i)
    for (int j = i % field.order(); !root[static_cast<std::size_t>(j)]; j = 2 * j % field.order())
      root[static_cast<std::size_t>(j)] = true;
  std::vector<std::uint16_t> g{1};
  for (int i = 0; i < field.order(); ++i) {
    if (!root[static_cast<std::size_t>(i)]) continue;
    std::vector<std::uint16_t> product(g.size() + 1, 0);
    for (std::size_t j = 0; j < g.size(); ++j) {
      product[j + 1] = static_cast<std::uint16_t>(product[j + 1] ^ g[j]);
      product[j] = static_cast<std::uint16_t>(product[j] ^ field.multiply(g[j], field.power(i)));
    }
    g = std::move(product);
  }
  std::vector<std::uint8_t> bits;
  for (const std::uint16_t c : g) bits.push_back(static_cast<std::uint8_t>(c));
  return bits;
}

int checked_correctable(int field_bits, int correctable) {
  if (field_bits < 3 || field_bits > 14)
    throw ConfigError("a BCH code needs a field of 3 to 14 bits, got " + std::to_string(field_bits));
  if (correctable < 1 || correctable > kMostCorrectable)
    throw ConfigError("a BCH code corrects 1 to 16 bits, got " + std::to_string(correctable));
  return correctable;
}

TESSERA_MULTIVERSION void add_powers(const SymbolRow* powers, const std::uint8_t* word, std::size_t size,
                                     SymbolRow& sum) {
  for (std::size_t i = 0; i < size; ++i) {
    const auto mask = static_cast<std::uint16_t>(-(word[i] & 1));
    for (std::size_t j = 0; j < kRowSymbols; ++j)
      sum.symbols[j] = static_cast<std::uint16_t>(sum.symbols[j] ^ (powers[i].symbols[j] & mask));
  }
}

double ln_choose(int n, int k) { return std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0); }

// Mean number of wrong bits that the decoder adds to j > t: a random syndrome is that of s flips with C(n,s) chances in
// 2^(n-k), and what they leave is a codeword, which has 2t + 1 bits at least.
double added_by_miscorrection(const Bch& code, int j) {
  const int n = code.length(), t = code.correctable();
  double added = 0.0;
  for (int s = 0; s <= t; ++s) {
    double ways = 0.0, met = 0.0;
    for (int u = 0; u <= s && j + s - 2 * u >= 2 * t + 1; ++u) {
      const double chance = std::exp(ln_hypergeometric(n, j, s, u));
      ways += chance;
      met += chance * u;
    }
    if (ways > 0.0)
      added += std::exp(ln_choose(n, s) - code.parity_bits() * std::numbers::ln2) * (s - 2.0 * met / ways);
  }
  return added;
}

}  // namespace

Bch::Bch(int field_bits, int correctable, int length)
    : field_(std::clamp(field_bits, 3, 14)),
      correctable_(checked_correctable(field_bits, correctable)),
      length_(length),
      generator_(generator_polynomial(field_, correctable)),
      search_(field_, std::clamp(length, 1, field_.order()), correctable) {
  if (length > field_.order() || data_bits() < 1)
    throw ConfigError("a BCH code of " + std::to_string(field_bits) + "-bit symbols with " +
                      std::to_string(parity_bits()) + " parity bits is " + std::to_string(parity_bits() + 1) + " to " +
                      std::to_string(field_.order()) + " bits long, got " + std::to_string(length));
  powers_.resize(static_cast<std::size_t>(length));
  for (int i = 0; i < length; ++i)
    for (int j = 0; j < 2 * correctable; ++j)
      powers_[static_cast<std::size_t>(i)].symbols[static_cast<std::size_t>(j)] =
          field_.power((length - 1 - i) * (j + 1) % field_.order());
}

Bch Bch::of_lengths(int length, int data_bits) {
  if (data_bits < 1 || length <= data_bits || length > (1 << 14) - 1)
    throw ConfigError("a BCH code needs 1 <= K < N <= 16383, got N " + std::to_string(length) + ", K " +
                      std::to_string(data_bits));
  int bits = 3;
  while ((1 << bits) - 1 < length) ++bits;
  const GaloisField field(bits);
  int before = 0;
  for (int t = 1; t <= kMostCorrectable; ++t) {
    const int parity = static_cast<int>(generator_polynomial(field, t).size()) - 1;
    if (parity == length - data_bits) return {bits, t, length};
    if (parity > length - data_bits || parity >= length) break;
    before = parity;
  }
  throw ConfigError("no BCH code of " + std::to_string(length) + " bits has " + std::to_string(length - data_bits) +
                    " parity bits" +
                    (before > 0 ? "; the next smaller number is " + std::to_string(before)
                                : "; the smallest number is " + std::to_string(bits)));
}

void Bch::encode(std::span<const std::uint8_t> data, std::span<std::uint8_t> parity) const {
  if (static_cast<int>(data.size()) != data_bits() || static_cast<int>(parity.size()) != parity_bits())
    throw NumericError("the encoder takes " + std::to_string(data_bits()) + " bits and gives " +
                       std::to_string(parity_bits()) + ", got room for " + std::to_string(data.size()) + " and " +
                       std::to_string(parity.size()));
  std::fill(parity.begin(), parity.end(), std::uint8_t{0});
  for (const std::uint8_t d : data) {
    const auto front = static_cast<std::uint8_t>(parity[0] ^ (d & 1U));
    for (std::size_t i = 0; i < parity.size(); ++i)
      parity[i] = static_cast<std::uint8_t>((i + 1 < parity.size() ? parity[i + 1] : 0) ^
                                            (front & generator_[parity.size() - 1 - i]));
  }
}

DecodeResult Bch::decode(std::span<std::uint8_t> word) const {
  if (static_cast<int>(word.size()) != length_)
    throw NumericError("the decoder takes words of " + std::to_string(length_) + " bits, got " +
                       std::to_string(word.size()));
  SymbolRow row;
  add_powers(powers_.data(), word.data(), word.size(), row);
  const std::span<const std::uint16_t> syndromes(row.symbols.data(), static_cast<std::size_t>(2 * correctable_));
  if (std::all_of(syndromes.begin(), syndromes.end(), [](std::uint16_t s) { return s == 0; })) return {true, 0};
  const std::vector<std::uint16_t> none{1};
  const ErrorLocator locator = find_locator(field_, syndromes, none);
  if (locator.length > correctable_ || locator.degree() != locator.length) return {};
  std::vector<int> exponents;
  search_.roots(field_, locator.coefficients, exponents);
  if (static_cast<int>(exponents.size()) != locator.length) return {};
  for (const int exponent : exponents) word[static_cast<std::size_t>(length_ - 1 - exponent)] ^= 1U;
  return {true, locator.length};
}

Log10Probability bch_bit_error_ratio(const Bch& code, Log10Probability bit_error_ratio) {
  constexpr double kLn10 = std::numbers::ln10, kLnRelative = -45.0;
  const int n = code.length(), t = code.correctable();
  const double ln_p = bit_error_ratio.log10() * kLn10, ln_q = std::log1p(-bit_error_ratio.value());
  WideNumber sum;
  for (int j = t + 1; j <= n; ++j) {
    const double left = j + added_by_miscorrection(code, j);
    const auto term = WideNumber::from_ln(ln_choose(n, j) + j * ln_p + (n - j) * ln_q + std::log(left));
    sum = sum + term;
    if (j > n * bit_error_ratio.value() && term.ln() < sum.ln() + kLnRelative) break;
  }
  return Log10Probability::from_log10((sum.ln() - std::log(n)) / kLn10);
}

}  // namespace tessera
