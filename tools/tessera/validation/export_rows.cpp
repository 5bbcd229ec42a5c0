#include <charconv>
#include <string>
#include <string_view>

#include "scenarios/fabric/export/export.hpp"
#include "tools/tessera/validation/rows.hpp"

namespace tessera::validation {
namespace {

// Eight GPUs behind one switch at 400 Gbit/s, without loss.
FabricGraph one_switch() {
  FabricGraph graph;
  graph.name = "one_switch";
  graph.gpus = 8;
  graph.classes = {{"rack.copper", "copper_dac", 400e9, 500e-9, 1.0, 0.0, 0.0, 0.0}};
  graph.nodes.resize(9);
  graph.nodes[8] = {FabricNodeKind::kSwitch, 1, -1};
  for (std::uint32_t gpu = 0; gpu < 8; ++gpu) graph.links.push_back({gpu, 8, 0, -12.0, -100.0});
  graph.dimensions = {{FabricDimension::Kind::kSwitch, 8, 0, 1.0, 2}};
  return graph;
}

// The number behind `key: [ ` in the exported file.
double first_of(const FabricExport& out, std::string_view key) {
  const std::string& text = out.files.front().text;
  const std::size_t at = text.find(std::string(key) + ": [ ") + key.size() + 4;
  double value = 0.0;
  std::from_chars(text.data() + at, text.data() + text.size(), value);
  return value;
}

}  // namespace

std::vector<ValidationRow> export_rows() {
  const FabricExport network = export_fabric(one_switch(), "astra-sim");
  return {{"fabric.v27", "arithmetic", "bandwidth of 400 Gbit/s in an exported network.yml (GiB/s)", 46.566129, 1e-6,
           first_of(network, "bandwidth"), "50e9 bytes a second over 2^30"},
          {"fabric.v27.path", "arithmetic", "latency of one hop of its switch (ns): links of 500 ns, no switch latency",
           500.0, 1e-9, first_of(network, "latency"), "two hops take the path"}};
}

}  // namespace tessera::validation
