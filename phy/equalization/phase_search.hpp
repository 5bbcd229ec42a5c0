#pragma once

#include <functional>
#include <span>

#include "phy/equalization/tap_solver.hpp"
#include "phy/signal/pulse_response.hpp"

namespace tessera {

/// A sampling phase with the taps solved for it.
struct PhaseChoice {
  double position = 0.0;  // samples of the pulse it was found on, from the start of the window
  EqualizerTaps taps;
  double residual = 0.0;  // of the Mueller–Müller criterion
};

/// Taps at a position [samples].
using PhaseSolver = std::function<PhaseChoice(double)>;

/// Taps and residual of a pulse sampled at `position`.
PhaseChoice solve_phase(const SampledPulse& sampled, const TapLimits& limits, double position);

/// Solves a pulse with its noise at any position.
PhaseSolver phase_solver(const PulseResponse& pulse, std::span<const double> noise_autocorrelation,
                         const TapLimits& limits);

/// Phases to look at, in UI from `centre` [samples].
struct PhaseRange {
  double centre = 0.0;
  double begin_ui = -0.5, end_ui = 0.5;
  double step_ui = 1.0 / 32.0;
  double most_ui = 0.0;  // the range grows up to ± this while its edge is the best phase, or without a zero
};

/// Residual of the Mueller–Müller timing criterion with a first DFE tap.
///
/// Equation: r = h(-1) - (h(1) - b_1 h(0)); zero at the sampling time
/// Conventions: circular equalised cursors; b_1 relative to h(0), 0 without DFE.
/// Valid for: at least three cursors.
/// Source: ieee802.3-2022 equation 93A-25
/// Theory: docs/theory/equalization.md
double mueller_muller_residual(std::span<const double> cursors, double first_dfe_tap);

/// Phase with the least mean-square error on the range's grid.
PhaseChoice minimum_mse_phase(const PhaseSolver& solve, int samples_per_ui, const PhaseRange& range);

/// Zero of the Mueller–Müller residual of the equalised pulse. Without FFE the last one before the peak (93A.1.6), with
/// FFE, whose taps make several zeros, the one with the least error; where there is none, the phase of the smallest
/// residual.
PhaseChoice mueller_muller_phase(const PhaseSolver& solve, int samples_per_ui, bool has_ffe, const PhaseRange& range);

}  // namespace tessera
