#include <benchmark/benchmark.h>

#include <vector>

#include "phy/engine/margin.hpp"
#include "phy/fec/burst_lane_map.hpp"
#include "phy/fec/burst_model.hpp"
#include "phy/fec/code_gain.hpp"
#include "phy/noise/gaussian_tail.hpp"

namespace tessera {
namespace {

void gaussian_tail_of(benchmark::State& state) {
  double x = static_cast<double>(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(x);
    benchmark::DoNotOptimize(gaussian_tail(x));
  }
}
BENCHMARK(gaussian_tail_of)->Arg(4)->Arg(50);

void codeword_error_of_equal_symbols(benchmark::State& state) {
  const auto s = rs_symbol_error_ratio(Log10Probability::from_value(2.4e-4));
  for (auto _ : state) benchmark::DoNotOptimize(codeword_error_ratio(kKp4, s));
}
BENCHMARK(codeword_error_of_equal_symbols);

void codeword_error_of_eight_lanes(benchmark::State& state) {
  std::vector<SymbolClass> lanes;
  for (int i = 0; i < 8; ++i) lanes.push_back({0.125, Log10Probability::from_log10(-2.5 - i)});
  for (auto _ : state) benchmark::DoNotOptimize(codeword_error_ratio(kKp4, lanes));
}
BENCHMARK(codeword_error_of_eight_lanes);

void criterion_of_one_segment(benchmark::State& state) {
  Link link;
  link.segments.resize(1);
  link.fec = {"kp4", 4};
  SegmentResult segment;
  segment.symbol_error_ratio = segment.pre_fec_ber = pam_symbol_error_ratio(2, 4.5);
  for (auto _ : state) benchmark::DoNotOptimize(evaluate_criterion(link, {segment}));
}
BENCHMARK(criterion_of_one_segment);

void bursts_in_sequence(benchmark::State& state) {
  const BurstChannel channel{Log10Probability::from_value(2.4e-4), 0.75, 2, false, 4};
  for (auto _ : state) benchmark::DoNotOptimize(decode_bursts(kKp4, channel));
}
BENCHMARK(bursts_in_sequence);

void bursts_on_eight_lanes(benchmark::State& state) {
  BurstLengths lengths = geometric_bursts(4.0);
  lengths.continuation.resize(static_cast<std::size_t>(state.range(0)), lengths.continuation.front());
  const LaneBursts line{lane_map_800g(8), Log10Probability::from_value(4.8e-4), lengths};
  for (auto _ : state) benchmark::DoNotOptimize(codeword_error_ratio(std::span(&line, 1)));
}
BENCHMARK(bursts_on_eight_lanes)->Arg(1)->Arg(20)->Arg(64);

}  // namespace
}  // namespace tessera
