#include "phy/equalization/mlse.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "phy/core/error.hpp"
#include "phy/core/multiversion.hpp"

namespace tessera {
namespace {

// One step: new[s][rest] = min over the symbol d that leaves of old[rest][d] + branch. `rest` is what stays of a state.
TESSERA_MULTIVERSION void advance(const float* metrics, const float* means, std::size_t m, std::size_t states, float y,
                                  float* next, std::uint8_t* dropped) {
  const std::size_t kept = states / m;
  for (std::size_t s = 0; s < m; ++s) {
    for (std::size_t r = 0; r < kept; ++r) {
      const float* old = metrics + r * m;
      const float* mean = means + s * states + r * m;
      float best = old[0] + (y - mean[0]) * (y - mean[0]);
      std::uint8_t from = 0;
      for (std::size_t d = 1; d < m; ++d) {
        const float candidate = old[d] + (y - mean[d]) * (y - mean[d]);
        from = candidate < best ? static_cast<std::uint8_t>(d) : from;
        best = candidate < best ? candidate : best;
      }
      next[s * kept + r] = best;
      dropped[s * kept + r] = from;
    }
  }
}

// Symbols at position - 1, position - 2, … of the best path, `count` of them, newest first.
std::vector<std::uint8_t> trace(const Mlse& v, std::size_t count) {
  const auto m = static_cast<std::size_t>(v.order);
  auto state = static_cast<std::size_t>(std::min_element(v.metrics.begin(), v.metrics.end()) - v.metrics.begin());
  std::vector<std::uint8_t> symbols(count);
  const std::size_t kept = v.states / m, ring = v.delay();
  for (std::size_t i = 0; i < count; ++i) {
    symbols[i] = static_cast<std::uint8_t>(state / kept);
    const std::size_t step = (v.position - 1 - i) % ring;
    state = state % kept * m + v.dropped[step * v.states + state];
  }
  return symbols;
}

// The oldest kTrace symbols of the best path become decisions; metrics are counted from the best one again.
void release(Mlse& v) {
  const float best = *std::min_element(v.metrics.begin(), v.metrics.end());
  for (float& metric : v.metrics) metric -= best;
  if (v.position < v.delay()) return;
  const auto path = trace(v, v.delay());
  for (std::size_t i = 0; i < Mlse::kTrace; ++i) v.released[i] = path[v.delay() - 1 - i];
}

}  // namespace

Mlse::Mlse(std::span<const float> levels, std::span<const float> pulse, std::size_t trace_depth)
    : order(static_cast<int>(levels.size())), memory(pulse.empty() ? 0 : pulse.size() - 1), depth(trace_depth) {
  if (order < 2 || order > 8) throw ConfigError(fmt::format("MLSE takes 2 to 8 levels, got {}", order));
  if (memory < 1 || memory > 2)
    throw ConfigError(fmt::format("MLSE takes a channel of 2 or 3 taps, got {}", pulse.size()));
  if (depth < 8 || depth % kTrace != 0)
    throw ConfigError(fmt::format("MLSE traces back a multiple of {} symbols, got {}", kTrace, depth));
  const std::size_t m = levels.size();
  states = memory == 1 ? m : m * m;
  for (std::size_t s = 0; s < m; ++s)
    for (std::size_t before = 0; before < states; ++before)
      means.push_back(memory == 1
                          ? pulse[0] * levels[s] + pulse[1] * levels[before]
                          : pulse[0] * levels[s] + pulse[1] * levels[before / m] + pulse[2] * levels[before % m]);
  metrics.assign(states, 0.0F);
  next.assign(states, 0.0F);
  dropped.assign(states * delay(), 0);
  released.assign(kTrace, 0);
}

void detect(Mlse& v, std::span<const float> y, std::span<std::uint8_t> decisions) {
  if (y.size() != decisions.size()) throw Error("detect: samples and decisions differ in number");
  for (std::size_t n = 0; n < y.size(); ++n) {
    advance(v.metrics.data(), v.means.data(), static_cast<std::size_t>(v.order), v.states, y[n], v.next.data(),
            v.dropped.data() + v.position % v.delay() * v.states);
    std::swap(v.metrics, v.next);
    decisions[n] = v.released[v.position % Mlse::kTrace];
    ++v.position;
    if (v.position % Mlse::kTrace == 0) release(v);
  }
}

std::vector<std::uint8_t> finish(const Mlse& v) {
  // Decisions so far are about symbols before position - delay.
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(v.position, v.delay()));
  auto path = trace(v, count);
  std::reverse(path.begin(), path.end());
  // What was released but not handed out yet takes precedence: it was decided.
  if (v.position >= v.delay())
    for (std::size_t i = v.position % Mlse::kTrace; i < Mlse::kTrace; ++i)
      path[i - v.position % Mlse::kTrace] = v.released[i];
  return path;
}

}  // namespace tessera
