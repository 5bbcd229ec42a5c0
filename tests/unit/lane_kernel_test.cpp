#include "phy/engine/lane_kernel.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

double q(double x) { return 0.5 * std::erfc(x / std::sqrt(2.0)); }

std::vector<float> nominal(int order) {
  const auto levels = Modulation::pam(order).levels;
  return {levels.begin(), levels.end()};
}

LaneParameters plain(int order, float rms) {
  LaneParameters p;
  p.modulation = Modulation::pam(order);
  p.channel = {1.0F};
  p.noise_rms = {rms};
  p.decision_levels = nominal(order);
  return p;
}

LaneKernel run(LaneParameters p, std::uint64_t symbols, const char* name = "lane") {
  const int order = p.modulation.order;
  LaneKernel lane(std::move(p), SymbolPattern("random", order, 0, stream_key(11, std::string(name) + "/tx")),
                  stream_key(11, std::string(name) + "/rx"));
  run_lane(lane, symbols);
  return lane;
}

// 4.5 standard deviations of a binomial count.
void expect_rate(std::uint64_t errors, std::uint64_t trials, double p) {
  const double n = static_cast<double>(trials);
  EXPECT_NEAR(static_cast<double>(errors), n * p, 4.5 * std::sqrt(n * p * (1.0 - p)));
}

// SER = 2 (1 - 1/M) Q(d/sigma), d = 1/(M - 1); Gray: one bit an error while errors reach the neighbour only.
TEST(LaneKernel, WhiteNoiseGivesTheClosedForm) {
  for (const int order : {2, 4, 6, 8}) {
    const double d = 1.0 / (order - 1), sigma = d / 2.8;
    const LaneKernel lane = run(plain(order, static_cast<float>(sigma)), 3000000);
    expect_rate(lane.errors.errors, lane.errors.symbols, 2.0 * (1.0 - 1.0 / order) * q(2.8));
    EXPECT_EQ(lane.errors.symbols, 3000000U - 1U);
    std::uint64_t sum = 0;
    for (const std::uint64_t n : lane.errors.sent) sum += n;
    EXPECT_EQ(sum, lane.errors.symbols);
    if (order == 4) EXPECT_EQ(lane.errors.bit_errors, lane.errors.errors);
  }
}

TEST(LaneKernel, NoiseOfEachLevelActsOnItsOwnSymbols) {
  LaneParameters p = plain(4, 0.0F);
  p.noise_rms = {0.1F, 0.12F, 0.14F, 0.16F};
  p.channel = {0.0F, 0.0F, 1.0F};
  p.delay = 2;
  const LaneKernel lane = run(p, 3000000);
  for (std::size_t m = 0; m < 4; ++m) {
    const double eyes = m == 0 || m == 3 ? 1.0 : 2.0;
    std::uint64_t errors = 0;
    for (const std::uint64_t n : lane.errors.taken_for[m]) errors += n;
    expect_rate(errors, lane.errors.sent[m], eyes * q(1.0 / 3.0 / static_cast<double>(p.noise_rms[m])));
  }
}

// NRZ with one post-cursor a: mean of Q over the interfering symbol. With FFE 1, -a behind: noise grows to sqrt(1 +
// a^2), the residue is -a^2 two symbols on.
TEST(LaneKernel, InterferenceAndFfeGiveTheEnumeratedSum) {
  LaneParameters p = plain(2, 0.3F);
  p.channel = {1.0F, 0.4F};
  LaneKernel lane = run(p, 2000000);
  expect_rate(lane.errors.errors, lane.errors.symbols, 0.5 * (q(0.6 / 0.3) + q(1.4 / 0.3)));
  p.ffe = {1.0F, -0.4F};
  lane = run(p, 2000000);
  const double sigma = 0.3 * std::sqrt(1.16);
  expect_rate(lane.errors.errors, lane.errors.symbols, 0.5 * (q((1 - 0.16) / sigma) + q((1 + 0.16) / sigma)));
}

TEST(LaneKernel, ColouredNoiseKeepsItsVarianceAndTheFfeSeesItsColour) {
  LaneParameters p = plain(2, 0.35F);
  p.noise_shape = {0.6F, 0.8F};
  LaneKernel lane = run(p, 2000000);
  expect_rate(lane.errors.errors, lane.errors.symbols, q(1.0 / 0.35));
  p.ffe = {1.0F, 0.5F};  // noise 0.6, 1.1, 0.4; signal 1 + 0.5 s_{-1}
  lane = run(p, 2000000);
  const double sigma = 0.35 * std::sqrt(0.36 + 1.21 + 0.16);
  expect_rate(lane.errors.errors, lane.errors.symbols, 0.5 * (q(0.5 / sigma) + q(1.5 / sigma)));
}

