#pragma once

#include <functional>
#include <vector>

#include "phy/equalization/phase_search.hpp"
#include "phy/link/prepare.hpp"

namespace tessera {

/// The receiver of a segment after its equaliser has settled: everything that engines read from there on.
struct AdaptedReceiver {
  double ctle_dc_gain_db = 0.0, ctle_dc_gain2_db = 0.0;
  std::vector<Complex> ctle;  // [grid.frequency_count()], 1 without CTLE
  PulseResponse pulse;        // victim's unit pulse behind the CTLE
  double peak = 0.0;          // samples, where that pulse peaks
  double position = 0.0;      // samples, sampling time
  EqualizerTaps taps;
};

/// Ratio of errors at a candidate, for PhasePolicy::best_ber: smaller is better (natural logarithm).
using ErrorMeasure = std::function<double(const AdaptedReceiver&)>;

/// Settles CTLE gains, sampling phase, FFE and DFE.
///
/// Equation: least mean-square error at the slicer over gains (best_ctle_gains), each at the phase of the receiver's
/// policy, with the taps of solve_mmse.
/// Conventions: noise enters as the autocorrelation of its baud-folded density: noise injections, crosstalk and jitter
/// slope, each averaged over phase and levels; a converter adds white noise ahead of the FFE.
/// Valid for: phases within 1.5 UI of the pulse's peak; best_ber settles the phase, not the gains, on the error ratio.
/// Source: healey2024 (IEEE P802.3dj annex 178A); ieee802.3-2022 annex 93A.1.6
/// Theory: docs/theory/equalization.md
AdaptedReceiver adapt_receiver(const PreparedSegment& segment, const ErrorMeasure& error_measure);

/// What the tap solver may choose in a receiver, and the noise of its converter.
///
/// Equation: sigma_q^2 = (2 V_FS/2^B)^2/12, V_FS = crest factor x rms in front of the taps at the sampling phase
/// Conventions: `quantisation` = sigma_q^2 over that mean square; 0 without converter.
/// Valid for: white quantisation noise, 4 bits and more; clipping left out.
/// Source: healey2024 (IEEE P802.3dj annex 178A: sigma_Q)
/// Theory: docs/theory/equalization.md
TapLimits tap_limits(const ReceiverSpec& receiver);

/// Phase that the receiver's policy settles on, best_ber as minimum_mse; `peak` in samples.
PhaseChoice settled_phase(const ReceiverSpec& receiver, const PhaseSolver& solve, double peak, int samples_per_ui);

/// V^2, variance of equally likely levels.
double level_variance(const std::vector<double>& levels);

}  // namespace tessera
