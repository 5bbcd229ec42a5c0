#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <locale>
#include <map>
#include <random>

#include "phy/core/error.hpp"
#include "scenarios/fabric/export/json.hpp"
#include "scenarios/fabric/export/link_text.hpp"
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

TEST(FabricExport, EveryClientGetsACompanionPageWithItsWarnings) {
  for (const std::string& format : export_formats()) {
    const FabricGraph graph = format == "astra-sim" ? torus() : leaf_spine();
    const FabricExport out = export_fabric(graph, format);
    const std::string page = text_of(out, "README.md");
    EXPECT_THAT(page, AllOf(HasSubstr("## Loss"), HasSubstr("4158 bytes"), HasSubstr("not a bit error ratio")))
        << format;
    for (const std::string& line : out.warnings) {
      EXPECT_THAT(page, HasSubstr("* " + line)) << format;
      EXPECT_EQ(line.find('\n'), std::string::npos) << format;
    }
    for (const ExportFile& file : out.files) {
      EXPECT_EQ(file.name.find('/'), std::string::npos);
      EXPECT_FALSE(file.text.empty()) << format << " " << file.name;
      if (file.name != "README.md") {
        EXPECT_THAT(page, HasSubstr("`" + file.name + "`")) << format;
      }
    }
  }
}

TEST(FabricExport, UnknownClientIsNamedWithTheNearest) {
  EXPECT_THAT(refusal(leaf_spine(), "ns-3"), HasSubstr("unknown export format \"ns-3\"; did you mean \"ns3\"?"));
}

// Digits in groups and a comma for the point, as a program around the library may have set them.
struct Commas : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

TEST(FabricExport, NumbersIgnoreTheLocale) {
  for (const std::string& format : export_formats()) {
    const FabricExport plain = export_fabric(leaf_spine(), format);
    const std::locale before = std::locale::global(std::locale(std::locale::classic(), new Commas));
    const FabricExport foreign = export_fabric(leaf_spine(), format);
    std::locale::global(before);
    for (std::size_t i = 0; i < plain.files.size(); ++i)
      EXPECT_EQ(foreign.files[i].text, plain.files[i].text) << format;
    EXPECT_EQ(foreign.warnings, plain.warnings);
  }
  EXPECT_EQ(export_text::number(46.566), "46.566");
  EXPECT_EQ(export_text::number(8.6e-12), "8.6e-12");
}

// Published with its assumptions: 400G, 10 us, frames of 4,096 bytes (W = 122) give 0.9879, 0.8911 and 0.4478.
TEST(TransportEfficiency, GoBackNAtThreeLosses) {
  const auto eta = [](double p) { return export_text::efficiency(LossRecovery::kGoBackN, p, 400e9, 10e-6, 4096); };
  EXPECT_NEAR(eta(1e-4), 0.9879, 1e-4);
  EXPECT_NEAR(eta(1e-3), 0.8911, 1e-4);
  EXPECT_NEAR(eta(1e-2), 0.4478, 1e-4);
  EXPECT_DOUBLE_EQ(export_text::efficiency(LossRecovery::kSelectiveRepeat, 1e-3, 400e9, 10e-6, 4096), 0.999);
}

TEST(HpccExport, ReadsBackAsTheGraph) {
  const FabricGraph graph = leaf_spine();
  const HpccTopology topology = parse_hpcc(text_of(export_fabric(graph, "hpcc"), "topology.txt"));
  EXPECT_EQ(topology.nodes, 12U);
  EXPECT_EQ(topology.switches, (std::vector<std::uint64_t>{8, 9, 10, 11}));
  ASSERT_EQ(topology.links.size(), 12U);  // 8 of GPUs, 4 pairs of switches with two cables each
  EXPECT_NEAR(topology.links[3].loss, 1e-3, 1e-15);
  EXPECT_NEAR(topology.links[0].loss, 1e-12, 1e-24);
  EXPECT_EQ(topology.links[0].rate, 400e9);
  EXPECT_EQ(topology.links[8].rate, 800e9);
  EXPECT_NEAR(topology.links[8].loss, 0.5 * (1e-6 + std::pow(10.0, -9.8)), 1e-15);
}

// GPU - leaf - spine - leaf - GPU: four links and three switches, which take no time in this client.
TEST(HpccExport, DelayOfAPathContainsItsSwitches) {
  const HpccTopology topology = parse_hpcc(text_of(export_fabric(leaf_spine(), "hpcc"), "topology.txt"));
  const double path = 2.0 * topology.links[0].delay + 2.0 * topology.links[8].delay;
  EXPECT_NEAR(path, 2.0 * 105.4e-9 + 2.0 * 505e-9 + 3.0 * 300e-9, 2e-9);
}

TEST(HpccExport, NoLossIsZeroWhichWouldMeanTheDefault) {
  const FabricExport out = export_fabric(with_loss(leaf_spine(), -2000.0), "hpcc");
  for (const TopologyLink& link : parse_hpcc(text_of(out, "topology.txt")).links) EXPECT_GT(link.loss, 0.0);
  EXPECT_THAT(text_of(out, "config.txt"), HasSubstr("ERROR_RATE_PER_LINK 0.0000\n"));
}

