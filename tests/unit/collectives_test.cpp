#include "scenarios/fabric/collectives.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

Collective all_reduce(double loss, double penalty) {
  Collective c;
  c.ranks = 64;
  c.bytes = 64e6;
  c.rate = 400e9;
  c.latency = 5e-6;
  c.hops = 3;
  c.packet_loss = Log10Probability::from_value(loss);
  c.penalty = penalty;
  return c;
}

// N = 64, S = 64 MB, 400 Gb/s, three links: slowdowns of an independent Monte Carlo of the dependency chain and its
// bounds. Its own statistical error is not known; long penalties are rare and scatter most.
TEST(RingAllReduce, AgreesWithAnIndependentMonteCarlo) {
  const struct {
    double loss, penalty, lower, mean, upper, tolerance;
  } rows[] = {{1e-5, 10e-6, 1.003, 1.014, 1.150, 0.002},
              {1e-4, 10e-6, 1.028, 1.073, 1.397, 0.005},
              {1e-5, 16e-3, 5.7, 56.0, 241.0, 3.0},
              {1e-4, 16e-3, 46.0, 178.0, 635.0, 6.0}};
  for (const auto& row : rows) {
    Collective c = all_reduce(row.loss, row.penalty);
    c.blocking = false;  // in that simulation a loss delays its own data only
    const CollectiveTime t = collective_bounds(c);
    EXPECT_NEAR(t.lower / t.loss_free, row.lower, 0.01 * row.lower) << row.loss;
    EXPECT_NEAR(t.upper / t.loss_free, row.upper, 0.01 * row.upper) << row.loss;
    const CollectiveSample sample = collective_monte_carlo(c, 200, 1);
    EXPECT_NEAR(sample.mean / t.loss_free, row.mean, row.tolerance) << row.loss << " " << row.penalty;
    c.blocking = true;
    const CollectiveSample blocked = collective_monte_carlo(c, 200, 1);
    EXPECT_GE(blocked.mean, sample.mean);
    EXPECT_LE(blocked.mean, t.upper);
  }
}

TEST(RingAllReduce, MeanLiesBetweenItsBounds) {
  for (const CollectiveKind kind : {CollectiveKind::ring, CollectiveKind::tree, CollectiveKind::all_to_all}) {
    for (const double loss : {1e-6, 1e-5, 1e-4}) {
      Collective c = all_reduce(loss, 1e-3);
      c.kind = kind;
      for (const bool blocking : {false, true}) {
        for (const std::int64_t lossy : {0, 1}) {
          c.blocking = blocking;
          c.lossy_links = lossy;
          const CollectiveTime t = collective_bounds(c);
          const CollectiveSample sample = collective_monte_carlo(c, 200, 3);
          EXPECT_GE(sample.mean + 4.0 * sample.standard_error + 1e-12, t.lower)
              << to_string(kind) << loss << blocking << lossy;
          EXPECT_LE(sample.mean - 4.0 * sample.standard_error - 1e-12, t.upper)
              << to_string(kind) << loss << blocking << lossy;
        }
      }
    }
  }
}

// Thousands of links of which one loses: every step of the ring goes over it, so that its delays add up one by one.
TEST(RingAllReduce, OneLossyLinkDelaysEveryStepOfIt) {
  Collective c = all_reduce(1e-4, 1e-3);
  c.ranks = 1024;
  c.bytes = 1024e6;
  c.lossy_links = 1;
  c.latency = 0.0;
  const CollectiveTime t = collective_bounds(c);
  EXPECT_DOUBLE_EQ(t.lower, t.upper);
  const CollectiveSample sample = collective_monte_carlo(c, 100, 5);
  EXPECT_NEAR(sample.mean, t.lower, 4.0 * sample.standard_error);
}

TEST(Collectives, NothingLostTakesTheClosedForm) {
  for (const CollectiveKind kind : {CollectiveKind::ring, CollectiveKind::tree, CollectiveKind::all_to_all}) {
    Collective c = all_reduce(1e-12, 0.0);
    c.kind = kind;
    const CollectiveTime t = collective_bounds(c);
    EXPECT_NEAR(collective_monte_carlo(c, 2, 1).mean, t.loss_free, 1e-9 * t.loss_free) << to_string(kind);
  }
  // Ring: 126 steps of 1 MB at 400 Gb/s and 5 us.
  EXPECT_NEAR(collective_bounds(all_reduce(1e-12, 0.0)).loss_free, 126 * 25e-6, 1e-12);
}

// 1,024 ranks, 1 GB, three links: 1.5 packets lost in an all-reduce at 1e-9; 16,384 ranks: 24.
TEST(RingAllReduce, LosesMorePacketsTheMoreRanksItHas) {
  for (const auto& [ranks, expected] : {std::pair{1024, 1.5}, std::pair{16384, 24.0}}) {
    Collective c = all_reduce(1e-9, 0.0);
    c.ranks = ranks;
    c.bytes = 1e9;
    const CollectiveSteps s = steps_of(c);
    EXPECT_NEAR(static_cast<double>(s.steps * s.paths) * s.packets * 1e-9, expected, 0.03 * expected);
  }
}

// H_72, H_1024, H_16384.
TEST(Stragglers, LargestOfManyExponentialsIsTheHarmonicNumber) {
  EXPECT_NEAR(harmonic_number(72), 4.86, 0.005);
  EXPECT_NEAR(harmonic_number(1024), 7.51, 0.005);
  EXPECT_NEAR(harmonic_number(16384), 10.28, 0.005);
  double sum = 0.0;
  for (int i = 1; i <= 1000; ++i) sum += 1.0 / i;
  EXPECT_NEAR(harmonic_number(1000), sum, 1e-12);
}

RC_GTEST_PROP(CollectiveProperty, UnitsChangeNothing, ()) {
  Collective c = all_reduce(1e-5, 1e-3);
  c.kind = *rc::gen::element(CollectiveKind::ring, CollectiveKind::tree, CollectiveKind::all_to_all);
  c.ranks = *rc::gen::inRange(2, 300);
  const double scale = std::pow(10.0, *rc::gen::inRange(-3, 4));  // the unit of time
  Collective other = c;
  other.rate /= scale;
  other.latency *= scale;
  other.penalty *= scale;
  const CollectiveTime a = collective_bounds(c), b = collective_bounds(other);
  RC_ASSERT(std::abs(b.upper / (a.upper * scale) - 1.0) < 1e-12);
  RC_ASSERT(std::abs(b.lower / (a.lower * scale) - 1.0) < 1e-12);
  RC_ASSERT(a.loss_free <= a.lower && a.lower <= a.upper * (1 + 1e-12));
}

TEST(Collectives, RefuseWhatHasNoMeaning) {
  Collective c = all_reduce(1e-5, 0.0);
  c.ranks = 1;
  EXPECT_THROW(steps_of(c), ConfigError);
  EXPECT_THROW(collective_monte_carlo(all_reduce(1e-5, 0.0), 1, 1), ConfigError);
}

}  // namespace
}  // namespace tessera
