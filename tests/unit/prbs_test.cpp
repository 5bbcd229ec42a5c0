#include "phy/modulation/prbs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>

#include "phy/core/error.hpp"
#include "tests/support/sha256.hpp"

namespace tessera {
namespace {

std::vector<std::uint8_t> symbols(std::string_view name, int order, std::size_t count, std::uint32_t seed = 0,
                                  std::uint64_t first = 0) {
  SymbolPattern pattern(name, order, seed);
  std::vector<std::uint8_t> s(count);
  pattern.fill(first, s);
  return s;
}

std::string text(const std::vector<std::uint8_t>& s) {
  std::string t;
  for (const std::uint8_t v : s) t += static_cast<char>('0' + v);
  return t;
}

// IEEE 802.3-2022, 120.5.11.2.1: seed 0000010101011 (S0 first) and its first symbols.
TEST(Prbs, Prbs13qIsTheExampleOfTheStandard) {
  EXPECT_EQ(text(symbols("prbs13q", 4, 46, 0b1101010100000)), "1031320220111130103121231210012102121023131112");
}

// IEEE 802.3-2022, 120.5.11.2.2: all-ones seed.
TEST(Prbs, Prbs31qIsTheExampleOfTheStandard) {
  EXPECT_EQ(text(symbols("prbs31q", 4, 50)), "22222222222222012222222222220002222222222201201222");
}

// Digest of the 65,535 symbols (one byte each) of the file that IEEE publishes with the standard, SSPRQ_sequence.csv.
TEST(Prbs, SsprqIsThePublishedSequence) {
  const auto s = ssprq_symbols();
  ASSERT_EQ(s.size(), 65535U);
  EXPECT_EQ(test::sha256(s), "f17f5effb8e68863e5355258186456e1c3b3c48b5519c1a0c46dac855fae3582");
  EXPECT_EQ(symbols("ssprq", 4, 100, 0, 65535 * 3 + 65500), symbols("ssprq", 4, 100, 0, 65500));
}

// A maximal sequence takes each non-zero register value once a period: 2^(n-1) ones, runs of each length halving in
// number, one run of n ones and none longer.
TEST(Prbs, ShortSequencesAreMaximal) {
  for (const int order : {7, 9, 11, 13, 15, 20}) {
    const PrbsPolynomial p = prbs_polynomial(order);
    const std::size_t period = p.period();
    auto bits = symbols("prbs" + std::to_string(order), 2, period + 64);
    if (p.inverted)
      for (auto& b : bits) b ^= 1U;
    EXPECT_TRUE(std::equal(bits.begin(), bits.begin() + 64, bits.begin() + static_cast<std::ptrdiff_t>(period)));
    bits.resize(period);
    EXPECT_EQ(std::count(bits.begin(), bits.end(), 1), std::ptrdiff_t{1} << (order - 1)) << order;
    std::map<std::size_t, int> runs;
    const auto start = static_cast<std::size_t>(std::find(bits.begin(), bits.end(), 0) - bits.begin());
    std::size_t run = 0;
    for (std::size_t i = 0; i < period; ++i) {
      if (bits[(start + i) % period] != 0) {
        ++run;
      } else if (run > 0) {
        ++runs[run];
        run = 0;
      }
    }
    if (run > 0) ++runs[run];
    EXPECT_EQ(runs.rbegin()->first, static_cast<std::size_t>(order)) << order;
    EXPECT_EQ(runs[static_cast<std::size_t>(order)], 1) << order;
    for (int k = 1; k <= order - 2; ++k)
      EXPECT_EQ(runs[static_cast<std::size_t>(k)], 1 << (order - 2 - k)) << order << " " << k;
  }
}

TEST(Prbs, PeriodsOfTheLongOnesAreTwoToTheOrderMinusOne) {
  // 2^31 - 1 is prime and 2^23 - 1 = 47 x 178481: a state that returns after 2^n - 1 steps and after no factor of it.
  for (const int order : {23, 31}) {
    const PrbsPolynomial p = prbs_polynomial(order);
    const auto raw = [&](std::uint64_t n) {  // prbs_jump reduces by the period, so walk in halves
      return prbs_jump(p, prbs_jump(p, 1, n / 2), n - n / 2);
    };
    EXPECT_EQ(raw(p.period()), 1U);
    EXPECT_NE(raw(1), 1U);
    if (order == 23) {
      EXPECT_NE(raw(47), 1U);
      EXPECT_NE(raw(178481), 1U);
    }
  }
}

TEST(Prbs, JumpEqualsSteppingAndWordsEqualTheRecursion) {
  for (const int order : {7, 9, 11, 13, 15, 20, 23, 31}) {
    const PrbsPolynomial p = prbs_polynomial(order);
    PrbsWords words = prbs_words(order, 5);
    std::vector<std::uint64_t> w(50);
    next_words(words, w);
    std::vector<int> bits;
    for (const std::uint64_t word : w)
      for (int j = 0; j < 64; ++j) bits.push_back(static_cast<int>(word >> j & 1U) ^ (p.inverted ? 1 : 0));
    for (std::size_t n = 40; n < bits.size(); ++n) {
      int expected = 0;
      for (const int d : p.delays)
        if (d > 0) expected ^= bits[n - static_cast<std::size_t>(d)];
      ASSERT_EQ(bits[n], expected) << order << " " << n;
    }
    // Stage S_i after n steps is bit n - 1 - i.
    for (const std::uint64_t n : {40U, 777U, 3000U}) {
      std::uint32_t state = 0;
      for (std::size_t i = 0; i < static_cast<std::size_t>(order); ++i)
        state |= static_cast<std::uint32_t>(bits[n - 1 - i]) << i;
      EXPECT_EQ(prbs_jump(p, 5, n), state) << order << " " << n;
    }
  }
}

TEST(Prbs, AnyBlockOfAPatternIsThatOfTheWhole) {
  for (const auto* name : {"prbs7", "prbs13q", "prbs31", "ssprq", "random"}) {
    for (const int order : {2, 4, 8}) {
      if (std::string(name) == "ssprq" && order != 4) continue;
      SymbolPattern pattern(name, order, 0, stream_key(1, "pattern"));
      std::vector<std::uint8_t> whole(4000), pieces(4000);
      pattern.fill(0, whole);
      for (std::size_t done = 0, step = 1; done < pieces.size(); step = step * 7 % 173 + 1) {
        const std::size_t run = std::min(step, pieces.size() - done);
        pattern.fill(done, std::span(pieces).subspan(done, run));
        done += run;
      }
      EXPECT_EQ(whole, pieces) << name << order;
      std::vector<std::uint8_t> jumped(100);
      pattern.fill(3001, jumped);
      EXPECT_TRUE(std::equal(jumped.begin(), jumped.end(), whole.begin() + 3001)) << name << order;
      EXPECT_LT(*std::max_element(whole.begin(), whole.end()), order);
    }
  }
}

TEST(Prbs, FarJumpFollowsThePeriod) {
  const std::uint64_t period = (std::uint64_t{1} << 31) - 1;
  EXPECT_EQ(symbols("prbs31", 2, 200, 0, 7 * period + 13), symbols("prbs31", 2, 200, 0, 13));
  EXPECT_EQ(symbols("prbs31q", 4, 200, 0, period + 13), symbols("prbs31q", 4, 200, 0, 13));
}

TEST(Prbs, RandomSymbolsAreEquallyLikely) {
  for (const int order : {2, 3, 4, 6, 8}) {
    SymbolPattern pattern("random", order, 0, stream_key(9, "seg1/tx"));
    std::vector<std::uint8_t> s(120000);
    pattern.fill(0, s);
    for (int level = 0; level < order; ++level) {
      const double n = 120000.0, p = 1.0 / order;
      EXPECT_NEAR(static_cast<double>(std::count(s.begin(), s.end(), level)), n * p, 4.5 * std::sqrt(n * p * (1 - p)));
    }
  }
}

TEST(Prbs, DeBruijnSequenceHoldsEachWordOnce) {
  for (const auto& [order, length] : {std::pair{2, 10}, {3, 5}, {4, 6}, {6, 4}, {8, 3}, {4, 1}}) {
    const auto s = de_bruijn(order, length);
    std::size_t total = 1;
    for (int i = 0; i < length; ++i) total *= static_cast<std::size_t>(order);
    ASSERT_EQ(s.size(), total);
    std::vector<bool> seen(total);
    for (std::size_t i = 0; i < total; ++i) {
      std::size_t word = 0;
      for (std::size_t k = 0; k < static_cast<std::size_t>(length); ++k)
        word = word * static_cast<std::size_t>(order) + s[(i + k) % total];
      EXPECT_FALSE(seen[word]);
      seen[word] = true;
    }
  }
}

TEST(Prbs, CheckersFindTheInjectedErrors) {
  for (const int order : {7, 13, 23, 31}) {
    auto bits = symbols("prbs" + std::to_string(order), 2, 40000, 0, 1234567);
    for (std::size_t at = 1000; at < 39000; at += 500) bits[at] ^= 1U;  // 76 single errors
    PrbsChecker running = prbs_checker(order), self = prbs_checker(order, PrbsChecker::Mode::self_synchronising);
    for (std::size_t done = 0; done < bits.size(); done += 1000) {
      check(running, std::span(bits).subspan(done, 1000));
      check(self, std::span(bits).subspan(done, 1000));
    }
    EXPECT_TRUE(running.locked);
    EXPECT_EQ(running.errors(), 76.0) << order;
    EXPECT_EQ(self.errors(), 76.0) << order;
    EXPECT_EQ(self.checked, 40000U - static_cast<unsigned>(order));
    EXPECT_EQ(running.checked, 40000U - static_cast<unsigned>(order) - 64U);
  }
}

TEST(Prbs, CheckerDoesNotLockToAnotherSequenceOrToZeros) {
  PrbsChecker checker = prbs_checker(7);
  check(checker, symbols("prbs9", 2, 10000));
  EXPECT_FALSE(checker.locked);
  check(checker, std::vector<std::uint8_t>(1000, 0));
  EXPECT_FALSE(checker.locked);
}

TEST(Prbs, GrayBitsOfNeighboursDifferInOne) {
  const std::vector<std::uint8_t> levels{0, 1, 2, 3};
  std::vector<std::uint8_t> bits(8);
  symbols_to_bits(4, levels, bits);
  EXPECT_EQ(bits, (std::vector<std::uint8_t>{0, 0, 0, 1, 1, 1, 1, 0}));  // 120.5.7.1
}

TEST(Prbs, BadInputNamesTheRule) {
  const auto message = [](const auto& f) {
    try {
      f();
    } catch (const ConfigError& e) {
      return std::string(e.what());
    }
    return std::string("no error");
  };
  EXPECT_EQ(message([] { prbs_polynomial(8); }), "PRBS order must be 7, 9, 11, 13, 15, 20, 23 or 31, got 8");
  EXPECT_EQ(message([] { SymbolPattern("ssprq", 2); }), "ssprq is a pattern of 4 levels, got 2");
  EXPECT_EQ(message([] { SymbolPattern("prbs7", 6); }), "prbs7 needs 2, 4, 8 or 16 levels, got 6; use random");
  EXPECT_EQ(message([] { SymbolPattern("prbs7", 2, 128); }), "seed of PRBS7 must be in 1 … 127, got 128");
  EXPECT_NE(message([] { SymbolPattern("prbs8", 2); }).find("unknown pattern `prbs8`; known: prbs7, prbs9"),
            std::string::npos);
  EXPECT_EQ(message([] { de_bruijn(8, 9); }), "de Bruijn sequence of 8 levels and length 9 exceeds 2^26 symbols");
}

}  // namespace
}  // namespace tessera