TEST(HpccExport, EveryRateOfTheTopologyHasItsMaps) {
  for (const char* format : {"hpcc", "simai"})
    for (const FabricGraph& graph : {leaf_spine(), torus(), scale_up_rack()}) {
      const FabricExport out = export_fabric(graph, format);
      const std::string topology = text_of(out, "topology.txt"), config = text_of(out, "config.txt");
      const auto links = format == std::string("hpcc") ? parse_hpcc(topology).links : parse_simai(topology).links;
      for (const char* key : {"KMAX_MAP", "KMIN_MAP", "PMAX_MAP"}) {
        const auto map = parse_rate_map(config, key);
        for (const TopologyLink& link : links)
          EXPECT_TRUE(map.contains(static_cast<std::uint64_t>(link.rate))) << format << " " << graph.name << " " << key;
      }
    }
}

// What HPCC ships: 100 Gbit/s has KMAX 1600 and KMIN 400 kilobytes, so 400 Gbit/s four times that.
TEST(HpccExport, MapsCarryOnWhatHpccShips) {
  const std::string config = text_of(export_fabric(torus(), "hpcc"), "config.txt");
  EXPECT_EQ(parse_rate_map(config, "KMAX_MAP").at(400000000000), 6400.0);
  EXPECT_EQ(parse_rate_map(config, "KMIN_MAP").at(400000000000), 1600.0);
  EXPECT_EQ(parse_rate_map(config, "PMAX_MAP").at(800000000000), 0.2);
}

TEST(HpccExport, TooManyNodesAreRefused) {
  FabricGraph graph = one_link(-9.0);
  graph.gpus = 70000;
  graph.nodes.resize(70000);
  EXPECT_THAT(refusal(graph, "hpcc"), AllOf(HasSubstr("70000 nodes"), HasSubstr("65536")));
}

TEST(ExportWarnings, NameWhatTheClientCannotDo) {
  const std::vector<std::string> warnings = export_fabric(leaf_spine(), "hpcc").warnings;
  EXPECT_THAT(warnings, Contains(HasSubstr("11 of 16 links lose at most 2.33e-10")));
  EXPECT_THAT(warnings, Contains(HasSubstr("n p^2 = 0.24")));  // 1e9/4158 x 1e-6
  EXPECT_THAT(warnings, Contains(HasSubstr("shared random stream")));
  EXPECT_THAT(warnings, Contains(HasSubstr("whole nanoseconds")));
  EXPECT_THAT(warnings, Contains(HasSubstr("parallel links")));
}

// Lost frames per second of a full 800G direction at 2.4e-4 before KP4: one in 1.35 h, both directions of 49,152
// links 20.2/s.
TEST(ExportWarnings, ExpectedLossesOfABigFabric) {
  const double per_second = 1.0 / (1.35 * 3600.0);
  const double p = per_second / export_text::frames_per_second(800e9, 4158);
  EXPECT_NEAR(p, 8.58e-12, 0.02e-12);
  FabricGraph graph = one_link(std::log10(8.58e-12));
  graph.classes[0].rate = 800e9;
  EXPECT_NEAR(49152.0 * export_text::loss_census(graph, 2.33e-10).below_per_second, 20.2, 0.1);
}

TEST(ExportWarnings, AreSilentWhereThereIsNothingToSay) {
  FabricGraph graph = one_link(-7.0);
  graph.classes[0].latency = 500e-9;
  EXPECT_THAT(export_fabric(graph, "ns3").warnings, testing::IsEmpty());
  // n p^2 of 1 GB at 1e-7: 2.4e-9.
  EXPECT_THAT(export_fabric(graph, "hpcc").warnings, testing::IsEmpty());
}

TEST(ExportWarnings, ManyFlowsMakeAHangLikelyWhereOneDoesNot) {
  FabricGraph graph = with_loss(leaf_spine(), std::log10(3e-4));  // n p^2 = 0.0216, eight flows
  EXPECT_THAT(export_fabric(graph, "hpcc").warnings,
              Contains(HasSubstr("with one flow of 1e+09 bytes on each link of a GPU 0.3")));
}

TEST(ExportWarnings, TerabitsStandInGigabits) {
  const FabricExport out = export_fabric(scale_up_rack(), "hpcc");
  EXPECT_THAT(out.warnings, Contains(HasSubstr("1 Tbit/s")));
  EXPECT_THAT(text_of(out, "topology.txt"), AllOf(HasSubstr(" 3200Gbps "), Not(HasSubstr("Tbps"))));
}

TEST(JsonExport, ReadsBackEqual) {
  for (const FabricGraph& graph : {leaf_spine(), three_level_tree(), torus(), scale_up_rack()}) {
    const std::string text = text_of(export_fabric(graph, "json"), "fabric_graph.json");
    const FabricGraph back = read_graph_json(text, "graph.json");
    EXPECT_EQ(text_of(export_fabric(back, "json"), "fabric_graph.json"), text);
    EXPECT_EQ(text_of(export_fabric(back, "csv"), "links.csv"), text_of(export_fabric(graph, "csv"), "links.csv"));
    EXPECT_EQ(back.dimensions.size(), graph.dimensions.size());
    EXPECT_EQ(back.fat_tree.size(), graph.fat_tree.size());
  }
}

