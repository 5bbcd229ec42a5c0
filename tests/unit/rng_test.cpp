#include "phy/core/rng.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace tessera {
namespace {

using Block = std::array<std::uint32_t, 4>;

// Known answers published with the reference implementation of the authors (kat_vectors, philox4x32 10).
TEST(Rng, PhiloxGivesThePublishedKnownAnswers) {
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}), (Block{0x6627e8d5U, 0xe169c58dU, 0xbc57ac4cU, 0x9b00dbd8U}));
  const std::uint32_t f = 0xffffffffU;
  EXPECT_EQ(philox4x32({f, f, f, f}, {f, f}), (Block{0x408f276dU, 0x41c83b0eU, 0xa20bc7c6U, 0x6d5451fdU}));
  EXPECT_EQ(philox4x32({0x243f6a88U, 0x85a308d3U, 0x13198a2eU, 0x03707344U}, {0xa4093822U, 0x299f31d0U}),
            (Block{0xd16cfe09U, 0x94fdccebU, 0x5001e420U, 0x24126ea1U}));
}

// The same source, philox4x32 7.
TEST(Rng, SevenRoundsGiveTheirKnownAnswers) {
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}, 7), (Block{0x5f6fb709U, 0x0d893f64U, 0x4f121f81U, 0x4f730a48U}));
  const std::uint32_t f = 0xffffffffU;
  EXPECT_EQ(philox4x32({f, f, f, f}, {f, f}, 7), (Block{0x5207ddc2U, 0x45165e59U, 0x4d8ee751U, 0x8c52f662U}));
  EXPECT_EQ(philox4x32({0x243f6a88U, 0x85a308d3U, 0x13198a2eU, 0x03707344U}, {0xa4093822U, 0x299f31d0U}, 7),
            (Block{0x4dfccabaU, 0x190a87f0U, 0xc47362baU, 0xb6b5242aU}));
}

TEST(Rng, WordsAreThoseOfTheStatedCounters) {
  const StreamKey key{{0xa4093822U, 0x299f31d0U}, 0x13198a2eU};
  // Around 2^38 words the counter passes 2^32.
  for (const std::uint64_t first : {std::uint64_t{0}, std::uint64_t{37}, (std::uint64_t{1} << 34) - 100}) {
    std::vector<std::uint32_t> words(300);
    for (const Rounds rounds : {Rounds::seven, Rounds::ten}) {
      random_words(key, first, words, rounds);
      for (std::size_t n = 0; n < words.size(); ++n) {
        const std::uint64_t i = first + n, c = 16 * (i / 64) + i % 16;
        const auto block =
            philox4x32({static_cast<std::uint32_t>(c), static_cast<std::uint32_t>(c >> 32), key.stream, 0}, key.key,
                       static_cast<int>(rounds));
        ASSERT_EQ(words[n], block[i % 64 / 16]) << i;
      }
    }
  }
}

TEST(Rng, AnyCutOfTheStreamGivesTheSameBits) {
  const StreamKey key = stream_key(7, "seg1/rx/tia", 3);
  std::vector<std::uint32_t> whole(5000), pieces(5000);
  random_words(key, 123, whole);
  for (std::size_t done = 0, step = 1; done < pieces.size(); step = step * 3 % 211 + 1) {
    const std::size_t run = std::min(step, pieces.size() - done);
    random_words(key, 123 + done, std::span(pieces).subspan(done, run));
    done += run;
  }
  EXPECT_EQ(whole, pieces);
  std::vector<std::uint32_t> other(5000);
  std::thread upper([&] { random_words(key, 123 + 2500, std::span(other).subspan(2500)); });
  random_words(key, 123, std::span(other).first(2500));
  upper.join();
  EXPECT_EQ(whole, other);
}

TEST(Rng, SeedPathAndLaneNameDifferentStreams) {
  std::set<std::array<std::uint32_t, 3>> keys;
  const auto add = [&](const StreamKey& k) { keys.insert({k.key[0], k.key[1], k.stream}); };
  for (std::uint64_t seed = 0; seed < 10; ++seed)
    for (std::uint64_t lane = 0; lane < 10; ++lane)
      for (const auto* path : {"", "a", "b", "seg1/rx/tia", "seg1/rx/tib", "seg1/rx/tia/", "seg1/rx", "12345678"})
        add(stream_key(seed, path, lane));
  add(stream_key(0, std::string("a\0", 2)));  // padding is not text
  EXPECT_EQ(keys.size(), 801U);
  EXPECT_EQ(stream_key(5, "x", 1), stream_key(5, "x", 1));
}

// Correlation of two streams of n words as balance of x ^ y over 32 n bits: standard deviation 1/sqrt(32 n).
TEST(Rng, BitsAreBalancedAndStreamsIndependent) {
  constexpr std::size_t kWords = 1 << 18;
  const double deviation = 1.0 / std::sqrt(32.0 * kWords);
  std::vector<std::uint32_t> a(kWords), b(kWords);
  random_words(stream_key(1, "noise", 0), 0, a);
  const auto balance = [](const auto& bits_of) {
    double ones = 0.0;
    for (std::size_t i = 0; i + 64 < kWords; ++i) ones += std::popcount(bits_of(i));
    return 2.0 * ones / (32.0 * (kWords - 64)) - 1.0;
  };
  EXPECT_LT(std::abs(balance([&](std::size_t i) { return a[i]; })), 4.5 * deviation);
  for (const StreamKey& other : {stream_key(1, "noise", 1), stream_key(2, "noise", 0), stream_key(1, "noisf", 0)}) {
    random_words(other, 0, b);
    EXPECT_LT(std::abs(balance([&](std::size_t i) { return a[i] ^ b[i]; })), 4.5 * deviation);
  }
  for (const std::size_t lag : {1U, 2U, 16U, 32U, 64U})
    EXPECT_LT(std::abs(balance([&](std::size_t i) { return a[i] ^ a[i + lag]; })), 4.5 * deviation) << lag;
}

TEST(Rng, UniformsLieInsideTheOpenInterval) {
  std::vector<double> u(100000);
  random_uniform(stream_key(1, "u"), 17, u);
  double sum = 0.0, squares = 0.0;
  for (const double v : u) {
    ASSERT_GT(v, 0.0);
    ASSERT_LT(v, 1.0);
    sum += v;
    squares += v * v;
  }
  EXPECT_NEAR(sum / 1e5, 0.5, 4.5 * std::sqrt(1.0 / 12.0 / 1e5));
  EXPECT_NEAR(squares / 1e5, 1.0 / 3.0, 4.5 * std::sqrt(4.0 / 45.0 / 1e5));
}

}  // namespace
}  // namespace tessera
