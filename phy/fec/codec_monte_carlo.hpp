#pragma once

#include <cstdint>

#include "phy/fec/bch.hpp"
#include "phy/fec/burst_model.hpp"
#include "phy/fec/fec_counter.hpp"

namespace tessera {

/// Random bit errors through the actual decoder.
///
/// Equation: gaps between wrong bits are geometric; the word sent is zero, which a linear code allows.
/// Conventions: the same seed and number of words give the same count.
/// Valid for: as many words as one has time for: about 3 µs each for KP4 at 1e-3.
/// Source: closed form
/// Theory: docs/theory/fec_codecs.md
WordCount count_random_errors(const ReedSolomon& codec, Log10Probability bit_error_ratio, std::uint64_t words,
                              std::uint64_t seed);

/// The two-state line of `BurstChannel`, precoder and interleaving included, through the actual decoder.
/// `words` is rounded up to whole blocks of the interleaver.
WordCount count_bursts(const ReedSolomon& codec, const BurstChannel& channel, std::uint64_t words, std::uint64_t seed);

/// Random bit errors through the hard decoder of the extended Hamming code; a detected double error counts as failed.
WordCount count_hamming(Log10Probability bit_error_ratio, std::uint64_t words, std::uint64_t seed);

WordCount count_bch(const Bch& code, Log10Probability bit_error_ratio, std::uint64_t words, std::uint64_t seed);

/// Codeword error ratio by importance sampling.
struct ImportanceEstimate {
  double codeword_error_ratio = 0.0, standard_error = 0.0;
  std::uint64_t words = 0, lost = 0;
};

/// Words with symbol errors at a higher ratio through the actual decoder, each weighed by its likelihood.
///
/// Equation: mean of 1[lost] (s/b)^k ((1-s)/(1-b))^{n-k}, b = (t+1)/n, k wrong symbols; the variance from the same words.
/// Source: closed form
/// Theory: docs/theory/fec_codecs.md
ImportanceEstimate sample_codeword_error(const ReedSolomon& codec, Log10Probability symbol_error_ratio,
                                         std::uint64_t words, std::uint64_t seed);

}  // namespace tessera
