#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "phy/core/rng.hpp"

namespace tessera {

/// Displacement of a transmitter's edges.
///
/// Equation: tau_k = random_rms g_k +- dual_dirac + sinusoidal sin(2 pi frequency k + phase), g_k normal, signs random
/// Conventions: tau in UI, positive = late; edge k stands between symbols k - 1 and k; dual_dirac and sinusoidal are
///   peak values on either side; frequency in cycles a UI.
/// Valid for: any; a displacement is held to +-`reach` of the renderer.
/// Source: none (definition)
/// Theory: docs/theory/bit_by_bit_kernels.md
struct EdgeJitter {
  double random_rms_ui = 0.0, dual_dirac_ui = 0.0, sinusoidal_ui = 0.0;
  double frequency = 0.0, phase = 0.0;
  StreamKey random_key, sign_key;

  /// Largest displacement but for one in 10^9.
  double reach_ui() const { return dual_dirac_ui + 6.0 * random_rms_ui + sinusoidal_ui; }
};

/// tau of edges first, first + 1, …
void edge_displacements(const EdgeJitter& jitter, std::uint64_t first, std::span<double> tau);

/// A transmitter's waveform with edges where jitter puts them.
///
/// Equation: x(t) = L[s_-inf] + sum_k (L[s_k] - L[s_{k-1}]) r((t - k - tau_k)/edge), r a straight edge from 0 to 1 over
///   -1/2 … 1/2
/// Conventions: t in UI, symbol k lies in [k, k + 1); sample i of symbol k at t = k + i/samples_per_ui. A straight edge is
///   a factor sinc(f edge) of the spectrum, which belongs to the transmitter's response.
/// Valid for: edge >= 2/samples_per_ui (two samples on every edge, so that it crosses where it should to rounding);
///   |tau| <= reach = 1 - edge/2, beyond which it is held there. What an edge holds above samples_per_ui/2 folds back:
///   a clock pattern's fundamental is off by 4e-3 at 8 samples and an edge of 1/4 UI, by 1e-3 at 16.
/// Source: closed form
/// Theory: docs/theory/bit_by_bit_kernels.md
///
/// Cost: four edges a sample. A function of the symbols' absolute indices: no state.
struct EdgeRenderer {
  std::vector<float> levels;
  std::size_t samples_per_ui = 8;
  double edge_ui = 0.25;
  EdgeJitter jitter;

  double reach() const { return 1.0 - 0.5 * edge_ui; }
};

/// @throws ConfigError for an edge shorter than two samples or longer than a UI.
EdgeRenderer make_edge_renderer(std::span<const float> levels, std::size_t samples_per_ui, double edge_ui,
                                const EdgeJitter& jitter);

/// Samples of symbols first, first + 1, …: out.size()/samples_per_ui of them.
/// @param symbols those and two more on either side: symbols[0] is symbol first - 2
void render(const EdgeRenderer& renderer, std::uint64_t first, std::span<const std::uint8_t> symbols,
            std::span<float> out);

}  // namespace tessera
