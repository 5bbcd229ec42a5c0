#include "phy/fec/codec_monte_carlo.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "phy/core/error.hpp"
#include "phy/fec/hamming.hpp"

namespace tessera {
namespace {

// SplitMix64: a counter, mixed.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : counter_(seed) { counter_ = next(); }

  std::uint64_t next() {
    std::uint64_t z = counter_ += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30U) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27U) * 0x94D049BB133111EB;
    return z ^ z >> 31U;
  }
  double uniform() { return (static_cast<double>(next() >> 11U) + 0.5) * 0x1p-53; }  // (0, 1)
  std::uint64_t below(std::uint64_t n) { return next() % n; }

 private:
  std::uint64_t counter_;
};

// Right decisions before the next wrong one.
class Gaps {
 public:
  explicit Gaps(double p) : log_right_(std::log1p(-p)) {
    if (!(p > 0.0 && p < 1.0)) throw NumericError("Monte Carlo needs an error ratio between 0 and 1");
  }
  std::uint64_t operator()(Draws& draws) const {
    const double gap = std::log(draws.uniform()) / log_right_;
    return gap < 9e18 ? static_cast<std::uint64_t>(gap) : std::uint64_t{9000000000000000000};
  }

 private:
  double log_right_;
};

// Calls `mark(bit)` for every wrong bit of a word and `end()` after each word.
template <class Mark, class End>
void random_words(double p, std::uint64_t bits, std::uint64_t words, std::uint64_t seed, Mark&& mark, End&& end) {
  Draws draws(seed);
  const Gaps gaps(p);
  std::uint64_t gap = gaps(draws);
  for (std::uint64_t word = 0; word < words; ++word) {
    std::uint64_t at = 0;
    while (gap < bits - at) {
      at += gap;
      mark(at++);
      gap = gaps(draws);
    }
    gap -= bits - at;
    end();
  }
}

}  // namespace

WordCount count_random_errors(const ReedSolomon& codec, Log10Probability bit_error_ratio, std::uint64_t words,
                              std::uint64_t seed) {
  const auto m = static_cast<std::uint64_t>(codec.code().bits_per_symbol);
  std::vector<std::uint16_t> errors(static_cast<std::size_t>(codec.code().symbols));
  WordCount count;
  random_words(
      bit_error_ratio.value(), static_cast<std::uint64_t>(codec.code().codeword_bits()), words, seed,
      [&](std::uint64_t bit) { errors[bit / m] = static_cast<std::uint16_t>(errors[bit / m] ^ (1U << bit % m)); },
      [&] { count_word(codec, errors, count); });
  return count;
}

WordCount count_bursts(const ReedSolomon& codec, const BurstChannel& channel, std::uint64_t words, std::uint64_t seed) {
  decode_bursts(codec.code(), channel);  // checks the channel
  const auto bits = static_cast<std::uint64_t>(channel.bits_per_line_symbol);
  const auto w = static_cast<std::uint64_t>(channel.interleave), n = static_cast<std::uint64_t>(codec.code().symbols);
  const std::uint64_t per_symbol = static_cast<std::uint64_t>(codec.code().bits_per_symbol) / bits;
  const double ser = channel.bit_error_ratio.value() * channel.bits_per_line_symbol;
  const Gaps gaps(ser * (1.0 - channel.continuation) / (1.0 - ser));
  Draws draws(seed);
  std::vector<std::uint16_t> errors(w * n);
  const auto mark = [&](std::uint64_t line_symbol) {
    const std::uint64_t s = line_symbol / per_symbol, bit = line_symbol % per_symbol * bits + draws.below(bits);
    std::uint16_t& symbol = errors[s % w * n + s / w];
    symbol = static_cast<std::uint16_t>(symbol ^ (1U << bit));
  };
  WordCount count;
  bool wrong = draws.uniform() < ser;
  std::uint64_t gap = gaps(draws);
  for (std::uint64_t block = 0; block * w < words; ++block) {
    for (std::uint64_t at = 0; at < w * n * per_symbol;) {
      if (!wrong && gap >= w * n * per_symbol - at) {
        gap -= w * n * per_symbol - at;
        break;
      }
      if (!wrong) at += gap;
      const bool next = !wrong || draws.uniform() < channel.continuation;
      if (channel.precoded ? next != wrong : next) mark(at);
      if (!next) gap = gaps(draws);
      wrong = next;
      ++at;
    }
    for (std::uint64_t i = 0; i < w; ++i) count_word(codec, std::span(errors).subspan(i * n, n), count);
  }
  return count;
}

