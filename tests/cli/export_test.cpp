#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "scenarios/fabric/export/export.hpp"
#include "scenarios/fabric/export/tessera_links.hpp"
#include "tests/cli/program.hpp"
#include "tests/support/fabric_grammar.hpp"
#include "tests/support/sample_fabrics.hpp"
#include "tests/support/small_fabric.hpp"

namespace tessera::testing_support {
namespace {

using testing::AllOf;
using testing::HasSubstr;
namespace fs = std::filesystem;

class ExportCommand : public testing::Test {
 protected:
  ExportCommand() {
    for (const ExportFile& file : export_fabric(test::leaf_spine(), "json").files)
      if (file.name == "fabric_graph.json") graph_ = folder_.file(file.name, file.text);
  }
  std::string path(const std::string& name) const { return folder_.path() / name; }
  ProcessResult export_graph(std::vector<std::string> more) const {
    more.insert(more.begin(), {"export", graph_});
    return tessera(more);
  }
  void expect_refused(const ProcessResult& result, int exit_code, const std::string& message) const {
    EXPECT_EQ(result.exit_code, exit_code) << result.error;
    EXPECT_THAT(result.error, HasSubstr(message));
    EXPECT_EQ(result.out, "");
    EXPECT_FALSE(fs::exists(path("out")));
  }
  TemporaryFolder folder_;
  std::string graph_;
};

TEST_F(ExportCommand, EveryFormatWritesWhatTheLibraryMakes) {
  for (const std::string& format : export_formats()) {
    const ProcessResult result = export_graph({"--to", format, "--out", path(format)});
    EXPECT_EQ(result.exit_code, 0) << format << ": " << result.error;
    const FabricExport expected = export_fabric(test::leaf_spine(), format);
    for (const ExportFile& file : expected.files) {
      EXPECT_EQ(read_text(fs::path(path(format)) / file.name), file.text) << format << " " << file.name;
      EXPECT_THAT(result.out, HasSubstr(file.name));
    }
    for (const std::string& line : expected.warnings)
      EXPECT_THAT(result.error, HasSubstr("tessera: warning: " + line + "\n"));
  }
}

TEST_F(ExportCommand, AFabricFileIsEvaluatedAndBuilt) {
  const std::string fabric = folder_.file("small.toml", test::kSmallFabric);
  const auto to = [&](const std::string& format) {
    const ProcessResult result = tessera({"export", fabric, "--to", format, "--out", path(format), "--seed", "3"});
    EXPECT_EQ(result.exit_code, 0) << result.error;
    return [folder = path(format)](const std::string& name) { return read_text(fs::path(folder) / name); };
  };
  to("ns3");
  const auto links = tessera_links::read_links(path("ns3") + "/links.csv");
  ASSERT_EQ(links.size(), 128U);
  std::set<double> losses;
  for (const auto& link : links) {
    EXPECT_EQ(link.rate_bps, 400e9);
    EXPECT_EQ(link.frame_bytes, 4158);
    EXPECT_EQ(link.technology, link.index < 64 ? "copper_dac" : "dsp_pluggable");
    if (link.index >= 64) losses.insert(link.log10_frame_loss);
  }
  EXPECT_EQ(losses.size(), 64U) << "each cable has a margin of its own";
  const test::HpccTopology hpcc = test::parse_hpcc(to("hpcc")("topology.txt"));
  EXPECT_EQ(hpcc.nodes, 64U + 8U + 4U);
  EXPECT_EQ(hpcc.links.size(), 64U + 8U * 4U);
  const test::SimaiTopology simai = test::parse_simai(to("simai")("topology.txt"));
  EXPECT_EQ(simai.nvswitches.size(), 8U);
  const test::AstraNetwork astra = test::parse_astra(to("astra-sim")("network.yml"));
  EXPECT_EQ(astra.npus_count, (std::vector<std::int64_t>{8, 8}));
  const test::HtsimTopology htsim = test::parse_htsim(to("htsim")("fabric.topo"));
  EXPECT_EQ(htsim.tiers.at(0).radix_up, 8);
  EXPECT_EQ(htsim.tiers.at(1).bundle, 2);
  EXPECT_EQ(htsim.tiers.at(1).switch_latency_ns, 300);
  EXPECT_EQ(test::parse_anynet(to("booksim")("fabric.anynet")).channels.size(), 2U * 96U);
  to("simgrid");
  to("netem");
  // The graph as JSON gives the same files without evaluating anything.
  to("json");
  ASSERT_EQ(
      tessera({"export", path("json") + "/fabric_graph.json", "--to", "ns3", "--out", path("again"), "--seed", "3"})
          .exit_code,
      0);
  EXPECT_EQ(read_text(path("again") + "/links.csv"), read_text(path("ns3") + "/links.csv"));
}

// 72 GPUs with 18 ports of 400 Gbit/s, all to scale-up switches.
TEST_F(ExportCommand, AFabricOfTheLibraryIsExported) {
  const ProcessResult result = tessera({"export", "nvl72", "--to", "simai", "--out", path("out")});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const test::SimaiTopology topology = test::parse_simai(read_text(path("out") + "/topology.txt"));
  EXPECT_EQ(topology.gpus_per_server, 72U);
  EXPECT_TRUE(topology.switches.empty());
  double rate = 0.0;
  for (const test::TopologyLink& link : topology.links) rate += link.rate;
  EXPECT_NEAR(rate, 72.0 * 18.0 * 400e9, 1.0);
}

// Al-Fares: k = 16 gives 1,024 hosts and 5 k^2/4 = 320 switches, with as many cables in each of three tiers as hosts.
TEST_F(ExportCommand, ThePlainFatTreeFitsEveryClient) {
  const std::string result = path("tree.h5");
  ASSERT_EQ(tessera({"fabric", "fat_tree_k16", "--quiet", "--out", result}).exit_code, 0);
  const auto written = [&](const std::string& format, const std::string& name) {
    const std::string out = path("tree_" + format);
    if (!fs::exists(out)) {
      const ProcessResult done = tessera({"export", result, "--to", format, "--out", out});
      EXPECT_EQ(done.exit_code, 0) << format << ": " << done.error;
    }
    return read_text(fs::path(out) / name);
  };
  const test::HpccTopology hpcc = test::parse_hpcc(written("hpcc", "topology.txt"));
  EXPECT_EQ(hpcc.nodes, 1024U + 320U);
  EXPECT_EQ(hpcc.links.size(), 3U * 1024U);
  const test::SimaiTopology simai = test::parse_simai(written("simai", "topology.txt"));
  EXPECT_EQ(simai.nvswitches.size(), 128U);
  EXPECT_EQ(simai.switches.size(), 320U);
  const test::BusBandwidths bus = test::parse_busbw(written("simai", "busbw.yaml"));
  EXPECT_LE(*bus.at("DP").at("allreduce"), 100.0);  // 800 Gbit/s
  EXPECT_GT(*bus.at("DP").at("allreduce"), 99.0);
  const test::AstraNetwork astra = test::parse_astra(written("astra-sim", "network.yml"));
  EXPECT_EQ(astra.npus_count, (std::vector<std::int64_t>{8, 8, 16}));
  const test::HtsimTopology htsim = test::parse_htsim(written("htsim", "fabric.topo"));
  EXPECT_EQ(htsim.nodes, 1024);
  EXPECT_EQ(htsim.podsize, 64);
  ASSERT_EQ(htsim.tiers.size(), 3U);
  for (const test::HtsimTier& tier : htsim.tiers) EXPECT_EQ(tier.speed_gbps, 800);
  EXPECT_EQ(htsim.tiers[2].radix_down, 16);
  EXPECT_EQ(test::parse_anynet(written("booksim", "fabric.anynet")).channels.size(), 2U * 3U * 1024U);
  const auto times = [](const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++count;
    return count;
  };
  EXPECT_EQ(times(written("simgrid", "platform.xml"), "<link id="), 2U * 3U * 1024U);
  EXPECT_EQ(times(written("netem", "netem.sh"), " rate 800gbit"), 2U * 3U * 1024U);
  written("ns3", "links.csv");
  EXPECT_EQ(tessera_links::read_links(path("tree_ns3") + "/links.csv").size(), 3U * 1024U);
  written("csv", "links.csv");
  written("json", "fabric_graph.json");
  for (const std::string& format : export_formats()) EXPECT_TRUE(fs::exists(path("tree_" + format))) << format;
}

TEST_F(ExportCommand, LongerFramesLoseMore) {
  const std::string fabric = folder_.file("small.toml", test::kSmallFabric);
  const auto worst = [&](const std::string& bytes) {
    const std::string out = path("frames" + bytes);
    EXPECT_EQ(tessera({"export", fabric, "--to", "csv", "--out", out, "--frame", bytes, "--quiet"}).exit_code, 0);
    double log10_loss = -1e9;
    for (const auto& link : tessera_links::read_links(out + "/links.csv")) {
      EXPECT_EQ(std::to_string(link.frame_bytes), bytes);
      log10_loss = std::max(log10_loss, link.log10_frame_loss);
    }
    return log10_loss;
  };
  EXPECT_LT(worst("1518"), worst("9018"));
}

TEST_F(ExportCommand, AFabricByCountsHasNoGraph) {
  std::string text = test::kSmallFabric;
  text.replace(text.find("[topology]"), text.find("[[tier]]") - text.find("[topology]"), "");
  for (std::size_t at = 0; (at = text.find("port_rate", at)) != std::string::npos; at += 20)
    text.insert(at, "ports = 64\n");
  expect_refused(tessera({"export", folder_.file("counts.toml", text), "--to", "ns3", "--out", path("out")}), 2,
                 "needs a table [topology]");
}

TEST_F(ExportCommand, QuietMeansQuiet) {
  const ProcessResult result = export_graph({"--to", "hpcc", "--out", path("out"), "--quiet"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out + result.error, "");
  EXPECT_THAT(read_text(path("out") + "/README.md"), HasSubstr("shared random stream"));
}

TEST_F(ExportCommand, OptionsReachTheExporter) {
  EXPECT_EQ(export_graph({"--to", "simai", "--out", path("s"), "--gpus-per-server", "2", "--gpu", "A100"}).exit_code,
            0);
  EXPECT_EQ(test::parse_simai(read_text(path("s") + "/topology.txt")).nvswitches.size(), 4U);
  const auto speed = [&](const std::string& recovery) {
    EXPECT_EQ(export_graph({"--to", "astra-sim", "--out", path(recovery), "--recovery", recovery}).exit_code, 0);
    return test::parse_astra(read_text(path(recovery) + "/network.yml")).bandwidth[0];
  };
  EXPECT_LT(speed("go-back-n"), speed("selective-repeat"));
  const auto losses = [&](const std::string& seconds, const std::string& seed) {
    const std::string out = path("n" + seconds + "-" + seed);
    EXPECT_EQ(export_graph({"--to", "ns3", "--out", out, "--seconds", seconds, "--seed", seed}).exit_code, 0);
    return read_text(out + "/loss_schedule.csv");
  };
  EXPECT_LT(losses("1000", "0").size(), losses("5000", "0").size());
  EXPECT_NE(losses("999", "1"), losses("999", "0"));
}

TEST_F(ExportCommand, HelpTeaches) {
  const ProcessResult result = tessera({"export", "--help"});
  EXPECT_EQ(result.exit_code, 0);
  for (const std::string& format : export_formats()) EXPECT_THAT(result.out, HasSubstr(format));
  EXPECT_THAT(result.out, AllOf(HasSubstr("not a bit error ratio"), HasSubstr("README.md"), HasSubstr("Examples:")));
}

TEST_F(ExportCommand, WrongWordsAreNamed) {
  const std::string out = path("out");
  expect_refused(export_graph({"--to", "ns-3", "--out", out}), 2,
                 "--to: unknown format \"ns-3\"; did you mean \"ns3\"?");
  expect_refused(export_graph({"--to", "opnet", "--out", out}), 2, "known: ns3, hpcc, astra-sim");
  expect_refused(export_graph({"--out", out}), 2, "--to is required");
  expect_refused(export_graph({"--to", "ns3"}), 2, "--out is required");
  expect_refused(export_graph({"--to", "ns3", "--out", ""}), 2, "--out must not be empty");
  expect_refused(export_graph({"--to", "ns3", "--out", out, "--frame", "9018"}), 2, "is for frames of 4158 bytes");
  expect_refused(export_graph({"--to", "ns3", "--out", out, "--frame", "x"}), 2, "must be a whole number");
  expect_refused(export_graph({"--to", "ns3", "--out", out, "--seconds", "-1"}), 2, "must be a number above 0");
  expect_refused(export_graph({"--to", "ns3", "--out", out, "--seconds", "1e12"}), 2, "at most 1e+06 fit");
  expect_refused(export_graph({"--to", "simgrid", "--out", out, "--recovery", "go-back-m"}), 2,
                 "did you mean \"go-back-n\"?");
  expect_refused(export_graph({"--to", "simai", "--out", out, "--gpu", "H101"}), 2, "did you mean \"H100\"?");
  expect_refused(export_graph({"--to", "ns3", "--out", out, "--set", "spine.link=x"}), 2,
                 "a graph in JSON is what it is");
}

TEST_F(ExportCommand, WrongFilesAreNamed) {
  const std::string out = path("out");
  const auto with = [&](const std::string& fabric) { return tessera({"export", fabric, "--to", "ns3", "--out", out}); };
  expect_refused(with("nvl73"), 4, "nvl73: no such fabric file");
  expect_refused(with(path("no.json")), 4, "no.json: cannot be read");
  expect_refused(with(folder_.file("bad.json", "{")), 2, "bad.json: this is no JSON");
  expect_refused(with(folder_.file("result.json", R"({"schema":1,"fabric":{}})")), 2, "holds no nodes and links");
  expect_refused(with(path("no.h5")), 4, path("no.h5"));
}

TEST_F(ExportCommand, WrongFoldersAreNamedBeforeTheWork) {
  EXPECT_THAT(export_graph({"--to", "ns3", "--out", path("no/out")}).error, HasSubstr("no folder"));
  const ProcessResult file = export_graph({"--to", "ns3", "--out", graph_});
  EXPECT_EQ(file.exit_code, 4);
  EXPECT_THAT(file.error, HasSubstr("it is no folder"));
  const ProcessResult unwritable = export_graph({"--to", "ns3", "--out", "/proc/out"});
  EXPECT_EQ(unwritable.exit_code, 4);
  EXPECT_THAT(unwritable.error, HasSubstr("/proc/out"));
}

TEST_F(ExportCommand, FilesThatAreThereStayUnlessForced) {
  const std::string out = path("out");
  ASSERT_EQ(export_graph({"--to", "ns3", "--out", out}).exit_code, 0);
  const ProcessResult again = export_graph({"--to", "hpcc", "--out", out});
  EXPECT_EQ(again.exit_code, 4);
  EXPECT_THAT(again.error, HasSubstr("README.md exists; another folder, or --force"));
  EXPECT_FALSE(fs::exists(out + "/config.txt"));
  fs::remove(out + "/README.md");
  EXPECT_THAT(export_graph({"--to", "hpcc", "--out", out}).error, HasSubstr("topology.txt exists"));
  EXPECT_EQ(export_graph({"--to", "hpcc", "--out", out, "--force"}).exit_code, 0);
  EXPECT_TRUE(fs::exists(out + "/config.txt"));
}

}  // namespace
}  // namespace tessera::testing_support
