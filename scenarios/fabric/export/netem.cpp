#include "scenarios/fabric/export/netem.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "scenarios/fabric/export/link_text.hpp"

namespace tessera {
namespace {

using namespace export_text;

std::string decimal(double value) {
  std::array<char, 400> text{};
  const auto result = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  return {text.data(), result.ptr};
}

std::string rule(const FabricGraph& graph, const FabricLink& link) {
  std::string text = " root netem delay " + decimal(static_cast<double>(whole_ns(hop_latency(graph, link))) / 1e3) +
                     "us rate " + decimal(std::round(graph.classes[link.link_class].rate) / 1e9) + "gbit";
  const double p = probability(link.log10_frame_loss);
  if (p > kGeneratorFloor) text += " loss random " + decimal(std::pow(10.0, link.log10_frame_loss + 2.0)) + "%";
  return text;
}

void warn_mininet(const FabricGraph& graph, std::vector<std::string>& warnings) {
  const auto lost = std::count_if(graph.links.begin(), graph.links.end(), [](const FabricLink& link) {
    const double p = probability(link.log10_frame_loss);
    return p > kGeneratorFloor && p < kMininetFloor;
  });
  if (lost > 0)
    warnings.push_back(
        std::to_string(lost) +
        " links lose fewer than 1e-7 of their frames: Mininet writes percent with five decimals and makes that 0");
  if (std::any_of(graph.classes.begin(), graph.classes.end(), [](const auto& kind) { return kind.rate > 1e9; }))
    warnings.emplace_back(
        "Mininet refuses bandwidths above 1000 Mbit/s: these lines are for tc, on a machine that can carry the rate");
}

}  // namespace

FabricExport export_netem(const FabricGraph& graph, const ExportOptions&) {
  // No name of the fabric here: a script must not hold what a file says.
  std::string text = "#!/bin/sh\n# Device tNa stands at the first node of link N, tNb at the second.\nset -e\n";
  for (std::size_t i = 0; i < graph.links.size(); ++i) {
    const FabricLink& link = graph.links[i];
    const std::string index = std::to_string(i), tail = rule(graph, link) + "\n";
    text += "# link " + index + ": node " + std::to_string(link.a) + " to node " + std::to_string(link.b) + "\n";
    for (const char* end : {"a", "b"}) text.append("tc qdisc add dev t").append(index).append(end).append(tail);
  }
  FabricExport out;
  out.files.push_back({"netem.sh", std::move(text)});
  warn_floor(graph, kGeneratorFloor, "their lines have no loss", out.warnings);
  warn_mininet(graph, out.warnings);
  warn_whole_ns(graph, out.warnings);
  warn_circuit_switches(graph, out.warnings);
  const Companion page{
      "tc netem",
      {{"netem.sh", "two lines for each link, one for the device at either end"}},
      "`loss random P%` drops packets independently of each other with 32 random bits; the number is of what leaves "
      "the device, so both directions of a link lose alike. netem counts what the stack hands over: with segmentation "
      "offload on, that is up to 64 kB and not a frame; turn it off (`ethtool -K DEV tso off gso off gro off`).",
      "Make the devices (veth pairs named as above, one end in the name space of each node), then run the file as "
      "root. "
      "Delays contain half of a switch's latency for each end at a switch. The default `limit` of 1000 packets also "
      "holds packets in flight: raise it for long links."};
  out.files.push_back(companion(page, graph, out.warnings));
  return out;
}

}  // namespace tessera
