// Symbols a second of the bit-by-bit engine's own receiver (path receiver) on one thread: blocks made, received and
// counted as run_bit_by_bit does it. Bounds are for one core with two 256-bit FMA pipes (16 float multiply-adds a
// cycle).
#include <benchmark/benchmark.h>
#include <oneapi/tbb/global_control.h>

#include <cmath>

#include "phy/engine/lane_run.hpp"
#include "tests/support/noisier_segment.hpp"
#include "tests/support/synthetic_segment.hpp"

namespace tessera {
namespace {

// PAM4 through a channel of 128 UI (a raised-cosine pulse with a long tail), white noise, 16-tap FFE, 1-tap DFE;
// neither crosstalk nor jitter. Error ratio about 1e-4.
PreparedSegment plain_link() {
  test::SyntheticSegment s;
  s.grid = {53.125e9, 128, 32};
  s.levels = {-1.0, -1.0 / 3.0, 1.0 / 3.0, 1.0};
  s.noise_rms = 0.08;
  s.pulse = [](double t) {
    const double a = 3.14159265358979 * t, b = 1.0 - t * t;
    const double bell = std::abs(t) < 1e-9 ? 1.0 : std::abs(b) < 1e-9 ? 0.0 : std::sin(a) / a * std::cos(0.5 * a) / b;
    return bell + (t > 0.0 && t < 95.0 ? 0.25 * (1.0 - std::exp(-4.0 * t * t)) * std::exp(-0.6 * t) : 0.0);
  };
  PreparedSegment segment = test::make_segment(s);
  segment.receiver.ffe = {16, 3, 1e9};
  segment.receiver.dfe = {{0.0}, {0.5}};
  return segment;
}

void receive(benchmark::State& state, const PreparedSegment& segment, const ReceiverOptions& receiver,
             const char* bound) {
  const tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
  BitByBitOptions options;
  options.path = LanePath::receiver;
  options.pattern = "prbs31q";
  options.receiver = receiver;
  LaneRun run(segment, nullptr, options, 0, 1.0);
  while (run.counted().symbols == 0) run.advance();  // training
  const std::uint64_t before = run.counted().symbols;
  for (auto _ : state) run.advance();
  const std::uint64_t count = run.counted().symbols;
  state.SetItemsProcessed(static_cast<std::int64_t>(count - before));
  state.counters["error_ratio"] = static_cast<double>(run.counted().errors) / static_cast<double>(count);
  state.SetLabel(bound);
}

ReceiverOptions of(ClockMode clock, Adaptation adaptation) {
  ReceiverOptions options;
  options.clock = clock;
  options.adaptation = adaptation;
  return options;
}

void BM_ReceiverLms(benchmark::State& state) {
  receive(state, plain_link(), of(ClockMode::none, Adaptation::lms),
          "adapting: at least 15 M/s; bound: loop of adaptation, 45 cycles: 69 M/s");
}
BENCHMARK(BM_ReceiverLms)->Unit(benchmark::kMicrosecond);

void BM_ReceiverSignSign(benchmark::State& state) {
  receive(state, plain_link(), of(ClockMode::none, Adaptation::sign_sign),
          "adapting: at least 15 M/s; bound: loop of adaptation, 45 cycles: 69 M/s");
}
BENCHMARK(BM_ReceiverSignSign)->Unit(benchmark::kMicrosecond);

void BM_ReceiverMuellerMuller(benchmark::State& state) {
  receive(state, plain_link(), of(ClockMode::mueller_muller, Adaptation::none),
          "8 samples a UI: at least 5 M/s; bound: loop of clock and FFE, about 200 cycles: 15 M/s");
}
BENCHMARK(BM_ReceiverMuellerMuller)->Unit(benchmark::kMicrosecond);

void BM_ReceiverBangBang(benchmark::State& state) {
  receive(state, plain_link(), of(ClockMode::bang_bang, Adaptation::none),
          "8 samples a UI: at least 5 M/s; bound: the same and the crossing, about 260 cycles: 12 M/s");
}
BENCHMARK(BM_ReceiverBangBang)->Unit(benchmark::kMicrosecond);

void BM_ReceiverMuellerMullerLms(benchmark::State& state) {
  receive(state, plain_link(), of(ClockMode::mueller_muller, Adaptation::lms),
          "8 samples a UI: at least 5 M/s; bound: loop of clock and FFE, about 200 cycles: 15 M/s");
}
BENCHMARK(BM_ReceiverMuellerMullerLms)->Unit(benchmark::kMicrosecond);

// The shipped cable: clock recovery through a converter, with crosstalk and jitter.
void BM_ReceiverCopperDac(benchmark::State& state) {
  receive(state, test::shipped_link("copper_dac_800g").segments.front(),
          of(state.range(0) != 0 ? ClockMode::bang_bang : ClockMode::mueller_muller, Adaptation::none),
          "8 samples a UI, 15 aggressors, jitter, converter; bound: loop of clock, converter and FFE, about 230 "
          "cycles: 13 M/s");
}
BENCHMARK(BM_ReceiverCopperDac)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tessera
