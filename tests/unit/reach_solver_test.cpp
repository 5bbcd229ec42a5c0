#include "scenarios/link/reach_solver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

std::vector<MarginSample> scan_of(const std::function<double(double)>& margin, double limit, int count = 24) {
  std::vector<MarginSample> scan;
  for (double length : scan_lengths(limit, count)) scan.push_back({length, margin(length)});
  return scan;
}

TEST(ReachSolver, PowerLawMarginCrossesAtItsClosedForm) {
  const auto margin = [](double length) { return 3.0 / std::sqrt(length); };  // 1 at 9 m, sqrt 2 at 4.5 m
  const auto scan = scan_of(margin, 100.0);
  EXPECT_NEAR(find_reach(scan, 1.0, margin).reach_m.value(), 9.0, 9.0 * 1e-3);
  EXPECT_NEAR(find_reach(scan, std::sqrt(2.0), margin).reach_m.value(), 4.5, 4.5 * 1e-3);
}

TEST(ReachSolver, ExponentialLossCrossesAtItsClosedFormInFewEvaluations) {
  int evaluations = 0;
  const auto margin = [&](double length) {
    ++evaluations;
    return 20.0 * std::pow(10.0, -length * 5.0 / 20.0);  // 5 dB/m
  };
  const auto scan = scan_of(margin, 30.0);
  evaluations = 0;
  EXPECT_NEAR(find_reach(scan, 1.0, margin).reach_m.value(), 4.0 * std::log10(20.0), 6e-3);
  EXPECT_LE(evaluations, 12);
}

TEST(ReachSolver, LinkThatNeverClosesHasNoReach) {
  const auto margin = [](double) { return 0.5; };
  const Reach reach = find_reach(scan_of(margin, 10.0), 1.0, margin);
  EXPECT_FALSE(reach.reach_m.has_value());
  EXPECT_FALSE(reach.beyond_limit);
  EXPECT_FALSE(reach.first.has_value());
}

TEST(ReachSolver, LinkThatClosesEverywhereIsBeyondTheSearchLimit) {
  const auto margin = [](double) { return 2.0; };
  const Reach reach = find_reach(scan_of(margin, 10.0), 1.0, margin);
  EXPECT_FALSE(reach.reach_m.has_value());
  EXPECT_TRUE(reach.beyond_limit);
}

TEST(ReachSolver, GapEndsTheFirstIntervalAndTheSecondIsListed) {
  const auto margin = [](double length) { return length > 3.0 && length < 6.0 ? 0.5 : (length < 20.0 ? 2.0 : 0.1); };
  const Reach reach = find_reach(scan_of(margin, 100.0, 60), 1.0, margin);
  EXPECT_NEAR(reach.reach_m.value(), 3.0, 0.01);
  ASSERT_EQ(reach.later.size(), 1u);
  EXPECT_NEAR(reach.later[0].begin_m, 6.0, 0.02);
  EXPECT_NEAR(reach.later[0].end_m, 20.0, 0.05);
}

TEST(ReachSolver, OverloadAtShortLengthMovesTheBeginning) {
  const auto margin = [](double length) { return length < 2.0 ? 0.2 : 10.0 / length; };
  const Reach reach = find_reach(scan_of(margin, 50.0), 1.0, margin);
  EXPECT_NEAR(reach.first.value().begin_m, 2.0, 0.01);
  EXPECT_NEAR(reach.reach_m.value(), 10.0, 0.02);
}

TEST(ReachSolver, ScanIsGeometricAndEndsAtTheLimit) {
  const auto lengths = scan_lengths(100.0, 3, 100.0);
  EXPECT_NEAR(lengths[0], 1.0, 1e-12);
  EXPECT_NEAR(lengths[1], 10.0, 1e-12);
  EXPECT_DOUBLE_EQ(lengths[2], 100.0);
}

TEST(ReachSolver, RefusesANegativeLimitNamingIt) {
  try {
    scan_lengths(-3.0);
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("reach search limit must be positive, got -3"));
  }
}

}  // namespace
}  // namespace tessera
