#include "scenarios/fabric/export/hpcc.hpp"

#include <algorithm>

#include "phy/core/error.hpp"
#include "scenarios/fabric/export/link_text.hpp"
#include "scenarios/fabric/export/merged_links.hpp"
#include "scenarios/fabric/export/rate_maps.hpp"

namespace tessera {
namespace export_text {

std::string hpcc_link(std::uint64_t a, std::uint64_t b, double rate, double latency, double p) {
  return std::to_string(a) + " " + std::to_string(b) + " " + gbps(rate) + " " + std::to_string(whole_ns(latency)) +
         "ns " + number(p) + "\n";
}

std::string hpcc_head(const FabricGraph& graph, std::size_t links) {
  const auto gpus = static_cast<std::size_t>(graph.gpus);
  std::string text = std::to_string(graph.nodes.size()) + " " + std::to_string(graph.nodes.size() - gpus) + " " +
                     std::to_string(links) + "\n";
  for (std::size_t id = gpus; id < graph.nodes.size(); ++id) {
    if (id > gpus) text += ' ';
    text += std::to_string(id);
  }
  return text + "\n";
}

void require_short_ids(std::size_t nodes, const std::string& client) {
  if (nodes > 65536)
    throw ConfigError(client + ": the fabric has " + std::to_string(nodes) +
                      " nodes; this client makes addresses of 16 bits and takes at most 65536");
}

std::vector<double> rates_of(const FabricGraph& graph) {
  std::vector<double> rates;
  for (const FabricLinkClass& kind : graph.classes) rates.push_back(kind.rate);
  for (const MergedLink& link : merged_links(graph)) rates.push_back(link.rate);
  std::sort(rates.begin(), rates.end());
  rates.erase(std::unique(rates.begin(), rates.end()), rates.end());
  return rates;
}

void warn_rdma_client(const FabricGraph& graph, const std::vector<MergedLink>& links, const ExportOptions& options,
                      std::vector<std::string>& warnings) {
  warn_floor(graph, kGeneratorFloor, "this client cannot take a schedule of losses", warnings);
  warn_hang(graph, options, warnings);
  warn_shared_stream(graph, warnings);
  warn_whole_ns(graph, warnings);
  warn_terabits(graph, warnings);
  warn_circuit_switches(graph, warnings);
  warn_merged(links, warnings);
}

}  // namespace export_text

namespace {

using namespace export_text;

// Sizes of the dimensions, the innermost first, as ASTRA-sim's ns-3 backend asks for; one dimension where there are
// none.
std::string logical_dimensions(const FabricGraph& graph) {
  std::int64_t product = 1;
  for (const FabricDimension& dimension : graph.dimensions) product *= dimension.size;
  std::string sizes;
  if (product != graph.gpus || graph.dimensions.empty()) {
    sizes = "\"" + std::to_string(graph.gpus) + "\"";
  } else {
    for (const FabricDimension& dimension : graph.dimensions) {
      if (!sizes.empty()) sizes += ", ";
      sizes += "\"" + std::to_string(dimension.size) + "\"";
    }
  }
  return "{\"logical-dims\": [" + sizes + "]}\n";
}

Companion page() {
  return {"HPCC and ASTRA-sim's ns-3 backend",
          {{"topology.txt", "nodes, switches, links: `src dst rate delay p`"},
           {"config.txt", "the lines of the configuration that depend on the fabric"},
           {"logical_topology.json", "ASTRA-sim: sizes of the dimensions"}},
          "The last column is a loss ratio of packets (`ERROR_UNIT_PACKET`): the same for data, ACK, NACK, CNP and PFC "
          "frames and "
          "for both directions. A 0 there would not mean 0 but the global `ERROR_RATE_PER_LINK`, so no link has less "
          "than 1e-300, "
          "and the configuration sets the global value to 0. The client repeats lost packets by go-back-N and has no "
          "timeout.",
          "Put the lines of `config.txt` in place of those of the same name in your configuration (`TOPOLOGY_FILE` is "
          "a path as "
          "the program sees it). Every rate of the topology has its entry in the three maps; a debug build asserts "
          "without, a "
          "release build takes 0. No comments and no blank lines may be added to `topology.txt`. For ASTRA-sim pass "
          "`logical_topology.json` as `--logical-topology-configuration`."};
}

}  // namespace

FabricExport export_hpcc(const FabricGraph& graph, const ExportOptions& options) {
  require_short_ids(graph.nodes.size(), "hpcc");
  const std::vector<MergedLink> links = merged_links(graph);
  FabricExport out;
  std::string topology = hpcc_head(graph, links.size());
  for (const MergedLink& link : links) topology += hpcc_link(link.a, link.b, link.rate, link.latency, link.loss);
  out.files.push_back({"topology.txt", std::move(topology)});
  const int overhead = 4158 - 4096;  // headers of RoCEv2 and the frame's check sum
  out.files.push_back({"config.txt", "TOPOLOGY_FILE topology.txt\nPACKET_PAYLOAD_SIZE " +
                                         std::to_string(std::max(1, graph.frame_bytes - overhead)) +
                                         "\nERROR_RATE_PER_LINK 0.0000\n" + rate_maps(rates_of(graph))});
  out.files.push_back({"logical_topology.json", logical_dimensions(graph)});
  warn_rdma_client(graph, links, options, out.warnings);
  out.files.push_back(companion(page(), graph, out.warnings));
  return out;
}

}  // namespace tessera
