#include "tests/support/nrz_oracle.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace tessera::test {
namespace {

TEST(NrzOracle, WithoutInterferenceTheErrorRatioIsHalfErfc) {
  const NrzLane lane{{0.0, 1.0, 0.0}, 1, {}, 0.08, 0.08};
  EXPECT_NEAR(error_ratio(lane, 200).bit_error_ratio / (0.5 * std::erfc(0.5 / 0.08 / std::sqrt(2.0))), 1.0, 1e-3);
}

TEST(NrzOracle, GridAgreesWithListingAllPatterns) {
  const NrzLane lane{{0.01, 0.12, 0.8, 0.1, -0.02}, 2, {0.003, 0.004, 0.003, 0.002}, 0.045, 0.05};
  const NrzResult result = error_ratio(lane, 200);
  EXPECT_NEAR(result.bit_error_ratio / error_ratio_by_enumeration(lane, result.threshold), 1.0, 2e-3);
}

TEST(NrzOracle, DeBruijnSequenceHoldsEveryPatternOnce) {
  const std::vector<int> bits = de_bruijn(9);
  ASSERT_EQ(bits.size(), 512U);
  std::set<int> patterns;
  for (std::size_t i = 0; i < bits.size(); ++i) {
    int pattern = 0;
    for (std::size_t j = 0; j < 9; ++j) pattern = 2 * pattern + bits[(i + j) % bits.size()];
    patterns.insert(pattern);
  }
  EXPECT_EQ(patterns.size(), 512U);
}

}  // namespace
}  // namespace tessera::test
