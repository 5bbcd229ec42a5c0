#include <benchmark/benchmark.h>

#include <cmath>

#include "scenarios/fabric/graph_builder.hpp"
#include "tests/support/made_up_link.hpp"

// A three-tier fabric with every cable and a margin for each. Bound: 5 s and 1 GB for 131,072 GPUs.
namespace tessera {
namespace {

void aggregate_fabric(benchmark::State& state) {
  Topology tree;
  tree.gpus = state.range(0);
  tree.tiers = 3;
  tree.radix = 128;
  FabricTier like;
  like.margins.rms_db = 0.5;
  std::vector<TierShare> shares;
  for (int i = 0; i < kLengthBins; ++i)
    shares.push_back(
        {test::made_up({.log10_loss = -14.0 - 0.1 * i, .fit = 200.0, .length = 5.0 * (i + 1)}), {"kp4", 4}, 1.0});
  std::size_t links = 0;
  for (auto _ : state) {
    const test::MadeUpCluster cluster = test::made_up_cluster(tree, shares, like);
    const FabricGraph graph = build_graph(cluster.fabric, cluster.report, 4158, 1);
    links = graph.links.size();
    benchmark::DoNotOptimize(graph.links.data());
  }
  state.counters["links"] = static_cast<double>(links);
  state.SetLabel("bound: 5 s, 1 GB at 131,072 GPUs");
}
BENCHMARK(aggregate_fabric)->Arg(16384)->Arg(131072)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tessera
