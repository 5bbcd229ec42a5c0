#include "scenarios/fabric/export/simai.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "phy/core/error.hpp"
#include "phy/core/nearest_name.hpp"
#include "scenarios/fabric/export/hpcc.hpp"
#include "scenarios/fabric/export/link_text.hpp"
#include "scenarios/fabric/export/merged_links.hpp"
#include "scenarios/fabric/export/rate_maps.hpp"
#include "scenarios/fabric/export/simai_busbw.hpp"

namespace tessera {
namespace {

using namespace export_text;

constexpr double kNvlinkRate = 2880e9, kNvlinkLatency = 25e-9;  // SimAI's template of a server

bool is_scale_up(const FabricGraph& graph, std::uint32_t node) {
  return graph.nodes[node].kind == FabricNodeKind::kScaleUpSwitch;
}

std::size_t scale_up_switches(const FabricGraph& graph) {
  return static_cast<std::size_t>(std::count_if(graph.nodes.begin(), graph.nodes.end(), [](const FabricNode& node) {
    return node.kind == FabricNodeKind::kScaleUpSwitch;
  }));
}

// GPUs that one scale-up switch joins; the same number for all of them.
std::size_t server_size(const FabricGraph& graph, const std::vector<MergedLink>& links) {
  std::map<std::uint32_t, std::size_t> attached;
  for (const MergedLink& link : links)
    if (is_scale_up(graph, link.b) && link.a < static_cast<std::uint64_t>(graph.gpus)) ++attached[link.b];
  std::set<std::size_t> sizes;
  for (const auto& [node, count] : attached) sizes.insert(count);
  if (sizes.size() != 1)
    throw ConfigError("simai: each scale-up switch of fabric " + graph.name + " must join the same number of GPUs");
  return *sizes.begin();
}

void check_options(const FabricGraph& graph, const ExportOptions& options, bool own_switches) {
  const std::vector<std::string> known{"A100", "A800", "H100", "H800"};
  if (std::find(known.begin(), known.end(), options.gpu_type) == known.end())
    throw ConfigError("simai: unknown type of GPU \"" + options.gpu_type + "\"" + suggestion(options.gpu_type, known));
  if (!own_switches && (options.gpus_per_server < 1 || graph.gpus % options.gpus_per_server != 0))
    throw ConfigError("simai: " + std::to_string(graph.gpus) + " GPUs do not fill servers of " +
                      std::to_string(options.gpus_per_server));
}

void warn(const FabricGraph& graph, const ExportOptions& options, bool own_switches,
          std::vector<std::string>& warnings) {
  if (!own_switches)
    warnings.push_back("the fabric has no scale-up switches, and SimAI crashes without: one for each server of " +
                       std::to_string(options.gpus_per_server) +
                       " GPUs was added with SimAI's own 2880 Gbit/s and 25 ns; these are not numbers of this fabric");
  else
    warnings.emplace_back(
        "links of scale-up switches repeat lost frames themselves: their loss is written as 1e-300, "
        "their delay of repetition is not in the file");
  std::string missing;
  for (double rate : rates_of(graph)) {
    if (shipped_with_simai(rate)) continue;
    if (!missing.empty()) missing += ", ";
    missing += gbps(rate);
  }
  if (!missing.empty())
    warnings.push_back("missing rate map: SimAI ships none for " + missing +
                       "; put the maps of config.txt in place of its own");
  if (graph.frame_bytes < 9000)
    warnings.push_back("SimAI.conf ships PACKET_PAYLOAD_SIZE 9000, but this loss is for frames of " +
                       std::to_string(graph.frame_bytes) +
                       " bytes: take the size of config.txt, or export with --frame 9062");
}

struct BusBandwidths {
  std::optional<BusBandwidth> up, out;
};

// busbw.yaml knows no loss at all: what of it is in the numbers.
void warn_busbw(const BusBandwidths& bus, const ExportOptions& options, std::vector<std::string>& warnings) {
  if (bus.out)
    warnings.push_back("busbw.yaml: the analytical mode knows no loss; the efficiency " + number(bus.out->efficiency) +
                       " (" + recovery_name(options.recovery) +
                       ", longest path over the worst link of each level) is in DP, EP and PP");
  else
    warnings.emplace_back(
        "busbw.yaml: GPUs have scale-up links only; DP, EP and PP are null, which SimAI reads as "
        "not set");
  if (bus.up && 1.0 - bus.up->efficiency >= 1e-9)
    warnings.push_back("busbw.yaml: the worst scale-up link leaves " + number(bus.up->efficiency) +
                       " of its rate behind its own repetition; that is in TP");
  if (!bus.up)
    warnings.emplace_back("busbw.yaml: TP is SimAI's own 2880 Gbit/s (360 GB/s), not a number of this fabric");
}

std::string busbw_words(const BusBandwidths& bus, const ExportOptions& options) {
  std::string text =
      "`busbw.yaml` is for the analytical mode (`-busbw`), whose bandwidths are bus bandwidths in GB/s "
      "(10^9 bytes) and whose network loses nothing: goodput is in the numbers. TP takes a GPU's "
      "scale-up links";
  if (bus.up) text += " (efficiency " + number(bus.up->efficiency) + ")";
  text += "; DP, EP and PP take its other links";
  if (bus.out)
    text += " times the efficiency " + number(bus.out->efficiency) + " (" + recovery_name(options.recovery) +
            ", loss " + rounded(bus.out->loss) + " of a frame on the longest path over the worst link of each level)";
  return text +
         ". Every group but TP is taken to have one rank in each server; for groups that fill servers multiply "
         "by their ranks in one. Protocol, switches and stalls until a timeout are not in it.";
}

Companion page(const BusBandwidths& bus, const ExportOptions& options, std::int64_t gpus, std::size_t per_server) {
  return {"SimAI",
          {{"topology.txt",
            "nodes, GPUs of a server, NVSwitches, switches, links, type of GPU; then `src dst rate delay p`"},
           {"config.txt", "the lines of SimAI.conf that depend on the fabric"},
           {"busbw.yaml", "analytical mode: bus bandwidth of each group and operation, GB/s"}},
          "The last column is a loss ratio of packets, the same for data, ACK, NACK, CNP and PFC frames in both "
          "directions. The "
          "generator's option `-er` would set one number for all links, NVLink included. A 0 would mean the global "
          "`ERROR_RATE_PER_LINK`, so no link has less than 1e-300, and config.txt sets the global value to 0. " +
              busbw_words(bus, options),
          "Pass `topology.txt` with `-n` and put the lines of `config.txt` in place of those of the same name in "
          "SimAI.conf. Analytical mode: `SimAI_analytical -busbw busbw.yaml -g " +
              std::to_string(gpus) + " -g_p_s " + std::to_string(per_server) +
              " …`. The first line of `busbw.yaml` is a title that the program drops; nothing may stand behind the "
              "colon of a group."};
}

}  // namespace

FabricExport export_simai(const FabricGraph& graph, const ExportOptions& options) {
  const auto gpus = static_cast<std::size_t>(graph.gpus);
  const std::vector<MergedLink> links = merged_links(graph);
  const std::size_t own = scale_up_switches(graph);
  check_options(graph, options, own > 0);
  const std::size_t per_server =
      own > 0 ? server_size(graph, links) : static_cast<std::size_t>(options.gpus_per_server);
  const std::size_t added = own > 0 ? 0 : gpus / per_server;
  const std::size_t nodes = graph.nodes.size() + added, nvswitches = own + added;
  require_short_ids(nodes, "simai");
  std::string topology = std::to_string(nodes) + " " + std::to_string(per_server) + " " + std::to_string(nvswitches) +
                         " " + std::to_string(nodes - gpus - nvswitches) + " " +
                         std::to_string(links.size() + (own > 0 ? 0 : gpus)) + " " + options.gpu_type + "\n";
  for (std::size_t id = gpus; id < nodes; ++id) topology += (id > gpus ? " " : "") + std::to_string(id);
  topology += "\n";
  if (own == 0)
    for (std::size_t gpu = 0; gpu < gpus; ++gpu)
      topology += hpcc_link(gpu, gpus + gpu / per_server, kNvlinkRate, kNvlinkLatency, kLeastWritten);
  const auto id = [&](std::uint32_t node) { return node < gpus ? node : node + added; };
  for (const MergedLink& link : links) {
    const bool repeats = is_scale_up(graph, link.a) || is_scale_up(graph, link.b);
    topology += hpcc_link(id(link.a), id(link.b), link.rate, link.latency, repeats ? kLeastWritten : link.loss);
  }
  std::vector<double> rates = rates_of(graph);
  if (own == 0) rates.push_back(kNvlinkRate);
  FabricExport out;
  out.files.push_back({"topology.txt", std::move(topology)});
  out.files.push_back({"config.txt", "PACKET_PAYLOAD_SIZE " + std::to_string(std::max(1, graph.frame_bytes - 62)) +
                                         "\nERROR_RATE_PER_LINK 0.0000\n" + rate_maps(rates)});
  const BusBandwidths bus{scale_up_bandwidth(graph), scale_out_bandwidth(graph, options.recovery)};
  out.files.push_back(
      {"busbw.yaml", busbw_text(graph.name, bus.up ? bus.up->bytes_per_second : kNvlinkRate / 8.0, bus.out)});
  warn(graph, options, own > 0, out.warnings);
  warn_busbw(bus, options, out.warnings);
  warn_rdma_client(graph, links, options, out.warnings);
  out.files.push_back(companion(page(bus, options, graph.gpus, per_server), graph, out.warnings));
  return out;
}

}  // namespace tessera
