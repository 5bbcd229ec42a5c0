#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "phy/engine/receiver_adaptation.hpp"
#include "phy/link/prepare.hpp"

namespace tessera {

/// One-sided density at the equaliser's input of all that a linear equaliser should hold down: noise injections with
/// their signal-dependent parts averaged over levels and phase, crosstalk and the slope of the signal times the jitter,
/// as stationary noise.
///
/// Equation: S = sum (s0 + s1 E[x] + s2 E[x^2]) |G|^2 + sum_a 2 T sigma_a^2 |C_a|^2 + 2 T sigma_x^2 |2 pi f T H|^2
/// (A_DD^2 + sigma_RJ^2)
/// Conventions: [S] = V^2/Hz, size grid.frequency_count().
/// Valid for: random-phase aggressors; used for adaptation only, error ratios use densities.
/// Source: healey2024 (IEEE P802.3dj annex 178A: S_rn + S_xn + S_jn)
/// Theory: docs/theory/equalization.md
std::vector<double> averaged_noise_density(const PreparedSegment& segment);

/// What the signal adds to a source's density at its injection point, averaged over symbols and phase: s1 E[x] +
/// s2 E[x^2], unit^2/Hz.
double signal_density(const NoiseInjection& injection);

/// Sums the images of a one-sided density: integral S df = df * sum of the result [ui_count/2 + 1].
std::vector<double> fold_to_baud(std::span<const double> density, const FrequencyGrid& grid);

/// The same to `rate` samples a UI, a divisor of the grid's own [ui_count rate/2 + 1].
std::vector<double> fold_density(std::span<const double> density, const FrequencyGrid& grid, std::size_t rate);

/// Autocorrelation at lags 0 … count - 1 UI, times `scale`.
std::vector<double> baud_autocorrelation(std::span<const double> density, const FrequencyGrid& grid, std::size_t count,
                                         double scale);

/// Gaussian noise at the decision, per level and per mechanism.
struct DecisionNoise {
  std::vector<double> level_variance;           // V^2, one per level
  std::map<std::string, double> mechanism_rms;  // V, mean over levels
};

/// Noise of every injection through CTLE and FFE (a DFE feeds back decisions and passes none), with the conditional
/// variance of NoiseInjection for each level; transmitter SNR, slicer noise and baseline wander.
DecisionNoise noise_at_decision(const PreparedSegment& segment, const AdaptedReceiver& receiver);

/// What the symbols around a decision add to the variance of its noise. Empty where no noise follows the signal.
///
/// Equation: V_m(a) = V_m + sum_k V'_k a_k + sum_jk W_jk (a_j a_k - E[a_j a_k]), summed over injections,
///   V'_k = 1/2 integral (s1 + 2 s2 (E[x] + d_m q(t))) q(t + kT) g^2(t_s - t) dt,
///   W_jk = 1/2 integral s2 q(t + jT) q(t + kT) g^2(t_s - t) dt
/// Conventions: a_k in V, the level of the symbol k before; variances in V^2; cursors as in CursorSet.
/// Valid for: neighbours up to 16 symbols away.
/// Source: own derivation
/// Theory: docs/theory/statistical_engine.md
struct NeighbourNoise {
  std::vector<std::vector<double>> slopes;  // V'_k [level][cursor]

  /// Of one injection: W_jk = sum_i weights[i] pulses[j][i] pulses[k][i].
  struct Squares {
    std::vector<double> weights;              // [sample]
    std::vector<std::vector<double>> pulses;  // [neighbour][sample]
  };
  std::vector<int> neighbours;  // their cursors
  std::vector<Squares> squares;

  bool empty() const { return slopes.empty(); }
  /// V^2, mean of the quadratic part over neighbours that are independent and have these means and variances in place
  /// of 0 and `usual`; [neighbour].
  double excess(std::span<const double> means, std::span<const double> variances, double usual) const;
};

NeighbourNoise neighbour_noise(const PreparedSegment& segment, const AdaptedReceiver& receiver);

/// FFE transfer on the grid's first period: sum_i w_i e^{-j 2 pi f (i - pre) T}, [ui_count].
std::vector<Complex> ffe_transfer(const EqualizerTaps& taps, int ui_count);

/// Aggressors of one path: the path's own gains, or those of a lane class for the path named "array".
const std::vector<double>& aggressor_gains(const CrosstalkPath& path, const LaneClass& lane_class);

}  // namespace tessera
