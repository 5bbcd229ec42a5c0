#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace tessera {

/// Philox4x32: a bijection of 128 bits chosen by a key of 64, which turns a counter into 128 random bits.
///
/// Equation: rounds of (c0, c1, c2, c3) -> (hi(B c2) ^ c1 ^ k0, lo(B c2), hi(A c0) ^ c3 ^ k1, lo(A c0)), the key
///   raised by (0x9E3779B9, 0xBB67AE85) between rounds, A = 0xD2511F53, B = 0xCD9E8D57.
/// Conventions: counter and result are four 32-bit words, word 0 first.
/// Valid for: every counter and key.
/// Source: salmon2011
/// Theory: docs/theory/bit_by_bit_kernels.md
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key,
                                        int rounds = 10);

/// Its authors find no flaw from seven rounds on (all of BigCrush) and recommend ten where speed does not matter.
enum class Rounds { seven = 7, ten = 10 };

/// Names one stream of random values: everything but the index of the sample.
struct StreamKey {
  std::array<std::uint32_t, 2> key{};
  std::uint32_t stream = 0;  // third word of the counter

  bool operator==(const StreamKey&) const = default;
};

/// Key of the stream that belongs to an instance and a lane: 96 bits of a Philox hash of (seed, path, lane).
StreamKey stream_key(std::uint64_t seed, std::string_view instance_path, std::uint64_t lane = 0);

/// A value is a function of (key, absolute index) and of nothing else: any cut of the stream into blocks and any number
/// of threads give the same bits, on every instruction set.
///
/// Equation: word i is word (i mod 64)/16 of Philox at the counter (c mod 2^32, c / 2^32, stream, 0),
///   c = 16 (i / 64) + i mod 16.
/// Conventions: `first` is the absolute index of words[0].
/// Valid for: indices below 2^64; words of the same key repeat after 2^66.
/// Source: salmon2011
/// Theory: docs/theory/bit_by_bit_kernels.md
void random_words(const StreamKey& key, std::uint64_t first, std::span<std::uint32_t> words,
                  Rounds rounds = Rounds::ten);

/// 64 more bits for the word at `index`: a stream of its own (last word of the counter 1), independent of random_words.
std::uint64_t random_refinement(const StreamKey& key, std::uint64_t index);

/// Uniform in (0, 1), a multiple of 2^-32 plus 2^-33, from the word at `first` + i.
void random_uniform(const StreamKey& key, std::uint64_t first, std::span<double> values);

/// 64 count words from index 64 tile on: the unit in which words are made.
inline constexpr std::size_t kRandomTile = 64;
using RandomTile = std::array<std::uint32_t, kRandomTile>;
void random_tiles(const StreamKey& key, std::uint64_t tile, std::size_t count, std::uint32_t* words,
                  Rounds rounds = Rounds::ten);

}  // namespace tessera
