#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "phy/core/binomial_interval.hpp"
#include "phy/fec/interleaver.hpp"
#include "phy/fec/reed_solomon.hpp"

namespace tessera {

/// What came out of a decoder, counted by who knows what was sent.
struct WordCount {
  std::uint64_t words = 0;
  std::uint64_t corrected = 0;     // right again, or never wrong
  std::uint64_t failed = 0;        // given up
  std::uint64_t miscorrected = 0;  // turned into another codeword
  std::uint64_t bits = 0, wrong_bits_in = 0, wrong_bits_out = 0;

  std::uint64_t lost() const { return failed + miscorrected; }
  /// Of the codeword error ratio. @throws NumericError without a word.
  Interval codeword_interval(double confidence) const { return clopper_pearson(lost(), words, confidence); }
  WordCount& operator+=(const WordCount& other);
};

/// Decodes a pattern of errors and counts what is left of it; the pattern is zero afterwards.
///
/// A linear code treats every codeword alike, so the word sent may be zero: the received word is the error pattern.
void count_word(const ReedSolomon& codec, std::span<std::uint16_t> errors, WordCount& count);

/// Carries the wrong bits of a link's lanes through the decoder as they come.
///
/// Conventions: bits of a lane are numbered from 0 in the order of the line; lanes may run ahead of each other by what
/// `blocks_held` allows, the blocks of all codewords that are held at a time.
/// Valid for: streams of any length in constant memory.
/// Source: closed form
/// Theory: docs/theory/fec_codecs.md
/// Cost: memory O(blocks_held W n); a clean word costs a division, a wrong bit O(1).
class FecCounter {
 public:
  /// @throws ConfigError for a map that does not fit together.
  FecCounter(const LaneMap& map, int blocks_held = 4);

  /// The next bits of a lane: 1 where the decision is wrong.
  /// @throws NumericError if the lane runs further ahead of the slowest one than the blocks held.
  void feed(int lane, std::span<const std::uint8_t> wrong);
  /// The same for `bits` bits of which only those at `wrong` (ascending, from 0) are wrong.
  void feed_sparse(int lane, std::uint64_t bits, std::span<const std::uint64_t> wrong);

  /// Words whose bits have all come. What is left of a block at the end is not counted.
  const WordCount& count() const { return count_; }
  /// Words with 0, 1, … wrong symbols at the decoder's input; the last entry holds all with more than t + 15.
  const std::vector<std::uint64_t>& wrong_symbols() const { return wrong_symbols_; }

 private:
  void advance(int lane, std::uint64_t bits);
  void mark(int lane, std::uint64_t bit);
  std::uint64_t blocks_complete() const;
  void close_blocks();

  LaneMap map_;
  ReedSolomon codec_;
  std::uint64_t held_;
  std::vector<std::uint64_t> bits_of_lane_;
  std::vector<std::uint16_t> errors_;  // [block mod held][codeword][symbol]
  std::uint64_t closed_ = 0;           // blocks
  WordCount count_;
  std::vector<std::uint64_t> wrong_symbols_;
};

}  // namespace tessera
