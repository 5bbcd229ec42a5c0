#include <benchmark/benchmark.h>

#include <array>
#include <random>
#include <vector>

#include "phy/fec/bch.hpp"
#include "phy/fec/burst_model.hpp"
#include "phy/fec/hamming.hpp"
#include "phy/fec/reed_solomon.hpp"

// Rates are information bits (5140 per word) per second. Peers on their machines: libfec (C) 256 Mb/s encode, 397 / 365
// / 294 / 201 Mb/s decode at 0 / 1 / 5 / 15 errors; a table LFSR encoder 1.9 Gb/s, with AVX-512 syndromes 1,623 … 449
// Mb/s decode.
namespace tessera {
namespace {

using Word = std::vector<std::uint16_t>;

constexpr std::size_t kWords = 256;

void count_bits(benchmark::State& state) {
  state.counters["bit/s"] = benchmark::Counter(static_cast<double>(state.iterations()) * kWords * 5140,
                                               benchmark::Counter::kIsRate, benchmark::Counter::kIs1000);
}

std::vector<Word> codewords(const ReedSolomon& codec, std::mt19937_64& random) {
  std::vector<Word> words(kWords, Word(544));
  for (Word& word : words) {
    for (std::size_t i = 0; i < 514; ++i) word[i] = static_cast<std::uint16_t>(random() & 1023U);
    codec.encode(std::span(word).first(514), std::span(word).last(30));
  }
  return words;
}

void rs_544_514_encode(benchmark::State& state) {
  const ReedSolomon codec(kKp4);
  std::mt19937_64 random(1);
  std::vector<Word> words = codewords(codec, random);
  for (auto _ : state)
    for (Word& word : words) {
      codec.encode(std::span(word).first(514), std::span(word).last(30));
      benchmark::DoNotOptimize(word[543]);
    }
  count_bits(state);
}
BENCHMARK(rs_544_514_encode);

void decode_all(benchmark::State& state, const ReedSolomon& codec, const std::vector<Word>& received) {
  std::vector<Word> words = received;
  for (auto _ : state) {
    // A corrected word must be spoilt again: the copy is part of the figure.
    for (std::size_t i = 0; i < kWords; ++i) {
      std::copy(received[i].begin(), received[i].end(), words[i].begin());
      if (!codec.decode(words[i]).corrected) state.SkipWithError("a word was not corrected");
    }
  }
  count_bits(state);
}

void rs_544_514_decode_errors(benchmark::State& state) {
  const ReedSolomon codec(kKp4);
  std::mt19937_64 random(2);
  std::vector<Word> words = codewords(codec, random);
  for (Word& word : words)
    for (std::int64_t e = 0; e < state.range(0); ++e)
      word[static_cast<std::size_t>(36 * e) + random() % 36] ^= static_cast<std::uint16_t>(1 + random() % 1023);
  decode_all(state, codec, words);
}
BENCHMARK(rs_544_514_decode_errors)->Arg(0)->Arg(1)->Arg(5)->Arg(15);

void rs_544_514_decode_ber_1e_4(benchmark::State& state) {
  const ReedSolomon codec(kKp4);
  std::mt19937_64 random(3);
  std::vector<Word> words = codewords(codec, random);
  std::geometric_distribution<int> gap(1e-4);
  for (std::size_t bit = static_cast<std::size_t>(gap(random)); bit < kWords * 5440;
       bit += 1 + static_cast<std::size_t>(gap(random)))
    words[bit / 5440][bit % 5440 / 10] ^= static_cast<std::uint16_t>(1U << bit % 10);
  decode_all(state, codec, words);
}
BENCHMARK(rs_544_514_decode_ber_1e_4);

void hamming_128_120_soft(benchmark::State& state) {
  std::mt19937_64 random(4);
  std::normal_distribution<float> gauss(1.0F, 0.3866F);  // BER 4.85e-3
  std::vector<std::array<float, 128>> words(kWords);
  for (auto& word : words)
    for (float& level : word) level = gauss(random);
  for (auto _ : state)
    for (const auto& word : words) benchmark::DoNotOptimize(hamming_decode_soft(word));
  state.counters["bit/s"] = benchmark::Counter(static_cast<double>(state.iterations()) * kWords * 120,
                                               benchmark::Counter::kIsRate, benchmark::Counter::kIs1000);
}
BENCHMARK(hamming_128_120_soft);

// Peer: AFF3CT (C++) 170 to 208 Mb/s for BCH(1023,993).
void bch_1023_993_decode(benchmark::State& state) {
  const Bch code = Bch::of_lengths(1023, 993);
  std::mt19937_64 random(5);
  std::vector<std::uint8_t> sent(1023), word(1023);
  for (std::size_t i = 0; i < 993; ++i) sent[i] = static_cast<std::uint8_t>(random() & 1U);
  code.encode(std::span<const std::uint8_t>(sent).first(993), std::span(sent).last(30));
  for (std::int64_t e = 0; e < state.range(0); ++e) sent[static_cast<std::size_t>(300 * e + 17)] ^= 1U;
  for (auto _ : state) {
    std::copy(sent.begin(), sent.end(), word.begin());
    if (!code.decode(word).corrected) state.SkipWithError("a word was not corrected");
  }
  state.counters["bit/s"] = benchmark::Counter(static_cast<double>(state.iterations()) * 993,
                                               benchmark::Counter::kIsRate, benchmark::Counter::kIs1000);
}
BENCHMARK(bch_1023_993_decode)->Arg(0)->Arg(3);

void codeword_error_under_bursts(benchmark::State& state) {
  const BurstChannel channel{Log10Probability::from_value(2.4e-4), 0.75, 2, false, 4};
  for (auto _ : state) benchmark::DoNotOptimize(decode_bursts(kKp4, channel));
}
BENCHMARK(codeword_error_under_bursts);

}  // namespace
}  // namespace tessera
