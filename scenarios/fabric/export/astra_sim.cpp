#include "scenarios/fabric/export/astra_sim.hpp"

#include "phy/core/error.hpp"
#include "scenarios/fabric/export/link_text.hpp"

namespace tessera {
namespace {

using namespace export_text;

constexpr double kGibibyte = 1024.0 * 1024.0 * 1024.0;

struct Dimension {
  std::string kind;
  double loss = 0.0, efficiency = 1.0, bandwidth_gibibytes = 0.0, latency_ns = 0.0, rate = 0.0;
};

std::string kind_of(FabricDimension::Kind kind) {
  switch (kind) {
    case FabricDimension::Kind::kRing:
      return "Ring";
    case FabricDimension::Kind::kFullyConnected:
      return "FullyConnected";
    case FabricDimension::Kind::kSwitch:
      return "Switch";
  }
  return "";
}

Dimension dimension_of(const FabricGraph& graph, const FabricDimension& d, LossRecovery recovery) {
  const FabricLinkClass& kind = graph.classes[d.link_class];
  const DimensionPath path = path_along(graph, d);
  Dimension out;
  out.kind = kind_of(d.kind);
  out.loss = path.loss;
  out.efficiency = efficiency(recovery, out.loss, kind.rate, 2.0 * path.one_way, graph.frame_bytes);
  out.rate = kind.rate * d.links_per_node;
  out.bandwidth_gibibytes = out.efficiency * out.rate / 8.0 / kGibibyte;
  out.latency_ns = path.one_way * 1e9 / (d.kind == FabricDimension::Kind::kSwitch ? 2.0 : 1.0);
  return out;
}

template <class Value>
std::string list(const std::string& key, const std::vector<Dimension>& dimensions, Value value) {
  std::string text = key + ": [ ";
  for (std::size_t i = 0; i < dimensions.size(); ++i) text += (i > 0 ? ", " : "") + value(dimensions[i], i);
  return text + " ]\n";
}

void warn(const FabricGraph& graph, const std::vector<Dimension>& dimensions, const ExportOptions& options,
          std::vector<std::string>& warnings) {
  warnings.emplace_back("bandwidth is in GiB/s (2^30 bytes), whatever the client calls it: 46.566 for 400 Gbit/s");
  double least = 1.0;
  for (const Dimension& d : dimensions) least = std::min(least, d.efficiency);
  warn_dropped(least, options.recovery, "worst path of the worst dimension", "its bandwidth", warnings);
  if (graph.dimensions.size() > 1)
    warnings.emplace_back(
        "the congestion-aware backend takes one dimension and ends at more; the congestion-unaware one takes all");
  for (const FabricDimension& d : graph.dimensions)
    if (d.kind == FabricDimension::Kind::kSwitch) {
      warnings.emplace_back(
          "the congestion-aware backend stores and forwards: through a Switch one chunk runs at half the rate");
      break;
    }
}

}  // namespace

FabricExport export_astra_sim(const FabricGraph& graph, const ExportOptions& options) {
  if (graph.dimensions.empty())
    throw ConfigError("astra-sim: fabric " + graph.name +
                      " has no dimensions; the analytical network needs them (--to hpcc takes any graph)");
  std::int64_t product = 1;
  for (const FabricDimension& d : graph.dimensions) product *= d.size;
  if (product != graph.gpus)
    throw ConfigError("astra-sim: the dimensions of fabric " + graph.name + " join " + std::to_string(product) +
                      " GPUs, not " + std::to_string(graph.gpus));
  std::vector<Dimension> dimensions;
  for (const FabricDimension& d : graph.dimensions) dimensions.push_back(dimension_of(graph, d, options.recovery));
  FabricExport out;
  std::string text = list("topology", dimensions, [](const Dimension& d, std::size_t) { return d.kind; });
  text += list("npus_count", dimensions,
               [&](const Dimension&, std::size_t i) { return std::to_string(graph.dimensions[i].size); });
  text += list("bandwidth", dimensions, [](const Dimension& d, std::size_t) { return number(d.bandwidth_gibibytes); });
  text += list("latency", dimensions, [](const Dimension& d, std::size_t) { return number(d.latency_ns); });
  text += list("phy_rate_bps", dimensions, [](const Dimension& d, std::size_t) { return number(d.rate); });
  text += list("phy_path_loss", dimensions, [](const Dimension& d, std::size_t) { return number(d.loss); });
  text += list("phy_efficiency", dimensions, [](const Dimension& d, std::size_t) { return number(d.efficiency); });
  out.files.push_back({"network.yml", std::move(text)});
  warn(graph, dimensions, options, out.warnings);
  const Companion page{
      "ASTRA-sim's analytical network",
      {{"network.yml", "one entry for each dimension: kind, NPUs, bandwidth in GiB/s, latency in ns"}},
      "The client has no loss. `bandwidth` is the rate times the efficiency of the transport on the worst path "
      "(`phy_efficiency`); `phy_path_loss` is the loss of that path, which the client reads over. A path goes twice "
      "over each tier up to its dimension's, over its worst link for the loss and its slowest for the latency.",
      "Pass `network.yml` as `--network-configuration`. For packets with loss, export to hpcc and use the ns-3 "
      "backend."};
  out.files.push_back(companion(page, graph, out.warnings));
  return out;
}

}  // namespace tessera
