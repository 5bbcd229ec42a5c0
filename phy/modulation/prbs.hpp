#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "phy/core/rng.hpp"

namespace tessera {

/// A maximal-length binary sequence: p[n] = XOR of p[n - delay] over its delays.
///
/// Equation: generator 1 + sum_i x^delay_i; period 2^order - 1; output p, or its complement where `inverted`.
/// Conventions: bit i of a seed presets register stage S_i, that is p[-1-i]; feedback enters S_0 and is the output.
/// Valid for: orders 7, 9, 11, 13, 15, 20, 23, 31.
/// Source: ieee802.3-2022 (tables 68-6, figures 49-9 and 94-6, equation 72-1); itu-o150 (7, 15, 20, 23 and which are
///   inverted)
/// Theory: docs/theory/modulation.md
struct PrbsPolynomial {
  int order = 7;
  std::array<int, 4> delays{6, 7, 0, 0};  // 0 = none
  bool inverted = false;

  std::uint32_t period() const { return static_cast<std::uint32_t>((std::uint64_t{1} << order) - 1); }
};

/// @throws ConfigError for an order that has no polynomial here.
PrbsPolynomial prbs_polynomial(int order);

/// Register state after `steps` steps from `seed`, in O(order^2 log steps) operations.
std::uint32_t prbs_jump(const PrbsPolynomial& polynomial, std::uint32_t seed, std::uint64_t steps);

/// Output bits of a sequence, 64 at a time: p[n] = XOR of p[n - 2^k delay], k so large that no delay is below 64.
struct PrbsWords {
  PrbsPolynomial polynomial;
  std::uint32_t seed = 1;
  std::uint64_t next_word = 0;              // bits 64 next_word …
  std::array<std::uint64_t, 16> history{};  // word w at w mod 16, not inverted
};

/// The sequence from bit 64 `word` on. @throws ConfigError for a seed of zero or beyond the register.
PrbsWords prbs_words(int order, std::uint32_t seed, std::uint64_t word = 0);

/// Fills with the next words; bit j of word w is bit 64 w + j of the sequence.
void next_words(PrbsWords& state, std::span<std::uint64_t> words);

/// Symbols of a test pattern by absolute index.
///
/// prbs<n> and prbs<n>q: bits of the sequence, log2 M at a time, first bit most significant, mapped by the Gray code
/// (PAM4 makes PRBSnQ of them); ssprq: the 65,535 symbols of IEEE 802.3; random: independent and equally likely.
///
/// Conventions: a symbol is the index of its level, lowest 0.
/// Valid for: M a power of two up to 16 for PRBS, 4 for SSPRQ, any M up to 256 for random.
/// Source: ieee802.3-2022 (clauses 120.5.7.1 and 120.5.11.2)
/// Theory: docs/theory/modulation.md
class SymbolPattern {
 public:
  /// @param seed register preset of a PRBS (0 = all ones), not used by SSPRQ; a random pattern takes its stream from
  /// `key`.
  /// @throws ConfigError naming the patterns for an unknown one, and where the pattern does not fit the order.
  SymbolPattern(std::string_view name, int order, std::uint32_t seed = 0, const StreamKey& key = {});

  /// Symbols first, first + 1, …; blocks in sequence cost O(1) a symbol, a jump some thousand operations.
  void fill(std::uint64_t first, std::span<std::uint8_t> symbols);

  /// Symbols until it repeats; 0 for a random one.
  std::uint64_t period() const { return period_; }

 private:
  void make_group(std::uint64_t group, std::uint8_t* symbols);

  int order_;
  int bits_ = 1;  // per symbol
  std::uint64_t period_ = 0;
  std::vector<std::uint8_t> table_;  // SSPRQ
  bool random_ = false;
  StreamKey key_;
  PrbsWords words_;
  std::uint64_t cached_group_ = ~std::uint64_t{0};
  std::array<std::uint8_t, 64> cache_{};
};

/// Register length of the sequence that a pattern is made of; 0 where it is none.
int prbs_order(std::string_view pattern);

/// Names that SymbolPattern takes.
std::vector<std::string> pattern_names();

/// One period of SSPRQ: three sections of PRBS31 (10,924 + 10,922 + 10,922 bits), four times over, the last two without
/// the first and the last bit, every second one with its symbols inverted.
std::vector<std::uint8_t> ssprq_symbols();

/// M-ary de Bruijn sequence: M^length symbols that contain, taken circularly, each word of `length` symbols once.
///
/// Source: fredricksen1978 (concatenation of Lyndon words)
/// Theory: docs/theory/modulation.md
/// @throws ConfigError where M^length exceeds 2^26.
std::vector<std::uint8_t> de_bruijn(int order, int length);

/// Gray-coded bits of symbols, most significant first, log2 M to a symbol. M is a power of two.
void symbols_to_bits(int order, std::span<const std::uint8_t> symbols, std::span<std::uint8_t> bits);

/// Counts bit errors in a received PRBS that starts anywhere.
struct PrbsChecker {
  enum class Mode {
    self_synchronising,  // each bit against the received ones before it: an error counts once a delay more
    free_running         // against a register that was filled with error-free bits once
  };
  PrbsPolynomial polynomial;
  Mode mode = Mode::free_running;
  int lock_bits = 64;         // in agreement before a register runs freely
  std::uint64_t checked = 0;  // bits compared
  std::uint64_t mismatches = 0;
  bool locked = false;
  std::uint32_t state = 0;
  int agreed = 0, filled = 0;

  /// Bit errors: mismatches over what one error makes of them.
  double errors() const;
};

PrbsChecker prbs_checker(int order, PrbsChecker::Mode mode = PrbsChecker::Mode::free_running);

/// Takes bits (0 or 1) in the order of reception.
void check(PrbsChecker& checker, std::span<const std::uint8_t> bits);

}  // namespace tessera
