#pragma once

#include "phy/signal/frequency_grid.hpp"

namespace tessera {

/// Rate equations of a semiconductor laser with one carrier and one photon reservoir, SI units throughout.
///
/// Equation: dN/dt = eta I/(q V) - R(N) - G(N) S/(1 + eps S)
///           dS/dt = Gamma G(N) S/(1 + eps S) + Gamma beta R_sp(N) - S/tau_p      [1/(m^3 s)]
///   R = (A + A_sp) N + B N^2 + C N^3,  R_sp = A_sp N + B N^2,
///   G = G_t N_t ln(1 + kappa (N - N_t)/N_t)/kappa  [1/s]
/// Conventions: S per volume of the optical mode, V/Gamma; G_t = v_g dg/dN at transparency; kappa = 0 is the linear
/// gain G_t (N - N_t), kappa = 1 the logarithm of N/N_t.
/// Valid for: one spatial distribution of carriers and light; compression eps S small against one.
/// Source: agrawal2021; mena1999 (density form)
/// Theory: docs/models/vcsel.md
struct LaserRates {
  double volume = 0.0;                // V, m^3
  double confinement = 0.0;           // Gamma
  double injection_efficiency = 1.0;  // eta
  double nonradiative = 0.0;          // A, 1/s
  double spontaneous = 0.0;           // A_sp, 1/s
  double radiative = 0.0;             // B, m^3/s
  double auger = 0.0;                 // C, m^6/s
  double gain_slope = 0.0;            // G_t, m^3/s
  double transparency = 0.0;          // N_t, 1/m^3
  double gain_curvature = 0.0;        // kappa
  double compression = 0.0;           // eps, m^3
  double photon_lifetime = 0.0;       // tau_p, s
  double coupling = 0.0;              // beta

  double recombination(double carriers) const;
  double recombination_slope(double carriers) const;
  double spontaneous_emission(double carriers) const;
  double spontaneous_emission_slope(double carriers) const;
  double gain(double carriers) const;
  double differential_gain(double carriers) const;
  double mode_volume() const { return volume / confinement; }
  /// Carrier density at which the gain pays for the photon lifetime, Gamma G = 1/tau_p.
  double threshold_density() const;
  /// Current that keeps the threshold density without stimulated emission, A.
  double threshold_current() const;
};

/// Densities of carriers and photons, 1/m^3.
struct LaserState {
  double carriers = 0.0, photons = 0.0;
};

/// Steady state at a current [A]; currents <= 0 leave the laser dark.
/// @throws NumericError if the recombination does not take up the current (negative Auger coefficient too large).
LaserState steady_state(const LaserRates& rates, double current);

/// The rate equations linearised around a state.
///
/// Equation: H = w_R^2/(w_R^2 - w^2 + j w gamma),  w_R^2 = g_NN g_PP + g_NP g_PN,  gamma = g_NN + g_PP;
///   gamma = K f_R^2 + gamma_0 above threshold,  K = 4 pi^2 [tau_p + eps/(v_g dg/dN)] for weak compression
/// Conventions: intensity per current, 1 at DC.
/// Valid for: currents that change little against I - I_th.
/// Source: agrawal2021
/// Theory: docs/models/vcsel.md
struct LaserDynamics {
  double carrier_decay = 0.0;   // g_NN, 1/s
  double carrier_photon = 0.0;  // g_NP: -d(dN/dt)/dS, 1/s
  double photon_carrier = 0.0;  // g_PN: d(dS/dt)/dN, 1/s
  double photon_decay = 0.0;    // g_PP, 1/s

  double squared_resonance() const { return carrier_decay * photon_decay + carrier_photon * photon_carrier; }
  double damping() const { return carrier_decay + photon_decay; }
  /// Relaxation frequency f_R, Hz.
  double resonance() const;
  Complex response(double frequency) const;
};

LaserDynamics linearised(const LaserRates& rates, const LaserState& state);

/// One-sided density of the number of photons in the mode, by Langevin forces.
///
/// Equation: S = 2 [(g_NN^2 + w^2) 2 D_SS + g^2 2 D_NN + 2 g g_NN 2 D_SN]/|(w_R^2 - w^2) + j w gamma|^2,  g =
///   g_PN/Gamma;  D_SS = n_sp n/tau_p,  D_SN = -(n_sp - 1/2) n/tau_p,  D_NN = D_SS + R V  [1/s],  n photons in the mode
/// Conventions: half the rate of all events that change a reservoir: n_sp emissions and n_sp - 1 absorptions for each
///   net one, a pump with shot noise. The partition of the light at the mirror (its shot noise) belongs to the
///   detector.
/// Valid for: above threshold, n_sp >= 1; of several modes their sum, as each mode's force grows with its own photons.
///   Events at the mirror count in D_SS, but not against the partition noise of the light that they let out, so that a
///   quiet laser is too noisy by up to 10 dB at low frequency: below the excess noise that parts state.
/// Source: coldren2012
/// Theory: docs/models/vcsel.md
class PhotonNoise {
 public:
  PhotonNoise(const LaserRates& rates, const LaserState& state, double spontaneous_factor);

  /// Density at a frequency [Hz], 1/Hz.
  double density(double frequency) const;

 private:
  LaserDynamics dynamics_;
  double steady_force_ = 0.0, rising_force_ = 0.0;  // of w^0 and w^2
};

/// Large-signal integration by classical Runge-Kutta steps; the number of sub-steps follows from the highest current
/// only, so that results do not depend on the samples' blocks.
class LaserIntegrator {
 public:
  LaserIntegrator(const LaserRates& rates, double sample_step, double initial_current, double highest_current);

  /// Lets the current run straight from the last value to this one [A] within a sample; returns the photon density.
  double advance(double current);

 private:
  LaserRates rates_;
  LaserState state_;
  double current_;
  int substeps_ = 1;
  double substep_ = 0.0;
};

}  // namespace tessera
