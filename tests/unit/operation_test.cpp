#include "scenarios/fabric/operation.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numeric>

#include "scenarios/fabric/fabric.hpp"
#include "scenarios/fabric/interruptions.hpp"
#include "tests/support/made_up_link.hpp"

namespace tessera {
namespace {

LinkReport link(double log10_loss, double watts, double fit) {
  return test::made_up({.log10_loss = log10_loss, .watts = watts, .fit = fit});
}

struct Case {
  Fabric fabric;
  FabricReport report;
  OperationReport operation;
};

Case cluster(double log10_loss, double fit, double margin_rms = 0.0, std::int64_t spares = 0) {
  Topology tree;
  tree.gpus = 1024;
  FabricTier like;
  like.margins.rms_db = margin_rms;
  like.spares = spares;
  const test::MadeUpCluster c = test::made_up_cluster(tree, {{link(log10_loss, 10.0, fit), {"kp4", 4}, 1.0}}, like);
  return {c.fabric, c.report, *c.report.operation};
}

RC_GTEST_PROP(OperationProperty, EnergyAndFailuresSumOverTiers, ()) {
  const Case c = cluster(-0.1 * *rc::gen::inRange(20, 3000), *rc::gen::inRange(0, 5000));
  double watts = 0.0, failures = 0.0, availability = 1.0;
  for (const TierReport& tier : c.report.tiers) watts += tier.watts;
  for (const TierOperation& tier : c.operation.tiers) {
    failures += tier.failures_per_day;
    availability *= tier.availability;
    RC_ASSERT(tier.availability >= 0.0 && tier.availability <= 1.0);
  }
  RC_ASSERT(std::abs(watts - c.report.watts) <= 1e-12 * watts);
  RC_ASSERT(std::abs(failures - c.report.failures_per_day) <= 1e-12 * (1.0 + failures));
  RC_ASSERT(c.operation.availability == availability);
  RC_ASSERT(c.operation.goodput_fraction > 0.0 && c.operation.goodput_fraction <= 1.0);
  RC_ASSERT(c.operation.gpu_utilisation_loss >= 0.0 && c.operation.gpu_utilisation_loss < 1.0);
  RC_ASSERT(c.operation.effective_training_time > 0.0 && c.operation.effective_training_time <= 1.0);
}

RC_GTEST_PROP(OperationProperty, MoreLossNeverHelps, ()) {
  const double a = -0.1 * *rc::gen::inRange(20, 200), b = a - 0.1 * *rc::gen::inRange(1, 100);
  const Case worse = cluster(a, 100.0), better = cluster(b, 100.0);
  RC_ASSERT(worse.operation.path_loss > better.operation.path_loss);
  RC_ASSERT(worse.operation.goodput_fraction <= better.operation.goodput_fraction);
  RC_ASSERT(worse.operation.gpu_utilisation_loss >= better.operation.gpu_utilisation_loss);
  RC_ASSERT(worse.operation.collective->upper >= better.operation.collective->upper);
}

// A path of four links of 1e-10 each, by hand.
TEST(Operation, PathIsThatOfItsLinks) {
  const Case c = cluster(-10.0, 100.0);
  EXPECT_NEAR(c.operation.path_loss.value(), 4e-10, 1e-16);
  EXPECT_NEAR(c.operation.worst_path_loss.value(), 4e-10, 1e-16);
}

TEST(Operation, SpreadOfMarginsMakesTheWorstPathWorse) {
  const Case c = cluster(-14.0, 100.0, 0.3);
  EXPECT_GT(c.operation.worst_path_loss, c.operation.path_loss);
  EXPECT_GT(c.operation.path_loss.log10(), -13.0);  // the mean is made by the tail
  EXPECT_GE(c.operation.transport.goodput_fraction, c.operation.worst_transport.goodput_fraction);
}

TEST(Operation, SpareLinksRaiseAvailability) {
  double before = 0.0;
  for (const std::int64_t spares : {0, 1, 2, 4}) {
    const OperationReport o = cluster(-14.0, 5000.0, 0.0, spares).operation;
    EXPECT_GT(o.availability, before);
    before = o.availability;
  }
  EXPECT_LT(cluster(-14.0, 5000.0, 0.0, 1).operation.link_interruptions_per_day,
            0.1 * cluster(-14.0, 5000.0).operation.link_interruptions_per_day);
}

// 54 days of the links' watts in kWh, and a network of modules and switches, by hand.
TEST(Operation, EnergyOfATrainingRun) {
  Case c = cluster(-14.0, 100.0);
  c.fabric.operation.switch_watts = 700.0;
  c.fabric.operation.nic_watts = 20.0;
  c.fabric.operation.pue = 1.25;
  const OperationReport o = operate(c.fabric, c.report);
  const double links = 2 * 512;  // two tiers of 1,024 ports, two on each link
  EXPECT_NEAR(o.module_watts, links * 2 * 6.0, 1e-9);
  EXPECT_NEAR(o.network_watts, links * 2 * 6.0 + 48 * 700.0 + 1024 * 20.0, 1e-9);  // 32 leaves, 16 spines
  EXPECT_NEAR(o.kwh_per_training, links * 2 * 10.0 * 1.25 * 54 * 24 * 1e-3, 1e-6);
  EXPECT_NEAR(o.network_share, o.network_watts / (o.network_watts + 1024 * 1275.0), 1e-12);
}

TEST(Operation, FlapsKillOnlyBehindShortTimeouts) {
  Case c = cluster(-14.0, 100.0);
  c.fabric.operation.flap_fit = 7500.0;
  const double long_budget = operate(c.fabric, c.report).link_interruptions_per_day;
  c.fabric.transport.timeout_exponent = 14;
  const OperationReport o = operate(c.fabric, c.report);
  EXPECT_NEAR(o.flaps_per_day, 24.0 * 1024 * 7500e-9, 1e-9);
  EXPECT_GT(o.link_interruptions_per_day, long_budget);
  EXPECT_NEAR(o.link_interruptions_per_day - cluster(-14.0, 100.0).operation.link_interruptions_per_day,
              o.flaps_per_day * std::exp(-7 * 67.1e-3 / 5.0), 1e-3 * o.flaps_per_day);
}

TEST(Operation, AlternativeSavesTheDifference) {
  Case c = cluster(-14.0, 1000.0);
  c.fabric.alternatives.push_back({"less", 1, c.fabric.tiers[1]});
  c.report.alternatives.push_back(tier_report(c.fabric.tiers[1], link(-14.0, 4.0, 50.0)));
  const OperationReport o = operate(c.fabric, c.report);
  ASSERT_EQ(o.alternatives.size(), 1U);
  EXPECT_NEAR(o.alternatives[0].saved_watts, 512 * 2 * 6.0, 1e-9);
  EXPECT_NEAR(o.alternatives[0].saved_share, 0.6, 1e-12);
  EXPECT_NEAR(o.alternatives[0].saved_kwh, 512 * 2 * 6.0 * 54 * 24 * 1e-3, 1e-6);
  EXPECT_GT(o.alternatives[0].effective_training_time, o.effective_training_time);
}

// Links that repeat by themselves delay a collective by their own round trip, and only what is left after three replays
// waits for a timeout: ring of 1,024 ranks and 1 GB, step of 976,562.5 bytes, path of four links of 1e-6.
TEST(Operation, CollectivesWaitForWhatLinksDoNotRepair) {
  Case c = cluster(-6.0, 100.0);
  c.fabric.transport.kind = TransportKind::link_retry;
  const OperationReport o = operate(c.fabric, c.report);
  const double steps = 2.0 * 1023, packets = 1e9 / 1024 / 4096;
  const auto upper = [&](double packet_loss, double delay) {
    const double step = -std::expm1(packets * std::log1p(-packet_loss));
    return o.collective->loss_free + steps * -std::expm1(1024 * std::log1p(-step)) * delay;
  };
  EXPECT_NEAR(o.collective->upper, upper(1.0 - std::pow(1.0 - 1e-6, 4), 1e-6), 1e-9 * o.collective->upper);
  EXPECT_NEAR(o.collective_timeouts->upper / o.collective->loss_free - 1.0,
              steps * 1024 * packets * 4e-24 * o.transport.timeout / o.collective->loss_free, 1e-12);
}

// Packets of 256 bytes share a block of four codewords, of 2,560 bytes of payload, with their neighbours: of frames of
// 318 and 4,158 bytes (338 and 4,178 with preamble and gap) (1 + MFC)/MFC = 1 + 338/2560 and 1 + 4178/2560 blocks are
// touched.
TEST(Operation, PacketsOfAnotherSizeLoseByTheirSize) {
  Case c = cluster(-10.0, 100.0);
  c.fabric.transport.mtu = 256;
  const OperationReport o = operate(c.fabric, c.report);
  EXPECT_NEAR(o.path_loss.value(), 4e-10 * (1.0 + 338.0 / 2560.0) / (1.0 + 4178.0 / 2560.0), 1e-15);
}

// Seconds and hours, bits and gigabits: the same numbers.
TEST(Operation, UnitsOfAFileChangeNothing) {
  const Case c = cluster(-5.0, 500.0);
  Fabric scaled = c.fabric;  // everything with a time in it ten times slower
  FabricReport report = c.report;
  scaled.gpu_rate /= 10.0;
  scaled.transport.round_trip *= 10.0;
  for (TierReport& tier : report.tiers) tier.port_rate_bps /= 10.0;
  const OperationReport o = operate(scaled, report);
  EXPECT_NEAR(o.transport.efficiency, c.operation.transport.efficiency, 1e-12);
  EXPECT_NEAR(o.collective->upper / o.collective->loss_free,
              c.operation.collective->upper / c.operation.collective->loss_free, 1e-12);
}

}  // namespace
}  // namespace tessera
