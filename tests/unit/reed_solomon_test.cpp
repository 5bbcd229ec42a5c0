#include "phy/fec/reed_solomon.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <string>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

using Word = std::vector<std::uint16_t>;

// Schoolbook product in the field, without tables.
unsigned slow_product(unsigned a, unsigned b, int bits, unsigned polynomial) {
  unsigned product = 0;
  for (; b != 0; b >>= 1U) {
    if ((b & 1U) != 0) product ^= a;
    a <<= 1U;
    if ((a >> static_cast<unsigned>(bits)) != 0) a ^= polynomial;
  }
  return product;
}

Word random_data(const RsCode& code, std::mt19937_64& random) {
  Word data(static_cast<std::size_t>(code.data_symbols));
  for (auto& d : data)
    d = static_cast<std::uint16_t>(random() & ((1U << static_cast<unsigned>(code.bits_per_symbol)) - 1U));
  return data;
}

Word encoded(const ReedSolomon& codec, const Word& data) {
  Word word = data;
  word.resize(static_cast<std::size_t>(codec.code().symbols));
  codec.encode(data, std::span(word).last(static_cast<std::size_t>(codec.parity_symbols())));
  return word;
}

// `count` different places, the first of them out of a partial shuffle.
std::vector<int> places(int symbols, int count, std::mt19937_64& random) {
  std::vector<int> all(static_cast<std::size_t>(symbols));
  std::iota(all.begin(), all.end(), 0);
  for (int i = 0; i < count; ++i)
    std::swap(all[static_cast<std::size_t>(i)],
              all[static_cast<std::size_t>(i) + random() % static_cast<std::size_t>(symbols - i)]);
  all.resize(static_cast<std::size_t>(count));
  return all;
}

std::uint16_t nonzero(const RsCode& code, std::mt19937_64& random) {
  return static_cast<std::uint16_t>(1U + random() % ((1U << static_cast<unsigned>(code.bits_per_symbol)) - 1U));
}

TEST(GaloisField, ProductsAreThoseOfPolynomials) {
  const GaloisField field(10);
  std::mt19937_64 random(1);
  for (int i = 0; i < 20000; ++i) {
    const auto a = static_cast<std::uint16_t>(random() & 1023U), b = static_cast<std::uint16_t>(random() & 1023U);
    ASSERT_EQ(field.multiply(a, b), slow_product(a, b, 10, 0x409));
    if (b != 0) {
      ASSERT_EQ(field.multiply(field.divide(a, b), b), a);
    }
  }
}

TEST(GaloisField, AlphaGeneratesEveryElement) {
  for (int bits = 2; bits <= 14; ++bits) {
    const GaloisField field(bits);
    std::vector<bool> seen(static_cast<std::size_t>(field.order()) + 1);
    for (int i = 0; i < field.order(); ++i) seen[field.power(i)] = true;
    EXPECT_EQ(std::count(seen.begin(), seen.end(), true), field.order()) << bits;
  }
}

TEST(ReedSolomon, GeneratorsAreThoseOfTheStandard) {
  // IEEE 802.3-2022 table 91-1, g_0 first.
  EXPECT_THAT(ReedSolomon(kKr4).generator(),
              testing::ElementsAre(432, 290, 945, 265, 592, 391, 614, 900, 925, 656, 32, 701, 6, 904, 1));
  EXPECT_THAT(ReedSolomon(kKp4).generator(),
              testing::ElementsAre(523, 834, 128, 158, 185, 127, 392, 193, 610, 788, 361, 883, 503, 942, 385, 495, 720,
                                   94, 132, 593, 249, 282, 565, 108, 1, 552, 230, 187, 552, 575, 1));
}

// The divider that a textbook draws: one symbol a step.
TEST(ReedSolomon, EncoderAgreesWithLongDivision) {
  std::mt19937_64 random(2);
  for (const RsCode& code : {kKp4, kKr4, make_rs_code(63, 57, 6), make_rs_code(15, 10, 4), make_rs_code(255, 223, 8)}) {
    const ReedSolomon codec(code);
    const std::vector<std::uint16_t>& g = codec.generator();
    for (int trial = 0; trial < 50; ++trial) {
      const Word data = random_data(code, random);
      Word state(g.size() - 1, 0);
      for (const std::uint16_t d : data) {
        const auto front = static_cast<std::uint16_t>(state[0] ^ d);
        for (std::size_t i = 0; i < state.size(); ++i)
          state[i] = static_cast<std::uint16_t>((i + 1 < state.size() ? state[i + 1] : 0) ^
                                                codec.field().multiply(front, g[state.size() - 1 - i]));
      }
      Word parity(state.size());
      codec.encode(data, parity);
      ASSERT_EQ(parity, state);
    }
  }
}

TEST(ReedSolomon, CodewordsVanishAtTheRootsOfTheGenerator) {
  std::mt19937_64 random(3);
  const ReedSolomon codec(kKp4);
  const Word word = encoded(codec, random_data(kKp4, random));
  for (int j = 0; j < 30; ++j) {
    std::uint16_t value = 0;
    for (const std::uint16_t symbol : word)
      value = static_cast<std::uint16_t>(codec.field().multiply(value, codec.field().power(j)) ^ symbol);
    EXPECT_EQ(value, 0) << j;
  }
}

struct Case {
  RsCode code;
  int trials;
};
class EveryWeight : public testing::TestWithParam<Case> {};

