#include "phy/modulation/edge_jitter.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "phy/core/error.hpp"
#include "phy/core/multiversion.hpp"
#include "phy/noise/gaussian_noise.hpp"

namespace tessera {
namespace {

constexpr std::size_t kEdges = 4;  // that may be under way during a symbol: k - 1 … k + 2

// One symbol: x = level + sum of the edges' heights times how far each has come.
TESSERA_MULTIVERSION void render_symbol(float level, const float* heights, const float* starts, float per_sample,
                                        std::size_t count, float* out) {
  for (std::size_t i = 0; i < count; ++i) {
    const float t = static_cast<float>(static_cast<std::int32_t>(i)) * per_sample;
    float x = level;
    for (std::size_t e = 0; e < kEdges; ++e) {
      float share = t - starts[e];
      share = share < 0.0F ? 0.0F : share;
      share = share > 1.0F ? 1.0F : share;
      x += heights[e] * share;
    }
    out[i] = x;
  }
}

}  // namespace

void edge_displacements(const EdgeJitter& j, std::uint64_t first, std::span<double> tau) {
  if (j.random_rms_ui > 0.0) {
    gaussian_noise(j.random_key, first, tau, j.random_rms_ui);
  } else {
    std::fill(tau.begin(), tau.end(), 0.0);
  }
  if (j.dual_dirac_ui != 0.0) {
    std::vector<std::uint32_t> words(tau.size());
    random_words(j.sign_key, first, words);
    for (std::size_t i = 0; i < tau.size(); ++i) tau[i] += (words[i] >> 31) != 0U ? j.dual_dirac_ui : -j.dual_dirac_ui;
  }
  if (j.sinusoidal_ui == 0.0) return;
  for (std::size_t i = 0; i < tau.size(); ++i) {
    const double turns = j.frequency * static_cast<double>(first + i);
    tau[i] += j.sinusoidal_ui * std::sin(2.0 * std::numbers::pi * (turns - std::floor(turns)) + j.phase);
  }
}

EdgeRenderer make_edge_renderer(std::span<const float> levels, std::size_t samples_per_ui, double edge_ui,
                                const EdgeJitter& jitter) {
  if (levels.size() < 2 || levels.size() > 256)
    throw ConfigError(fmt::format("a waveform needs 2 to 256 levels, got {}", levels.size()));
  if (samples_per_ui < 2 || edge_ui * static_cast<double>(samples_per_ui) < 2.0 || edge_ui > 1.0)
    throw ConfigError(fmt::format("an edge must last between two samples and one UI, got {} UI at {} samples per UI",
                                  edge_ui, samples_per_ui));
  return {{levels.begin(), levels.end()}, samples_per_ui, edge_ui, jitter};
}

void render(const EdgeRenderer& r, std::uint64_t first, std::span<const std::uint8_t> symbols, std::span<float> out) {
  const std::size_t count = out.size() / r.samples_per_ui;
  if (out.size() % r.samples_per_ui != 0 || symbols.size() != count + 4)
    throw Error("render: needs whole symbols and two more of them on either side");
  if (count == 0) return;
  // tau[i] is that of edge first - 1 + i; edges before the stream's first symbol are at rest.
  std::vector<double> tau(count + 3);
  if (first > 0) {
    edge_displacements(r.jitter, first - 1, tau);
  } else {
    edge_displacements(r.jitter, 0, std::span(tau).subspan(1));
  }
  const double reach = r.reach(), per_ui = 1.0 / r.edge_ui;
  const auto per_sample = static_cast<float>(per_ui / static_cast<double>(r.samples_per_ui));
  for (std::size_t k = 0; k < count; ++k) {
    float heights[kEdges], starts[kEdges];
    for (std::size_t e = 0; e < kEdges; ++e) {  // edge k - 1 + e of the block, between symbols[k + e] and the next
      heights[e] = r.levels[symbols[k + e + 1]] - r.levels[symbols[k + e]];
      const double at = static_cast<double>(e) - 1.0 + std::clamp(tau[k + e], -reach, reach);
      starts[e] = static_cast<float>(at * per_ui - 0.5);
    }
    render_symbol(r.levels[symbols[k]], heights, starts, per_sample, r.samples_per_ui,
                  out.data() + k * r.samples_per_ui);
  }
}

}  // namespace tessera
