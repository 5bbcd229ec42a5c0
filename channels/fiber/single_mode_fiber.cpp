#include "channels/fiber/single_mode_fiber.hpp"

#include <algorithm>
#include <cmath>

#include "phy/core/constants.hpp"
#include "phy/signal/linear_processor.hpp"

namespace tessera {
namespace {

using constants::kPi;
using constants::kSpeedOfLight;

double wavelength_of(const LaneState& in) {
  if (!(in.carrier.wavelength > 0.0))
    throw ConfigError("single_mode_fiber needs light of a known wavelength, got none");
  return in.carrier.wavelength;
}

}  // namespace

double dispersion_coefficient(double wavelength, double zero_dispersion_wavelength, double slope) {
  return 0.25 * slope * wavelength * (1.0 - std::pow(zero_dispersion_wavelength / wavelength, 4));
}

double group_velocity_dispersion(double dispersion, double wavelength) {
  return -dispersion * wavelength * wavelength / (2.0 * kPi * kSpeedOfLight);
}

Complex dispersion_transfer(double beta_2, double length, double frequency) {
  const double omega = 2.0 * kPi * frequency;
  return std::polar(1.0, -0.5 * beta_2 * omega * omega * length);
}

SingleModeFiber::SingleModeFiber(Params params) : params_(params) { check_parameters<SingleModeFiber>(params_); }

double SingleModeFiber::beta_2(double wavelength) const {
  const double d =
      dispersion_coefficient(wavelength, params_.zero_dispersion_wavelength.si(), params_.dispersion_slope.si());
  return group_velocity_dispersion(d, wavelength);
}

double SingleModeFiber::polarisation_factor(double frequency) const {
  return std::cos(kPi * frequency * params_.differential_delay.si() * std::sqrt(params_.length.si() / 1000.0));
}

LaneState SingleModeFiber::operate(const LaneState& in) const {
  LaneState out = in;
  const double transmission = 1.0 / Decibel{params_.attenuation.db_per_m * params_.length.si()}.power_ratio();
  for (double& level : out.levels) level *= transmission;
  return out;
}

StageResponse SingleModeFiber::respond(const FrequencyGrid& grid, const LaneState& in) const {
  StageResponse response = StageResponse::zeros(grid, 2, 2);
  const double beta = beta_2(wavelength_of(in));
  for (std::size_t k = 0; k < grid.frequency_count(); ++k) {
    const double f = grid.frequency(k);
    const Complex rotation = polarisation_factor(f) * dispersion_transfer(beta, params_.length.si(), f);
    response.at(k, 0, 0) = response.at(k, 1, 1) = rotation.real();
    response.at(k, 0, 1) = -rotation.imag();
    response.at(k, 1, 0) = rotation.imag();
  }
  response.bulk_delay = params_.group_delay.si() * params_.length.si();
  return response;
}

std::vector<ValidityNote> SingleModeFiber::validity(const FrequencyGrid&, const LaneState& in) const {
  const double nm = 1e9 * in.carrier.wavelength;
  if (nm >= 1260.0 && nm <= 1625.0) return {};
  return {{"", "wavelength in single-mode fibre", nm, "nm", "[1260, 1625]"}};
}

Processor SingleModeFiber::make_processor(double sample_step, const LaneState& in) const {
  const double beta = beta_2(wavelength_of(in)), length = params_.length.si();
  const double amplitude = 1.0 / Decibel{params_.attenuation.db_per_m * length}.amplitude_ratio();
  return make_field_processor(
      [&](double f) { return amplitude * polarisation_factor(f) * dispersion_transfer(beta, length, f); }, sample_step);
}

}  // namespace tessera