TEST(JsonExport, MistakesNameTheirMember) {
  const auto message = [](const std::string& text) {
    try {
      read_graph_json(text, "g.json");
    } catch (const ConfigError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_THAT(message("{"), HasSubstr("g.json: this is no JSON"));
  EXPECT_THAT(message("[]"), HasSubstr("\"fabric_graph\" is missing"));
  EXPECT_THAT(message(R"({"schema":1,"fabric":{}})"), HasSubstr("holds no nodes and links"));
  std::string text = text_of(export_fabric(torus(), "json"), "fabric_graph.json");
  const auto spoilt = [&](const std::string& from, const std::string& to) {
    std::string copy = text;
    return copy.replace(copy.find(from), from.size(), to);
  };
  EXPECT_THAT(message(spoilt("\"gpus\":16", "\"gpus\":\"x\"")),
              HasSubstr("g.json.fabric_graph.gpus has the wrong type"));
  EXPECT_THAT(message(spoilt("\"a\":[0,", "\"a\":[99,")), HasSubstr("link 0 must join two different nodes"));
  EXPECT_THAT(message(spoilt("\"a\":[0,", "\"a\":[")), HasSubstr("columns differ in length"));
  EXPECT_THAT(message(spoilt("\"ring\"", "\"rung\"")), HasSubstr("unknown kind of dimension \"rung\""));
}

// Any graph: cables anywhere, losses down to 1e-2000, rates and latencies of any size.
FabricGraph random_graph(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto pick = [&](std::uint64_t from, std::uint64_t to) { return from + random() % (to - from + 1); };
  FabricGraph graph;
  graph.name = "random";
  graph.gpus = static_cast<std::int64_t>(pick(2, 9));
  graph.switch_latency = static_cast<double>(pick(0, 900)) * 1e-9;
  for (std::int64_t gpu = 0; gpu < graph.gpus; ++gpu) graph.nodes.push_back({FabricNodeKind::kGpu, 0, -1});
  for (std::uint64_t i = pick(1, 6); i > 0; --i) graph.nodes.push_back({FabricNodeKind::kSwitch, 1, -1});
  for (std::uint64_t i = pick(1, 4); i > 0; --i)
    graph.classes.push_back({"tier." + std::to_string(i), "copper_dac",
                             static_cast<double>(pick(1, 16000)) * 1.0625e9 / 8.0,
                             static_cast<double>(pick(0, 100000)) * 1e-10, 1.0, 0.0, 1.0, 10.0});
  const auto node = [&] { return static_cast<std::uint32_t>(pick(0, graph.nodes.size() - 1)); };
  graph.links.push_back({0, static_cast<std::uint32_t>(graph.gpus), 0, -5.0, -3.0});
  for (std::uint64_t i = pick(0, 30); i > 0; --i) {
    const std::uint32_t a = node(), b = node();
    const double loss = -static_cast<double>(pick(0, 1000)) * (pick(0, 4) == 0 ? 2.0 : 0.02);
    if (a != b)
      graph.links.push_back({a, b, static_cast<std::uint32_t>(pick(0, graph.classes.size() - 1)), -4.0, loss});
  }
  return graph;
}

TEST(FabricExport, AnyGraphIsGrammaticalAndKeepsItsCables) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const FabricGraph graph = random_graph(seed);
    std::map<std::pair<std::uint64_t, std::uint64_t>, double> rates;
    for (const FabricLink& link : graph.links)
      rates[std::minmax<std::uint64_t>(link.a, link.b)] += graph.classes[link.link_class].rate;
    ExportOptions options;
    options.gpus_per_server = 1;
    options.schedule_seconds = 1e-3;
    const HpccTopology hpcc = parse_hpcc(text_of(export_fabric(graph, "hpcc", options), "topology.txt"));
    ASSERT_EQ(hpcc.links.size(), rates.size());
    for (const TopologyLink& link : hpcc.links) EXPECT_NEAR(link.rate, rates.at({link.a, link.b}), 1e-9 * link.rate);
    const SimaiTopology simai = parse_simai(text_of(export_fabric(graph, "simai", options), "topology.txt"));
    EXPECT_EQ(simai.links.size(), rates.size() + static_cast<std::size_t>(graph.gpus));
    const Anynet net = parse_anynet(text_of(export_fabric(graph, "booksim", options), "fabric.anynet"));
    EXPECT_EQ(net.channels.size(), 2 * rates.size());
    EXPECT_EQ(net.routers, graph.nodes.size());
    export_fabric(graph, "ns3", options);
    export_fabric(graph, "netem", options);
    export_fabric(graph, "simgrid", options);
  }
}

}  // namespace
}  // namespace tessera
