#pragma once

#include <array>
#include <span>
#include <vector>

#include "phy/signal/frequency_grid.hpp"

namespace tessera {

/// Poles of an all-pole low-pass with unit gain at DC: real ones as they are, of each conjugate pair the upper one
/// only.
///
/// Equation: H(f) = prod_i 1/(1 - j 2 pi f/p_i) over all poles, conjugates included; [p] = rad/s, real part < 0.
/// Conventions: Fourier sign e^{+j 2 pi f t}; an empty list is a wire.
/// Valid for: any finite poles in the left half plane.
/// Source: oppenheim2010
/// Theory: docs/theory/optics.md
using Poles = std::vector<Complex>;

/// `count` equal real poles whose product is 3 dB down (electrical) at `bandwidth` [Hz]. Empty for an infinite
/// bandwidth.
/// @throws ConfigError unless bandwidth > 0 and count >= 1.
Poles equal_poles(int count, double bandwidth);

/// Butterworth low-pass of order `count`, 3 dB down (electrical) at `bandwidth` [Hz]. Empty for an infinite bandwidth.
/// @throws ConfigError unless bandwidth > 0 and count >= 1.
Poles butterworth_poles(int count, double bandwidth);

/// Transfer function of `poles` at one frequency [Hz].
Complex all_pole_response(std::span<const Complex> poles, double frequency);

/// The same low-pass for a stream of samples, state included; exact poles, no added delay, any block size.
///
/// Equation: w' = p w + x per pole, integrated exactly over a step with x the cubic through the last four samples; its
///   transfer differs from H by less than 0.03 (2 pi f dt)^4 per pole, relative to H.
/// Conventions: before the first sample the input was `initial` for ever.
/// Valid for: 2 pi f dt < 1/2 for the stated error; stable for every step.
/// Source: hochbruck2010 (exponential multistep integrators)
/// Theory: docs/theory/optics.md
class AllPoleFilter {
 public:
  AllPoleFilter() = default;
  /// @throws ConfigError unless sample_step > 0 [s] and every pole lies in the left half plane.
  AllPoleFilter(std::span<const Complex> poles, double sample_step, double initial = 0.0);

  /// Filters samples in place.
  void process(std::span<double> samples);

 private:
  struct Section {
    Complex decay;                   // e^{p dt}
    std::array<Complex, 4> weights;  // of x[n], x[n-1], x[n-2], x[n-3]
    Complex residue;
    Complex state;
    std::array<double, 3> past{};
  };
  static Section make_section(Complex pole, double sample_step, double initial);

  std::vector<Section> sections_;
};

}  // namespace tessera
