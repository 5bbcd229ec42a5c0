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
/// Equation: least mean-square error of solve_mmse over gains x phases; then the phase policy of the receiver.
/// Conventions: noise enters as the autocorrelation of its baud-folded density: noise injections, crosstalk and jitter
/// slope, each averaged over phase and levels.
/// Valid for: up to 12 gain pairs all are tried; beyond, a pattern search on the gain lists with halving steps, which
/// ends because every move lowers the error on a finite set.
/// Source: healey2024 (IEEE P802.3dj annex 178A); ieee802.3-2022 annex 93A.1.6
/// Theory: docs/theory/equalization.md
AdaptedReceiver adapt_receiver(const PreparedSegment& segment, const ErrorMeasure& error_measure);

/// V^2, variance of equally likely levels.
double level_variance(const std::vector<double>& levels);

}  // namespace tessera
