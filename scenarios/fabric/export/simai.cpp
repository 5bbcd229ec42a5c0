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

Companion page(const FabricGraph& graph, const ExportOptions& options, double worst) {
  const double rate = graph.classes.front().rate;
  const double eta =
      efficiency(options.recovery, path_loss(worst, 2), rate, longest_round_trip(graph), graph.frame_bytes);
  return {"SimAI",
          {{"topology.txt",
            "nodes, GPUs of a server, NVSwitches, switches, links, type of GPU; then `src dst rate delay p`"},
           {"config.txt", "the lines of SimAI.conf that depend on the fabric"}},
          "The last column is a loss ratio of packets, the same for data, ACK, NACK, CNP and PFC frames in both "
          "directions. The "
          "generator's option `-er` would set one number for all links, NVLink included. A 0 would mean the global "
          "`ERROR_RATE_PER_LINK`, so no link has less than 1e-300, and config.txt sets the global value to 0.",
          "Pass `topology.txt` with `-n` and put the lines of `config.txt` in place of those of the same name in "
          "SimAI.conf. The "
          "analytical mode knows no loss: multiply the bus bandwidths of its busbw.yaml by the efficiency of the "
          "slowest path, " +
              number(eta) + " for two links as bad as the worst one with " + recovery_name(options.recovery) + "."};
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
  double worst = 0.0;
  for (const MergedLink& link : links) {
    const bool repeats = is_scale_up(graph, link.a) || is_scale_up(graph, link.b);
    if (!repeats) worst = std::max(worst, link.loss);
    topology += hpcc_link(id(link.a), id(link.b), link.rate, link.latency, repeats ? kLeastWritten : link.loss);
  }
  std::vector<double> rates = rates_of(graph);
  if (own == 0) rates.push_back(kNvlinkRate);
  FabricExport out;
  out.files.push_back({"topology.txt", std::move(topology)});
  out.files.push_back({"config.txt", "PACKET_PAYLOAD_SIZE " + std::to_string(std::max(1, graph.frame_bytes - 62)) +
                                         "\nERROR_RATE_PER_LINK 0.0000\n" + rate_maps(rates)});
  warn(graph, options, own > 0, out.warnings);
  warn_floor(graph, kGeneratorFloor, "this client cannot take a schedule of losses", out.warnings);
  warn_hang(graph, options, out.warnings);
  warn_shared_stream(graph, out.warnings);
  warn_whole_ns(graph, out.warnings);
  warn_terabits(graph, out.warnings);
  warn_circuit_switches(graph, out.warnings);
  warn_merged(links, out.warnings);
  out.files.push_back(companion(page(graph, options, worst), graph, out.warnings));
  return out;
}

}  // namespace tessera
