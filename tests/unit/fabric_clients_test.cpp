#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "tests/support/export_texts.hpp"
#include "tests/support/fabric_grammar.hpp"
#include "tests/support/sample_fabrics.hpp"

namespace tessera {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using namespace test;

TEST(SimaiExport, ServersWithoutScaleUpSwitchesGetOne) {
  ExportOptions options;
  options.gpus_per_server = 4;
  const FabricExport out = export_fabric(leaf_spine(), "simai", options);
  const SimaiTopology topology = parse_simai(text_of(out, "topology.txt"));
  EXPECT_EQ(topology.nodes, 14U);
  EXPECT_EQ(topology.gpus_per_server, 4U);
  EXPECT_EQ(topology.nvswitches, (std::vector<std::uint64_t>{8, 9}));
  EXPECT_EQ(topology.switches, (std::vector<std::uint64_t>{10, 11, 12, 13}));
  EXPECT_EQ(topology.links[7].b, 9U);  // GPU 7 in the second server
  EXPECT_EQ(topology.links[7].rate, 2880e9);
  EXPECT_EQ(topology.links[8].b, 10U);  // the leaf moved behind the added switches
  EXPECT_THAT(out.warnings, Contains(HasSubstr("not numbers of this fabric")));
  EXPECT_THAT(out.warnings, Contains(HasSubstr("PACKET_PAYLOAD_SIZE 9000")));
  EXPECT_THAT(out.warnings, Contains(HasSubstr("missing rate map: SimAI ships none for 800Gbps")));
}

TEST(SimaiExport, ScaleUpSwitchesOfTheFabricRepeatLostFrames) {
  const FabricExport out = export_fabric(scale_up_rack(), "simai");
  const SimaiTopology topology = parse_simai(text_of(out, "topology.txt"));
  EXPECT_EQ(topology.gpus_per_server, 8U);
  EXPECT_EQ(topology.nvswitches.size(), 2U);
  EXPECT_TRUE(topology.switches.empty());
  for (const TopologyLink& link : topology.links) EXPECT_EQ(link.loss, 1e-300);
}

// leaf_spine by hand: a GPU has one link of 400 Gbit/s, 50 GB/s. Longest path: twice 1e-3 at the GPUs, twice 1e-6
// above; there and back 2 x (2 x 105.4 + 2 x 505 + 3 x 300) ns; frames of 4,158 bytes.
TEST(SimaiExport, BusBandwidthHoldsTheGoodputOfTheLongestPath) {
  ExportOptions options;
  options.gpus_per_server = 4;
  const double loss = 1.0 - std::pow(1.0 - 1e-3, 2) * std::pow(1.0 - 1e-6, 2);
  const double window = 400e9 * 2.0 * 2120.8e-9 / (8.0 * 4158.0);
  const double go_back_n = (1.0 - loss) / (1.0 - loss + window * loss);
  const auto bus = [&](LossRecovery recovery) {
    options.recovery = recovery;
    return parse_busbw(text_of(export_fabric(leaf_spine(), "simai", options), "busbw.yaml"));
  };
  const BusBandwidths gbn = bus(LossRecovery::kGoBackN), repeat = bus(LossRecovery::kSelectiveRepeat);
  for (const char* group : {"DP", "EP"})
    for (const char* operation : {"allreduce", "allgather", "reducescatter", "alltoall"}) {
      EXPECT_NEAR(*gbn.at(group).at(operation), 50.0 * go_back_n, 1e-9) << group << operation;
      EXPECT_NEAR(*repeat.at(group).at(operation), 50.0 * (1.0 - loss), 1e-9) << group << operation;
    }
  EXPECT_NEAR(*gbn.at("PP").at("busbw"), 50.0 * go_back_n, 1e-9);
  EXPECT_EQ(*gbn.at("TP").at("allreduce"), 360.0);  // SimAI's own server
  const FabricExport out = export_fabric(leaf_spine(), "simai", options);
  EXPECT_THAT(out.warnings, Contains(HasSubstr("the analytical mode knows no loss; the efficiency ")));
  EXPECT_THAT(out.warnings, Contains(HasSubstr("TP is SimAI's own 2880 Gbit/s (360 GB/s), not a number")));
  EXPECT_THAT(text_of(out, "README.md"), AllOf(HasSubstr("busbw.yaml"), HasSubstr("loses nothing"), HasSubstr("GB/s")));
}

// Four links of 1,600 Gbit/s to scale-up switches are 800 GB/s; each link repeats by itself, there and back in 2 x 62
// ns.
TEST(SimaiExport, BusBandwidthOfAScaleUpRackIsItsLinks) {
  const double p = 1e-3, window = 1.0 + 1600e9 * 124e-9 / (8.0 * 4158.0);
  const FabricExport out = export_fabric(with_loss(scale_up_rack(), -3.0), "simai");
  const BusBandwidths bus = parse_busbw(text_of(out, "busbw.yaml"));
  EXPECT_NEAR(*bus.at("TP").at("alltoall"), 800.0 * (1.0 - p) / (1.0 - p + window * p), 1e-9);
  EXPECT_FALSE(bus.at("DP").at("allreduce"));
  EXPECT_FALSE(bus.at("PP").at("busbw"));
  EXPECT_THAT(out.warnings, Contains(HasSubstr("DP, EP and PP are null")));
  EXPECT_THAT(out.warnings, Contains(HasSubstr("that is in TP")));
}

TEST(SimaiExport, RefusesWhatItCannotName) {
  ExportOptions options;
  options.gpu_type = "H10";
  EXPECT_THAT(refusal(leaf_spine(), "simai", options), HasSubstr("did you mean \"H100\"?"));
  options = {};
  options.gpus_per_server = 3;
  EXPECT_THAT(refusal(leaf_spine(), "simai", options), HasSubstr("8 GPUs do not fill servers of 3"));
}

// 400 Gbit/s are 46.566129 GiB/s.
TEST(AstraExport, BandwidthIsInGibibytes) {
  const FabricGraph graph = with_loss(torus(), -30.0);
  const FabricExport out = export_fabric(graph, "astra-sim");
  const AstraNetwork network = parse_astra(text_of(out, "network.yml"));
  EXPECT_EQ(network.topology, (std::vector<std::string>{"Ring", "Ring"}));
  EXPECT_EQ(network.npus_count, (std::vector<std::int64_t>{4, 4}));
  EXPECT_NEAR(network.bandwidth[0], 46.566129, 1e-6);
  EXPECT_NEAR(network.bandwidth[1], 2.0 * 46.566129, 2e-6);
  EXPECT_NEAR(network.latency[1], 505.0, 1e-9);
  EXPECT_THAT(out.warnings, Contains(HasSubstr("GiB/s")));
  EXPECT_THAT(out.warnings, Contains(HasSubstr("takes one dimension")));
}

TEST(AstraExport, LossIsFoldedIntoTheBandwidth) {
  FabricGraph graph = with_loss(leaf_spine(), -3.0);
  const auto bandwidth = [&](LossRecovery recovery) {
    ExportOptions options;
    options.recovery = recovery;
    return parse_astra(text_of(export_fabric(graph, "astra-sim", options), "network.yml")).bandwidth[0];
  };
  const double path = 1.0 - 0.999 * 0.999, clean = 400e9 / 8.0 / 1073741824.0;
  EXPECT_NEAR(bandwidth(LossRecovery::kSelectiveRepeat), clean * (1.0 - path), 1e-9);
  const double round_trip = 2.0 * (2.0 * 105.4e-9 + 300e-9), window = 400e9 * round_trip / (8.0 * 4158.0);
  EXPECT_NEAR(bandwidth(LossRecovery::kGoBackN), clean * (1.0 - path) / (1.0 - path + window * path), 1e-9);
  EXPECT_THAT(export_fabric(graph, "astra-sim").warnings, Contains(HasSubstr("loss dropped")));
}

// A tier may mix technologies: its worst cable counts, not that of the class that the dimension names.
TEST(AstraExport, TheWorstCableOfATierCounts) {
  FabricGraph graph = with_loss(torus(), -30.0);
  graph.classes.push_back(graph.classes[1]);
  graph.classes[2].name = "pod.aoc";
  graph.links[1].link_class = 2;
  graph.links[1].log10_frame_loss = -2.0;
  ExportOptions options;
  options.recovery = LossRecovery::kSelectiveRepeat;
  const AstraNetwork network = parse_astra(text_of(export_fabric(graph, "astra-sim", options), "network.yml"));
  EXPECT_NEAR(network.bandwidth[1] / network.bandwidth[0], 2.0 * 0.99, 1e-9);
}

// leaf_spine: GPU 3 loses 1e-3, the worst cable above the leaves 1e-6. Paths between leaves cross both twice.
TEST(AstraExport, PathsOfOuterDimensionsCrossTheInnerTiers) {
  ExportOptions options;
  options.recovery = LossRecovery::kSelectiveRepeat;
  const AstraNetwork network = parse_astra(text_of(export_fabric(leaf_spine(), "astra-sim", options), "network.yml"));
  const double clean = 400e9 / 8.0 / 1073741824.0, gpu = std::pow(1.0 - 1e-3, 2), above = std::pow(1.0 - 1e-6, 2);
  EXPECT_NEAR(network.bandwidth[0], clean * gpu, 1e-9);
  EXPECT_NEAR(network.bandwidth[1], clean * gpu * above, 1e-9);
}

// A switch is two hops of this client: together they take what the path takes, its switches included.
TEST(AstraExport, TwoHopsOfASwitchTakeThePath) {
  const AstraNetwork network = parse_astra(text_of(export_fabric(leaf_spine(), "astra-sim"), "network.yml"));
  EXPECT_NEAR(2.0 * network.latency[0], 2.0 * 105.4 + 300.0, 1e-6);
  EXPECT_NEAR(2.0 * network.latency[1], 2.0 * 105.4 + 2.0 * 505.0 + 3.0 * 300.0, 1e-6);
}

TEST(AstraExport, RefusesAFabricWithoutDimensions) {
  EXPECT_THAT(refusal(one_link(-9.0), "astra-sim"), HasSubstr("has no dimensions"));
  FabricGraph graph = torus();
  graph.dimensions.pop_back();
  EXPECT_THAT(refusal(graph, "astra-sim"), HasSubstr("join 4 GPUs, not 16"));
}

TEST(HtsimExport, ReadsBackLevelByLevel) {
  const HtsimTopology topology = parse_htsim(text_of(export_fabric(three_level_tree(), "htsim"), "fabric.topo"));
  EXPECT_EQ(topology.nodes, 16);
  EXPECT_EQ(topology.podsize, 8);
  ASSERT_EQ(topology.tiers.size(), 3U);
  EXPECT_EQ(topology.tiers[0].oversubscribed, 2);
  EXPECT_EQ(topology.tiers[1].oversubscribed, 1);
  EXPECT_EQ(topology.tiers[0].latency_ns, 105);
  EXPECT_EQ(topology.tiers[2].latency_ns, 2500);
  EXPECT_EQ(topology.tiers[1].switch_latency_ns, 250);
  EXPECT_EQ(topology.tiers[2].radix_up, 0);
  EXPECT_EQ(parse_htsim(text_of(export_fabric(with_loss(leaf_spine()), "htsim"), "fabric.topo")).tiers[1].bundle, 2);
}

TEST(HtsimExport, LossIsFoldedIntoWholeSpeeds) {
  const FabricExport out = export_fabric(with_loss(three_level_tree(), -4.0), "htsim");
  const double path = 1.0 - std::pow(1.0 - 1e-4, 6.0);
  const double round_trip = 2.0 * (2.0 * (105.4e-9 + 505e-9 + 2.5e-6) + 5.0 * 250e-9);
  const double window = 400e9 * round_trip / (8.0 * 4158.0);
  EXPECT_EQ(parse_htsim(text_of(out, "fabric.topo")).tiers[0].speed_gbps,
            std::llround(400.0 * (1.0 - path) / (1.0 - path + window * path)));
  EXPECT_THAT(out.warnings, Contains(HasSubstr("speeds are whole Gbit/s")));
  EXPECT_THAT(out.warnings, Contains(HasSubstr("loss dropped")));
}

TEST(HtsimExport, AZeroLatencyIsOneNanosecond) {
  FabricGraph graph = with_loss(leaf_spine());
  graph.classes[0].latency = 0.0;
  EXPECT_EQ(parse_htsim(text_of(export_fabric(graph, "htsim"), "fabric.topo")).tiers[0].latency_ns, 1);
}

// 8 links above the second level at a FIT that leaves each alive with chance exp(-1).
TEST(HtsimExport, FailedUplinksFollowTheirFit) {
  FabricGraph graph = three_level_tree();
  graph.classes[0].fit = graph.classes[1].fit = 0.0;
  graph.classes[2].fit = 1e9 / 730.5;
  int failed = 0;
  std::map<std::pair<std::int64_t, std::int64_t>, int> seen;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    ExportOptions options;
    options.seed = seed;
    for (const ExportFile& file : export_fabric(graph, "htsim", options).files)
      if (file.name == "failures.cm")
        for (const HtsimFailure& failure : parse_htsim_failures(file.text)) {
          EXPECT_LT(failure.switch_id, 4);
          EXPECT_LT(failure.link_id, 2);
          ++seen[{failure.switch_id, failure.link_id}];
          ++failed;
        }
  }
  const double mean = 1600.0 * (1.0 - std::exp(-1.0));
  EXPECT_NEAR(failed, mean, 4.0 * std::sqrt(mean * std::exp(-1.0)));
  EXPECT_EQ(seen.size(), 8U);
}

