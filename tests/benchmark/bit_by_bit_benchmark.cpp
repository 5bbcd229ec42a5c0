#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "phy/core/rng.hpp"
#include "phy/engine/lane_kernel.hpp"
#include "phy/equalization/adc.hpp"
#include "phy/equalization/cdr.hpp"
#include "phy/equalization/mlse.hpp"
#include "phy/modulation/edge_jitter.hpp"
#include "phy/noise/gaussian_noise.hpp"

// Kernels of the bit-by-bit engine on blocks of 4,096 in the first-level cache. Bounds are for one core with two
// 256-bit FMA pipes (16 float multiply-adds a cycle).
namespace tessera {
namespace {

constexpr std::size_t kBlock = 4096;

void rate(benchmark::State& state, const char* bound) {
  state.counters["items/s"] = benchmark::Counter(static_cast<double>(state.iterations()) * kBlock,
                                                 benchmark::Counter::kIsRate, benchmark::Counter::kIs1000);
  state.SetLabel(bound);
}

void RandomWords(benchmark::State& state) {
  std::vector<std::uint32_t> words(kBlock);
  std::uint64_t index = 0;
  const StreamKey key = stream_key(1, "benchmark");
  for (auto _ : state) {
    random_words(key, index, words);
    benchmark::DoNotOptimize(words.data());
    benchmark::ClobberMemory();
    index += kBlock;
  }
  rate(state, "80 vector operations for 16 words: 1.25 cycles a word");
}
BENCHMARK(RandomWords);

void GaussianNoise(benchmark::State& state) {
  std::vector<float> samples(kBlock);
  std::uint64_t index = 0;
  const StreamKey key = stream_key(1, "benchmark");
  for (auto _ : state) {
    gaussian_noise(key, index, samples);
    benchmark::DoNotOptimize(samples.data());
    benchmark::ClobberMemory();
    index += kBlock;
  }
  rate(state, "peer: ziggurat 538 M/s, std::normal_distribution 156 M/s");
}
BENCHMARK(GaussianNoise);

void Fir(benchmark::State& state) {
  std::vector<float> taps(static_cast<std::size_t>(state.range(0)), 0.01F), x(kBlock), y(kBlock);
  gaussian_noise(stream_key(1, "x"), 0, x);
  StreamingFir fir(taps);
  for (auto _ : state) {
    fir_filter(fir, x, y);
    benchmark::DoNotOptimize(y.data());
    benchmark::ClobberMemory();
  }
  rate(state, "bound: taps/16 cycles a sample");
}
BENCHMARK(Fir)->Arg(16)->Arg(32)->Arg(128)->Arg(512)->Arg(2048)->Arg(2049);

void PatternPam4(benchmark::State& state) {
  SymbolPattern pattern(state.range(0) != 0 ? "random" : "prbs31q", 4);
  std::vector<std::uint8_t> s(kBlock);
  std::uint64_t first = 0;
  for (auto _ : state) {
    pattern.fill(first, s);
    benchmark::DoNotOptimize(s.data());
    benchmark::ClobberMemory();
    first += kBlock;
  }
  rate(state, state.range(0) != 0 ? "random" : "PRBS31Q");
}
BENCHMARK(PatternPam4)->Arg(0)->Arg(1);

void DecideWithFeedback(benchmark::State& state) {
  const int order = static_cast<int>(state.range(0));
  const auto levels = Modulation::pam(order).levels;
  const std::vector<float> f(levels.begin(), levels.end());
  DecisionFeedback slicer(f, middle_thresholds(f), std::vector<float>{0.5F});
  std::vector<float> y(kBlock);
  gaussian_noise(stream_key(1, "y"), 0, y);
  std::vector<std::uint8_t> d(kBlock);
  for (auto _ : state) {
    decide(slicer, y, d);
    benchmark::DoNotOptimize(d.data());
    benchmark::ClobberMemory();
  }
  rate(state, "peer: serial PAM4 recurrence 168 M/s");
}
BENCHMARK(DecideWithFeedback)->Arg(2)->Arg(4)->Arg(8);

// PRBS31Q, 128-tap channel, white noise, 16-tap FFE, 1-tap DFE, slicer, counts; error ratio about 2e-4.
LaneParameters lane_parameters() {
  LaneParameters p;
  p.channel.assign(128, 0.0F);
  for (std::size_t i = 11; i < 128; ++i) p.channel[i] = 0.05F * std::exp(-0.1F * static_cast<float>(i - 10));
  p.channel[9] = 0.1F;
  p.channel[10] = 1.0F;
  p.channel[11] = 0.3F;
  p.noise_rms = {0.06F};
  p.ffe.assign(16, 0.0F);
  p.ffe[2] = -0.1F;
  p.ffe[3] = 1.0F;
  p.dfe = {0.3F};
  p.decision_levels = {-1.0F, -1.0F / 3.0F, 1.0F / 3.0F, 1.0F};
  p.delay = 13;
  return p;
}

void LaneOfConvergedTaps(benchmark::State& state) {
  LaneKernel lane(lane_parameters(), SymbolPattern("prbs31q", 4), stream_key(1, "lane"));
  for (auto _ : state) run_lane(lane, kBlock);
  state.counters["errors"] = static_cast<double>(lane.errors.errors);
  rate(state, "bound: 144 multiply-adds = 9 cycles a symbol; peers 0.01-0.45 M/s");
}
BENCHMARK(LaneOfConvergedTaps);

// As long as the engine's shortest window: channel and colour of the noise reach 1,024 symbols.
void LaneOfTheEnginesWindow(benchmark::State& state) {
  LaneParameters p = lane_parameters();
  p.channel.resize(1024, 1e-4F);
  p.noise_shape.assign(1024, 1e-3F);
  p.noise_shape[0] = 1.0F;
  LaneKernel lane(p, SymbolPattern("prbs31q", 4), stream_key(1, "lane"));
  for (auto _ : state) run_lane(lane, kBlock);
  rate(state, "bound: 2,064 multiply-adds = 129 cycles a symbol; block convolution: BM_BitByBitPlainLane");
}
BENCHMARK(LaneOfTheEnginesWindow);

void LaneWhileAdapting(benchmark::State& state) {
  const LaneParameters p = lane_parameters();
  LaneKernel lane(p, SymbolPattern("prbs31q", 4), stream_key(1, "lane"));
  lane.adaptive.emplace(p.decision_levels, p.ffe, 1);
  lane.adaptive->update = state.range(0) != 0 ? TapUpdate::sign_sign : TapUpdate::lms;
  lane.adaptive->ffe_step = lane.adaptive->dfe_step = state.range(0) != 0 ? 0x1p-16F : 1e-3F;
  lane.training = 50000;
  for (auto _ : state) run_lane(lane, kBlock);
  state.counters["errors"] = static_cast<double>(lane.errors.errors);
  rate(state, state.range(0) != 0 ? "sign-sign; bound: latency of a symbol, 45 cycles"
                                  : "LMS; bound: latency of a symbol, 45 cycles");
}
BENCHMARK(LaneWhileAdapting)->Arg(0)->Arg(1);

// The lane at 8 samples a UI: channel of 128 UI, noise on every sample, clock recovery, FFE, DFE, slicer, counts.
void WaveformLaneWithClockRecovery(benchmark::State& state) {
  constexpr std::size_t kRate = 8;
  const LaneParameters p = lane_parameters();
  std::vector<float> pulse(128 * kRate);
  for (std::size_t i = 0; i < pulse.size(); ++i) {
    const double t = static_cast<double>(i) / kRate - 10.0;
    const double a = 2.0 * 3.14159265358979 * t, b = 1.0 - 4.0 * t * t;
    const double shape = std::abs(b) < 1e-9 ? 0.5 : (t == 0.0 ? 1.0 : std::sin(a) / a / b);
    pulse[i] = static_cast<float>(shape + (t > 0.0 ? 0.02 * std::exp(-0.1 * t) : 0.0));
  }
  PolyphaseFir channel(pulse, kRate);
  SymbolPattern pattern("prbs31q", 4);
  ClockRecovery clock(p.decision_levels, kRate, 10.1);
  clock.detector = state.range(0) != 0 ? PhaseDetector::bang_bang : PhaseDetector::mueller_muller;
  StreamingFir ffe(p.ffe);
  DecisionFeedback slicer(p.decision_levels, middle_thresholds(p.decision_levels), std::vector<float>{0.02F});
  SymbolTally errors(p.modulation);
  std::vector<std::uint8_t> sent(kBlock), decided(kBlock);
  std::vector<float> levels(kBlock), wave(kRate * kBlock), noise(kRate * kBlock), y(2 * kBlock);
  std::vector<RecoveredSymbol> symbols;
  std::uint64_t position = 0;
  const StreamKey key = stream_key(1, "lane");
  for (auto _ : state) {
    pattern.fill(position, sent);
    for (std::size_t i = 0; i < kBlock; ++i) levels[i] = p.decision_levels[sent[i]];
    fir_interpolate(channel, levels, wave);
    gaussian_noise(key, position * kRate, noise, 0.06F);
    for (std::size_t i = 0; i < wave.size(); ++i) wave[i] += noise[i];
    symbols.clear();
    recover(clock, wave, symbols);
    const std::size_t count = symbols.size();
    y.resize(count);
    decided.resize(count);
    for (std::size_t i = 0; i < count; ++i) y[i] = symbols[i].y;
    fir_filter(ffe, y, y);
    decide(slicer, y, decided);
    benchmark::DoNotOptimize(decided.data());
    const std::size_t common = std::min(count, sent.size());
    tally(errors, std::span(sent).first(common), std::span(decided).first(common));  // cost only: not aligned
    sent.resize(kBlock);
    position += kBlock;
  }
  rate(state, "bound: 1,024 multiply-adds = 64 cycles a symbol, clock loop about 60; peers 0.01-0.45 M/s");
}
BENCHMARK(WaveformLaneWithClockRecovery)->Arg(0)->Arg(1);

void RenderEdges(benchmark::State& state) {
  EdgeJitter jitter;
  jitter.random_rms_ui = 0.01;
  jitter.dual_dirac_ui = 0.02;
  const std::vector<float> levels{-1.0F, -1.0F / 3.0F, 1.0F / 3.0F, 1.0F};
  const EdgeRenderer renderer = make_edge_renderer(levels, 8, 0.25, jitter);
  std::vector<std::uint8_t> s(kBlock + 4);
  SymbolPattern pattern("random", 4);
  pattern.fill(0, s);
  std::vector<float> x(8 * kBlock);
  for (auto _ : state) {
    render(renderer, 2, s, x);
    benchmark::DoNotOptimize(x.data());
    benchmark::ClobberMemory();
  }
  rate(state, "symbols at 8 samples a UI");
}
BENCHMARK(RenderEdges);

void Viterbi(benchmark::State& state) {
  const int order = static_cast<int>(state.range(0));
  const auto nominal = Modulation::pam(order).levels;
  std::vector<float> pulse(static_cast<std::size_t>(state.range(1)) + 1, 0.4F);
  pulse[0] = 1.0F;
  Mlse mlse(std::vector<float>(nominal.begin(), nominal.end()), pulse);
  std::vector<float> y(kBlock);
  gaussian_noise(stream_key(1, "y"), 0, y);
  std::vector<std::uint8_t> d(kBlock);
  for (auto _ : state) {
    detect(mlse, y, d);
    benchmark::DoNotOptimize(d.data());
    benchmark::ClobberMemory();
  }
  rate(state, "M^(memory + 1) branches a symbol");
}
BENCHMARK(Viterbi)->Args({2, 1})->Args({4, 1})->Args({4, 2})->Args({8, 2});

void Convert(benchmark::State& state) {
  Adc adc = make_adc(7, 3.0);
  std::vector<float> v(kBlock);
  gaussian_noise(stream_key(1, "v"), 0, v);
  for (auto _ : state) {
    convert(adc, v);
    benchmark::DoNotOptimize(v.data());
    benchmark::ClobberMemory();
  }
  rate(state, "bound: 10 vector operations for 8 samples");
}
BENCHMARK(Convert);

}  // namespace
}  // namespace tessera
