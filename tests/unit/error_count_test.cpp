#include "phy/engine/error_count.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace tessera::test {
namespace {

TEST(ErrorCount, CountsLevelsBitsAndBursts) {
  ErrorCounter counter(Modulation::pam(4), 1);
  const std::vector<std::uint8_t> sent{0, 1, 2, 3, 0, 1, 2, 3}, decided{0, 2, 3, 3, 0, 1, 0, 3};
  counter.add(sent, decided);
  const ErrorCount c = counter.result();
  EXPECT_EQ(c.symbols, 8u);
  EXPECT_EQ(c.symbol_errors, 3u);
  EXPECT_EQ(c.levels[1].errors, 1u);
  EXPECT_EQ(c.levels[2].errors, 2u);
  EXPECT_EQ(c.levels[2].sent, 2u);
  // Gray labels 00 01 11 10: 1 -> 2 and 2 -> 3 cost one bit, 2 -> 0 two.
  EXPECT_EQ(c.bit_errors, 4.0);
  EXPECT_EQ(c.bursts, (std::vector<std::uint64_t>{1, 1}));
  EXPECT_DOUBLE_EQ(c.clustering, (2.0 * 2.0 + 1.0) / 3.0);
}

TEST(ErrorCount, CuttingTheStreamChangesNothing) {
  std::vector<std::uint8_t> sent(1000, 1), decided(1000, 1);
  for (const std::size_t i : {3u, 4u, 5u, 99u, 100u, 499u, 500u, 998u}) decided[i] = 2;
  ErrorCounter whole(Modulation::pam(4), 2), parts(Modulation::pam(4), 2);
  whole.add(sent, decided);
  for (std::size_t at = 0; at < 1000; at += 125)
    parts.add(std::span(sent).subspan(at, 125), std::span(decided).subspan(at, 125));
  EXPECT_EQ(whole.result().bursts, parts.result().bursts);
  EXPECT_EQ(whole.result().symbol_errors, parts.result().symbol_errors);
}

TEST(ErrorCount, AReachOfTwoJoinsAcrossOneRightDecision) {
  std::vector<std::uint8_t> sent(10, 0), decided(10, 0);
  decided[2] = decided[4] = 1;
  ErrorCounter one(Modulation::pam(2), 1), two(Modulation::pam(2), 2);
  one.add(sent, decided);
  two.add(sent, decided);
  EXPECT_EQ(one.result().bursts, (std::vector<std::uint64_t>{2}));
  EXPECT_EQ(two.result().bursts, (std::vector<std::uint64_t>{0, 0, 1}));
}

TEST(ErrorCount, NothingWrongIsABoundByTheRuleOfThree) {
  ErrorCounter counter(Modulation::pam(2), 1);
  const std::vector<std::uint8_t> sent(100'000, 1);
  counter.add(sent, sent);
  const ErrorCount c = counter.result();
  EXPECT_TRUE(c.is_bound());
  EXPECT_NEAR(c.symbol_error_ratio() / (-std::log(0.05) / 1e5), 1.0, 1e-3);
  EXPECT_EQ(c.bit_error_95.low, 0.0);
}

TEST(ErrorCount, ErrorsThatComeInPairsAreHalfAsManyTrials) {
  std::vector<std::uint8_t> sent(100'000, 0), decided(100'000, 0);
  for (std::size_t i = 0; i < 100; ++i) decided[1000 * i] = decided[1000 * i + 1] = 1;
  ErrorCounter counter(Modulation::pam(2), 1);
  counter.add(sent, decided);
  const Interval expected = clopper_pearson(100, 50'000, 0.95);
  EXPECT_NEAR(counter.result().symbol_error_95.low, expected.low, 1e-12);
  EXPECT_NEAR(counter.result().symbol_error_95.high, expected.high, 1e-12);
}

}  // namespace
}  // namespace tessera::test
