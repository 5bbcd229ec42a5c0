#pragma once

#include <span>

#include "phy/equalization/tap_solver.hpp"

namespace tessera {

/// What a search over many settings needs of a solution.
struct RankedPulse {
  double cursor = 0.0;  // equalised, main FFE tap 1; not positive where the pulse has nothing at the cursor
  double mean_square_error = 0.0;
};

/// Pulses that go through the recursion together, one a lane of a vector.
inline constexpr std::size_t kRankedTogether = 4;

/// Cursor and error of `solve_mmse` for several pulses on one machine word, without the taps.
///
/// Equation: T x = h_0 and T x_n = H_b of tap n, T the Toeplitz matrix of `correlation`, by Levinson's recursion; the
/// DFE's free taps come out by Woodbury's identity, A^-1 = (T - H_b^T H_b)^-1.
/// Conventions: as in `solve_mmse`, with which it agrees to rounding; where the recursion breaks down and with more than
/// four DFE taps `solve_mmse` itself is called.
/// Valid for: what `solve_mmse` takes. O(N^2 (1 + N_b)) for kRankedTogether pulses, against O(N^3) each.
/// Source: golub2013 (algorithm 4.7.2)
/// Theory: docs/theory/equalization.md
/// @param pulses [at most kRankedTogether]
/// @param ranked [as many]
void rank_mmse(std::span<const SampledPulse> pulses, const TapLimits& limits, std::span<RankedPulse> ranked);

}  // namespace tessera
