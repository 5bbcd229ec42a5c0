#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "phy/core/log10_probability.hpp"

namespace tessera {

/// A Reed-Solomon code: n symbols of m bits, of which k carry data; up to `correctable` wrong symbols are repaired.
///
/// Equation: correctable = (n - k)/2.
/// Conventions: a codeword with more wrong symbols counts as lost as a whole.
/// Valid for: bounded-distance decoding without erasures.
/// Source: ieee802.3-2022 clauses 91.5.2.7 (528, 514) and 119.2.4.6 (544, 514)
/// Theory: docs/theory/fec.md
struct RsCode {
  std::string_view name;
  int symbols = 0;           // n
  int data_symbols = 0;      // k
  int correctable = 0;       // t
  int bits_per_symbol = 10;  // m

  constexpr int codeword_bits() const { return symbols * bits_per_symbol; }
  bool operator==(const RsCode&) const = default;
};

inline constexpr RsCode kKp4{"kp4", 544, 514, 15, 10};
inline constexpr RsCode kKr4{"kr4", 528, 514, 7, 10};

/// The code of a name in a link file; empty for "none".
/// @throws ConfigError for any other name than none, kr4 and kp4.
std::optional<RsCode> rs_code(std::string_view name);

/// Probability that an m-bit symbol holds at least one of independent bit errors: 1 - (1-p)^m.
Log10Probability rs_symbol_error_ratio(Log10Probability bit_error_ratio, int bits_per_symbol = 10);

/// Inverse of `rs_symbol_error_ratio`: 1 - (1-s)^{1/m}.
Log10Probability bit_error_ratio_of_symbols(Log10Probability symbol_error_ratio, int bits_per_symbol = 10);

/// Probability that a codeword cannot be corrected when every symbol fails with the same probability.
///
/// Equation: CER = sum_{i > t} C(n, i) s^i (1-s)^{n-i}.
/// Conventions: s = Reed-Solomon symbol error ratio, log10 throughout.
/// Valid for: independent symbol errors.
/// Source: ieee802.3-2022 clause 119 (code); closed form
/// Theory: docs/theory/fec.md
Log10Probability codeword_error_ratio(const RsCode& code, Log10Probability symbol_error_ratio);

/// The part of a codeword's symbols that arrives over lanes or segments of one quality.
struct SymbolClass {
  double share = 1.0;  // of the codeword's symbols
  Log10Probability symbol_error_ratio;
};

/// Probability that a codeword cannot be corrected when its symbols fail with different probabilities
/// (Poisson-binomial).
///
/// Equation: the coefficient sum over z^i, i > t, of prod_j (1 - s_j + s_j z), tilted by z -> theta w so that nothing
/// underflows.
/// Conventions: class j holds floor(share n) positions; what is left over draws its class at random by the fractional
/// parts.
/// Valid for: independent symbol errors; shares positive with sum 1 (to 1e-9).
/// Source: closed form
/// Theory: docs/theory/fec.md
/// Cost: O(n t) multiplications.
/// @throws NumericError if the shares do not sum to 1.
Log10Probability codeword_error_ratio(const RsCode& code, std::span<const SymbolClass> classes);

/// The same with the symbol error ratio of every position, in any order.
/// @throws NumericError unless there are n of them.
Log10Probability codeword_error_ratio_of_positions(const RsCode& code, std::span<const Log10Probability> positions);

/// Bit error ratio behind the decoder, failed codewords handed on uncorrected: p P(more than t-1 of the other n-1
/// symbols wrong).
Log10Probability post_fec_bit_error_ratio(const RsCode& code, Log10Probability bit_error_ratio);

/// The bit error ratio before the decoder at which random errors give this codeword error ratio. Relative error in
/// log10 < 1e-12.
/// @throws NumericError for a codeword error ratio of 1.
Log10Probability bit_error_ratio_for_codeword_error(const RsCode& code, Log10Probability codeword_error_ratio);

/// The bit error ratio before the decoder at which random errors give this bit error ratio behind it.
Log10Probability bit_error_ratio_for_post_fec(const RsCode& code, Log10Probability post_fec_bit_error_ratio);

/// Seconds that `interleave` codewords take on a line of `line_rate` bit/s: the least a decoder must wait.
double codeword_time(const RsCode& code, int interleave, double line_rate);

}  // namespace tessera