TEST(HtsimExport, RefusesWhatIsNoTreeOfItsKind) {
  EXPECT_THAT(refusal(torus(), "htsim"), HasSubstr("is no regular fat-tree of 2 or 3 levels"));
  FabricGraph graph = with_loss(three_level_tree());
  graph.fat_tree[0].radix_up = 3;
  EXPECT_THAT(refusal(graph, "htsim"), HasSubstr("1.333 to 1 at level 0"));
  graph = leaf_spine();
  graph.links.push_back(graph.links.front());
  EXPECT_THAT(refusal(graph, "htsim"), HasSubstr("gives GPU 0 2 links"));
}

TEST(BooksimExport, ReadsBackWithBothDirections) {
  const FabricExport out = export_fabric(torus(), "booksim");
  const Anynet net = parse_anynet(text_of(out, "fabric.anynet"));
  EXPECT_EQ(net.routers, 16U);
  EXPECT_EQ(net.router_of_node.size(), 16U);
  EXPECT_EQ(net.channels.size(), 64U);
  // One cycle is 128 bits; 400 and 800 Gbit/s occur alike, the faster one is taken: 0.16 ns, 105.4 ns are 659 cycles.
  for (const AnynetChannel& channel : net.channels)
    EXPECT_EQ(channel.cycles, channel.from / 4 == channel.to / 4 ? 659 : 3156);
  EXPECT_THAT(text_of(out, "fabric.cfg"),
              AllOf(HasSubstr("topology = anynet;"), HasSubstr("network_file = fabric.anynet;"),
                    HasSubstr("routing_function = min;"), HasSubstr("packet_size = 260;")));
  EXPECT_THAT(out.warnings, Contains(HasSubstr("unequal rates")));
}

