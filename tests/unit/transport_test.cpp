#include "scenarios/fabric/transport.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <vector>

#include "phy/core/error.hpp"
#include "phy/core/rng.hpp"

namespace tessera {
namespace {

Log10Probability p(double value) { return Log10Probability::from_value(value); }

PathLoss path(double loss) { return {400e9, p(loss), p(loss), p(1e-6), 3}; }

// 2 hosts, 1 switch, 400 Gb/s, payload 4096, in an ASTRA-sim/HPCC network simulator: measured efficiencies at three
// windows, 8 seeds, 40 MB flows. The formula is within 3 % of each at losses up to 1e-3.
TEST(GoBackN, EfficiencyIsWhatAPacketSimulatorMeasured) {
  const struct {
    double window, loss, measured;
  } rows[] = {{26.4, 1e-4, 0.9979},  {26.4, 1e-3, 0.9802},  {124.0, 1e-4, 0.9877},
              {124.0, 1e-3, 0.9068}, {246.0, 1e-4, 0.9766}, {246.0, 1e-3, 0.8268}};
  for (const auto& row : rows)
    EXPECT_NEAR(go_back_n_efficiency(p(row.loss), row.window), row.measured, 0.03 * row.measured)
        << row.window << " " << row.loss;
}

// A sender that keeps W packets in flight behind each loss, played packet by packet: each loss costs W more sendings.
TEST(GoBackN, EfficiencyIsThatOfASenderPlayedPacketByPacket) {
  const double loss = 2e-3;
  const int window = 50;
  std::vector<double> uniform(2'000'000);
  random_uniform(stream_key(7, "go_back_n_test"), 0, uniform);
  std::int64_t delivered = 0, sent = 0;
  for (const double u : uniform) {
    ++sent;
    if (u < loss)
      sent += window - 1;  // the rest of the window is thrown away by the receiver
    else
      ++delivered;
  }
  EXPECT_NEAR(static_cast<double>(delivered) / static_cast<double>(sent), go_back_n_efficiency(p(loss), window), 0.002);
}

// 0.1 % of packets lost costs 13 % of throughput with a window of 149 packets: 400 Gb/s, 4,096 bytes, 12.2 us. That is
// 13 % of GPU utilisation only if nothing but communication happens; with 30 % exposed communication it is 4.3 %.
TEST(GoBackN, ThirteenPercentOfUtilisationNeedsItsAssumptions) {
  const double window = window_packets(400e9, 12.23e-6, 4096);
  EXPECT_NEAR(window, 149.3, 0.1);
  const double efficiency = go_back_n_efficiency(p(1e-3), window);
  EXPECT_NEAR(1.0 - efficiency, 0.13, 1e-3);
  EXPECT_NEAR(1.0 - relative_utilisation(1.0, efficiency), 0.13, 1e-3);
  EXPECT_NEAR(1.0 - relative_utilisation(0.3, efficiency), 0.043, 5e-4);
  EXPECT_EQ(relative_utilisation(0.0, efficiency), 1.0);
}

TEST(Transport, KindsRankAsTheyMust) {
  Transport t;
  const auto goodput = [&](TransportKind kind, double loss) {
    t.kind = kind;
    return transport(t, path(loss)).efficiency;
  };
  for (const double loss : {1e-6, 1e-5, 1e-4, 1e-3}) {
    EXPECT_GE(goodput(TransportKind::selective_repeat, loss), goodput(TransportKind::go_back_n, loss));
    EXPECT_GT(goodput(TransportKind::link_retry, loss), goodput(TransportKind::go_back_n, loss));
    EXPECT_GT(goodput(TransportKind::go_back_n, loss), goodput(TransportKind::go_back_0, loss));
  }
}

// 400 Gb/s, 1 us round trip of the link, 4,096 bytes: 0.99999 at 1e-6, 0.9987 at 1e-4, 0.987 at 1e-3.
TEST(Transport, LinkRetryHidesLosses) {
  Transport t;
  t.kind = TransportKind::link_retry;
  EXPECT_NEAR(transport(t, path(1e-6)).efficiency, 0.99999, 1e-5);
  EXPECT_NEAR(transport(t, path(1e-4)).efficiency, 0.9987, 1e-4);
  EXPECT_NEAR(transport(t, path(1e-3)).efficiency, 0.987, 1e-3);
  EXPECT_EQ(transport(t, path(1e-3)).retry_latency, 1e-6);
  // Behind three replays 1e-12 of a link is left, of three links 3e-12.
  EXPECT_NEAR(transport(t, path(1e-3)).message_loss.log10(), std::log10(3e-12 * std::ceil(1e9 / 4096)), 1e-3);
}

// Two errors in one of three groups of 2048/3 bits at 1e-6: 3 (6.83e-4)^2/2 = 7.0e-7, under the 5e-6 that PCIe 6 aims
// at.
TEST(Flit, RetryNeedsTwoErrorsInOneGroup) {
  EXPECT_NEAR(flit_retry(p(1e-6)).value(), 7.0e-7, 2e-9);
  EXPECT_LT(flit_retry(p(1e-6)).value(), 5e-6);
  EXPECT_NEAR(flit_retry(Log10Probability::from_log10(-200.0)).log10(),
              -400.0 + std::log10(1.5) + 2 * std::log10(2048.0 / 3.0), 1e-9);
  // Both ways of writing the sum meet.
  EXPECT_NEAR(flit_retry(p(1.46e-7)).log10(), flit_retry(p(1.47e-7)).log10(), 0.01);
}

// Flits played bit by bit: byte i of 256 belongs to group i mod 3, and a flit goes again if a group has two errors.
TEST(Flit, RetryIsThatOfFlitsPlayedBitByBit) {
  const double ber = 5e-4;
  const int flits = 20'000;
  std::vector<double> uniform(2048);
  int retries = 0;
  for (int flit = 0; flit < flits; ++flit) {
    random_uniform(stream_key(9, "flit", static_cast<std::uint64_t>(flit)), 0, uniform);
    int hits[3] = {0, 0, 0};
    for (std::size_t bit = 0; bit < uniform.size(); ++bit) hits[bit / 8 % 3] += uniform[bit] < ber ? 1 : 0;
    retries += hits[0] > 1 || hits[1] > 1 || hits[2] > 1 ? 1 : 0;
  }
  const double expected = flit_retry(p(ber)).value();
  const double deviation = std::sqrt(expected * (1.0 - expected) / flits);
  EXPECT_NEAR(static_cast<double>(retries) / flits, expected, 4.0 * deviation);
}

// What a link repeats by itself takes its own round trip, and only what it gives up reaches the ends.
TEST(Transport, LinkRetryLeavesTheEndsItsResidual) {
  Transport t;
  t.kind = TransportKind::link_retry;
  const TransportReport link = transport(t, path(1e-3));
  EXPECT_EQ(link.repeated, path(1e-3).packet_loss);
  EXPECT_EQ(link.repair_time, t.link_round_trip);
  EXPECT_NEAR(link.residual.log10(), std::log10(3e-12), 1e-9);
  t.kind = TransportKind::pcie6_flit;
  const TransportReport flit = transport(t, path(1e-3));  // BER 1e-6: 7e-7 of 16 flits over 3 links
  EXPECT_NEAR(flit.repeated.value(), 16 * 3 * 7.0e-7, 0.01 * 16 * 3 * 7.0e-7);
  t.kind = TransportKind::go_back_n;
  const TransportReport ends = transport(t, path(1e-3));
  EXPECT_EQ(ends.residual, path(1e-3).packet_loss);
  EXPECT_EQ(ends.repair_time, t.round_trip);
}

// InfiniBand: 4.096 us x 2^t; t = 14, 18, 20 are 67 ms, 1.07 s and 4.29 s.
TEST(Timeout, DoublesWithItsExponent) {
  EXPECT_NEAR(retransmission_timeout(14), 67.1e-3, 1e-4);
  EXPECT_NEAR(retransmission_timeout(18), 1.074, 1e-3);
  EXPECT_NEAR(retransmission_timeout(20), 4.295, 1e-3);
}

// In the same simulator, without a timeout, flows of 9,766 packets hang with 1 - e^{-2 n p^2}: 0.0002, 0.019, 0.86.
TEST(Timeout, StallsGrowWithTheSquareOfTheLoss) {
  Transport t;
  t.message = 40e6;
  EXPECT_NEAR(transport(t, path(1e-2)).stall.value(), 1.0 - std::exp(-(1e-2 + 2 * 9766 * 1e-4)), 1e-3);
  EXPECT_NEAR(transport(t, path(1e-3)).stall.value(), 1.0 - std::exp(-(1e-3 + 2 * 9766 * 1e-6)), 1e-5);
  const TransportReport r = transport(t, path(1e-3));
  EXPECT_EQ(stall_longer_than(r, p(1e-3), 0.0), r.stall);
  EXPECT_NEAR(stall_longer_than(r, p(1e-3), 2.5 * r.timeout).log10(), r.stall.log10() - 6.0, 1e-9);
}

// Messages played packet by packet: a loss is repaired if neither its NACK nor its repetition is lost, else, and if the
// last packet is lost, a timeout passes. With more than one timeout in a message their number counts, not the chance of
// at least one.
TEST(Timeout, GoodputIsThatOfMessagesPlayedThrough) {
  Transport t;
  t.message = 4096.0 * 4000;
  t.timeout_exponent = 8;  // 1.05 ms
  const double loss = 0.02;
  const TransportReport r = transport(t, path(loss));
  EXPECT_GT(r.timeouts, 3.0);
  const int messages = 400, packets = 4000;
  double timeouts = 0.0;
  std::vector<double> uniform(static_cast<std::size_t>(3 * packets));
  for (int message = 0; message < messages; ++message) {
    random_uniform(stream_key(5, "timeouts", static_cast<std::uint64_t>(message)), 0, uniform);
    for (std::size_t i = 0; i < static_cast<std::size_t>(packets); ++i) {
      if (uniform[3 * i] >= loss) continue;
      const bool last = i + 1 == static_cast<std::size_t>(packets);
      if (last || uniform[3 * i + 1] < loss || uniform[3 * i + 2] < loss) timeouts += 1.0;
    }
  }
  timeouts /= messages;
  EXPECT_NEAR(r.timeouts, timeouts, 0.06 * timeouts);
  const double sending = 8.0 * t.message / 400e9;
  EXPECT_NEAR(r.goodput_fraction, sending / (sending / r.efficiency + timeouts * r.timeout), 0.06 * r.goodput_fraction);
}

// 1 GB in packets of 4,096 bytes: 2.441e-4 at 1e-9, 0.02412 at 1e-7, 0.9130 at 1e-5.
TEST(Message, LosesAtLeastOnePacket) {
  const double n = 1e9 / 4096;
  EXPECT_NEAR(any_of(p(1e-9), n).value(), 2.441e-4, 1e-7);
  EXPECT_NEAR(any_of(p(1e-7), n).value(), 0.02412, 1e-5);
  EXPECT_NEAR(any_of(p(1e-5), n).value(), 0.9130, 1e-4);
  EXPECT_NEAR(any_of(Log10Probability::from_log10(-300.0), n).log10(), -300.0 + std::log10(n), 1e-9);
}

RC_GTEST_PROP(TransportProperty, GoodputFallsWithLossAndStaysInItsRange, ()) {
  Transport t;
  t.kind = *rc::gen::element(TransportKind::go_back_n, TransportKind::go_back_0, TransportKind::selective_repeat,
                             TransportKind::link_retry);
  const double a = -0.01 * *rc::gen::inRange(1, 3000), b = a - 0.01 * *rc::gen::inRange(1, 500);
  const auto at = [&](double log10) {
    const auto loss = Log10Probability::from_log10(log10);
    return transport(t, {400e9, loss, loss, loss, 2});
  };
  const TransportReport worse = at(a), better = at(b);
  RC_ASSERT(worse.goodput_fraction <= better.goodput_fraction);
  RC_ASSERT(worse.efficiency <= better.efficiency);
  RC_ASSERT(worse.goodput_fraction > 0.0 && better.goodput_fraction <= 1.0);
  RC_ASSERT(worse.stall >= better.stall);
}

TEST(Transport, RefusesWhatHasNoMeaning) {
  Transport t;
  t.mtu = 0;
  EXPECT_THROW(transport(t, path(1e-3)), ConfigError);
  EXPECT_THROW(relative_utilisation(1.5, 0.5), ConfigError);
  EXPECT_THROW(relative_utilisation(0.5, 0.0), ConfigError);
}

}  // namespace
}  // namespace tessera
