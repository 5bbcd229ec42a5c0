#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "phy/io/hdf5_file.hpp"
#include "tests/cli/program.hpp"

namespace tessera::testing_support {
namespace {

using nlohmann::json;
using testing::HasSubstr;

json fabric_of(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "fabric");
  arguments.insert(arguments.end(), {"--json", "-"});
  const ProcessResult result = tessera(arguments);
  EXPECT_EQ(result.exit_code, 0) << result.error;
  return json::parse(result.out).at("fabric");
}

TEST(FabricCommand, PresetsAddUpTheirTiers) {
  for (const char* name : {"nvl72", "llama3_24k", "deepseek_v3_mpft", "superpod_h100", "tpu_v4_pod", "alibaba_hpn7",
                           "fat_tree_k16", "cluster_100k"}) {
    const json fabric = fabric_of({name});
    double watts = 0.0, links = 0.0;
    for (const json& tier : fabric.at("tiers")) {
      EXPECT_TRUE(tier.at("closes").get<bool>()) << name << " " << tier.at("name");
      EXPECT_EQ(tier.at("ends").get<double>(), 2.0 * tier.at("links").get<double>());
      EXPECT_NEAR(tier.at("power_w").get<double>(),
                  tier.at("ends").get<double>() * tier.at("watts_per_end").get<double>(), 1e-6);
      watts += tier.at("power_w").get<double>();
      links += tier.at("links").get<double>();
    }
    EXPECT_NEAR(fabric.at("power_w").get<double>(), watts, 1e-9 * watts);
    EXPECT_EQ(fabric.at("links_total").get<double>(), links);
    for (const char* share : {"goodput_fraction", "availability"}) {
      EXPECT_GT(fabric.at(share).get<double>(), 0.0) << name << share;
      EXPECT_LE(fabric.at(share).get<double>(), 1.0) << name << share;
    }
    EXPECT_GE(fabric.at("gpu_utilisation_loss").get<double>(), 0.0) << name;
    EXPECT_LT(fabric.at("gpu_utilisation_loss").get<double>(), 1.0) << name;
  }
}

json tier_named(const json& fabric, const std::string& name) {
  for (const json& tier : fabric.at("tiers"))
    if (tier.at("name") == name) return tier;
  ADD_FAILURE() << "no tier " << name;
  return {};
}

// Counts of the sources: see the presets.
TEST(FabricCommand, PresetsHaveThePublishedCounts) {
  const json llama = fabric_of({"llama3_24k"});
  EXPECT_EQ(tier_named(llama, "rack").at("ports"), 24576);
  EXPECT_EQ(tier_named(llama, "pod").at("ports"), 24576);
  EXPECT_EQ(tier_named(llama, "aggregation").at("ports"), 8 * 439);  // 3,072/7 ports of each pod, whole ones
  const json deepseek = fabric_of({"deepseek_v3_mpft", "--set", "fabric.gpus=16384"});
  EXPECT_EQ(deepseek.at("operation").at("switches"), 768);
  EXPECT_EQ(deepseek.at("operation").at("scale_up_switches"), 16384 / 8 * 4);
  EXPECT_EQ(tier_named(deepseek, "leaf").at("ports"), 16384);
  const json superpod = fabric_of({"superpod_h100"});
  EXPECT_EQ(superpod.at("operation").at("switches"), 128 + 128 + 64);
  EXPECT_EQ(tier_named(superpod, "core").at("ports"), 4096);
  const json tpu = fabric_of({"tpu_v4_pod"});
  EXPECT_EQ(tpu.at("operation").at("optical_switches"), 48);
  EXPECT_EQ(tier_named(tpu, "circuit").at("ports"), 3072);
  const json hpn = fabric_of({"alibaba_hpn7"});
  EXPECT_EQ(tier_named(hpn, "host").at("ports"), 30720);
  EXPECT_EQ(hpn.at("operation").at("switches"), 240 + 120);
}

// Copper while it reaches, then light; ports add up.
TEST(FabricCommand, TechnologiesChangeWithLength) {
  const json host = tier_named(fabric_of({"superpod_h100"}), "host");
  std::int64_t ports = 0;
  double copper = 0.0, light = 1e9;
  for (const json& part : host.at("classes")) {
    ports += part.at("ports").get<std::int64_t>();
    const double length = part.at("length_m");
    if (part.at("technology") == "copper_dac")
      copper = std::max(copper, length);
    else
      light = std::min(light, length);
    EXPECT_TRUE(part.at("closes").get<bool>()) << part.at("name");
  }
  EXPECT_EQ(ports, 4096);
  EXPECT_LT(copper, light);
  EXPECT_EQ(tier_named(fabric_of({"superpod_h100", "--set", "host.length_to=4 m"}), "host").at("technology"),
            "dsp_pluggable");
}

// NVIDIA: 20 kW of optics in an NVL72 rack, 648 ends of 30.9 W. Mosaic's 3.1 to 5.3 W of an 800G end, twice for 1.6T,
// would be 4.0 to 6.9 kW: a saving of 13.1 to 16.0 kW. This library's own microLED end has to save, too.
TEST(FabricCommand, MicroLedInARackSavesAgainstPluggables) {
  const json fabric = fabric_of({"nvl72", "--set", "spine.link=dr8_dsp_1600g"});
  EXPECT_EQ(fabric.at("ends_total"), 648);
  for (const json& other : fabric.at("operation").at("alternatives")) {
    if (other.at("name") != "microled") continue;
    EXPECT_NEAR(other.at("saved_w").get<double>(),
                fabric.at("power_w").get<double>() - other.at("power_w").get<double>(), 1e-6);
    EXPECT_GT(other.at("saved_w").get<double>(), 0.0);
  }
}

TEST(FabricCommand, LossAndTransportReachTheGoodput) {
  const auto lossy = [](const std::string& kind) {
    return fabric_of({"cluster_100k", "--set", "optics.weak_share=1", "--set", "optics.weak_margin=6", "--set",
                      "transport.kind=" + kind});
  };
  const json gbn = lossy("go_back_n"), repeat = lossy("selective_repeat");
  EXPECT_LT(gbn.at("goodput_fraction").get<double>(), repeat.at("goodput_fraction").get<double>());
  EXPECT_GT(gbn.at("energy_pj_per_delivered_bit").get<double>(),
            repeat.at("energy_pj_per_delivered_bit").get<double>());
}

TEST(FabricCommand, Hdf5HoldsTiersAndOperation) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "fabric.h5";
  EXPECT_EQ(tessera({"fabric", "llama3_24k", "--quiet", "--out", path.string()}).exit_code, 0);
  const Hdf5Reader file(path);
  EXPECT_EQ(file.names("/fabric/tiers"), (std::vector<std::string>{"aggregation", "pod", "rack"}));
  EXPECT_EQ(file.dataset("/fabric/tiers/rack/ports").values.at(0), 24576.0);
  EXPECT_EQ(file.dataset("/fabric/tiers/rack/power").unit, "W");
  const json fabric = fabric_of({"llama3_24k"});
  EXPECT_EQ(file.dataset("/fabric/operation/availability").values.at(0), fabric.at("availability").get<double>());
  EXPECT_EQ(file.axis_of("/fabric/tiers/pod/loss_against_margin/log10_frame_loss_ratio", 0),
            "/fabric/tiers/pod/loss_against_margin/margin");
}

