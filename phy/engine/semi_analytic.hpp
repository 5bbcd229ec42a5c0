#pragma once

#include <cstdint>
#include <functional>

#include "phy/engine/baud_lane.hpp"
#include "phy/engine/statistical_engine.hpp"

namespace tessera {

/// A symbol error ratio from a noise-free waveform, and how many of its samples it rests on.
struct SemiAnalyticResult {
  Log10Probability symbol_error_ratio;
  double effective_samples = 0.0;  // (sum p)^2/sum p^2
  std::uint64_t symbols = 0;
  bool interrupted = false;
};

struct SemiAnalyticOptions {
  LaneOptions lane;                   // of the waveform, which has no noise
  std::uint64_t symbols = 4'000'000;  // of the waveform
  int cursors = 0;                    // of the pattern, the main one included; 0: as many as M^K <= 2^22 allows
  int bins = 8193;                    // of the density of what is in no pattern
  std::function<bool()> interrupted;  // asked once a block; true ends the waveform there
};

/// Symbols through the noise-free lane; each sample with the noise that its own surroundings make.
///
/// Equation: P = 1/N sum_n [Q((t_m - y_n)/sigma_n) + Q((y_n - t_{m-1})/sigma_n)], sigma_n^2 = what does not depend on the
///   signal + sum_i (s1 x_i + s2 x_i^2) g^2(t_n - t_i) dt/2
/// Conventions: feedback of the symbols that were sent; jitter is drawn, not integrated.
/// Valid for: probabilities that at least 100 of the samples carry.
/// Source: jeruchim2000 (semi-analytic estimation)
/// Theory: docs/theory/bit_by_bit_engine.md
/// @param description the own signal goes through its stages; null: the linear lane
/// @throws NumericError for fewer than 100 effective samples, which would be no error ratio at all.
SemiAnalyticResult semi_analytic_waveform(const PreparedSegment& segment, const DecisionPoint& point,
                                          const SemiAnalyticOptions& options = {},
                                          const Segment* description = nullptr);

/// Every pattern of the K largest cursors once, as a de Bruijn sequence runs through them; the other cursors and the
/// aggressors as the density of the statistical engine.
///
/// Equation: P = M^-K sum_patterns [P(X' + N > t_m - y) + P(X' + N < t_{m-1} - y)]
/// Conventions: exhaustive, so that effective_samples tells how few patterns make the errors and not how sure the
///   result is; jitter as in the statistical engine, mixed over the instant of decision; no error propagation.
/// Valid for: M^K <= 2^22; noise that follows the signal by its mean per level.
/// Source: fredricksen1978; own derivation
/// Theory: docs/theory/bit_by_bit_engine.md
/// @throws ConfigError where M^K exceeds 2^22.
SemiAnalyticResult semi_analytic_pattern(const PreparedSegment& segment, const DecisionPoint& point,
                                         const SemiAnalyticOptions& options = {});

}  // namespace tessera