TEST_P(EveryWeight, UpToTheLimitIsCorrected) {
  const auto& [code, trials] = GetParam();
  const ReedSolomon codec(code);
  std::mt19937_64 random(4);
  Word sent = encoded(codec, random_data(code, random));
  for (int trial = 0; trial < trials; ++trial) {
    if (trial % 16 == 0) sent = encoded(codec, random_data(code, random));
    const int errors = trial % (code.correctable + 1);
    Word word = sent;
    for (const int p : places(code.symbols, errors, random)) word[static_cast<std::size_t>(p)] ^= nonzero(code, random);
    const DecodeResult result = codec.decode(word);
    ASSERT_TRUE(result.corrected) << errors;
    ASSERT_EQ(result.changed, errors);
    ASSERT_EQ(word, sent);
  }
}

// The whole of the correction that the codes of Ethernet promise.
TEST(ReedSolomon, AsManyErrorsAsTheCodeRepairsAreCorrectedInAHundredThousandWords) {
  for (const RsCode& code : {kKp4, kKr4}) {
    const ReedSolomon codec(code);
    std::mt19937_64 random(8);
    Word sent;
    for (int trial = 0; trial < 100000; ++trial) {
      if (trial % 16 == 0) sent = encoded(codec, random_data(code, random));
      Word word = sent;
      for (const int p : places(code.symbols, code.correctable, random))
        word[static_cast<std::size_t>(p)] ^= nonzero(code, random);
      const DecodeResult result = codec.decode(word);
      ASSERT_TRUE(result.corrected) << trial;
      ASSERT_EQ(result.changed, code.correctable);
      ASSERT_EQ(word, sent);
    }
  }
}

// One error more than the code repairs: refused, or another codeword; never the sent one, never an unchanged claim.
TEST_P(EveryWeight, OneMoreIsDetectedOrMiscorrected) {
  const auto& [code, trials] = GetParam();
  const ReedSolomon codec(code);
  std::mt19937_64 random(5);
  const Word sent = encoded(codec, random_data(code, random));
  int failed = 0, miscorrected = 0;
  for (int trial = 0; trial < trials; ++trial) {
    Word word = sent;
    for (const int p : places(code.symbols, code.correctable + 1, random))
      word[static_cast<std::size_t>(p)] ^= nonzero(code, random);
    const Word received = word;
    const DecodeResult result = codec.decode(word);
    if (!result.corrected) {
      ASSERT_EQ(word, received);
      ++failed;
      continue;
    }
    ASSERT_NE(word, sent);
    ASSERT_EQ(encoded(codec, {word.begin(), word.begin() + code.data_symbols}), word);
    ++miscorrected;
  }
  EXPECT_EQ(failed + miscorrected, trials);
  // Chance of a word at random to lie within t of a codeword: about 1/t! for codes of full length.
  if (code.bits_per_symbol == 6) {
    EXPECT_GT(miscorrected, 0);
  }
}

TEST_P(EveryWeight, ErrorsAndErasuresShareTheParity) {
  const auto& [code, trials] = GetParam();
  const ReedSolomon codec(code);
  std::mt19937_64 random(6);
  const Word sent = encoded(codec, random_data(code, random));
  for (int trial = 0; trial < trials / 5; ++trial) {
    const int parity = codec.parity_symbols();
    const int erased = static_cast<int>(random() % static_cast<unsigned>(parity + 1));
    const int errors = (parity - erased) / 2;
    const std::vector<int> at = places(code.symbols, erased + errors, random);
    Word word = sent;
    for (std::size_t i = 0; i < at.size(); ++i)  // an erased symbol may happen to be right
      word[static_cast<std::size_t>(at[i])] ^=
          i < static_cast<std::size_t>(erased) && random() % 4 == 0 ? std::uint16_t{0} : nonzero(code, random);
    const DecodeResult result = codec.decode(word, std::span(at).first(static_cast<std::size_t>(erased)));
    ASSERT_TRUE(result.corrected) << erased << " erasures, " << errors << " errors";
    ASSERT_EQ(word, sent);
  }
}

INSTANTIATE_TEST_SUITE_P(ReedSolomon, EveryWeight,
                         testing::Values(Case{kKp4, 100000}, Case{kKr4, 100000}, Case{make_rs_code(63, 57, 6), 100000},
                                         Case{make_rs_code(255, 223, 8), 20000}, Case{make_rs_code(15, 10, 4), 20000}),
                         [](const auto& info) {
                           return "Rs" + std::to_string(info.param.code.symbols) + "_" +
                                  std::to_string(info.param.code.data_symbols);
                         });

TEST(ReedSolomon, MoreErasuresThanParityAreRefused) {
  const ReedSolomon codec(make_rs_code(15, 10, 4));
  Word word(15, 0);
  word[0] = 1;
  const std::vector<int> erasures{0, 1, 2, 3, 4, 5};
  EXPECT_FALSE(codec.decode(word, erasures).corrected);
}

TEST(ReedSolomon, NonsenseIsRefused) {
  EXPECT_THROW(ReedSolomon(make_rs_code(1024, 1000, 10)), ConfigError);
  EXPECT_THROW(ReedSolomon(make_rs_code(544, 500, 10)), ConfigError);
  EXPECT_THROW(ReedSolomon(make_rs_code(10, 10, 10)), ConfigError);
  const ReedSolomon codec(kKp4);
  Word word(543);
  EXPECT_THROW(codec.decode(word), NumericError);
  word.assign(544, 1);
  const std::vector<int> outside{544};
  EXPECT_THROW(codec.decode(word, outside), NumericError);
}

}  // namespace
}  // namespace tessera
