#include "devices/laser_rates.hpp"

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <limits>

#include "phy/core/constants.hpp"
#include "phy/core/error.hpp"

namespace tessera {
namespace {

using constants::kElementaryCharge;
using constants::kPi;

// Photons that a carrier density keeps in the mode: the positive root of
//   (eps/tau_p) S^2 + (1/tau_p - Gamma G - eps E) S - E = 0,  E = Gamma beta R_sp.
double photons_at(const LaserRates& r, double carriers) {
  const double emission = r.confinement * r.coupling * r.spontaneous_emission(carriers);
  const double a = r.compression / r.photon_lifetime;
  const double b = 1.0 / r.photon_lifetime - r.confinement * r.gain(carriers) - r.compression * emission;
  const double root = std::sqrt(b * b + 4.0 * a * emission);
  if (b > 0.0) return 2.0 * emission / (b + root);
  return a > 0.0 ? (root - b) / (2.0 * a) : std::numeric_limits<double>::infinity();
}

double stimulated(const LaserRates& r, double carriers, double photons) {
  if (std::isinf(photons)) return photons;
  return r.gain(carriers) * photons / (1.0 + r.compression * photons);
}

LaserState slope(const LaserRates& r, const LaserState& s, double pump) {
  const double emission = stimulated(r, s.carriers, s.photons);
  return {pump - r.recombination(s.carriers) - emission,
          r.confinement * (emission + r.coupling * r.spontaneous_emission(s.carriers)) - s.photons / r.photon_lifetime};
}

LaserState moved(const LaserState& s, const LaserState& k, double step) {
  return {std::max(0.0, s.carriers + step * k.carriers), std::max(0.0, s.photons + step * k.photons)};
}

}  // namespace

double LaserRates::recombination(double n) const {
  return n * (nonradiative + spontaneous + n * (radiative + n * auger));
}

double LaserRates::recombination_slope(double n) const {
  return nonradiative + spontaneous + n * (2.0 * radiative + 3.0 * n * auger);
}

double LaserRates::spontaneous_emission(double n) const { return n * (spontaneous + n * radiative); }

double LaserRates::spontaneous_emission_slope(double n) const { return spontaneous + 2.0 * n * radiative; }

double LaserRates::gain(double n) const {
  const double above = (n - transparency) / transparency;
  if (gain_curvature == 0.0) return gain_slope * transparency * above;
  // An empty band absorbs, but not without limit: the logarithm is held where it stops to describe anything.
  constexpr double kDeepestAbsorption = 0.01;
  return gain_slope * transparency * std::log(std::max(1.0 + gain_curvature * above, kDeepestAbsorption)) /
         gain_curvature;
}

double LaserRates::differential_gain(double n) const {
  return gain_slope / (1.0 + gain_curvature * (n - transparency) / transparency);
}

double LaserRates::threshold_density() const {
  const double needed = 1.0 / (confinement * photon_lifetime * gain_slope * transparency);
  const double above = gain_curvature == 0.0 ? needed : std::expm1(gain_curvature * needed) / gain_curvature;
  return transparency * (1.0 + above);
}

double LaserRates::threshold_current() const {
  return kElementaryCharge * volume * recombination(threshold_density()) / injection_efficiency;
}

LaserState steady_state(const LaserRates& rates, double current) {
  if (!(current > 0.0)) return {};
  const double pump = rates.injection_efficiency * current / (kElementaryCharge * rates.volume);
  const auto surplus = [&](double n) {
    const double value = pump - rates.recombination(n) - stimulated(rates, n, photons_at(rates, n));
    return std::isinf(value) ? -10.0 * pump : value;  // without compression no density beyond threshold is steady
  };
  // The photons of the compressed mode keep the density within a few times its threshold at any current.
  double high = rates.threshold_density();
  for (int i = 0; surplus(high) > 0.0; ++i) {
    if (i == 10)
      throw NumericError("laser: carriers have no steady state, the recombination does not take up the current");
    high *= 2.0;
  }
  boost::uintmax_t iterations = 200;
  const auto bracket =
      boost::math::tools::toms748_solve(surplus, 0.0, high, boost::math::tools::eps_tolerance<double>(52), iterations);
  return {bracket.first, photons_at(rates, bracket.first)};  // the end at which the photons are finite
}

double LaserDynamics::resonance() const { return std::sqrt(std::max(0.0, squared_resonance())) / (2.0 * kPi); }

Complex LaserDynamics::response(double frequency) const {
  const double omega = 2.0 * kPi * frequency;
  return squared_resonance() / Complex(squared_resonance() - omega * omega, omega * damping());
}

LaserDynamics linearised(const LaserRates& r, const LaserState& s) {
  const double compressed = 1.0 / (1.0 + r.compression * s.photons);
  const double gain = r.gain(s.carriers), slope = r.differential_gain(s.carriers);
  LaserDynamics d;
  d.carrier_decay = r.recombination_slope(s.carriers) + slope * s.photons * compressed;
  d.carrier_photon = gain * compressed * compressed;
  d.photon_carrier =
      r.confinement * (slope * s.photons * compressed + r.coupling * r.spontaneous_emission_slope(s.carriers));
  d.photon_decay = 1.0 / r.photon_lifetime - r.confinement * gain * compressed * compressed;
  return d;
}

PhotonNoise::PhotonNoise(const LaserRates& r, const LaserState& s, double spontaneous_factor)
    : dynamics_(linearised(r, s)) {
  const double net = s.photons * r.mode_volume() / r.photon_lifetime;  // stimulated emission less absorption, 1/s
  const double photons = spontaneous_factor * net;                     // D_SS
  const double carriers = photons + r.recombination(s.carriers) * r.volume;
  const double both = (0.5 - spontaneous_factor) * net;
  const double g = dynamics_.photon_carrier / r.confinement, decay = dynamics_.carrier_decay;
  steady_force_ = 4.0 * (decay * decay * photons + g * g * carriers + 2.0 * g * decay * both);
  rising_force_ = 4.0 * photons;
}

double PhotonNoise::density(double frequency) const {
  const double omega = 2.0 * kPi * frequency;
  const double detuning = dynamics_.squared_resonance() - omega * omega, loss = omega * dynamics_.damping();
  return (steady_force_ + rising_force_ * omega * omega) / (detuning * detuning + loss * loss);
}

LaserIntegrator::LaserIntegrator(const LaserRates& rates, double sample_step, double initial_current,
                                 double highest_current)
    : rates_(rates), state_(steady_state(rates, initial_current)), current_(std::max(0.0, initial_current)) {
  // A fifth of the fastest time keeps the error of a sample below 1e-5.
  const LaserDynamics fastest = linearised(rates, steady_state(rates, 1.5 * highest_current));
  const double rate = std::max({1.0 / rates.photon_lifetime, 2.0 * kPi * fastest.resonance(), fastest.damping()});
  substeps_ = std::max(1, static_cast<int>(std::ceil(sample_step * rate / 0.2)));
  substep_ = sample_step / substeps_;
}

double LaserIntegrator::advance(double current) {
  const double per_ampere = rates_.injection_efficiency / (kElementaryCharge * rates_.volume);
  const double to = std::max(0.0, current), ramp = (to - current_) / substeps_;
  for (int i = 0; i < substeps_; ++i) {
    const double start = per_ampere * (current_ + i * ramp), end = per_ampere * (current_ + (i + 1) * ramp);
    const double middle = 0.5 * (start + end);
    const LaserState k1 = slope(rates_, state_, start);
    const LaserState k2 = slope(rates_, moved(state_, k1, 0.5 * substep_), middle);
    const LaserState k3 = slope(rates_, moved(state_, k2, 0.5 * substep_), middle);
    const LaserState k4 = slope(rates_, moved(state_, k3, substep_), end);
    const LaserState sum{(k1.carriers + 2.0 * (k2.carriers + k3.carriers) + k4.carriers) / 6.0,
                         (k1.photons + 2.0 * (k2.photons + k3.photons) + k4.photons) / 6.0};
    state_ = moved(state_, sum, substep_);
  }
  current_ = to;
  return state_.photons;
}

}  // namespace tessera
