#include "scenarios/fabric/export/booksim.hpp"

#include <algorithm>
#include <cmath>

#include "phy/core/error.hpp"
#include "scenarios/fabric/export/link_text.hpp"
#include "scenarios/fabric/export/merged_links.hpp"

namespace tessera {
namespace {

using namespace export_text;

// Rate of the links of GPUs: the one that most of them have, the highest of equals.
double gpu_rate(const FabricGraph& graph, const std::vector<MergedLink>& links) {
  std::vector<double> rates;
  for (const MergedLink& link : links)
    if (link.a < static_cast<std::uint64_t>(graph.gpus)) rates.push_back(link.rate);
  if (rates.empty()) throw ConfigError("booksim: no GPU of fabric " + graph.name + " has a link");
  std::sort(rates.begin(), rates.end());
  double best = rates.front();
  std::size_t most = 0;
  for (std::size_t i = 0, run = 0; i < rates.size(); ++i) {
    run = i > 0 && rates[i] == rates[i - 1] ? run + 1 : 1;
    if (run < most) continue;
    most = run;
    best = rates[i];
  }
  return best;
}

std::string network(const FabricGraph& graph, const std::vector<MergedLink>& links, double cycle) {
  std::vector<std::string> lines(graph.nodes.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    lines[i] = "router " + std::to_string(i);
    if (i < static_cast<std::size_t>(graph.gpus)) lines[i] += " node " + std::to_string(i);
  }
  for (const MergedLink& link : links) {
    const std::string cycles = " " + std::to_string(std::max<long long>(1, std::llround(link.latency / cycle)));
    lines[link.a].append(" router ").append(std::to_string(link.b)).append(cycles);
    lines[link.b].append(" router ").append(std::to_string(link.a)).append(cycles);
  }
  std::string text;
  for (const std::string& line : lines) text.append(line).append("\n");
  return text;
}

}  // namespace

FabricExport export_booksim(const FabricGraph& graph, const ExportOptions& options) {
  if (options.flit_bits < 1) throw ConfigError("booksim: a flit needs at least 1 bit");
  const std::vector<MergedLink> links = merged_links(graph);
  const double rate = gpu_rate(graph, links), cycle = options.flit_bits / rate;
  FabricExport out;
  out.files.push_back({"fabric.anynet", network(graph, links, cycle)});
  const long long flits = std::max<long long>(1, std::llround(std::ceil(8.0 * graph.frame_bytes / options.flit_bits)));
  out.files.push_back(
      {"fabric.cfg", "topology = anynet;\nnetwork_file = fabric.anynet;\nrouting_function = min;\npacket_size = " +
                         std::to_string(flits) +
                         ";\ntraffic = uniform;\ninjection_rate = 0.1;\nsim_type = latency;\n"});
  out.warnings.emplace_back(
      "loss dropped: this client has none, and no rate for each link that could hold an efficiency");
  std::vector<double> others;
  for (const MergedLink& link : links)
    if (link.rate != rate) others.push_back(link.rate);
  std::sort(others.begin(), others.end());
  others.erase(std::unique(others.begin(), others.end()), others.end());
  if (!others.empty())
    out.warnings.push_back("unequal rates: every channel carries one flit a cycle, which is " + gbps(rate) +
                           "; links of " + gbps(others.front()) +
                           (others.size() > 1 ? " to " + gbps(others.back()) : "") + " run at that too");
  out.warnings.emplace_back("a GPU is a router with one node, which adds one router to each end of a path");
  warn_circuit_switches(graph, out.warnings);
  warn_merged(links, out.warnings);
  const Companion page{
      "BookSim",
      {{"fabric.anynet", "routers, nodes, channels with their latency in cycles, both directions"},
       {"fabric.cfg", "a configuration that loads it"}},
      "The client has no loss.",
      "`booksim fabric.cfg`. One cycle is " + number(cycle * 1e9) + " ns: " + std::to_string(options.flit_bits) +
          " bits at " + gbps(rate) +
          ". Add neither comments (a trailing one sets the latency to 0) nor a number behind "
          "`node` (it becomes a link of the router to itself). Latencies hold half of a switch's own at each end: set "
          "the router's delays to what is beyond that. Its power model is of wires on a chip; do not feed it SerDes."};
  out.files.push_back(companion(page, graph, out.warnings));
  return out;
}

}  // namespace tessera
