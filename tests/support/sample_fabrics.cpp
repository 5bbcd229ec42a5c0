#include "tests/support/sample_fabrics.hpp"

namespace tessera::test {
namespace {

constexpr FabricNodeKind kGpu = FabricNodeKind::kGpu, kSwitch = FabricNodeKind::kSwitch;

void add_nodes(FabricGraph& graph, int count, FabricNodeKind kind, int level, int per_group = 0) {
  for (int i = 0; i < count; ++i) graph.nodes.push_back({kind, level, per_group > 0 ? i / per_group : -1});
}

void add_link(FabricGraph& graph, std::size_t a, std::size_t b, std::uint32_t kind, double log10_loss) {
  graph.links.push_back(
      {static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b), kind, log10_loss / 3.0 - 2.0, log10_loss});
}

FabricLinkClass copper() { return {"rack.copper_dac", "copper_dac", 400e9, 105.4e-9, 1.5, 0.0, 0.1, 20.0}; }
FabricLinkClass optics() { return {"pod.dr8", "dsp_pluggable", 800e9, 505e-9, 50.0, 14.0, 15.5, 800.0}; }

}  // namespace

FabricGraph leaf_spine() {
  FabricGraph graph;
  graph.name = "leaf_spine";
  graph.gpus = 8;
  graph.switch_latency = 300e-9;
  graph.classes = {copper(), optics()};
  graph.classes[1].rate = 400e9;
  add_nodes(graph, 8, kGpu, 0, 4);
  add_nodes(graph, 2, kSwitch, 1, 1);
  add_nodes(graph, 2, kSwitch, 2);
  for (std::size_t gpu = 0; gpu < 8; ++gpu) add_link(graph, gpu, 8 + gpu / 4, 0, gpu == 3 ? -3.0 : -12.0);
  for (std::size_t leaf = 8; leaf < 10; ++leaf)
    for (std::size_t spine = 10; spine < 12; ++spine)
      for (int cable = 0; cable < 2; ++cable) add_link(graph, leaf, spine, 1, cable == 0 ? -6.0 : -9.8);
  graph.dimensions = {{FabricDimension::Kind::kSwitch, 4, 0, 1.0, 2}, {FabricDimension::Kind::kSwitch, 2, 1, 1.0, 4}};
  graph.fat_tree = {{4, 4, 1, 0}, {4, 0, 2, 1}};
  graph.pod_gpus = 8;
  return graph;
}

FabricGraph three_level_tree() {
  FabricGraph graph;
  graph.name = "three_level_tree";
  graph.gpus = 16;
  graph.switch_latency = 250e-9;
  FabricLinkClass pod = optics(), top = optics();
  pod.rate = top.rate = 400e9;
  top.name = "top.dr8";
  top.latency = 2.5e-6;
  top.length = 500.0;
  graph.classes = {copper(), pod, top};
  add_nodes(graph, 16, kGpu, 0, 8);
  add_nodes(graph, 4, kSwitch, 1, 2);  // 16-19
  add_nodes(graph, 4, kSwitch, 2, 2);  // 20-23
  add_nodes(graph, 2, kSwitch, 3);     // 24-25
  for (std::size_t gpu = 0; gpu < 16; ++gpu) add_link(graph, gpu, 16 + gpu / 4, 0, -11.0);
  for (std::size_t first = 16; first < 20; ++first)
    for (std::size_t second = 0; second < 2; ++second)
      add_link(graph, first, 20 + 2 * ((first - 16) / 2) + second, 1, -8.0);
  for (std::size_t second = 20; second < 24; ++second)
    for (std::size_t top_switch = 24; top_switch < 26; ++top_switch) add_link(graph, second, top_switch, 2, -7.0);
  graph.dimensions = {{FabricDimension::Kind::kSwitch, 16, 2, 1.0, 6}};
  graph.fat_tree = {{4, 2, 1, 0}, {2, 2, 1, 1}, {4, 0, 1, 2}};
  graph.pod_gpus = 8;
  return graph;
}

FabricGraph torus() {
  FabricGraph graph;
  graph.name = "torus";
  graph.gpus = 16;
  graph.classes = {copper(), optics()};
  add_nodes(graph, 16, kGpu, 0);
  for (std::size_t y = 0; y < 4; ++y)
    for (std::size_t x = 0; x < 4; ++x) {
      add_link(graph, 4 * y + x, 4 * y + (x + 1) % 4, 0, -10.0);
      add_link(graph, 4 * y + x, 4 * ((y + 1) % 4) + x, 1, -5.0);
    }
  graph.dimensions = {{FabricDimension::Kind::kRing, 4, 0, 1.0, 1}, {FabricDimension::Kind::kRing, 4, 1, 1.0, 1}};
  return graph;
}

FabricGraph scale_up_rack() {
  FabricGraph graph;
  graph.name = "scale_up_rack";
  graph.gpus = 8;
  graph.switch_latency = 100e-9;
  graph.classes = {{"spine.backplane", "backplane", 1600e9, 62e-9, 1.2, 2.0, 2.0, 5.0}};
  add_nodes(graph, 8, kGpu, 0, 8);
  add_nodes(graph, 2, FabricNodeKind::kScaleUpSwitch, 1);
  for (std::size_t gpu = 0; gpu < 8; ++gpu)
    for (std::size_t hub = 8; hub < 10; ++hub)
      for (int cable = 0; cable < 2; ++cable) add_link(graph, gpu, hub, 0, -8.0);
  graph.dimensions = {{FabricDimension::Kind::kSwitch, 8, 0, 4.0, 2}};
  return graph;
}

FabricGraph one_link(double log10_frame_loss) {
  FabricGraph graph;
  graph.name = "one_link";
  graph.gpus = 2;
  graph.classes = {copper()};
  add_nodes(graph, 2, kGpu, 0);
  add_link(graph, 0, 1, 0, log10_frame_loss);
  return graph;
}

FabricGraph chain(const std::vector<double>& log10_frame_losses) {
  FabricGraph graph;
  graph.name = "chain";
  graph.gpus = 2;
  graph.classes = {copper()};
  add_nodes(graph, 2, kGpu, 0);
  const std::size_t links = log10_frame_losses.size();
  add_nodes(graph, static_cast<int>(links) - 1, kSwitch, 1);
  for (std::size_t i = 0; i < links; ++i)
    add_link(graph, i == 0 ? 0 : 1 + i, i + 1 == links ? 1 : 2 + i, 0, log10_frame_losses[i]);
  return graph;
}

}  // namespace tessera::test
