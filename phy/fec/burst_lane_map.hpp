#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "phy/fec/interleaver.hpp"

namespace tessera {

/// How long bursts of wrong line symbols are.
///
/// Equation: P(longer than i + 1 | at least i + 1) = continuation[i], the last one for all longer bursts; each symbol
/// behind the first is wrong with chance `density`; mean errors 1 + density (mean length - 1).
/// Conventions: lengths in line symbols from the first wrong one; one continuation is a geometric burst.
/// Valid for: continuations in [0, 1), densities in [0, 1].
/// Source: gilbert1960 (one continuation); own (counted lengths)
/// Theory: docs/theory/fec_bursts.md
struct BurstLengths {
  std::vector<double> continuation{0.0};
  double density = 1.0;

  double mean_errors() const;
};

/// Geometric lengths of this mean. @throws ConfigError below 1.
BurstLengths geometric_bursts(double burst_mean);

/// Lengths as they were counted: `counts[i]` bursts of i + 1 symbols, with `errors` wrong symbols in all of them.
/// Beyond the length that 100 bursts reached, those that did share one continuation.
/// @throws ConfigError without a burst.
BurstLengths counted_bursts(std::span<const std::uint64_t> counts, double errors);

/// Bursts of wrong line symbols on the lanes of a map, all lanes alike.
struct LaneBursts {
  LaneMap map;
  Log10Probability symbol_error_ratio;  // of line symbols
  BurstLengths lengths;
  std::vector<double> bit_odds{0.5, 0.5};  // that the one wrong bit of a wrong line symbol is its first, second, …
};

/// Codeword error ratios of a path whose bursts fall into codewords as the lane map puts them, one for each codeword of
/// the map, block after block until blocks repeat.
///
/// Equation: bursts begin at the rate SER/(mean errors) on each line symbol. Followed along every lane on (symbols of the
/// codeword hit so far, those of them that may be hit again, age), they hit k symbols of it at once at the rate
/// lambda_k; dP/dx = sum_k lambda_k (H_k - 1) P, x from 0 to 1, H_k: k places at random among the n are hit. CER =
/// P(more than t).
/// Conventions: segments add their rates; all terms are positive.
/// Valid for: bursts that are rare on a lane (symbol error ratio times mean burst below about 0.05). Bursts of one
/// symbol are then independent errors; the places of two bursts are taken as random relative to each other.
/// Source: own; gilbert1960
/// Theory: docs/theory/fec_bursts.md
/// Cost: for eight lanes of 800GBASE-R about 2 ms with geometric bursts, 10 ms with twenty continuations.
/// @throws NumericError without a segment, for codewords that differ between segments, an error ratio of 1.
/// @throws ConfigError for odds that do not sum to 1, lengths or a map outside their range.
std::vector<Log10Probability> codeword_error_ratios(std::span<const LaneBursts> segments);

/// Their mean.
Log10Probability codeword_error_ratio(std::span<const LaneBursts> segments);

}  // namespace tessera
