#include <benchmark/benchmark.h>

#include "phy/engine/budget_engine.hpp"
#include "phy/engine/statistical_engine.hpp"
#include "tests/support/copper_lane.hpp"

// One 106.25 Gb/s PAM4 lane, response of 200 UI and more on a window of 1,024, 16-tap FFE + 1-tap DFE, 12 CTLE
// settings, jitter; adaptation and phase search included. Bounds: BER 3 ms, eye of 64 phases 30 ms. Peers: one
// figure-of-merit point of PyChOpMarg's 802.3ck-class grid takes 24 ms and one of the KR4 grid 6.4 ms;
// SignalIntegrity's eye 1.2-9.8 s.
namespace tessera {
namespace {

void BitErrorRatio(benchmark::State& state) {
  const PreparedSegment segment = test::copper_lane(state.range(0) != 0);
  for (auto _ : state) benchmark::DoNotOptimize(run_statistical(segment).pre_fec_ber);
}
BENCHMARK(BitErrorRatio)->Arg(0)->Arg(1)->ArgName("crosstalk")->Unit(benchmark::kMillisecond);

void Eye(benchmark::State& state) {
  const PreparedSegment segment = test::copper_lane(state.range(0) != 0);
  StatisticalOptions options;
  options.eye = true;
  for (auto _ : state) benchmark::DoNotOptimize(run_statistical(segment, options).eye->eye_height);
}
BENCHMARK(Eye)->Arg(0)->Arg(1)->ArgName("crosstalk")->Unit(benchmark::kMillisecond);

void Budget(benchmark::State& state) {
  const PreparedSegment segment = test::copper_lane(true);
  for (auto _ : state) benchmark::DoNotOptimize(run_budget(segment).pre_fec_ber);
}
BENCHMARK(Budget)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tessera
