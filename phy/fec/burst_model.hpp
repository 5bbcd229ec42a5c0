#pragma once

#include <optional>
#include <span>
#include <vector>

#include "phy/fec/code_gain.hpp"

namespace tessera {

/// Errors of a slicer behind a feedback equaliser of one tap: a wrong decision makes the next one wrong with a fixed
/// chance.
///
/// Equation: P(wrong | last right) = p_s, P(wrong | last wrong) = a; stationary SER = p_s/(p_s + 1 - a); mean burst
/// 1/(1-a).
/// Conventions: `bit_error_ratio` is that of the slicer without precoding; a wrong symbol holds one wrong bit.
/// Valid for: 0 <= a < 1; Gray maps; errors to a neighbour whose sign alternates in a burst (for precoding).
/// Source: gilbert1960
/// Theory: docs/theory/fec_bursts.md
struct BurstChannel {
  Log10Probability bit_error_ratio;
  double continuation = 0.0;     // a
  int bits_per_line_symbol = 2;  // 2 PAM4, 1 NRZ; must divide the bits of a code symbol
  bool precoded = false;
  int interleave = 1;  // W: between two symbols of a codeword lie those of W - 1 others
};

/// What a code leaves of a stream of bursts.
struct BurstResult {
  Log10Probability codeword_error_ratio;
  Log10Probability post_fec_bit_error_ratio;  // failed words handed on as they came
  Log10Probability input_bit_error_ratio;     // behind the precoder, before the decoder
};

/// Exact codeword error ratio under bursts: runs of symbols on (wrong symbols, line state), joined by repeated
/// squaring.
///
/// Equation: the line's 2 x 2 matrix M to the power of the line symbols per code symbol, split into "none wrong" R and
/// "some wrong"; between symbols M^{(W-1) m/b}; with precoding a line symbol counts as wrong where the state changes.
/// Conventions: scaled numbers (wide_number.hpp), only added and multiplied: no underflow, no cancellation.
/// Valid for: stationary start; the codeword's symbols in sequence on one lane.
/// Source: gilbert1960; closed form
/// Theory: docs/theory/fec_bursts.md
/// Cost: O(t^2 log n), about 0.1 ms for KP4.
/// @throws ConfigError for a outside [0, 1), an interleave below 1, bits that do not divide a symbol.
/// @throws NumericError for a bit error ratio that no line symbol of one wrong bit reaches.
BurstResult decode_bursts(const RsCode& code, const BurstChannel& channel);

/// Probabilities of exactly 0, 1, … t wrong symbols in a codeword, then of more than t.
std::vector<Log10Probability> wrong_symbol_distribution(const RsCode& code, const BurstChannel& channel);

/// Codeword error ratio of a path over several segments with bursts of their own.
///
/// Equation: counts of two segments i, j meet in i + j - c symbols, c hypergeometric; CER = P(wrong symbols > t).
/// Conventions: exact for random errors; for bursts the places of one segment's wrong symbols are taken as random
/// relative to another's.
/// Valid for: segments that decide by themselves (retimers).
/// Source: closed form
/// Theory: docs/theory/fec_bursts.md
/// @throws NumericError without a segment.
Log10Probability codeword_error_ratio(const RsCode& code, std::span<const BurstChannel> segments);

/// The slicer's bit error ratio at which this channel (its own ratio is ignored) gives that codeword error ratio.
Log10Probability bit_error_ratio_for_codeword_error(const RsCode& code, BurstChannel channel,
                                                    Log10Probability codeword_error_ratio);

/// The chance a of a geometric burst with this mean length in symbols. @throws ConfigError below 1.
double continuation_of_mean(double burst_mean);

}  // namespace tessera
