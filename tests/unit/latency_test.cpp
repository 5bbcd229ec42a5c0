#include "phy/link/latency.hpp"

#include <gtest/gtest.h>

#include "phy/core/error.hpp"
#include "tests/support/fixed_cost.hpp"

namespace tessera {
namespace {

FixedCost delayed(double seconds) {
  return {.delay = [=](const CostContext&) { return seconds; }};
}

TEST(Latency, AddsPropagationPartsBlockAndDecoder) {
  PreparedLink prepared = bare_prepared_link(425, 35);
  prepared.link.fec = {"kp4", 4};
  prepared.segments[0].channel.bulk_delay = 250e-9;
  add_stage(prepared, "tx", delayed(3e-9), Boundary::module);
  add_stage(prepared, "wire", delayed(0.0), Boundary::module);
  prepared.link.overhead.push_back({"decoder", AnyModel(delayed(37e-9)), Boundary::host, ""});
  const Latency l = latency(prepared);
  EXPECT_NEAR(l.total, 250e-9 + 3e-9 + 25.6e-9 + 37e-9, 1e-18);
  ASSERT_EQ(l.rows.size(), 4u);
  EXPECT_EQ(l.rows[0].component, "propagation");
  EXPECT_EQ(l.rows[1].component, "tx");
  EXPECT_EQ(l.rows[2].component, "fec_block");
  EXPECT_EQ(l.rows[3].component, "decoder");
}

TEST(Latency, WithoutACodeNoBlockIsWaitedFor) {
  PreparedLink prepared = bare_prepared_link(400, 0);
  prepared.segments[0].channel.bulk_delay = 1e-9;
  EXPECT_EQ(latency(prepared).total, 1e-9);
}

TEST(Latency, SegmentsFollowEachOther) {
  PreparedLink prepared = bare_prepared_link(8, 0);
  prepared.segments[0].channel.bulk_delay = 1e-9;
  prepared.link.segments.push_back(prepared.link.segments[0]);
  prepared.segments.push_back(prepared.segments[0]);
  EXPECT_DOUBLE_EQ(latency(prepared).total, 2e-9);
  EXPECT_EQ(latency(prepared).rows.at(0).component, "only.propagation");
}

TEST(Latency, NegativeLatencyIsRefused) {
  PreparedLink prepared = bare_prepared_link(8, 0);
  add_stage(prepared, "tx", delayed(-1e-9), Boundary::module);
  EXPECT_THROW(latency(prepared), NumericError);
}

}  // namespace
}  // namespace tessera
