#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "phy/modulation/pam.hpp"

namespace tessera {

/// Counts of wrong decisions in one stream: by pair of levels, in bits, and in bursts.
///
/// Conventions: a burst goes on while fewer than `reach` right decisions stand between two wrong ones (reach = number
///   of feedback taps, at least 1); its length counts from the first to the last wrong one. Bits are the label
///   distance.
///   `squares` is the sum over closed bursts of the square of their wrong decisions.
/// Valid for: up to 16 levels.
/// Source: none (counting)
/// Theory: docs/theory/bit_by_bit_kernels.md
///
/// Cost: a comparison of 32 symbols at a time and M more for the levels; only wrong decisions are looked at singly.
struct SymbolTally {
  static constexpr std::size_t kLevels = 16, kBurstBins = 64;

  std::uint64_t reach = 1;
  int order = 2;
  std::array<int, kLevels> labels{};

  std::uint64_t symbols = 0, errors = 0, bit_errors = 0;
  std::array<std::uint64_t, kLevels> sent{};                            // of each level
  std::array<std::array<std::uint64_t, kLevels>, kLevels> taken_for{};  // [sent][decided], wrong ones only
  std::array<std::uint64_t, kBurstBins> bursts{};  // [i] = closed ones of length i + 1, last: or more
  std::uint64_t squares = 0;
  std::uint64_t burst_first = 0, burst_last = 0, burst_errors = 0;  // the open one; burst_errors = 0: none

  SymbolTally() = default;
  /// @throws ConfigError beyond 16 levels.
  explicit SymbolTally(const Modulation& modulation, std::uint64_t feedback_reach = 1);
};

/// Compares decisions with what was sent; blocks may be cut anywhere.
void tally(SymbolTally& state, std::span<const std::uint8_t> sent, std::span<const std::uint8_t> decided);

/// Ends the burst that is open, if one is.
void close_burst(SymbolTally& state);

/// Adds the counts of another, independent stream of the same modulation; both open bursts end.
void merge(SymbolTally& state, SymbolTally other);

}  // namespace tessera
