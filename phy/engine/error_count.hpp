#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "phy/core/binomial_interval.hpp"
#include "phy/engine/symbol_tally.hpp"

namespace tessera {

/// Symbols of one level, and how many of them were taken for another.
struct LevelErrors {
  std::uint64_t sent = 0, errors = 0;
};

/// Symbols of a class of lanes that are alike, and how many were wrong.
struct LaneClassErrors {
  double share = 1.0;  // of the segment's lanes
  std::uint64_t symbols = 0, symbol_errors = 0;
};

/// What a checker that knows the polynomial alone, not what was sent, makes of the decided bits.
struct PrbsCheck {
  bool locked = false;  // in every lane
  std::uint64_t bits = 0;
  double bit_errors = 0.0;
};

/// What a run of the bit-by-bit engine counted, and how sure it is.
///
/// Equation: with bursts of B_i errors, clustering c = sum B_i^2/sum B_i; interval for errors/c events in symbols/c
///   trials. Few bursts tell little of their own length: c is at least 2 m - 1, that of geometric bursts of the mean m
///   that is expected; without an error c = m, each burst unseen being one of m errors.
/// Conventions: intervals are those of Clopper and Pearson; errors that come together are not taken for independent
///   ones. Bit error ratios are bit errors over symbols x bits per symbol; where nothing was wrong the intervals begin
///   at 0 and end at an upper bound.
/// Valid for: bursts far shorter than the run.
/// Source: clopper1934; own (clustering)
/// Theory: docs/theory/bit_by_bit_engine.md
struct ErrorCount {
  std::uint64_t symbols = 0, symbol_errors = 0;
  double bit_errors = 0.0;                    // whole, but for PAM6, whose five bits lie on two symbols
  std::vector<LevelErrors> levels;            // lowest first
  std::vector<LaneClassErrors> lane_classes;  // empty where all lanes are alike
  std::vector<std::uint64_t> bursts;          // [i] = bursts of i + 1 symbols, first to last error; [63]: or longer
  double clustering = 1.0;                    // c: mean number of errors in the burst of an error
  Interval symbol_error_95, symbol_error_999, bit_error_95, bit_error_999;
  std::optional<PrbsCheck> prbs_checker;  // of PRBS patterns
  std::string path;                       // baud_rate | stages | receiver
  std::string stopped;                    // errors | symbols | time | interrupt
  std::string pattern;
  std::uint64_t seed = 0;

  bool is_bound() const { return symbol_errors == 0; }
  double symbol_error_ratio() const;  // the upper end of the 95 % interval where nothing was wrong
};

/// Counts with their intervals; `path` and the like stay empty.
/// @param expected_burst mean errors of a burst, m, by another account than these counts; 1 where errors come alone
/// @throws NumericError without a symbol.
ErrorCount error_count(SymbolTally tally, const Modulation& modulation, double expected_burst = 1.0);

}  // namespace tessera
