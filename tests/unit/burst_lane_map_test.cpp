#include "phy/fec/burst_lane_map.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>
#include <set>
#include <tuple>
#include <vector>

#include "phy/core/error.hpp"
#include "phy/fec/burst_model.hpp"
#include "phy/fec/fec_counter.hpp"

namespace tessera {
namespace {

Log10Probability ratio(double p) { return Log10Probability::from_value(p); }

double codeword_error(const LaneBursts& line) { return codeword_error_ratio(std::span(&line, 1)).value(); }

LaneMap in_sequence(const RsCode& code, int codewords) {
  LaneMap map;
  map.code = code;
  map.codewords = codewords;
  return map;
}

// 126 symbols of two short codewords, alternating on six logical lanes, two of which take turns by bits on each of
// three.
LaneMap short_map() {
  LaneMap map = in_sequence(make_rs_code(63, 57, 6), 2);
  map.lanes = 6;
  map.alternate = true;
  map.mux = {{0, 1}, {2, 4}, {3, 5}};
  return map;
}

// Wrong bits of one lane, burst after burst.
class BurstSource {
 public:
  BurstSource(const LaneBursts& line, std::uint64_t seed)
      : line_(line),
        random_(seed),
        start_(line.symbol_error_ratio.value() / line.lengths.mean_errors()),
        which_(line.bit_odds.begin(), line.bit_odds.end()),
        next_(start_(random_)) {}

  std::vector<std::uint64_t> wrong_bits(std::uint64_t symbols) {
    std::vector<std::uint64_t> wrong;
    const auto& goes_on = line_.lengths.continuation;
    for (; next_ < symbols; ++next_) {
      if (age_ == 0 || uniform_(random_) < line_.lengths.density)
        wrong.push_back(next_ * line_.bit_odds.size() + which_(random_));
      if (uniform_(random_) < goes_on[std::min(age_, goes_on.size() - 1)]) {
        ++age_;
      } else {
        age_ = 0;
        next_ += start_(random_);
      }
    }
    next_ -= symbols;
    return wrong;
  }

