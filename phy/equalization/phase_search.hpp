#pragma once

#include <span>

#include "phy/equalization/tap_solver.hpp"
#include "phy/signal/pulse_response.hpp"

namespace tessera {

/// A sampling phase with the taps solved for it.
struct PhaseChoice {
  double position = 0.0;  // samples of the pulse it was found on, from the start of the window
  EqualizerTaps taps;
};

/// Phases to look at, in UI from `centre` [samples].
struct PhaseRange {
  double centre = 0.0;
  double begin_ui = -0.5, end_ui = 0.5;
  double step_ui = 1.0 / 32.0;
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
PhaseChoice minimum_mse_phase(const PulseResponse& pulse, std::span<const double> noise_autocorrelation,
                              const TapLimits& limits, const PhaseRange& range);

/// Zero of the Mueller–Müller residual of the equalised pulse. Without FFE the last one before the peak (93A.1.6), with
/// FFE, whose taps make several zeros, the one with the least error; where there is none, the phase of the smallest
/// residual.
PhaseChoice mueller_muller_phase(const PulseResponse& pulse, std::span<const double> noise_autocorrelation,
                                 const TapLimits& limits, const PhaseRange& range);

}  // namespace tessera