TEST(FabricCommand, PlotsAreWritten) {
  const TemporaryFolder kept;
  const auto folder = kept.path() / "fabric_plots";
  EXPECT_EQ(tessera({"fabric", "nvl72", "--quiet", "--plots", folder.string()}).exit_code, 0);
  for (const char* name : {"energy_by_tier.svg", "loss_against_margin.svg", "failures_per_day.svg"})
    EXPECT_TRUE(std::filesystem::exists(folder / name)) << name;
}

TEST(FabricCommand, TechnologyOfATierIsReplaced) {
  const json copper = fabric_of({"nvl72"}), light = fabric_of({"nvl72", "--set", "spine.link=microled_1600g"});
  // 5,184 pairs carry 1,296 ports of 400G; as ends of 1.6T they are 648.
  EXPECT_EQ(copper.at("tiers").at(0).at("ports"), 1296);
  EXPECT_EQ(light.at("ends_total"), 648);
  EXPECT_EQ(light.at("tiers").at(0).at("length_m"), 1.2);
  EXPECT_EQ(light.at("tiers").at(0).at("technology"), "microled");
}

TEST(FabricCommand, MistakesGetOneLine) {
  const ProcessResult key = tessera({"fabric", "nvl72", "--set", "spine.lnk=x"});
  EXPECT_EQ(key.exit_code, 2);
  EXPECT_THAT(key.error, HasSubstr("did you mean \"link\"?"));
  const ProcessResult name = tessera({"fabric", "nvl73"});
  EXPECT_EQ(name.exit_code, 4);
  EXPECT_THAT(name.error, HasSubstr("nvl73"));
  const ProcessResult missing = tessera({"fabric", "nvl72", "--set", "spine.link=no_such_link"});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_THAT(missing.error, HasSubstr("no_such_link"));
  const auto refused = [](std::vector<std::string> sets, const std::string& text) {
    std::vector<std::string> arguments{"fabric", "nvl72"};
    for (std::string& set : sets) arguments.insert(arguments.end(), {"--set", std::move(set)});
    const ProcessResult result = tessera(arguments);
    EXPECT_EQ(result.exit_code, 2) << text;
    EXPECT_THAT(result.error, HasSubstr(text));
    EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
  };
  refused({"transport.kind=go_back"}, "did you mean \"go_back_n\"?");
  refused({"topology.kind=fattree"}, "did you mean \"fat_tree\"?");
  refused({"topology.scale_up_gpus=7"}, "gpus must be a multiple of scale_up_gpus");
  refused({"topology.scale_up_ports=17"}, "scale_up_ports must be at least scale_up_switches");
  refused({"spine.ports=1000"}, "tier spine has 1296 scale_up links by its topology, not 1000");
  refused({"spine.length_mode=1 m"}, "length_mode needs a length_to");
  refused({"spine.length_to=1 m"}, "lengths must satisfy length <= length_mode <= length_to");
  refused({"spine.margin_rms=-1"}, "margin_rms must be in [0, 20]");
  refused({"operation.repair=4"}, "repair");
  refused({"workload.exposed=2"}, "exposed must be in [0, 1]");
  refused({"workload.ranks=100"}, "ranks must be 0 or in [2, gpus]");
  refused({"transport.mtuu=1"}, "mtu");
  refused({"fabric.gpus=-72"}, "gpus must be in [1, 1e+08], got -72");
  refused({"fabric.load=nan"}, "load must be a pure number");
  refused({"topology.oversubscription=0"}, "oversubscription must be in [0.001, 1000], got 0");
  refused({"spine.port_rate=400 GHz"}, "port_rate must be a bit rate");
  refused({"spine.port_rate=400"}, "got the bare number 400");
}

// Full disks and folders that nobody may write into: one line, exit code 4.
TEST(FabricCommand, OutputsThatCannotBeWrittenGetOneLine) {
  const auto refused = [](std::vector<std::string> more, const std::string& text) {
    more.insert(more.begin(), {"fabric", "nvl72", "--engine", "budget", "--quiet"});
    const ProcessResult result = tessera(more);
    EXPECT_EQ(result.exit_code, 4) << text;
    EXPECT_THAT(result.error, HasSubstr(text));
    EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
  };
  refused({"--out", "/nowhere/r.h5"}, "cannot write /nowhere/r.h5: no folder /nowhere");
  refused({"--json", "/proc/r.json"}, "cannot write /proc/r.json");
  refused({"--plots", "/proc/pictures"}, "cannot make folder /proc/pictures");
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full on this system";
  refused({"--json", "/dev/full"}, "cannot write /dev/full: No space left on device");
  refused({"--out", "/dev/full"}, "cannot write /dev/full: No space left on device");
}

}  // namespace
}  // namespace tessera::testing_support
