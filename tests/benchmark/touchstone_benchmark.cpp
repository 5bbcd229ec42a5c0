#include <benchmark/benchmark.h>

#include <cmath>
#include <random>
#include <string>

#include "phy/io/touchstone.hpp"

namespace tessera {
namespace {

// 4001 points of a four-port in MA with 13 digits, as a circuit simulator writes them (about 2.5 MB).
std::string four_port_text() {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> magnitude(0.0, 1.0), angle(-180.0, 180.0);
  std::string text = "# MHz S MA R 50\n";
  for (int k = 0; k < 4001; ++k) {
    text += std::to_string(10.0 * k);
    for (int i = 0; i < 16; ++i) {
      char buffer[64];
      std::snprintf(buffer, sizeof buffer, " %.16f %.13f", magnitude(random), angle(random));
      text += buffer;
      if (i % 4 == 3) text += '\n';
    }
  }
  return text;
}

// Peer: scikit-rf reads such files at 60 to 65 MB/s on one core.
void touchstone_four_port(benchmark::State& state) {
  const std::string text = four_port_text();
  for (auto _ : state) benchmark::DoNotOptimize(parse_touchstone(text, "benchmark", 4));
  state.SetBytesProcessed(static_cast<std::int64_t>(text.size()) * state.iterations());
  state.SetLabel("scikit-rf: 60-65 MB/s");
}
BENCHMARK(touchstone_four_port)->Unit(benchmark::kMillisecond);

void resample_four_port(benchmark::State& state) {
  const SParameters s = parse_touchstone(four_port_text(), "benchmark", 4);
  std::vector<double> axis(16385);
  for (std::size_t k = 0; k < axis.size(); ++k) axis[k] = 2.5e6 * static_cast<double>(k);
  for (auto _ : state) benchmark::DoNotOptimize(resample(s, axis));
}
BENCHMARK(resample_four_port)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tessera
