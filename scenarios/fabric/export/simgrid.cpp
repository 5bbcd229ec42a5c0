#include "scenarios/fabric/export/simgrid.hpp"

#include "scenarios/fabric/export/link_text.hpp"
#include "scenarios/fabric/export/merged_links.hpp"

namespace tessera {
namespace {

using namespace export_text;

std::string node_name(const FabricGraph& graph, std::uint32_t node) {
  return (node < static_cast<std::uint64_t>(graph.gpus) ? "gpu-" : "sw-") + std::to_string(node);
}

void add_link(const std::string& name, const MergedLink& link, double eta, std::string& text) {
  text += "    <link id=\"" + name + "\" bandwidth=\"" + number(eta * link.rate) + "bps\" latency=\"" +
          number(link.latency * 1e9) + "ns\">\n      <prop id=\"wattage_range\" value=\"" + number(link.watts_idle) +
          ":" + number(link.watts_busy) + "\"/>\n      <prop id=\"wattage_off\" value=\"0\"/>\n    </link>\n";
}

void add_route(const std::string& from, const std::string& to, const std::string& link, std::string& text) {
  text +=
      "    <route src=\"" + from + "\" dst=\"" + to + "\" symmetrical=\"NO\"><link_ctn id=\"" + link + "\"/></route>\n";
}

}  // namespace

FabricExport export_simgrid(const FabricGraph& graph, const ExportOptions& options) {
  const std::vector<MergedLink> links = merged_links(graph);
  const double round_trip = longest_round_trip(graph);
  std::string text =
      "<?xml version='1.0'?>\n<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n<platform "
      "version=\"4.1\">\n"
      "  <zone id=\"fabric\" routing=\"Dijkstra\">\n";
  for (std::uint32_t node = 0; node < graph.nodes.size(); ++node)
    text += (node < static_cast<std::uint64_t>(graph.gpus)
                 ? "    <host id=\"" + node_name(graph, node) + "\" speed=\"1Gf\"/>\n"
                 : "    <router id=\"" + node_name(graph, node) + "\"/>\n");
  std::string routes;
  double least = 1.0;
  for (const MergedLink& link : links) {
    const double eta = efficiency(options.recovery, link.loss, link.rate / link.cables, round_trip, graph.frame_bytes);
    least = std::min(least, eta);
    const std::string name = "link-" + std::to_string(link.a) + "-" + std::to_string(link.b);
    add_link(name + "_up", link, eta, text);
    add_link(name + "_down", link, eta, text);
    add_route(node_name(graph, link.a), node_name(graph, link.b), name + "_up", routes);
    add_route(node_name(graph, link.b), node_name(graph, link.a), name + "_down", routes);
  }
  FabricExport out;
  out.files.push_back({"platform.xml", text + routes + "  </zone>\n</platform>\n"});
  warn_dropped(least, options.recovery, "path behind the worst link", "its bandwidth", out.warnings);
  out.warnings.emplace_back(
      "without --cfg=network/model:CM02 --cfg=network/crosstraffic:0 --cfg=network/TCP-gamma:1e12 the client "
      "adds its own protocol overhead and reverse traffic, to time and to energy");
  warn_circuit_switches(graph, out.warnings);
  warn_merged(links, out.warnings);
  const Companion page{
      "SimGrid",
      {{"platform.xml", "hosts, routers, one-way links with bandwidth, latency and watts"}},
      "The client has no loss. `bandwidth` is the rate times the efficiency of the transport on a path that is as bad "
      "as this link and otherwise clean, over the longest round trip (" +
          number(round_trip * 1e6) + " us).",
      "Call `sg_link_energy_plugin_init()` after the engine is made and before the platform is loaded, and read "
      "`sg_link_get_consumed_energy`. Start with `--cfg=network/model:CM02 --cfg=network/crosstraffic:0 "
      "--cfg=network/TCP-gamma:1e12`. A cable's energy is the sum of its two one-way links. Do not turn pairs into "
      "SPLITDUPLEX links: the plugin then reports 0 J."};
  out.files.push_back(companion(page, graph, out.warnings));
  return out;
}

}  // namespace tessera