TEST(NetemExport, LinesHaveDecimalsAndNoExponent) {
  FabricGraph graph = one_link(-6.0);
  graph.classes[0].latency = 505e-9;
  EXPECT_THAT(text_of(export_fabric(graph, "netem"), "netem.sh"),
              HasSubstr("tc qdisc add dev t0b root netem delay 0.505us rate 400gbit loss random 0.0001%\n"));
  EXPECT_THAT(text_of(export_fabric(one_link(-11.0), "netem"), "netem.sh"), Not(HasSubstr("loss")));
  EXPECT_THAT(export_fabric(one_link(-8.0), "netem").warnings, Contains(HasSubstr("Mininet writes percent")));
}

TEST(SimgridExport, EachCableIsTwoOneWayLinksWithOneEndsWatts) {
  const std::string text = text_of(export_fabric(one_link(-30.0), "simgrid"), "platform.xml");
  EXPECT_THAT(
      text, AllOf(HasSubstr("<link id=\"link-0-1_up\" bandwidth=\"4e+11bps\""), HasSubstr("value=\"0:0.1\""),
                  HasSubstr("<route src=\"gpu-1\" dst=\"gpu-0\" symmetrical=\"NO\"><link_ctn id=\"link-0-1_down\"/>")));
  EXPECT_EQ(text.find("SPLITDUPLEX"), std::string::npos);
}

}  // namespace
}  // namespace tessera
