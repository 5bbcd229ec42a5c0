#include "scenarios/fabric/graph.hpp"

#include <cmath>
#include <set>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

bool positive(double value) { return std::isfinite(value) && value > 0.0; }
bool not_negative(double value) { return std::isfinite(value) && value >= 0.0; }

void check_classes(const FabricGraph& graph) {
  std::set<std::string> names;
  for (const FabricLinkClass& kind : graph.classes) {
    const std::string where = "fabric " + graph.name + ": link class '" + kind.name + "'";
    if (kind.name.empty() || !names.insert(kind.name).second) throw ConfigError(where + " needs a name of its own");
    if (!positive(kind.rate)) throw ConfigError(where + " needs a rate above 0 bit/s");
    if (!not_negative(kind.latency) || !not_negative(kind.length))
      throw ConfigError(where + " needs a latency and a length of at least 0");
    if (!not_negative(kind.watts_idle) || !not_negative(kind.watts_busy) || kind.watts_busy < kind.watts_idle)
      throw ConfigError(where + " needs 0 W <= idle <= busy");
    if (!not_negative(kind.fit)) throw ConfigError(where + " needs a FIT of at least 0");
  }
}

void check_nodes(const FabricGraph& graph) {
  if (graph.gpus < 2 || static_cast<std::size_t>(graph.gpus) > graph.nodes.size())
    throw ConfigError("fabric " + graph.name + " needs at least 2 GPUs, all of them among its nodes");
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const bool is_gpu = graph.nodes[i].kind == FabricNodeKind::kGpu;
    if (is_gpu != (i < static_cast<std::size_t>(graph.gpus)))
      throw ConfigError("fabric " + graph.name + ": node " + std::to_string(i) +
                        " is out of order; GPUs come first, and all of them");
  }
}

void check_links(const FabricGraph& graph) {
  for (std::size_t i = 0; i < graph.links.size(); ++i) {
    const FabricLink& link = graph.links[i];
    const std::string where = "fabric " + graph.name + ": link " + std::to_string(i);
    if (link.a >= graph.nodes.size() || link.b >= graph.nodes.size() || link.a == link.b)
      throw ConfigError(where + " must join two different nodes of the fabric");
    if (link.link_class >= graph.classes.size()) throw ConfigError(where + " has a class that the fabric lacks");
    if (!std::isfinite(link.log10_pre_fec_ber) || !std::isfinite(link.log10_frame_loss) ||
        link.log10_pre_fec_ber > 0.0 || link.log10_frame_loss > 0.0)
      throw ConfigError(where + " has a ratio above 1 or not finite");
  }
}

}  // namespace

void check(const FabricGraph& graph) {
  if (graph.frame_bytes < 1 || !not_negative(graph.switch_latency))
    throw ConfigError("fabric " + graph.name +
                      " needs a frame of at least 1 byte and a switch latency of at least 0 s");
  check_nodes(graph);
  check_classes(graph);
  check_links(graph);
  for (const FabricDimension& dimension : graph.dimensions)
    if (dimension.size < 2 || dimension.link_class >= graph.classes.size() || !positive(dimension.links_per_node) ||
        dimension.hops < 1)
      throw ConfigError("fabric " + graph.name + " has a dimension below 2 nodes or without a link class");
}

}  // namespace tessera
