#include "tests/support/fabric_grammar.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tessera::test {
namespace {

using testing::HasSubstr;

template <class Parse>
std::string message(Parse parse, const std::string& text) {
  try {
    parse(text);
  } catch (const GrammarError& error) {
    return error.what();
  }
  return "accepted";
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(HpccGrammar, TakesTheExampleAndRefusesEachTrap) {
  const std::string good = "3 1 2\n2\n0 2 400Gbps 505ns 8.6e-12\n1 2 400Gbps 505ns 1e-4\n";
  const HpccTopology topology = parse_hpcc(good);
  EXPECT_EQ(topology.links[0].loss, 8.6e-12);
  EXPECT_EQ(topology.links[1].rate, 400e9);
  EXPECT_THAT(message(parse_hpcc, with(good, "0 2", "0\t2")), HasSubstr("line 3: has a tab"));
  EXPECT_THAT(message(parse_hpcc, with(good, "8.6e-12", "8.6e-12 # dr8")), HasSubstr("line 3: has a comment"));
  EXPECT_THAT(message(parse_hpcc, "# mine\n" + good), HasSubstr("line 1: has a comment"));
  EXPECT_THAT(message(parse_hpcc, with(good, " 8.6e-12", "")), HasSubstr("line 3: a link has 5 columns, got 4"));
  EXPECT_THAT(message(parse_hpcc, with(good, "400Gbps", "1.6Tbps")), HasSubstr("does not know: 1.6Tbps"));
  EXPECT_THAT(message(parse_hpcc, with(good, "400Gbps", "400")), HasSubstr("needs a number and a unit"));
  EXPECT_THAT(message(parse_hpcc, with(good, "505ns", "5.5ns")), HasSubstr("cut to whole ns"));
  EXPECT_THAT(message(parse_hpcc, with(good, "8.6e-12", "1.5")), HasSubstr("loss is a probability"));
  EXPECT_THAT(message(parse_hpcc, with(good, "3 1 2", "3 1 3")), HasSubstr("2 links, not 3"));
  EXPECT_THAT(message(parse_hpcc, with(good, "3 1 2\n2", "3 1 2\n0")), HasSubstr("switches must follow the GPUs"));
  EXPECT_THAT(message(parse_hpcc, with(good, "3 1 2", "70000 1 2")), HasSubstr("16 bits"));
  EXPECT_THAT(message(parse_hpcc, with(good, "1 2 400", "2 0 400")), HasSubstr("join the same nodes"));
  EXPECT_THAT(message(parse_hpcc, with(good, "1 2 400", "1 5 400")), HasSubstr("two different nodes"));
  EXPECT_THAT(message(parse_hpcc, good.substr(0, good.size() - 1)), HasSubstr("does not end"));
}

TEST(HpccGrammar, MapsHaveAValueForEachRate) {
  const std::string good = "KMAX_MAP 2 25000000000 400 50000000000 800\n";
  EXPECT_EQ(parse_rate_map(good, "KMAX_MAP").at(50000000000), 800.0);
  const auto parse = [](const std::string& text) { parse_rate_map(text, "KMAX_MAP"); };
  EXPECT_THAT(message(parse, with(good, "MAP 2", "MAP 3")), HasSubstr("a rate and a value for each entry"));
  EXPECT_THAT(message(parse, with(good, "KMAX", "KMIN")), HasSubstr("there is no KMAX_MAP"));
}

// Line by line as SimAI's reader takes it: the first line is dropped, a line that ends in a colon begins a group, keys
// count up to their comma, and what it does not know it passes over in silence.
TEST(BusbwGrammar, TakesTheExampleAndRefusesEachTrap) {
  const std::string good =
      "test\nTP:\nallreduce,: 300\nallgather,: 280\nDP:\nallreduce,: null\nEP:\nalltoall,: 80\nPP:\nbusbw: 47.5\n";
  const BusBandwidths bus = parse_busbw(good);
  EXPECT_EQ(*bus.at("TP").at("allreduce"), 300.0);
  EXPECT_FALSE(bus.at("DP").at("allreduce"));
  EXPECT_EQ(*bus.at("PP").at("busbw"), 47.5);
  EXPECT_THAT(message(parse_busbw, good.substr(5)), HasSubstr("line 1: must be a title"));
  EXPECT_THAT(message(parse_busbw, with(good, "TP:", "TP: # tensor")), HasSubstr("line 2: has a comment"));
  EXPECT_THAT(message(parse_busbw, with(good, "allreduce,: 300", "\tallreduce,: 300")), HasSubstr("line 3: has a tab"));
  EXPECT_THAT(message(parse_busbw, with(good, "TP:\n", "TP:\r\n")), HasSubstr("line 2: ends in CR"));
  EXPECT_THAT(message(parse_busbw, with(good, ",: 300", ",:")), HasSubstr("allreduce, has no value and would begin"));
  EXPECT_THAT(message(parse_busbw, with(good, "300", "300GB/s")), HasSubstr("bandwidth is no number: 300GB/s"));
  EXPECT_THAT(message(parse_busbw, with(good, "300", "0")), HasSubstr("bandwidth is above 0"));
  EXPECT_THAT(message(parse_busbw, with(good, "300", "300 280")), HasSubstr("something behind its value"));
  EXPECT_THAT(message(parse_busbw, with(good, "alltoall", "all2all")), HasSubstr("unknown key all2all, in EP"));
  EXPECT_THAT(message(parse_busbw, with(good, "EP:", "ep:")), HasSubstr("unknown group ep"));
  EXPECT_THAT(message(parse_busbw, with(good, "allreduce,: 300", "allreduce, 300")), HasSubstr("no colon"));
  EXPECT_THAT(message(parse_busbw, with(good, "TP:\n", "")), HasSubstr("stands before the first group"));
  EXPECT_THAT(message(parse_busbw, with(good, "EP:\nalltoall,: 80\n", "")), HasSubstr("the groups are"));
  EXPECT_THAT(message(parse_busbw, with(good, "allgather", "allreduce")), HasSubstr("stands twice"));
}

TEST(SimaiGrammar, TakesTheExampleAndRefusesEachTrap) {
  std::string good = "7 6 1 0 6 H100\n6\n";
  for (int gpu = 0; gpu < 6; ++gpu) good += std::to_string(gpu) + " 6 2880Gbps 0.000025ms 0\n";
  const SimaiTopology topology = parse_simai(good);
  EXPECT_EQ(topology.nvswitches, std::vector<std::uint64_t>{6});
  EXPECT_NEAR(topology.links[0].delay, 25e-9, 1e-18);
  EXPECT_THAT(message(parse_simai, with(good, "H100", "B200")), HasSubstr("unknown type of GPU"));
  EXPECT_THAT(message(parse_simai, with(good, " H100", "")), HasSubstr("5 numbers and the type"));
  EXPECT_THAT(message(parse_simai, with(good, "7 6 1 0", "7 6 0 1")), HasSubstr("crashes"));
  EXPECT_THAT(message(parse_simai, with(good, "7 6 1", "7 4 1")), HasSubstr("do not fill servers"));
  EXPECT_THAT(message(parse_simai, with(good, "0.000025ms", "0.0000255ms")), HasSubstr("cut to whole ns"));
  EXPECT_THAT(message(parse_simai, with(good, "2880Gbps", "2.88Tbps")), HasSubstr("does not know"));
  EXPECT_THAT(message(parse_simai, with(good, " 0\n1 6", "\n1 6")), HasSubstr("5 columns, got 4"));
  EXPECT_THAT(message(parse_simai, with(good, "0 6 2880", "0\t6 2880")), HasSubstr("has a tab"));
  EXPECT_THAT(message(parse_simai, with(good, " 0\n1 6", " 0 #\n1 6")), HasSubstr("has a comment"));
}

TEST(AstraGrammar, TakesTheExampleAndRefusesEachTrap) {
  const std::string good =
      "topology: [ Ring, Switch ]\nnpus_count: [ 8, 4 ]\nbandwidth: [ 46.566, 23.283 ]\nlatency: [ 505.0, 1200.0 "
      "]\nphy_loss: [ 0, 1e-9 ]\n";
  EXPECT_EQ(parse_astra(good).bandwidth[1], 23.283);
  EXPECT_THAT(message(parse_astra, with(good, "Ring", "Torus")), HasSubstr("unknown topology Torus"));
  EXPECT_THAT(message(parse_astra, with(good, "8, 4", "8, 1")), HasSubstr("above 1"));
  EXPECT_THAT(message(parse_astra, with(good, "8, 4", "8")), HasSubstr("equal length"));
  EXPECT_THAT(message(parse_astra, with(good, "505.0, ", "")), HasSubstr("equal length"));
  EXPECT_THAT(message(parse_astra, with(good, "46.566", "46.566GB")), HasSubstr("no number"));
  EXPECT_THAT(message(parse_astra, with(good, "46.566", "0")), HasSubstr("above 0"));
  EXPECT_THAT(message(parse_astra, with(good, "phy_loss", "loss")), HasSubstr("unknown key loss"));
  EXPECT_THAT(message(parse_astra, with(good, "latency:", "bandwidth:")), HasSubstr("stands twice"));
}

TEST(HtsimGrammar, TakesTheExampleAndRefusesEachTrap) {
  const std::string good =
      "# two levels\nNodes 16\nTiers 2\nPodsize 16\n\nTier 0\nDownlink_speed_Gbps 400\nRadix_Down 4\nRadix_Up 2\n"
      "Downlink_Latency_ns 500\nSwitch_Latency_ns 0\nOversubscribed 2\n\nTier 1\nDownlink_speed_Gbps 400\nRadix_Down "
      "4\n"
      "Downlink_Latency_ns 505\nSwitch_Latency_ns 300\nBundle 1\n";
  const HtsimTopology topology = parse_htsim(good);
  EXPECT_EQ(topology.tiers[0].oversubscribed, 2);
  EXPECT_EQ(topology.tiers[1].latency_ns, 505);
  EXPECT_THAT(message(parse_htsim, with(good, "Radix_Up 2", "Radix_Up\t2")), HasSubstr("has a tab"));
  EXPECT_THAT(message(parse_htsim, with(good, "Radix_Up 2", "Radix_Up 2 # up")), HasSubstr("has a comment"));
  EXPECT_THAT(message(parse_htsim, with(good, "Radix_Up 2", "Radix_Up  2")), HasSubstr("more than one space"));
  EXPECT_THAT(message(parse_htsim, with(good, "_Gbps 400", "_Gbps 800.5")), HasSubstr("a whole value is no number"));
  EXPECT_THAT(message(parse_htsim, with(good, "_ns 505", "_ns 0")), HasSubstr("Missing in tier 1"));
  EXPECT_THAT(message(parse_htsim, with(good, "Bundle 1", "Queue_Down 100")), HasSubstr("Duplicate queue_down"));
  EXPECT_THAT(message(parse_htsim, with(good, "Bundle 1", "Packet_Loss_Rate 1")), HasSubstr("silently read over"));
  EXPECT_THAT(message(parse_htsim, with(good, "Bundle 1", "Radix_Up 2")), HasSubstr("no uplinks from the top"));
  EXPECT_THAT(message(parse_htsim, with(good, "Oversubscribed 2", "Oversubscribed 3")), HasSubstr("do not divide"));
  EXPECT_THAT(message(parse_htsim, with(good, "Oversubscribed 2", "Oversubscribed 1")), HasSubstr("does not fit"));
  EXPECT_THAT(message(parse_htsim, with(good, "Radix_Up 2\n", "")), HasSubstr("Missing radix_up"));
  EXPECT_THAT(message(parse_htsim, with(good, "Tiers 2", "Tiers 4")), HasSubstr("2 or 3 tiers"));
  EXPECT_THAT(message(parse_htsim, with(good, "Tiers 2", "Tiers 3")), HasSubstr("No configuration found"));
}

TEST(HtsimGrammar, FailuresAreCounted) {
  const std::string good = "Nodes 16\nConnections 0\nFailures 1\nfailure switch_type AGG switch_id 1 link_id 0\n";
  EXPECT_EQ(parse_htsim_failures(good).size(), 1U);
  EXPECT_THAT(message(parse_htsim_failures, with(good, "Failures 1", "Failures 2")), HasSubstr("Mismatch"));
  EXPECT_THAT(message(parse_htsim_failures, with(good, "AGG", "TOR")), HasSubstr("switch_type AGG"));
}

TEST(AnynetGrammar, TakesTheExampleAndRefusesEachTrap) {
  const std::string good =
      "router 0 node 0 node 1 router 2 20\nrouter 2 router 0 20\nrouter 1 router 2 5\nrouter 2 router 1 5\n";
  const Anynet net = parse_anynet(good);
  EXPECT_EQ(net.router_of_node.at(1), 0U);
  EXPECT_EQ(net.channels[0].cycles, 20);
  EXPECT_THAT(message(parse_anynet, with(good, "node 0 node", "node 0 7 node")),
              HasSubstr("link of the router to itself"));
  EXPECT_THAT(message(parse_anynet, with(good, "router 2 20", "router 2 20 # dr8")), HasSubstr("has a comment"));
  EXPECT_THAT(message(parse_anynet, with(good, "node 0 node", "node 0\tnode")), HasSubstr("has a tab"));
  EXPECT_THAT(message(parse_anynet, with(good, "router 2 router 0 20\n", "")), HasSubstr("would take 1 cycle"));
  EXPECT_THAT(message(parse_anynet, with(good, "router 2 20", "router 2")), HasSubstr("gets 1 cycle"));
  EXPECT_THAT(message(parse_anynet, with(good, "router 2 20", "router 2 0")), HasSubstr("at least 1 cycle"));
  EXPECT_THAT(message(parse_anynet, with(good, "node 1 ", "node 2 ")), HasSubstr("nodes are 0, 1"));
  EXPECT_THAT(message(parse_anynet, with(good, "node 1 ", "node 0 ")), HasSubstr("a node has one router"));
  EXPECT_THAT(message(parse_anynet, with(good, "router 0 node", "Router 0 node")), HasSubstr("begins with router"));
}

}  // namespace
}  // namespace tessera::test