 private:
  LaneBursts line_;
  std::mt19937_64 random_;
  std::geometric_distribution<std::uint64_t> start_;
  std::discrete_distribution<std::size_t> which_;
  std::uniform_real_distribution<double> uniform_{0.0, 1.0};
  std::uint64_t next_;
  std::size_t age_ = 0;
};

// Through the lanes and the actual decoder, word by word.
WordCount counted(const LaneBursts& line, std::uint64_t blocks) {
  const LaneMap& map = line.map;
  const auto bits = static_cast<std::uint64_t>(map.codewords * map.code.codeword_bits() / map.physical_lanes());
  std::vector<BurstSource> lanes;
  for (int lane = 0; lane < map.physical_lanes(); ++lane) lanes.emplace_back(line, 11 + lane);
  FecCounter counter(map);
  for (std::uint64_t block = 0; block < blocks; ++block)
    for (int lane = 0; lane < map.physical_lanes(); ++lane)
      counter.feed_sparse(lane, bits, lanes[static_cast<std::size_t>(lane)].wrong_bits(bits / line.bit_odds.size()));
  return counter.count();
}

void expect_counted(const LaneBursts& line, std::uint64_t blocks) {
  const WordCount count = counted(line, blocks);
  ASSERT_GT(count.lost(), 100U);
  // Words of a block share bursts: their spread is at most that of as many times fewer.
  const auto thin = static_cast<std::uint64_t>(line.map.codewords);
  const double got = codeword_error(line);
  EXPECT_TRUE(clopper_pearson(count.lost() / thin, count.words / thin, 0.999).contains(got))
      << got << " against " << count.lost() << " of " << count.words;
}

TEST(BurstLaneMap, MonteCarloThroughLanesAndDecoderAgreesOnBitMuxedKp4) {
  expect_counted({lane_map_800g(8), ratio(4e-3), geometric_bursts(4.0)}, 30000);
  expect_counted({lane_map_800g(8), ratio(4e-3), geometric_bursts(4.0), {1.0 / 3.0, 2.0 / 3.0}}, 15000);
  expect_counted({lane_map_800g(8), ratio(3e-3), geometric_bursts(2.0)}, 20000);
  expect_counted({lane_map_400g(4), ratio(3e-3), geometric_bursts(4.0)}, 20000);
}

TEST(BurstLaneMap, MonteCarloThroughLanesAndDecoderAgreesOnAShortCode) {
  for (const double mean : {1.0, 2.0, 4.0, 10.0})
    expect_counted({short_map(), ratio(4e-3), geometric_bursts(mean)}, 60000);
  LaneMap by_bits = in_sequence(make_rs_code(63, 57, 6), 2);
  by_bits.lanes = 7;
  by_bits.by_bits = true;
  expect_counted({by_bits, ratio(3e-3), geometric_bursts(4.0), {1.0}}, 60000);
  expect_counted({by_bits, ratio(6e-3), geometric_bursts(4.0)}, 60000);
}

TEST(BurstLaneMap, MonteCarloAgreesForLengthsOfNoGeometry) {
  // Mostly single errors or five and six of them, and bursts in which every second decision is right.
  expect_counted({short_map(), ratio(4e-3), {{0.3, 0.99, 0.99, 0.99, 0.5, 0.05}, 1.0}}, 60000);
  expect_counted({short_map(), ratio(4e-3), {{0.6, 0.9}, 0.5}}, 60000);
  expect_counted({lane_map_800g(8), ratio(4e-3), {{0.2, 0.95}, 0.6}}, 20000);
}

TEST(BurstLaneMap, SymbolsInSequenceAreTheTransferMatrix) {
  for (const double ber : {2.4e-4, 1e-5, 1e-8})
    for (const double a : {0.25, 0.5, 0.75})
      for (const int codewords : {1, 2, 4}) {
        const double exact = decode_bursts(kKp4, {ratio(ber), a, 2, false, codewords}).codeword_error_ratio.log10();
        const LaneBursts line{in_sequence(kKp4, codewords), ratio(2.0 * ber), {{a}}};
        // Runs of adjacent symbols meet less often than as many places at random: up to 8 % too few here.
        EXPECT_NEAR(codeword_error_ratio(std::span(&line, 1)).log10(), exact, 0.04)
            << ber << " " << a << " " << codewords;
      }
  const LaneBursts nrz{in_sequence(kKr4, 1), ratio(1e-5), {{0.5}}, {1.0}};
  EXPECT_NEAR(codeword_error(nrz) / 3.0e-12, 1.0, 0.018);
}

TEST(BurstLaneMap, SingleErrorsAreTheBinomialSum) {
  for (const double log10_ser : {-2.0, -2.7, -4.0, -12.0, -40.0}) {
    const auto ser = Log10Probability::from_log10(log10_ser);
    for (const LaneMap& map : {in_sequence(kKp4, 4), in_sequence(kKr4, 1)}) {
      const LaneBursts line{map, ser, {}};
      EXPECT_NEAR(codeword_error_ratio(std::span(&line, 1)).log10(),
                  codeword_error_ratio(map.code, rs_symbol_error_ratio(ser, 5)).log10(), 1e-7);
    }
    // On other lanes a code symbol lies on ten line symbols or on less, each of which hits it with half the odds.
    for (const LaneMap& map : {lane_map_400g(4), lane_map_800g(8), lane_map_400g(16)}) {
      const LaneBursts line{map, ser, {}};
      EXPECT_NEAR(codeword_error_ratio(std::span(&line, 1)).log10(),
                  codeword_error_ratio(kKp4, rs_symbol_error_ratio(ser.scaled(0.5), 10)).log10(),
                  3.0 * ser.value() + 1e-7);
    }
  }
}

// Every burst of up to `longest` symbols that begins on any line symbol of the second block, every choice of wrong
// bits: how often it alone loses codeword 0 of block 1, for one burst a symbol.
double lost_by_one_burst(const LaneMap& map, double a, int longest) {
  double sum = 0.0;
  const int symbols = map.codewords * map.code.codeword_bits() / map.physical_lanes() / 2;
  for (int lane = 0; lane < map.physical_lanes(); ++lane)
    for (int start = symbols - longest; start < 2 * symbols; ++start)
      for (int length = map.code.correctable + 1; length <= longest; ++length)
        for (unsigned choice = 0; choice < 1U << static_cast<unsigned>(length); ++choice) {
          std::set<int> hit;
          for (int i = 0; i < length; ++i) {
            const BitPlace place = map.place_of(lane, 2 * (start + i) + static_cast<int>(choice >> i & 1U));
            if (place.block == 1 && place.codeword == 0) hit.insert(place.symbol);
          }
          if (static_cast<int>(hit.size()) > map.code.correctable)
            sum += std::pow(a, length - 1) * (1.0 - a) * std::pow(0.5, length);
        }
  return sum;
}

TEST(BurstLaneMap, RareErrorsAreLostByOneBurst) {
  LaneMap map = in_sequence(make_rs_code(15, 11, 4), 2);
  map.lanes = 6;
  map.alternate = true;
  map.mux = {{0, 2, 1}, {3, 4, 5}};  // two symbols of one codeword at a time
  const double a = 0.1;
  const LaneBursts line{map, Log10Probability::from_log10(-400.0), {{a}}};
  const std::vector<Log10Probability> got = codeword_error_ratios(std::span(&line, 1));
  EXPECT_NEAR(got.front().log10() + 400.0, std::log10((1.0 - a) * lost_by_one_burst(map, a, 12)), 1e-6);
}

TEST(BurstLaneMap, TinyRatiosStayFinite) {
  for (const double mean : {1.0, 1.0002, 4.0, 50.0}) {
    const auto log10_lost = [&](double log10_ser) {
      const LaneBursts line{lane_map_800g(8), Log10Probability::from_log10(log10_ser), geometric_bursts(mean)};
      return codeword_error_ratio(std::span(&line, 1)).log10();
    };
    // At least one burst is needed, at most 16 single errors.
    const double high = log10_lost(-200.0), low = log10_lost(-1000.0);
    EXPECT_LT(low, high - 799.9) << mean;
    EXPECT_GT(low, high - 16.0 * 800.1) << mean;
  }
}

TEST(BurstLaneMap, SegmentsOfSingleErrorsAddUp) {
  const std::vector<LaneBursts> path{{in_sequence(kKp4, 2), ratio(4.8e-4), {}},
                                     {in_sequence(kKp4, 2), ratio(2e-5), {}}};
  const double right = std::pow((1.0 - 4.8e-4) * (1.0 - 2e-5), 5);
  EXPECT_NEAR(codeword_error_ratio(path).value() / codeword_error_ratio(kKp4, ratio(1.0 - right)).value(), 1.0, 1e-7);
}

TEST(BurstLaneMap, GrayLabelsFavourAFlow) {
  // First bits of symbols all belong to one flow, second ones to the other, and these are wrong twice as often.
  const LaneBursts line{lane_map_800g(8), ratio(4.8e-4), {}, {1.0 / 3.0, 2.0 / 3.0}};
  const std::vector<Log10Probability> words = codeword_error_ratios(std::span(&line, 1));
  ASSERT_EQ(words.size(), 4U);
  for (const int flow : {0, 1}) {
    const double ber = (flow == 0 ? 2.0 : 4.0) / 3.0 * 2.4e-4;
    const double expected = codeword_error_ratio(kKp4, rs_symbol_error_ratio(ratio(ber))).log10();
    for (const std::size_t i : {0U, 1U})
      EXPECT_NEAR(words[static_cast<std::size_t>(2 * flow) + i].log10(), expected, 2e-3);
  }
}

TEST(BurstLaneMap, CountedLengthsOfAGeometricLineAreGeometric) {
  std::mt19937_64 random(3);
  std::geometric_distribution<std::size_t> more(0.4);
  std::vector<std::uint64_t> counts(64);
  double errors = 0.0;
  for (int i = 0; i < 200000; ++i) {
    const std::size_t longer = more(random);
    ++counts[longer];
    errors += static_cast<double>(longer + 1);
  }
  const BurstLengths lengths = counted_bursts(counts, errors);
  EXPECT_NEAR(lengths.mean_errors(), errors / 200000.0, 1e-9);
  EXPECT_EQ(lengths.density, 1.0);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(lengths.continuation[i], 0.6, 0.01);
  const LaneBursts line{lane_map_800g(8), ratio(3e-3), lengths}, ideal{lane_map_800g(8), ratio(3e-3), {{0.6}}};
  EXPECT_NEAR(codeword_error(line) / codeword_error(ideal), 1.0, 0.03);
}

TEST(BurstLaneMap, CountedLengthsKeepTheirMeanAndTheirRightDecisions) {
  const std::vector<std::uint64_t> counts{500, 40, 30, 20, 10};  // 600 bursts, 800 symbols
  EXPECT_NEAR(counted_bursts(counts, 800.0).mean_errors(), 800.0 / 600.0, 1e-12);
  const BurstLengths holes = counted_bursts(counts, 700.0);
  EXPECT_NEAR(holes.mean_errors(), 700.0 / 600.0, 1e-12);
  EXPECT_NEAR(holes.density, 0.5, 1e-12);
  // The first length and the second were reached often enough for a chance of their own; the others share one.
  ASSERT_EQ(holes.continuation.size(), 3U);
  EXPECT_NEAR(holes.continuation[0], 100.0 / 600.0, 1e-12);
  EXPECT_NEAR(holes.continuation[1], 60.0 / 100.0, 1e-12);
  EXPECT_NEAR(holes.continuation[2], 1.0 - 60.0 / 100.0, 1e-12);
}

TEST(BurstLaneMap, NonsenseIsRefused) {
  const LaneBursts good{lane_map_800g(8), ratio(1e-4), {{0.5}}};
  EXPECT_THROW(codeword_error_ratio(std::span<const LaneBursts>{}), NumericError);
  LaneBursts bad = good;
  bad.lengths.continuation = {1.0};
  EXPECT_THROW(codeword_error(bad), ConfigError);
  bad = good;
  bad.lengths.density = 1.5;
  EXPECT_THROW(codeword_error(bad), ConfigError);
  bad = good;
  bad.bit_odds = {0.5, 0.4};
  EXPECT_THROW(codeword_error(bad), ConfigError);
  bad = good;
  bad.symbol_error_ratio = {};
  EXPECT_THROW(codeword_error(bad), NumericError);
  const std::vector<LaneBursts> mixed{good, {lane_map_400g(4), ratio(1e-4), {{0.5}}}};
  EXPECT_THROW(codeword_error_ratio(mixed), NumericError);
  EXPECT_THROW(counted_bursts(std::vector<std::uint64_t>{0, 0}, 0.0), ConfigError);
  bad = good;
  bad.map = lane_map_400g(1);  // eight symbols of a codeword at a time are followed, no more
  EXPECT_NO_THROW(codeword_error(bad));
}

}  // namespace
}  // namespace tessera
