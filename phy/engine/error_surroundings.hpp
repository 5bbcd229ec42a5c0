#pragma once

#include <array>
#include <vector>

#include "phy/engine/decision_point.hpp"

namespace tessera {

/// Autocorrelation at the slicer of noise and of crosstalk taken as noise, V^2, lags 0 … ErrorSurroundings::kReach.
std::vector<double> noise_autocorrelation(const PreparedSegment& segment, const AdaptedReceiver& receiver);

/// What a wrong decision says of the symbols behind it, and what those say of one another.
///
/// Equation: an error upwards at symbol 0, sampled tau beside the settled phase, is the tilt theta of its sample, whose
///   mean it moves beyond the smallest eye there by s (phi(q)/Q(q) - q), q = theta_0 s, theta_0 the eye's saddle point,
///   s^2 = opening/theta_0: where errors lie on the mean. Levels of symbol k follow w(L) ~ e^{theta h_{-k}(tau) L};
///   what falls on it has the mean mu_k = sum_j h_{k-j} E[L_j] + theta R_k and the variance v - mu_k^2/(theta^2 v). A
///   decision at symbol i, wrong or right, is the tilt E[X_i]/v of its sample X_i: it adds sum_i tilt_i C_{k-i} to the
///   mean and e^{tilt_i h_{i-k} L} to the weights, C_l = R_l + sigma_L^2 sum_{j != 0, l} h_{j-l} h_j, i the last four.
/// Conventions: R the autocorrelation of noise and crosstalk at the slicer, h the equalised cursors, all in V; direction
///   1 for an error upwards, -1 downwards; an eye is counted from the lowest.
/// Valid for: rare primary errors to the next level; interference beside a burst taken as Gaussian; thresholds where
///   they belong (an offset moves the opening alone).
/// Source: own derivation
/// Theory: docs/theory/statistical_engine.md
class ErrorSurroundings {
 public:
  static constexpr int kReach = 32;  // symbols around an error that it says something about
  static constexpr std::size_t kMemory = 4;
  using Tilts = std::array<double, kMemory>;  // 1/V, of the samples before this one, the newest first

  /// By eye: [e] a symbol below eye e taken for the one above, [eyes + e] the other way.
  struct Chances {
    std::vector<double> probability;
    std::vector<double> tilt;     // 1/V, of the sample where that happens, times its probability
    std::vector<double> weights;  // of the levels

    double any() const;
  };

  /// @param settled interference at the settled phase, @param at_error where the primary error was sampled
  ErrorSurroundings(const DecisionPoint& point, const Decision& decision, const Interference& settled,
                    const Interference& at_error, const std::vector<double>& noise_at, double jitter_variance,
                    double direction);

  /// Of errors k symbols after the primary one, with the slicer's input displaced by `kick` [V].
  void at(int k, double kick, const Tilts& told, Chances& chances) const;

  /// How primary errors share the eyes, indexed as Chances.
  std::vector<double> primary() const;

 private:
  struct Symbol {
    std::vector<double> weights;  // of its levels
    double shift = 0.0, variance = 0.0;
  };

  // Cursors of a data stream at -2 kReach … 2 kReach symbols.
  class Window {
   public:
    explicit Window(const CursorSet& set);
    double operator[](int k) const {
      const int i = k + 2 * kReach;
      return cursors_[static_cast<std::size_t>(i)];
    }

   private:
    std::vector<double> cursors_;
  };

  std::vector<double> tilted(double cursor) const;
  double mean_level(double cursor) const;
  Symbol symbol(int k, double correlation) const;
  double covariance(int lag) const;

  Decision decision_;
  std::vector<double> levels_;  // mean removed
  Window own_, sampled_;        // at the settled phase and at the primary error's
  double direction_, tilt_ = 0.0, variance_ = 0.0;
  std::vector<double> means_;  // of the levels of symbols -kReach … kReach
  std::vector<Symbol> known_;
  std::array<double, kMemory> covariances_{}, leads_{};  // C_l, h_{-l}; l = 1 …
};

}  // namespace tessera