// NRZ, post-cursor b fed back: a wrong decision leaves 2b of interference, so errors are a two-state chain:
// p(e) = p0/(1 - p1 + p0), p1 = (Q((1 - 2b)/s) + Q((1 + 2b)/s))/2; bursts are geometric with ratio p1.
TEST(LaneKernel, FeedbackErrorsPropagateAsTheTwoStateChain) {
  const double b = 0.5, sigma = 0.4;
  LaneParameters p = plain(2, static_cast<float>(sigma));
  p.channel = {1.0F, 0.5F};
  p.dfe = {0.5F};
  const LaneKernel lane = run(p, 4000000);
  const double p0 = q(1.0 / sigma), p1 = 0.5 * (q((1 - 2 * b) / sigma) + q((1 + 2 * b) / sigma));
  const double share = p0 / (1.0 - p1 + p0);
  // Errors come in bursts of mean 1/(1 - p1) and variance p1/(1 - p1)^2: their count varies that much more.
  const double n = static_cast<double>(lane.errors.symbols), bursts = n * share * (1.0 - p1);
  const double deviation = std::sqrt(bursts * ((1.0 + p1) / ((1.0 - p1) * (1.0 - p1))));
  EXPECT_NEAR(static_cast<double>(lane.errors.errors), n * share, 4.5 * deviation);
  double total = 0.0;
  for (const std::uint64_t count : lane.errors.bursts) total += static_cast<double>(count);
  for (int length = 1; length <= 4; ++length) {
    const double expected = total * (1.0 - p1) * std::pow(p1, length - 1);
    EXPECT_NEAR(static_cast<double>(lane.errors.bursts[static_cast<std::size_t>(length - 1)]), expected,
                4.5 * std::sqrt(expected));
  }
}

TEST(LaneKernel, BlockSizeDoesNotMatter) {
  LaneParameters p = plain(4, 0.15F);
  p.channel.assign(128, 0.002F);
  p.channel[5] = 1.0F;
  p.ffe.assign(16, 0.01F);
  p.ffe[3] = 1.0F;
  p.dfe = {0.05F};
  p.delay = 8;
  const LaneKernel whole = run(p, 100000);
  LaneKernel pieces(p, SymbolPattern("random", 4, 0, stream_key(11, "lane/tx")), stream_key(11, "lane/rx"));
  for (std::uint64_t done = 0, step = 1; done < 100000; step = step * 13 % 9001 + 1) {
    const std::uint64_t count = std::min<std::uint64_t>(step, 100000 - done);
    run_lane(pieces, count);
    done += count;
  }
  EXPECT_GT(whole.errors.errors, 100U);
  EXPECT_EQ(whole.errors.errors, pieces.errors.errors);
  EXPECT_EQ(whole.errors.taken_for, pieces.errors.taken_for);
  EXPECT_EQ(whole.errors.bursts, pieces.errors.bursts);
  EXPECT_EQ(whole.errors.bit_errors, pieces.errors.bit_errors);
}

TEST(SymbolTally, CountsBurstsAcrossBlocksAndWithinReach) {
  const Modulation pam4 = Modulation::pam(4);
  std::vector<std::uint8_t> sent(400, 1), decided(400, 1);
  decided[10] = 2;  // alone
  decided[100] = decided[101] = decided[103] = 0;
  decided[399] = 3;  // open at the end
  for (const std::uint64_t reach : {1U, 2U}) {
    SymbolTally t(pam4, reach);
    for (std::size_t done = 0; done < 400; done += 50)
      tally(t, std::span(sent).subspan(done, 50), std::span(decided).subspan(done, 50));
    EXPECT_EQ(t.errors, 5U);
    EXPECT_EQ(t.bit_errors, 6U);  // 01 to 10 (level 3) is two bits
    EXPECT_EQ(t.taken_for[1][0], 3U);
    EXPECT_EQ(t.sent[1], 400U);
    EXPECT_EQ(t.burst_errors, 1U);
    close_burst(t);
    EXPECT_EQ(t.bursts[0], reach == 1 ? 3U : 2U);
    EXPECT_EQ(t.bursts[1], reach == 1 ? 1U : 0U);
    EXPECT_EQ(t.bursts[3], reach == 1 ? 0U : 1U);
  }
}

TEST(LaneKernel, BadInputNamesTheRule) {
  LaneParameters p = plain(4, 0.1F);
  p.noise_rms = {1.0F, 2.0F};
  try {
    run(p, 1);
    FAIL();
  } catch (const ConfigError& e) {
    EXPECT_STREQ(e.what(), "noise has one rms for all levels or one for each, got 2");
  }
}

}  // namespace
}  // namespace tessera
