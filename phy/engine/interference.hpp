#pragma once

#include <vector>

#include "phy/engine/receiver_adaptation.hpp"
#include "phy/signal/pdf.hpp"

namespace tessera {

/// Cursors of one random data stream at the decision: each adds cursor x (one of `levels`, equally likely).
struct CursorSet {
  std::vector<double> cursors;  // V per unit level
  std::vector<double> levels;   // mean removed
};

/// An aggressor of unknown phase: one set of cursors per phase, `count` of them alike and independent.
struct AsynchronousAggressor {
  std::vector<CursorSet> phases;
  int count = 1;
};

/// Cursors too small to convolve: their variance [V^2], and what their fourth cumulants do to the logarithm of the
/// tail.
struct SmallCursors {
  double variance = 0.0, log_correction = 0.0;
};

/// Density of all asynchronous aggressors together, averaged over their phases.
struct AggressorDensity {
  Pdf pdf;
  SmallCursors small;
  double negligible;
};
AggressorDensity aggressor_density(const std::vector<AsynchronousAggressor>& aggressors, double step, double tilt,
                                   double negligible);

/// Everything but noise that falls on a decision sampled at one phase.
struct Interference {
  double cursor = 0.0;                                               // V per unit level of the symbol itself
  std::vector<CursorSet> synchronous;                                // own ISI first, then aggressors on the same clock
  const std::vector<AsynchronousAggressor>* asynchronous = nullptr;  // the same for every phase
  const AggressorDensity* prepared = nullptr;                        // theirs, used where step and tilt fit
};

/// Aggressors without a common clock, through CTLE and FFE, on `phases` phases.
std::vector<AsynchronousAggressor> asynchronous_aggressors(const PreparedSegment& segment,
                                                           const AdaptedReceiver& receiver, int phases);

/// Pulses of the synchronous aggressors behind the CTLE, gains included.
struct SynchronousAggressor {
  PulseResponse pulse;
  std::vector<double> gains;
};
std::vector<SynchronousAggressor> synchronous_aggressors(const PreparedSegment& segment,
                                                         const AdaptedReceiver& receiver);

/// Interference when sampling `offset_ui` away from the settled phase, FFE and DFE coefficients held.
Interference interference_at(const PreparedSegment& segment, const AdaptedReceiver& receiver,
                             const std::vector<SynchronousAggressor>& synchronous, double offset_ui);

/// Both tails of the interference: densities of X and of -X tilted towards their upper tails.
class InterferenceTails {
 public:
  /// @param step bin width [V]; cursors that never reach half of it are added to the Gaussian by their variance
  /// @param tilt 1/V, 0 for the plain density
  /// @param negligible as in Pdf
  InterferenceTails(const Interference& interference, double step, double tilt, double negligible = Pdf::kNegligible);

  /// ln P(X + N > distance) and ln P(X + N < -distance), N Gaussian of `variance`.
  double log_above(double distance, double variance) const;
  double log_below(double distance, double variance) const;
  bool symmetric() const { return symmetric_; }
  const Pdf& above() const { return upper_; }
  /// V^2, of the cursors that are in no density.
  double small_cursor_variance() const { return small_.variance; }

 private:
  bool symmetric_;
  SmallCursors small_;
  Pdf upper_, lower_;
};

/// V, from the lowest to the highest value that the interference can take.
double interference_span(const Interference& interference);
/// V^2
double interference_variance(const CursorSet& set);
double asynchronous_variance(const std::vector<AsynchronousAggressor>& aggressors);

/// 1/V, saddle point of E[e^{sX}] e^{s^2 variance/2 - s distance}: the tilt at which the tail beyond `distance` is
/// typical.
double saddle_tilt(const Interference& interference, double distance, double variance);

}  // namespace tessera
