#include "phy/core/binomial_interval.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "phy/core/error.hpp"
#include "phy/core/log10_probability.hpp"
#include "phy/fec/binomial.hpp"

namespace tessera {
namespace {

// P(X >= errors) and P(X <= errors) by the library's own binomial sums, which know nothing of beta functions.
double at_least(int errors, int trials, double p) {
  return binomial_more_than(trials, errors - 1, Log10Probability::from_value(p)).value();
}
double at_most(int errors, int trials, double p) {
  return binomial_at_most(trials, errors, Log10Probability::from_value(p)).value();
}

TEST(ClopperPearson, EndsSolveTheBinomialTails) {
  for (double confidence : {0.95, 0.999})
    for (int trials : {10, 544, 100000})
      for (int errors : {1, 3, 9}) {
        const Interval interval =
            clopper_pearson(static_cast<std::uint64_t>(errors), static_cast<std::uint64_t>(trials), confidence);
        const double half = 0.5 * (1.0 - confidence);
        EXPECT_NEAR(at_least(errors, trials, interval.low) / half, 1.0, 1e-8) << errors << " of " << trials;
        EXPECT_NEAR(at_most(errors, trials, interval.high) / half, 1.0, 1e-8) << errors << " of " << trials;
      }
}

TEST(ClopperPearson, NoErrorGivesAnUpperBoundAndNotZero) {
  // (1 - p)^n = alpha
  const Interval interval = clopper_pearson(0, 1000000, 0.95);
  EXPECT_EQ(interval.low, 0.0);
  EXPECT_NEAR(interval.high, 2.9957e-6, 1e-9);  // "rule of three": -ln 0.05 = 2.9957
  EXPECT_NEAR(std::pow(1.0 - clopper_pearson(0, 40, 0.999).high, 40), 1e-3, 1e-12);
}

TEST(ClopperPearson, NothingButErrorsGivesALowerBound) {
  const Interval interval = clopper_pearson(20, 20, 0.95);
  EXPECT_EQ(interval.high, 1.0);
  EXPECT_NEAR(std::pow(interval.low, 20), 0.05, 1e-12);
}

TEST(ClopperPearson, HugeCountsApproachTheNormalInterval) {
  const Interval interval = clopper_pearson(1000000, 1000000000000, 0.95);
  EXPECT_NEAR(interval.low / 1e-6, 1.0 - 1.96e-3, 1e-5);
  EXPECT_NEAR(interval.high / 1e-6, 1.0 + 1.96e-3, 1e-5);
}

TEST(ClopperPearson, NonsenseIsRefused) {
  EXPECT_THROW(clopper_pearson(0, 0, 0.95), NumericError);
  EXPECT_THROW(clopper_pearson(3, 2, 0.95), NumericError);
  EXPECT_THROW(clopper_pearson(1, 2, 1.0), NumericError);
}

}  // namespace
}  // namespace tessera