WordCount count_hamming(Log10Probability bit_error_ratio, std::uint64_t words, std::uint64_t seed) {
  HammingWord word{};
  WordCount count;
  const auto weight = [&] {
    return static_cast<std::uint64_t>(std::popcount(word[0])) + static_cast<std::uint64_t>(std::popcount(word[1]));
  };
  random_words(
      bit_error_ratio.value(), kHammingBits, words, seed,
      [&](std::uint64_t bit) { word[bit / 64] ^= std::uint64_t{1} << bit % 64; },
      [&] {
        ++count.words;
        count.bits += kHammingBits;
        count.wrong_bits_in += weight();
        const bool done = hamming_decode(word).corrected;
        count.wrong_bits_out += weight();
        ++(!done ? count.failed : weight() != 0 ? count.miscorrected : count.corrected);
        word = {};
      });
  return count;
}

WordCount count_bch(const Bch& code, Log10Probability bit_error_ratio, std::uint64_t words, std::uint64_t seed) {
  std::vector<std::uint8_t> word(static_cast<std::size_t>(code.length()));
  WordCount count;
  const auto weight = [&] { return static_cast<std::uint64_t>(std::count(word.begin(), word.end(), 1)); };
  random_words(
      bit_error_ratio.value(), word.size(), words, seed, [&](std::uint64_t bit) { word[bit] ^= 1U; },
      [&] {
        ++count.words;
        count.bits += word.size();
        count.wrong_bits_in += weight();
        const bool done = code.decode(word).corrected;
        const std::uint64_t left = weight();
        count.wrong_bits_out += left;
        ++(!done ? count.failed : left != 0 ? count.miscorrected : count.corrected);
        if (left != 0) std::fill(word.begin(), word.end(), std::uint8_t{0});
      });
  return count;
}

ImportanceEstimate sample_codeword_error(const ReedSolomon& codec, Log10Probability symbol_error_ratio,
                                         std::uint64_t words, std::uint64_t seed) {
  const RsCode& code = codec.code();
  const double biased = static_cast<double>(code.correctable + 1) / code.symbols;
  const double log_wrong = symbol_error_ratio.log10() * std::log(10.0) - std::log(biased);
  const double log_right = std::log1p(-symbol_error_ratio.value()) - std::log1p(-biased);
  const auto values = static_cast<std::uint64_t>(codec.field().order());
  std::vector<std::uint16_t> errors(static_cast<std::size_t>(code.symbols));
  Draws value_draws(~seed);
  WordCount count;
  double sum = 0.0, squares = 0.0;
  std::uint64_t lost_before = 0;
  int wrong = 0;
  random_words(
      biased, errors.size(), words, seed,
      [&](std::uint64_t symbol) {
        errors[symbol] = static_cast<std::uint16_t>(1 + value_draws.below(values));
        ++wrong;
      },
      [&] {
        count_word(codec, errors, count);
        if (count.lost() != lost_before) {
          const double weight = std::exp(wrong * log_wrong + (code.symbols - wrong) * log_right);
          sum += weight;
          squares += weight * weight;
          lost_before = count.lost();
        }
        wrong = 0;
      });
  const double n = static_cast<double>(words), mean = sum / n;
  return {mean, std::sqrt(std::max(0.0, squares / n - mean * mean) / n), words, count.lost()};
}

}  // namespace tessera
