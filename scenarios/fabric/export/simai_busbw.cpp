#include "scenarios/fabric/export/simai_busbw.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "scenarios/fabric/export/link_text.hpp"
#include "scenarios/fabric/transport.hpp"

namespace tessera {
namespace {

using namespace export_text;

bool is_scale_up(const FabricGraph& graph, const FabricLink& link) {
  return graph.nodes[link.a].kind == FabricNodeKind::kScaleUpSwitch ||
         graph.nodes[link.b].kind == FabricNodeKind::kScaleUpSwitch;
}

// Rates of all links of one kind that a GPU has, of the GPU with the least; 0 if one has none.
double least_rate(const FabricGraph& graph, bool scale_up) {
  std::vector<double> rates(static_cast<std::size_t>(graph.gpus), 0.0);
  for (const FabricLink& link : graph.links)
    if (is_scale_up(graph, link) == scale_up)
      for (const std::uint32_t end : {link.a, link.b})
        if (end < rates.size()) rates[end] += graph.classes[link.link_class].rate;
  return *std::min_element(rates.begin(), rates.end());
}

std::string group(const std::string& name, const std::string& bandwidth) {
  std::string text = name + ":\n";
  for (const char* operation : {"allreduce", "allgather", "reducescatter", "alltoall"})
    text.append(operation).append(",: ").append(bandwidth).append("\n");
  return text;
}

}  // namespace

std::optional<BusBandwidth> scale_up_bandwidth(const FabricGraph& graph) {
  BusBandwidth out;
  const double rate = least_rate(graph, true);
  if (rate <= 0.0) return {};
  for (const FabricLink& link : graph.links) {
    if (!is_scale_up(graph, link)) continue;
    const double p = std::pow(10.0, link.log10_frame_loss);
    const double window = 1.0 + window_packets(graph.classes[link.link_class].rate,
                                               2.0 * graph.classes[link.link_class].latency, graph.frame_bytes);
    out.loss = std::max(out.loss, p);
    if (p > 0.0)
      out.efficiency = std::min(out.efficiency, go_back_n_efficiency(Log10Probability::from_value(p), window));
  }
  out.bytes_per_second = out.efficiency * rate / 8.0;
  return out;
}

std::optional<BusBandwidth> scale_out_bandwidth(const FabricGraph& graph, LossRecovery recovery) {
  BusBandwidth out;
  const double rate = least_rate(graph, false);
  if (rate <= 0.0) return {};
  std::map<int, double> worst;  // by the level of the lower end
  double slowest = rate;
  for (const FabricLink& link : graph.links) {
    if (is_scale_up(graph, link)) continue;
    double& loss = worst[std::min(graph.nodes[link.a].level, graph.nodes[link.b].level)];
    loss = std::max(loss, std::pow(10.0, link.log10_frame_loss));
    slowest = std::min(slowest, graph.classes[link.link_class].rate);
  }
  double passes = 0.0;  // log of the chance to come through
  for (const auto& [level, loss] : worst) passes += 2.0 * std::log1p(-std::min(loss, 0.999));
  out.loss = -std::expm1(passes);
  out.efficiency = efficiency(recovery, out.loss, slowest, longest_round_trip(graph), graph.frame_bytes);
  out.bytes_per_second = out.efficiency * rate / 8.0;
  return out;
}

std::string busbw_text(const std::string& title, double scale_up, const std::optional<BusBandwidth>& scale_out) {
  const std::string out = scale_out ? number(scale_out->bytes_per_second * 1e-9) : "null";
  return title + "\n" + group("TP", number(scale_up * 1e-9)) + group("DP", out) + group("EP", out) +
         "PP:\nbusbw: " + out + "\n";
}

}  // namespace tessera
