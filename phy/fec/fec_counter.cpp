#include "phy/fec/fec_counter.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>

#include "phy/core/error.hpp"
#include "phy/core/multiversion.hpp"

namespace tessera {
namespace {

TESSERA_MULTIVERSION std::uint64_t ones_of(const std::uint16_t* symbols, std::size_t size) {
  std::uint64_t sum = 0;
  std::size_t i = 0;
  for (; i + 4 <= size; i += 4) {
    std::uint64_t four = 0;
    std::memcpy(&four, symbols + i, sizeof four);
    sum += static_cast<std::uint64_t>(std::popcount(four));
  }
  for (; i < size; ++i) sum += static_cast<std::uint64_t>(std::popcount(symbols[i]));
  return sum;
}

std::uint64_t ones(std::span<const std::uint16_t> symbols) { return ones_of(symbols.data(), symbols.size()); }

const LaneMap& checked(const LaneMap& map) {
  map.check();
  return map;
}

}  // namespace

WordCount& WordCount::operator+=(const WordCount& other) {
  words += other.words;
  corrected += other.corrected;
  failed += other.failed;
  miscorrected += other.miscorrected;
  bits += other.bits;
  wrong_bits_in += other.wrong_bits_in;
  wrong_bits_out += other.wrong_bits_out;
  return *this;
}

void count_word(const ReedSolomon& codec, std::span<std::uint16_t> errors, WordCount& count) {
  ++count.words;
  count.bits += static_cast<std::uint64_t>(codec.code().codeword_bits());
  const std::uint64_t before = count.wrong_bits_in;
  count.wrong_bits_in += ones(errors);
  const DecodeResult result = codec.decode(errors);
  const std::uint64_t left = result.corrected && result.changed == 0 ? count.wrong_bits_in - before : ones(errors);
  count.wrong_bits_out += left;
  ++(!result.corrected ? count.failed : left != 0 ? count.miscorrected : count.corrected);
  if (left != 0) std::fill(errors.begin(), errors.end(), std::uint16_t{0});
}

FecCounter::FecCounter(const LaneMap& map, int blocks_held)
    : map_(checked(map)),
      codec_(map.code),
      held_(static_cast<std::uint64_t>(std::max(blocks_held, 2))),
      bits_of_lane_(static_cast<std::size_t>(map.physical_lanes()), 0),
      errors_(held_ * static_cast<std::uint64_t>(map.codewords * map.code.symbols), 0),
      wrong_symbols_(static_cast<std::size_t>(map.code.correctable) + 17, 0) {}

void FecCounter::mark(int lane, std::uint64_t bit) {
  const BitPlace place = map_.place_of(lane, static_cast<std::int64_t>(bit));
  const auto block = static_cast<std::uint64_t>(place.block);
  if (block >= closed_ + held_)
    throw NumericError("lane " + std::to_string(lane) + " is more than " + std::to_string(held_) +
                       " blocks of codewords ahead of the slowest lane");
  const std::uint64_t word =
      block % held_ * static_cast<std::uint64_t>(map_.codewords) + static_cast<std::uint64_t>(place.codeword);
  std::uint16_t& symbol =
      errors_[word * static_cast<std::uint64_t>(map_.code.symbols) + static_cast<std::uint64_t>(place.symbol)];
  symbol = static_cast<std::uint16_t>(symbol ^ (1U << static_cast<unsigned>(place.bit)));
}

void FecCounter::feed(int lane, std::span<const std::uint8_t> wrong) {
  std::uint64_t done = 0;
  for (std::uint64_t i = 0; i < wrong.size(); ++i) {
    if (wrong[i] == 0) continue;
    advance(lane, i - done);
    mark(lane, bits_of_lane_[static_cast<std::size_t>(lane)]);
    advance(lane, 1);
    done = i + 1;
  }
  advance(lane, wrong.size() - done);
}

void FecCounter::feed_sparse(int lane, std::uint64_t bits, std::span<const std::uint64_t> wrong) {
  std::uint64_t done = 0;
  for (const std::uint64_t at : wrong) {
    if (at < done || at >= bits)
      throw NumericError("wrong bits must be in ascending order below " + std::to_string(bits) + ", got " +
                         std::to_string(at));
    advance(lane, at - done);
    mark(lane, bits_of_lane_[static_cast<std::size_t>(lane)]);
    advance(lane, 1);
    done = at + 1;
  }
  advance(lane, bits - done);
}

// A block is complete when every lane has passed its last bit: bits come in order, so it is enough to look at the block
// of the next one.
std::uint64_t FecCounter::blocks_complete() const {
  std::uint64_t complete = ~std::uint64_t{0};
  for (int lane = 0; lane < map_.physical_lanes(); ++lane) {
    const auto next = static_cast<std::int64_t>(bits_of_lane_[static_cast<std::size_t>(lane)]);
    const std::int64_t share =
        map_.mux.empty() ? 1 : static_cast<std::int64_t>(map_.mux[static_cast<std::size_t>(lane)].size());
    for (std::int64_t i = 0; i < share; ++i)  // the next bit of each logical lane
      complete = std::min(complete, static_cast<std::uint64_t>(map_.place_of(lane, next + i).block));
  }
  return complete;
}

void FecCounter::advance(int lane, std::uint64_t bits) {
  if (bits == 0) return;
  std::uint64_t& position = bits_of_lane_[static_cast<std::size_t>(lane)];
  const std::int64_t before = map_.place_of(lane, static_cast<std::int64_t>(position)).block;
  // A long clean stretch of a single lane must close the blocks that it crosses one after the other.
  position += bits;
  if (map_.place_of(lane, static_cast<std::int64_t>(position)).block != before || map_.physical_lanes() == 1)
    close_blocks();
}

void FecCounter::close_blocks() {
  const std::uint64_t complete = blocks_complete();
  const auto n = static_cast<std::size_t>(map_.code.symbols), words = static_cast<std::size_t>(map_.codewords);
  for (; closed_ < complete; ++closed_)
    for (std::size_t w = 0; w < words; ++w) {
      const auto word = std::span(errors_).subspan((closed_ % held_ * words + w) * n, n);
      const auto wrong =
          static_cast<std::size_t>(n) - static_cast<std::size_t>(std::count(word.begin(), word.end(), 0));
      ++wrong_symbols_[std::min(wrong, wrong_symbols_.size() - 1)];
      count_word(codec_, word, count_);
    }
}

}  // namespace tessera
