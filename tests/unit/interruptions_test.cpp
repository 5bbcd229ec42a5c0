#include "scenarios/fabric/interruptions.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "phy/core/error.hpp"
#include "phy/core/rng.hpp"

namespace tessera {
namespace {

// 0.057 % of the links in a month (Alibaba HPN): 792 FIT with 720 h; 100,000 GPUs with 200,000 such links: 6.3 h.
TEST(Failures, MonthlySharesAndHoursBetweenThem) {
  EXPECT_NEAR(fit_of_monthly_share(0.057e-2, 720.0), 791.7, 0.1);
  EXPECT_NEAR(fit_of_monthly_share(0.057e-2, 730.5), 780.3, 0.1);
  EXPECT_NEAR(hours_between_failures(200000, 792), 6.3, 0.05);
  EXPECT_NEAR(hours_between_failures(200000, 549), 9.1, 0.05);
}

// Llama 3: M = 11,135 s, C = 60 s: Young 1,156 s, effective time 0.895, 0.852, 0.765 with restarts of 60, 600, 1,800 s.
TEST(Checkpoints, YoungAndDaly) {
  const double tau = young_interval(11135.0, 60.0);
  EXPECT_NEAR(tau, 1156.0, 0.5);
  EXPECT_NEAR(effective_time(11135.0, tau, 60.0, 60.0), 0.8949, 1e-4);
  EXPECT_NEAR(effective_time(11135.0, tau, 60.0, 600.0), 0.8525, 1e-4);
  EXPECT_NEAR(effective_time(11135.0, tau, 60.0, 1800.0), 0.7654, 1e-4);
}

// A job played second by second: work until the next checkpoint, an interruption throws it away, the restart may itself
// be interrupted.
TEST(Checkpoints, EffectiveTimeIsThatOfAJobPlayedThrough) {
  const double mean = 5000.0, tau = 900.0, checkpoint = 50.0, restart = 300.0;
  std::vector<double> uniform(400'000);
  random_uniform(stream_key(3, "checkpoint_test"), 0, uniform);
  double clock = 0.0, done = 0.0;
  for (const double u : uniform) {
    double left = -mean * std::log(u);  // until the next interruption
    clock += left;
    if (left < restart) continue;
    left -= restart;
    done += std::floor(left / (tau + checkpoint)) * tau;
  }
  // Daly's restart is paid once for each failure, and fails itself with the same rate.
  EXPECT_NEAR(done / clock, effective_time(mean, tau, checkpoint, restart), 0.01);
}

// Young's interval is close to the best one.
TEST(Checkpoints, YoungIsNearTheBestInterval) {
  const double mean = 11135.0, c = 60.0;
  double best = 0.0;
  for (double tau = 200.0; tau < 4000.0; tau += 10.0) best = std::max(best, effective_time(mean, tau, c, 600.0));
  EXPECT_NEAR(effective_time(mean, young_interval(mean, c), c, 600.0), best, 1e-3);
}

// 1 - (1-q)^n without spares; with one spare another (n-1) q.
TEST(Spares, MatchTheSumOfTheFirstTerms) {
  const double fit = 1000.0, repair = 10.0, q = unavailability(fit, repair).value();
  EXPECT_NEAR(q, 1e-5 / (1 + 1e-5), 1e-15);
  EXPECT_NEAR(spared_parts(100, 0, fit, repair).too_few.value(), 1.0 - std::pow(1.0 - q, 100), 1e-13);
  const double one = 1.0 - std::pow(1.0 - q, 100) - 100 * q * std::pow(1.0 - q, 99);
  EXPECT_NEAR(spared_parts(100, 1, fit, repair).too_few.value(), one, 1e-3 * one);
  // Without spares every failure interrupts; with one only those while another one is down.
  EXPECT_NEAR(spared_parts(100, 0, fit, repair).interruptions_per_hour, 100 * fit * 1e-9, 1e-12);
  EXPECT_NEAR(spared_parts(100, 1, fit, repair).interruptions_per_hour, 99 * fit * 1e-9 * 100 * q, 1e-3 * 1e-7);
}

// 20 links played through 200,000 h, two of them spares, each repaired in exactly 5 h: the share of time with at most
// two down and the interruptions in an hour of it. Only the mean repair time enters the formula.
TEST(Spares, AvailabilityIsThatOfLinksPlayedThrough) {
  const double fit = 1e7, repair = 5.0, end = 2e5;
  std::vector<std::pair<double, int>> events;  // time, links that go down (1) or come back (-1)
  std::vector<double> uniform(4000);
  for (std::uint64_t link = 0; link < 20; ++link) {
    random_uniform(stream_key(17, "spares_test", link), 0, uniform);
    double clock = 0.0;
    for (const double u : uniform) {
      clock -= std::log(u) / (fit * 1e-9);
      if (clock > end) break;
      events.emplace_back(clock, 1);
      events.emplace_back(clock += repair, -1);
    }
    ASSERT_GT(clock, end);
  }
  std::sort(events.begin(), events.end());
  int down = 0, interruptions = 0;
  double enough = 0.0, last = 0.0;
  for (const auto& [time, change] : events) {
    if (time > end) break;
    if (down <= 2) enough += time - last;
    if (down == 2 && change > 0) ++interruptions;
    down += change;
    last = time;
  }
  const SparedParts parts = spared_parts(20, 2, fit, repair);
  EXPECT_NEAR(enough / end, parts.available, 0.005);
  EXPECT_NEAR(interruptions / enough, parts.interruptions_per_hour, 0.05 * parts.interruptions_per_hour);
}

// 16 spares of 416: the tail is far below what 1 - CDF can hold.
TEST(Spares, TailIsSummedItself) {
  const SparedParts parts = spared_parts(416, 16, 100.0, 24.0);
  EXPECT_LT(parts.too_few.log10(), -40.0);
  EXPECT_EQ(parts.available, 1.0);
}

RC_GTEST_PROP(SparesProperty, AvailabilityIsAProbabilityAndGrowsWithSpares, ()) {
  const int n = *rc::gen::inRange(1, 3000);
  const int s = *rc::gen::inRange(0, n);
  const double fit = std::pow(10.0, *rc::gen::inRange(0, 7)), repair = std::pow(10.0, *rc::gen::inRange(-1, 4));
  const SparedParts a = spared_parts(n, s, fit, repair);
  RC_ASSERT(a.available >= 0.0 && a.available <= 1.0);
  RC_ASSERT(a.interruptions_per_hour >= 0.0 && std::isfinite(a.interruptions_per_hour));
  if (s + 1 < n) RC_ASSERT(spared_parts(n, s + 1, fit, repair).too_few <= a.too_few);
}

TEST(Outages, KillOnlyIfLongerThanTheRetries) {
  EXPECT_NEAR(outage_kills(30.0, 5.0).value(), std::exp(-6.0), 1e-12);
  EXPECT_THROW(outage_kills(30.0, 0.0), ConfigError);
  EXPECT_THROW(spared_parts(10, 10, 1.0, 1.0), ConfigError);
  EXPECT_THROW(effective_time(0.0, 1.0, 1.0, 1.0), ConfigError);
}

}  // namespace
}  // namespace tessera
