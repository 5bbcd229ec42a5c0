#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "phy/core/log10_probability.hpp"
#include "phy/fec/reed_solomon.hpp"

namespace tessera {

inline constexpr int kHammingBits = 128, kHammingDataBits = 120;

/// 128 bits of a word; bit i is bit i mod 64 of half i/64.
using HammingWord = std::array<std::uint64_t, 2>;

/// Extended Hamming code (128,120), distance 4: the inner code of 200 Gb/s optical lanes.
///
/// Equation: the exclusive or of the numbers of all set bits is 0, and their count is even.
/// Conventions: bits 0, 1, 2, 4, … 64 are parity, the others data in order; any equivalent code corrects the same.
/// Valid for: one error corrected, two detected; an odd number from three on is miscorrected.
/// Source: blahut2003 chapter 2; ieee802.3dj
/// Theory: docs/theory/fec_codecs.md
HammingWord hamming_encode(const HammingWord& data);

/// The 120 data bits of a word, in the lowest bits.
HammingWord hamming_data(const HammingWord& word);

/// Hard decision in place; a detected double error is left as it came.
DecodeResult hamming_decode(HammingWord& word);

/// Soft decision by Chase's second algorithm: the best of the codewords found from 2^`tests` patterns on the least
/// reliable bits.
/// @param reliabilities log-likelihood ratios, ln P(0)/P(1), of any common scale [128].
/// @param tests bits that are tried both ways, 1 … 8; 6 is within simulation error of maximum likelihood.
HammingWord hamming_decode_soft(std::span<const float, kHammingBits> reliabilities, int tests = 6);

/// Bit error ratio behind the hard decoder for independent errors.
///
/// Equation: (1/n) sum_w p^w (1-p)^{n-w} e_w, e_w = w C(n,w) for even w, (w+1)^2 A_{w+1} + (w-1)(n-w+1) A_{w-1} for odd,
/// A the weights of the code.
/// Source: closed form
/// Theory: docs/theory/fec_codecs.md
Log10Probability hamming_bit_error_ratio(Log10Probability bit_error_ratio);

}  // namespace tessera
