#pragma once

#include <optional>
#include <span>

#include "phy/engine/equalized_pulse.hpp"
#include "phy/engine/receiver_loop.hpp"

namespace tessera {

/// Clock of a receiver: phase detector on equalised symbols and second-order loop.
///
/// Equation: as ReceiverLoop states; Mueller-Muller: k_p = 2 pi B/K, k_i = (2 pi B)^2/(4 zeta^2 K) with bandwidth B,
///   damping zeta and K = h'(-1) - h'(1) over h(0). Bang-bang: k_p = 0.1 UI 2 pi B/(1 - 1/M), k_i = k_p 2 pi B/(4
///   zeta^2), so that it slews as fast as jitter of 0.1 UI (peak) at the frequency B does; where interference and noise
///   at the crossing, of density p_x, are wider than what the clock moves it by, its gain is
///   K = 2 p_x(0) E[|h'(u) L_m + h'(u + 1) L_{m-1}|] over symbols that differ.
/// Conventions: phase in UI from the settled phase; bandwidth in cycles a symbol.
/// Valid for: bandwidths far below the inverse of the FFE's length.
/// Source: gardner2005 (second-order loops); mueller1976; alexander1975
/// Theory: docs/theory/bit_by_bit_engine.md
struct ReceiverClock {
  ClockMode mode = ClockMode::none;
  bool running = false;
  double phase_ui = 0.0, frequency = 0.0, offset = 0.0;  // UI, UI a symbol, UI a symbol
  double proportional = 0.0, integral = 0.0, gain = 0.0;
  double target = 0.0;                // mean of a Mueller-Muller detector at the settled phase
  EqualizedPulse::Crossing crossing;  // of a bang-bang detector
  double variance = 1.0;              // V^2, of the levels
  double last_z = 0.0, last_level = 0.0;
  bool primed = false;  // there is a last symbol
};

/// What a clock sees: a pulse whose decisions lie at `cursor` times the levels.
struct ClockSignal {
  EqualizedPulse pulse;
  std::span<const double> dfe;     // relative to the cursor
  std::span<const double> levels;  // V, mean removed
  double cursor = 1.0;
  double noise_variance = 0.0;  // V^2 at the slicer, crosstalk and jitter in it
};

/// Sets detector and loop, and lets the clock go.
/// @throws NumericError if the detector does not push towards the settled phase.
void start_clock(ReceiverClock& clock, const ClockSignal& signal, const ReceiverOptions& options);

/// 1/V, density at its mean of the sample at the crossing, given the two symbols beside it.
///
/// Equation: 1/pi integral_0^inf exp(-sigma^2 w^2/2) prod_k E cos(w c_k L) dw, c_k = h(u + k) - b_k h(0), k != 0, 1
double crossing_density(const ClockSignal& signal, const EqualizedPulse::Crossing& crossing);

/// Whether a bang-bang detector needs the sample between the last symbol and one of this level.
bool wants_crossing(const ReceiverClock& clock, double level);

/// Goes on by one symbol: equalised sample, level decided, equalised sample at the crossing where it is wanted.
void step_clock(ReceiverClock& clock, double z, double level, double crossing = 0.0);

}  // namespace tessera
