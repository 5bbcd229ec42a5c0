// Symbols a second of the bit-by-bit engine on one thread, everything on: noise, aggressors, jitter, converter,
// feedback.
#include <benchmark/benchmark.h>

#include "phy/engine/baud_lane.hpp"
#include "phy/engine/statistical_engine.hpp"
#include "phy/engine/symbol_decider.hpp"
#include "tests/support/copper_lane.hpp"
#include "tests/support/noisier_segment.hpp"

namespace tessera {
namespace {

void send(benchmark::State& state, const PreparedSegment& segment) {
  const DecisionPoint point = settled_decision(segment);
  SymbolDecider decider(segment, point, adverse_thresholds(segment, point, 1025));
  LaneOptions options;
  options.jitter = JitterPlace::decision;
  const BaudLane lane(segment, point, options);
  BaudLane::Block block;
  std::vector<std::uint8_t> decided(lane.size());
  std::uint64_t next = 0;
  for (auto _ : state) {
    lane.fill(next++, block);
    decider.decide(block.y, block.sent, decided);
    benchmark::DoNotOptimize(decided.data());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(next * lane.size()));
}

// 1,024 cursors, noise, 16-tap FFE, 1-tap DFE.
void BM_BitByBitPlainLane(benchmark::State& state) {
  PreparedSegment segment = test::copper_lane(false);
  segment.jitter = {};
  send(state, segment);
}
BENCHMARK(BM_BitByBitPlainLane)->Unit(benchmark::kMicrosecond);

// Three aggressors and jitter as well.
void BM_BitByBitCopperLane(benchmark::State& state) { send(state, test::copper_lane(true)); }
BENCHMARK(BM_BitByBitCopperLane)->Unit(benchmark::kMicrosecond);

// Noise that follows the light, from two places.
void BM_BitByBitLinearOptics(benchmark::State& state) {
  send(state, test::shipped_link("lpo_dr8_800g").segments.front());
}
BENCHMARK(BM_BitByBitLinearOptics)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tessera
