#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <random>
#include <string>

#include "phy/core/error.hpp"
#include "phy/fec/bch.hpp"
#include "phy/fec/codec_monte_carlo.hpp"
#include "phy/fec/hamming.hpp"
#include "phy/noise/gaussian_tail.hpp"

namespace tessera {
namespace {

Log10Probability ratio(double p) { return Log10Probability::from_value(p); }

HammingWord random_data(std::mt19937_64& random) { return {random(), random() >> 8U}; }

void flip(HammingWord& word, unsigned i) { word[i / 64] ^= std::uint64_t{1} << i % 64; }

int weight(const HammingWord& a, const HammingWord& b) {
  return std::popcount(a[0] ^ b[0]) + std::popcount(a[1] ^ b[1]);
}

TEST(Hamming, OneErrorIsCorrectedAndTwoAreDetected) {
  std::mt19937_64 random(1);
  for (int trial = 0; trial < 20; ++trial) {
    const HammingWord data = random_data(random), sent = hamming_encode(data);
    ASSERT_EQ(hamming_data(sent), data);
    for (unsigned i = 0; i < 128; ++i) {
      HammingWord word = sent;
      flip(word, i);
      ASSERT_TRUE(hamming_decode(word).corrected);
      ASSERT_EQ(word, sent);
      for (unsigned j = 0; j < i; ++j) {
        word = sent;
        flip(word, i);
        flip(word, j);
        const HammingWord received = word;
        ASSERT_FALSE(hamming_decode(word).corrected);
        ASSERT_EQ(word, received);
      }
    }
  }
}

TEST(Hamming, DistanceIsFour) {
  // The code is linear: its distance is the weight of the lightest word. Every data bit and pair of data bits.
  int least = 128;
  for (unsigned i = 0; i < 120; ++i)
    for (unsigned j = 0; j <= i; ++j) {
      HammingWord data{};
      flip(data, i);
      if (j != i) flip(data, j);
      least = std::min(least, weight(hamming_encode(data), {}));
    }
  EXPECT_EQ(least, 4);
}

TEST(Hamming, HardDecisionClosedForm) {
  // Sums over weights evaluated apart from this code.
  EXPECT_NEAR(hamming_bit_error_ratio(ratio(1e-3)).value() / 1.22e-4, 1.0, 0.005);
  EXPECT_NEAR(hamming_bit_error_ratio(ratio(2e-3)).value() / 4.66e-4, 1.0, 0.005);
  EXPECT_NEAR(hamming_bit_error_ratio(ratio(4.8e-3)).value() / 2.36e-3, 1.0, 0.005);
  // Few errors: pairs stay, triples become four: C(n,2) 2/n p^2.
  EXPECT_NEAR(hamming_bit_error_ratio(ratio(1e-30)).log10(), std::log10(127.0) - 60.0, 1e-9);
}

TEST(Hamming, HardDecisionMonteCarloAgreesWithTheClosedForm) {
  std::mt19937_64 random(2);
  const double p = 4.8e-3;
  std::geometric_distribution<std::uint64_t> gap(p);
  const std::uint64_t words = 200000;
  std::uint64_t wrong = 0, index = 0;
  HammingWord word{};
  for (std::uint64_t at = gap(random); at < words * 128; at += 1 + gap(random)) {
    if (at / 128 != index) {
      hamming_decode(word);
      wrong += static_cast<std::uint64_t>(weight(word, {}));
      word = {};
      index = at / 128;
    }
    flip(word, static_cast<unsigned>(at % 128));
  }
  // About 12,000 words of 2 … 4 wrong bits: 1 % rms.
  EXPECT_NEAR(static_cast<double>(wrong) / static_cast<double>(words * 128) / hamming_bit_error_ratio(ratio(p)).value(),
              1.0, 0.035);
}

// Gaussian noise on ±1: the bit error ratio behind the soft decoder, any linear code being judged by its zero word.
double soft_ratio_of_two_levels(double p, int words, int tests) {
  std::mt19937_64 random(3);
  std::normal_distribution<float> gauss;
  const auto rms = static_cast<float>(1.0 / gaussian_tail_inverse(ratio(p)));
  std::uint64_t wrong = 0;
  std::array<float, 128> levels{};
  for (int i = 0; i < words; ++i) {
    for (float& level : levels) level = 1.0F + rms * gauss(random);
    wrong += static_cast<std::uint64_t>(weight(hamming_decode_soft(levels, tests), {}));
  }
  return static_cast<double>(wrong) / (128.0 * words);
}

TEST(Hamming, SoftDecisionReachesTheDesignPoint) {
  // 4.85e-3 -> 2.8e-4 within 10 %: near-maximum-likelihood Monte Carlo of others' making.
  EXPECT_NEAR(soft_ratio_of_two_levels(4.85e-3, 100000, 6) / 2.8e-4, 1.0, 0.1);
}

TEST(Hamming, MoreTestsNeverHurtAndOneIsAlreadyBetterThanHard) {
  const double hard = hamming_bit_error_ratio(ratio(4.85e-3)).value();
  const double one = soft_ratio_of_two_levels(4.85e-3, 30000, 1), six = soft_ratio_of_two_levels(4.85e-3, 30000, 6);
  EXPECT_LT(one, 0.8 * hard);
  EXPECT_LT(six, one);
}

struct SoftCount {
  double ratio = 0.0;
  int lost = 0, lost_to_a_worse_word = 0;  // words; the latter a maximum-likelihood decoder would have kept
};

double likelihood(std::span<const float, 128> ratios, const HammingWord& word) {
  double sum = 0.0;
  for (std::size_t i = 0; i < 128; ++i) sum += (word[i / 64] >> i % 64 & 1U) != 0 ? -ratios[i] : ratios[i];
  return sum;
}

// PAM4 lane: 64 Gray symbols a word, max-log ratios, random data.
SoftCount soft_count_of_four_levels(double p, int words) {
  std::mt19937_64 random(6);
  std::normal_distribution<float> gauss;
  // BER = SER/2 = 3/4 Q(d/rms), d = 1 half a level distance.
  const auto rms = static_cast<float>(1.0 / gaussian_tail_inverse(ratio(4.0 / 3.0 * p)));
  constexpr std::array<std::array<int, 2>, 4> bits{{{0, 0}, {0, 1}, {1, 1}, {1, 0}}};
  std::uint64_t wrong = 0;
  SoftCount count;
  for (int i = 0; i < words; ++i) {
    const HammingWord sent = hamming_encode(random_data(random));
    std::array<float, 128> ratios{};
    for (unsigned s = 0; s < 64; ++s) {
      const auto bit = [&](unsigned b) { return static_cast<int>(sent[b / 64] >> b % 64 & 1U); };
      int level = 0;
      while (bits[static_cast<std::size_t>(level)][0] != bit(2 * s) ||
             bits[static_cast<std::size_t>(level)][1] != bit(2 * s + 1))
        ++level;
      const float received = static_cast<float>(2 * level - 3) + rms * gauss(random);
      for (unsigned b = 0; b < 2; ++b) {
        std::array<float, 2> nearest{1e9F, 1e9F};
        for (int l = 0; l < 4; ++l) {
          const float distance = received - static_cast<float>(2 * l - 3);
          float& best = nearest[static_cast<std::size_t>(bits[static_cast<std::size_t>(l)][b])];
          best = std::min(best, distance * distance);
        }
        ratios[2 * s + b] = nearest[1] - nearest[0];
      }
    }
    const HammingWord decoded = hamming_decode_soft(ratios);
    wrong += static_cast<std::uint64_t>(weight(decoded, sent));
    if (decoded == sent) continue;
    ++count.lost;
    if (likelihood(ratios, decoded) < likelihood(ratios, sent)) ++count.lost_to_a_worse_word;
  }
  count.ratio = static_cast<double>(wrong) / (128.0 * words);
  return count;
}

TEST(Hamming, SoftDecisionOfPam4) {
  // A row of its own: four even levels in Gaussian noise at a bit error ratio of 4.85e-3, the bits of a symbol in one
  // word. What it is held to: the loss of a maximum-likelihood decoder, which also takes another word wherever that is
  // the likelier one; 4 % of the lost words are not of that kind.
  const SoftCount four = soft_count_of_four_levels(4.85e-3, 300000);
  RecordProperty("ber_behind_the_decoder", std::to_string(four.ratio));
  EXPECT_GT(four.lost, 2000);
  EXPECT_LT(four.lost_to_a_worse_word, 0.06 * four.lost);
  EXPECT_LT(four.ratio, 0.2 * hamming_bit_error_ratio(ratio(4.85e-3)).value());
  // 2.52e-4 in three million words of the same code (0.7 % rms); these are 2.1 % rms.
  EXPECT_NEAR(four.ratio / 2.52e-4, 1.0, 3.3 * 0.022);
}

std::vector<std::uint8_t> random_bits(int count, std::mt19937_64& random) {
  std::vector<std::uint8_t> bits(static_cast<std::size_t>(count));
  for (auto& b : bits) b = static_cast<std::uint8_t>(random() & 1U);
  return bits;
}

TEST(Bch, GeneratorsAreThoseOfTheTables) {
  // blahut2003 and every table of BCH codes: (15,7), octal 721; (15,5), octal 2467; (31,21), octal 3551.
  const auto octal = [](const Bch& code) {
    unsigned value = 0;
    for (std::size_t i = code.generator().size(); i-- > 0;) value = value << 1U | code.generator()[i];
    return value;
  };
  EXPECT_EQ(octal(Bch(4, 2, 15)), 0721U);
  EXPECT_EQ(octal(Bch(4, 3, 15)), 02467U);
  EXPECT_EQ(octal(Bch(5, 2, 31)), 03551U);
  EXPECT_EQ(Bch::of_lengths(1023, 993).correctable(), 3);
  EXPECT_EQ(Bch::of_lengths(255, 239).correctable(), 2);
  EXPECT_EQ(Bch::of_lengths(144, 128).correctable(), 2);  // shortened by 111
}

TEST(Bch, EveryPatternUpToTheLimitIsCorrectedAndOneMoreIsNeverTakenForRight) {
  std::mt19937_64 random(4);
  for (const Bch& code : {Bch(10, 3, 1023), Bch(8, 2, 144), Bch(6, 5, 63), Bch(13, 16, 4000)}) {
    std::vector<std::uint8_t> sent = random_bits(code.data_bits(), random);
    sent.resize(static_cast<std::size_t>(code.length()));
    code.encode(std::span<const std::uint8_t>(sent).first(static_cast<std::size_t>(code.data_bits())),
                std::span(sent).last(static_cast<std::size_t>(code.parity_bits())));
    const int trials = code.length() > 2000 ? 1000 : 20000;
    for (int trial = 0; trial < trials; ++trial) {
      const int errors = trial % (code.correctable() + 2);
      std::vector<std::uint8_t> word = sent;
      for (int e = 0; e < errors;) {
        const std::size_t at = random() % word.size();
        if (word[at] != sent[at]) continue;
        word[at] ^= 1U;
        ++e;
      }
      const std::vector<std::uint8_t> received = word;
      const DecodeResult result = code.decode(word);
      if (errors <= code.correctable()) {
        ASSERT_TRUE(result.corrected);
        ASSERT_EQ(result.changed, errors);
        ASSERT_EQ(word, sent);
      } else {
        ASSERT_NE(word, sent);
        ASSERT_TRUE(result.corrected || word == received);
      }
    }
  }
}

TEST(Bch, RatioBehindTheDecoderIsWhatIsCounted) {
  const struct {
    Bch code;
    double ber;
    std::uint64_t words;
  } cases[] = {{Bch(7, 1, 127), 1e-3, 1000000},
               {Bch(6, 2, 63), 5e-3, 1000000},
               {Bch(8, 2, 144), 2e-3, 2000000},
               {Bch(5, 3, 31), 3e-2, 300000},
               {Bch(10, 3, 1023), 1e-3, 200000}};
  for (const auto& c : cases) {
    const WordCount count = count_bch(c.code, ratio(c.ber), c.words, 5);
    const double counted = static_cast<double>(count.wrong_bits_out) / static_cast<double>(count.bits);
    // Wrong bits come together in words: 99.9 % of counts keep within this.
    const double interval = 3.3 / std::sqrt(static_cast<double>(count.lost()));
    EXPECT_LT(interval, 0.06);
    EXPECT_NEAR(bch_bit_error_ratio(c.code, ratio(c.ber)).value() / counted, 1.0, interval) << c.code.length();
    // Words handed on as they came would leave less.
    EXPECT_LT(post_fec_bit_error_ratio(c.code.code(), ratio(c.ber)).value() / counted, 1.0 - interval);
  }
}

TEST(Bch, RareErrorsBehindTheDecoderAreThoseOfOneMoreThanItRepairs) {
  // Of 3 errors the decoder of (63,51) makes 5 wherever the syndrome is that of two flips: C(63,2) of 2^12.
  const double mean = 3.0 + 2.0 * 1953.0 / 4096.0;
  const double expected = std::log10(39711.0 * mean / 63.0) - 3.0 * 200.0;
  EXPECT_NEAR(bch_bit_error_ratio(Bch(6, 2, 63), Log10Probability::from_log10(-200.0)).log10(), expected, 1e-9);
}

TEST(Bch, NonsenseIsRefused) {
  EXPECT_THROW(Bch(2, 1, 3), ConfigError);
  EXPECT_THROW(Bch(10, 17, 1023), ConfigError);
  EXPECT_THROW(Bch(8, 2, 256), ConfigError);
  EXPECT_THAT([] { Bch::of_lengths(144, 127); },
              testing::ThrowsMessage<ConfigError>(
                  testing::HasSubstr("no BCH code of 144 bits has 17 parity bits; the next smaller number is 16")));
}

}  // namespace
}  // namespace tessera
