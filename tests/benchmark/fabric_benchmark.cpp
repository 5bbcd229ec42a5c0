#include <benchmark/benchmark.h>

#include <cmath>

#include "scenarios/fabric/graph_builder.hpp"

// A three-tier fabric with every cable and a margin for each. Bound: 5 s and 1 GB for 131,072 GPUs.
namespace tessera {
namespace {

LinkReport link(const char* name, double log10_loss, double length) {
  LinkReport r;
  r.name = r.technology = name;
  r.payload_rate_bps = 800e9;
  r.length_m = length;
  r.latency.total = length * 5e-9;
  r.energy.module_and_host.watts = 10.0;
  r.reliability.fit = 200.0;
  for (const int bytes : {64, 1518, 4158, 9018})
    r.verdict.frame_loss_ratio[bytes] = Log10Probability::from_log10(log10_loss);
  return r;
}

void aggregate_fabric(benchmark::State& state) {
  Fabric fabric;
  fabric.name = "f";
  fabric.gpus = state.range(0);
  fabric.gpu_rate = 400e9;
  fabric.topology = Topology{};
  fabric.topology->gpus = fabric.gpus;
  fabric.topology->tiers = 3;
  fabric.topology->radix = 128;
  std::size_t links = 0;
  for (auto _ : state) {
    std::vector<TierReport> tiers;
    fabric.tiers.clear();
    for (const TopologyTier& shape : count(*fabric.topology).tiers) {
      FabricTier tier;
      tier.name = shape.role;
      tier.ports = shape.links;
      tier.port_rate = 400e9;
      tier.link.fec = {"kp4", 4};
      tier.margins.rms_db = 0.5;
      std::vector<TierShare> shares;
      for (int i = 0; i < kLengthBins; ++i)
        shares.push_back({link("made_up", -14.0 - 0.1 * i, 5.0 * (i + 1)), {"kp4", 4}, 1.0});
      tiers.push_back(tier_report(tier, std::move(shares)));
      fabric.tiers.push_back(std::move(tier));
    }
    FabricReport report = aggregate(fabric, std::move(tiers));
    report.operation = operate(fabric, report);
    const FabricGraph graph = build_graph(fabric, report, 4158, 1);
    links = graph.links.size();
    benchmark::DoNotOptimize(graph.links.data());
  }
  state.counters["links"] = static_cast<double>(links);
  state.SetLabel("bound: 5 s, 1 GB at 131,072 GPUs");
}
BENCHMARK(aggregate_fabric)->Arg(16384)->Arg(131072)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tessera
