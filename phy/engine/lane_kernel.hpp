#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "phy/core/rng.hpp"
#include "phy/engine/symbol_tally.hpp"
#include "phy/equalization/adaptive_equalizer.hpp"
#include "phy/equalization/decision_feedback.hpp"
#include "phy/modulation/pam.hpp"
#include "phy/modulation/prbs.hpp"
#include "phy/signal/fir.hpp"

namespace tessera {

/// A lane at one sample a symbol.
struct LaneParameters {
  Modulation modulation = Modulation::pam(4);
  std::vector<float> levels;           // V of each symbol; empty: the modulation's own
  std::vector<float> channel;          // h_0 … at the symbol rate
  std::vector<float> noise_rms;        // V, one for all symbols or one for each level
  std::vector<float> noise_shape;      // taps that colour it (unit gain at rms: sum of squares 1); empty: white
  std::vector<float> ffe;              // taps; empty: none
  std::vector<float> dfe;              // V fed back per V of level, b_1 first
  std::vector<float> decision_levels;  // V at the slicer without interference; thresholds between them
  std::vector<float> thresholds;       // empty: midpoints of decision_levels
  std::size_t delay = 0;               // decision n is about symbol n - delay
};

/// The same as a stream.
///
/// Equation: v_n = sum_i h_i L[s_{n-i}] + w_n rms[s_{n-delay}], z_n = sum_i f_i v_{n-i}, d_n by DecisionFeedback of z_n
/// Conventions: noise is the white stream of `noise` by absolute index, coloured by noise_shape before it is scaled.
/// Valid for: single precision: 1e-6 of the signal.
/// Source: own (composition of kernels)
/// Theory: docs/theory/bit_by_bit_kernels.md
struct LaneKernel {
  LaneParameters parameters;
  SymbolPattern pattern;
  StreamKey noise;
  std::uint64_t position = 0;  // symbols sent
  StreamingFir channel, noise_shape, ffe;
  DecisionFeedback slicer;
  std::optional<AdaptiveEqualizer> adaptive;  // instead of ffe and slicer; learns from decisions
  std::uint64_t training = 0;                 // … and from the symbols themselves until this many were sent
  SymbolTally errors;
  std::vector<std::uint8_t> sent;  // the last `delay` symbols, then the block at hand
  std::vector<std::uint8_t> decided;
  std::vector<float> signal, noise_samples;

  /// @throws ConfigError where lengths do not fit each other.
  LaneKernel(LaneParameters lane, SymbolPattern symbols, const StreamKey& noise_key);
};

/// Sends `symbols` more symbols and counts the decisions about those sent before; O(channel + FFE taps) a symbol in
/// constant memory. The first `delay` + filter lengths and what
/// trains are not counted.
void run_lane(LaneKernel& lane, std::uint64_t symbols);

}  // namespace tessera
