#include "phy/fec/interleaver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>
#include <tuple>

#include "phy/core/error.hpp"
#include "phy/fec/fec_counter.hpp"

namespace tessera {
namespace {

Log10Probability ratio(double p) { return Log10Probability::from_value(p); }

LaneMap wide_map(bool by_bits) {
  LaneMap map;
  map.codewords = 4;
  map.lanes = 425;
  map.by_bits = by_bits;
  return map;
}

TEST(LaneMap, EveryBitHasOnePlaceAndComesBackToItsLane) {
  LaneMap short_map;
  short_map.code = make_rs_code(15, 11, 4);
  short_map.codewords = 2;
  short_map.lanes = 7;
  LaneMap by_bits = short_map;
  by_bits.by_bits = true;
  for (const LaneMap& map :
       {lane_map_400g(16), lane_map_400g(4), lane_map_800g(8), lane_map_800g(4), short_map, by_bits}) {
    // Blocks that end inside a row come round after `lanes` blocks.
    const std::int64_t blocks = map.lanes == 7 ? 7 : 1;
    const std::int64_t bits = blocks * map.codewords * map.code.codeword_bits() / map.physical_lanes();
    std::set<std::tuple<std::int64_t, int, int, int>> seen;
    for (int lane = 0; lane < map.physical_lanes(); ++lane)
      for (std::int64_t bit = 0; bit < bits; ++bit) {
        const BitPlace place = map.place_of(lane, bit);
        ASSERT_LT(place.block, blocks);
        ASSERT_EQ(map.physical_lane_of(place), lane);
        seen.insert({place.block, place.codeword, place.symbol, place.bit});
      }
    EXPECT_EQ(static_cast<std::int64_t>(seen.size()), bits * map.physical_lanes());
  }
}

TEST(LaneMap, TwoCodewordsAlternateOnSixteenLanes) {
  // IEEE 802.3-2022 clause 119.2.4.6: even rows A B A B …, odd rows B A B A …; 68 symbols of 10 bits a lane.
  const LaneMap map = lane_map_400g(16);
  EXPECT_EQ(map.place_of(0, 0), (BitPlace{0, 0, 0, 0}));
  EXPECT_EQ(map.place_of(1, 0), (BitPlace{1, 0, 0, 0}));
  EXPECT_EQ(map.place_of(2, 3), (BitPlace{0, 1, 3, 0}));
  EXPECT_EQ(map.place_of(0, 10), (BitPlace{1, 8, 0, 0}));
  EXPECT_EQ(map.place_of(1, 10), (BitPlace{0, 8, 0, 0}));
  EXPECT_EQ(map.place_of(15, 679).symbol, 543);
  EXPECT_EQ(map.place_of(15, 680).block, 1);
}

TEST(LaneMap, BitsOfLogicalLanesTakeTurns) {
  const LaneMap map = lane_map_400g(4);  // four logical lanes each
  for (std::int64_t bit = 0; bit < 4; ++bit) EXPECT_EQ(map.place_of(1, bit).symbol, 2 + bit / 2) << bit;
  EXPECT_EQ(map.place_of(1, 4).bit, 1);
  const LaneMap wide = lane_map_800g(8);  // both flows on every lane
  EXPECT_EQ(wide.place_of(0, 0).codeword, 0);
  EXPECT_EQ(wide.place_of(0, 1).codeword, 2);
}

TEST(LaneMap, NonsenseIsRefused) {
  EXPECT_THROW(lane_map_400g(3), ConfigError);
  LaneMap map;
  map.codewords = 2;
  map.lanes = 5;
  map.alternate = true;
  EXPECT_THROW(map.check(), ConfigError);
  map = {};
  map.lanes = 2;
  map.mux = {{0, 0}};
  EXPECT_THROW(map.check(), ConfigError);
  const std::vector<Log10Probability> one{ratio(1e-4)};
  EXPECT_THROW(codeword_error_ratio(lane_map_400g(4), one), NumericError);
}

// Every outcome of 15 symbols.
double brute_force(const RsCode& code, const std::vector<Log10Probability>& positions) {
  double lost = 0.0;
  for (unsigned outcome = 0; outcome < 1U << 15U; ++outcome) {
    double p = 1.0;
    int wrong = 0;
    for (std::size_t i = 0; i < 15; ++i) {
      const double s = positions[i].value();
      const bool hit = (outcome >> i & 1U) != 0;
      p *= hit ? s : 1.0 - s;
      wrong += hit ? 1 : 0;
    }
    if (wrong > code.correctable) lost += p;
  }
  return lost;
}

TEST(LaneMap, PoissonBinomialOverPositionsIsTheSumOverAllOutcomes) {
  LaneMap map;
  map.code = make_rs_code(15, 11, 4);
  map.codewords = 2;
  map.lanes = 4;
  const std::vector<Log10Probability> lanes{ratio(1e-2), ratio(1e-5), ratio(0.5), ratio(3e-3)};
  for (const bool by_bits : {false, true}) {
    map.by_bits = by_bits;
    double sum = 0.0;
    // 30 symbols on 4 lanes come round after 2 blocks; 120 bits after 1.
    const int blocks = by_bits ? 1 : 2;
    for (int block = 0; block < blocks; ++block)
      for (int codeword = 0; codeword < 2; ++codeword) {
        const std::vector<Log10Probability> positions = position_error_ratios(map, lanes, codeword, block);
        const double exact = brute_force(map.code, positions);
        EXPECT_NEAR(codeword_error_ratio_of_positions(map.code, positions).value() / exact, 1.0, 1e-9);
        sum += exact;
      }
    EXPECT_NEAR(codeword_error_ratio(map, lanes).value() / (sum / (2 * blocks)), 1.0, 1e-9);
  }
}

TEST(LaneMap, EqualLanesGiveTheBinomialSum) {
  const std::vector<Log10Probability> lanes(4, ratio(2.4e-4));
  EXPECT_NEAR(codeword_error_ratio(lane_map_400g(4), lanes).value() / 8.152e-13, 1.0, 5e-4);  // binomial, 2.4e-4
  const std::vector<Log10Probability> bits(425, ratio(2.4e-4));
  EXPECT_NEAR(codeword_error_ratio(wide_map(true), bits).value() / 8.152e-13, 1.0, 5e-4);
}

// Chance of more than t wrong among `dead` symbols of one ratio and the rest of another: two binomials folded.
double two_kinds(int dead, double dead_ratio, double ratio_of_others) {
  const auto term = [](int n, int k, double p) {
    return std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0)) * std::pow(p, k) *
           std::pow(1.0 - p, n - k);
  };
  double lost = 0.0;
  for (int i = 0; i <= dead; ++i)
    for (int j = std::max(0, 16 - i); j < 60; ++j)
      lost += term(dead, i, dead_ratio) * term(544 - dead, j, ratio_of_others);
  return lost;
}

TEST(LaneMap, OneDeadLaneOfAWideLink) {
  // 425 lanes, the others at 1e-4. By symbols a block of 2176 gives the dead lane 5 or 6: one or two symbols of each
  // codeword; by bits it gives 51 or 52, 12.8 a codeword, each in a symbol of its own and wrong every other time.
  std::vector<Log10Probability> lanes(425, ratio(1e-4));
  lanes[17] = ratio(0.5);
  const double others = 1.0 - std::pow(1.0 - 1e-4, 10), wrong = 1.0 - std::pow(0.5, 10);
  const double symbols = codeword_error_ratio(wide_map(false), lanes).value();
  EXPECT_GT(symbols, two_kinds(1, wrong, others));
  EXPECT_LT(symbols, two_kinds(2, wrong, others));
  const double bits = codeword_error_ratio(wide_map(true), lanes).value();
  const double hit = 1.0 - 0.5 * std::pow(1.0 - 1e-4, 9);
  EXPECT_GT(bits, 0.99 * two_kinds(12, hit, others));
  EXPECT_LT(bits, 1.01 * two_kinds(13, hit, others));
  // Spread by bits a dead lane costs 13 of 15 corrections at worst, by symbols two.
  EXPECT_GT(bits, 1e6 * symbols);
}

TEST(LaneMap, OneDeadLaneOfEightLosesEveryCodeword) {
  std::vector<Log10Probability> lanes(8, ratio(1e-8));
  lanes[3] = ratio(0.5);
  EXPECT_GT(codeword_error_ratio(lane_map_800g(8), lanes).value(), 0.999);
}

TEST(FecCounter, CountsAsTheWordsThemselvesWould) {
  for (const LaneMap& map : {lane_map_400g(4), lane_map_800g(8)}) {
    const int lanes = map.physical_lanes(), blocks = 6;
    const std::size_t bits = static_cast<std::size_t>(map.codewords * map.code.codeword_bits() / lanes);
    std::mt19937_64 random(5);
    std::vector<std::vector<std::uint8_t>> wrong(static_cast<std::size_t>(lanes),
                                                 std::vector<std::uint8_t>(bits * blocks));
    for (auto& lane : wrong)
      for (auto& bit : lane) bit = random() % 340 == 0 ? 1 : 0;  // at the edge: about 16 wrong symbols a word
    FecCounter counter(map), sparse(map);
    for (std::size_t at = 0; at < bits * blocks;) {
      const std::size_t size = std::min<std::size_t>(701, bits * blocks - at);
      for (int lane = 0; lane < lanes; ++lane) {
        const auto piece = std::span(wrong[static_cast<std::size_t>(lane)]).subspan(at, size);
        counter.feed(lane, piece);
        std::vector<std::uint64_t> places;
        for (std::size_t i = 0; i < size; ++i)
          if (piece[i] != 0) places.push_back(i);
        sparse.feed_sparse(lane, size, places);
      }
      at += size;
    }
    // By the inverse map, word by word.
    const ReedSolomon codec(map.code);
    WordCount expected;
    for (int block = 0; block < blocks; ++block)
      for (int codeword = 0; codeword < map.codewords; ++codeword) {
        std::vector<std::uint16_t> word(544, 0);
        for (int lane = 0; lane < lanes; ++lane)
          for (std::size_t bit = static_cast<std::size_t>(block) * bits;
               bit < static_cast<std::size_t>(block + 1) * bits; ++bit) {
            const BitPlace place = map.place_of(lane, static_cast<std::int64_t>(bit));
            if (place.block == block && place.codeword == codeword && wrong[static_cast<std::size_t>(lane)][bit] != 0)
              word[static_cast<std::size_t>(place.symbol)] ^=
                  static_cast<std::uint16_t>(1U << static_cast<unsigned>(place.bit));
          }
        count_word(codec, word, expected);
      }
    for (const FecCounter* got : {&counter, &sparse}) {
      EXPECT_EQ(got->count().words, expected.words);
      EXPECT_EQ(got->count().corrected, expected.corrected);
      EXPECT_EQ(got->count().lost(), expected.lost());
      EXPECT_EQ(got->count().wrong_bits_in, expected.wrong_bits_in);
      EXPECT_EQ(got->count().wrong_bits_out, expected.wrong_bits_out);
    }
    EXPECT_GT(expected.lost(), 0U);
    EXPECT_GT(expected.corrected, 0U);
  }
}

TEST(FecCounter, LongCleanStretchesAreWordsToo) {
  FecCounter counter(LaneMap{});
  const std::vector<std::uint64_t> wrong{5, 5439, 5440 * 1000};
  counter.feed_sparse(0, 5440ULL * 2000, wrong);
  EXPECT_EQ(counter.count().words, 2000U);
  EXPECT_EQ(counter.count().corrected, 2000U);
  EXPECT_EQ(counter.wrong_symbols()[0], 1998U);
  EXPECT_EQ(counter.wrong_symbols()[2], 1U);
}

TEST(FecCounter, ALaneTooFarAheadIsRefused) {
  FecCounter counter(lane_map_400g(4), 2);
  const std::vector<std::uint64_t> wrong{100000};
  EXPECT_THAT([&] { counter.feed_sparse(1, 200000, wrong); },
              testing::ThrowsMessage<NumericError>(testing::HasSubstr("ahead of the slowest lane")));
}

}  // namespace
}  // namespace tessera
