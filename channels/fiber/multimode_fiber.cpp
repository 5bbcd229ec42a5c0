#include "channels/fiber/multimode_fiber.hpp"

#include <cmath>
#include <complex>

#include "channels/fiber/single_mode_fiber.hpp"
#include "phy/core/constants.hpp"
#include "phy/signal/linear_processor.hpp"

namespace tessera {
namespace {

using constants::kPi;

constexpr double kReferenceWavelength = 850e-9;

// Rayleigh scattering and a floor, in the ratio of the 802.3 link model: (0.94 lambda/um)^-4 + 1.05.
const double kRayleigh = std::pow(0.94 * 0.85, -4);
constexpr double kFloor = 1.05;

double wavelength_of(const LaneState& in) {
  if (!(in.carrier.wavelength > 0.0)) throw ConfigError("multimode_fiber needs light of a known wavelength, got none");
  return in.carrier.wavelength;
}

double rms_width_of(const LaneState& in) { return in.carrier.spectral_width / (2.0 * std::sqrt(2.0 * std::log(2.0))); }

}  // namespace

Complex gaussian_spectrum_transfer(double frequency, double linear_spread, double slope_spread) {
  const double x = 2.0 * kPi * frequency * linear_spread;
  const Complex curvature(1.0, 2.0 * kPi * frequency * slope_spread);
  return std::exp(-0.5 * x * x / curvature) / std::sqrt(curvature);
}

MultimodeFiber::MultimodeFiber(Params params) : params_(params) { check_parameters<MultimodeFiber>(params_); }

double MultimodeFiber::loss_db(double wavelength) const {
  const double relative = (kRayleigh * std::pow(kReferenceWavelength / wavelength, 4) + kFloor) / (kRayleigh + kFloor);
  return params_.attenuation.db_per_m * params_.length.si() * relative;
}

double MultimodeFiber::modal_bandwidth(double wavelength) const {
  const double width = params_.modal_peak_width.si();
  const double away = width > 0.0 ? (wavelength - params_.modal_peak_wavelength.si()) / width : 0.0;
  return params_.modal_bandwidth.si() / std::hypot(1.0, away);
}

MultimodeFiber::Spreads MultimodeFiber::spreads(double wavelength, double rms_width) const {
  const double zero = params_.zero_dispersion_wavelength.si(), s0 = params_.dispersion_slope.si();
  const double slope = 0.25 * s0 * (1.0 + 3.0 * std::pow(zero / wavelength, 4));
  const double length = params_.length.si();
  return {length * dispersion_coefficient(wavelength, zero, s0) * rms_width, length * slope * rms_width * rms_width};
}

double MultimodeFiber::chromatic_spread(double wavelength, double rms_width) const {
  const Spreads s = spreads(wavelength, rms_width);
  return std::sqrt(s.linear * s.linear +
                   0.5 * s.slope * s.slope);  // variance of a squared Gaussian is twice its mean^2
}

double MultimodeFiber::mode_partition_noise(double symbol_rate, double wavelength, double rms_width) const {
  const double beta = kPi * symbol_rate * chromatic_spread(wavelength, rms_width);
  return params_.mode_partition * std::sqrt(0.5) * -std::expm1(-beta * beta);
}

LaneState MultimodeFiber::operate(const LaneState& in) const {
  LaneState out = in;
  const double transmission = 1.0 / Decibel{loss_db(wavelength_of(in))}.power_ratio();
  for (double& level : out.levels) level *= transmission;
  out.carrier.source_diameter = params_.core_diameter.si();
  out.carrier.numerical_aperture = params_.numerical_aperture;
  return out;
}

std::function<Complex(double)> MultimodeFiber::transfer(const LaneState& in) const {
  const double wavelength = wavelength_of(in);
  const double per_hertz = params_.length.si() / modal_bandwidth(wavelength);
  return [s = spreads(wavelength, rms_width_of(in)), per_hertz](double frequency) {
    const double modal = frequency * per_hertz;
    return std::exp2(-modal * modal) * gaussian_spectrum_transfer(frequency, s.linear, s.slope);
  };
}

StageResponse MultimodeFiber::respond(const FrequencyGrid& grid, const LaneState& in) const {
  StageResponse response = StageResponse::zeros(grid, 1, 1);
  const auto h = transfer(in);
  for (std::size_t k = 0; k < grid.frequency_count(); ++k) response.values[k] = h(grid.frequency(k));
  response.bulk_delay = params_.group_delay.si() * params_.length.si();
  return response;
}

std::vector<NoiseSource> MultimodeFiber::noise(const FrequencyGrid& grid, const LaneState& in) const {
  const double wavelength = wavelength_of(in);
  const double relative = mode_partition_noise(grid.symbol_rate, wavelength, rms_width_of(in));
  const double rms = relative * 0.5 * std::abs(operate(in).swing());
  if (rms == 0.0) return {};
  NoiseSource partition{"mode_partition", false, std::vector<double>(grid.frequency_count()), 0.0, 0.0};
  for (std::size_t k = 0; k < partition.s0.size(); ++k) {
    const double turn = kPi * grid.frequency(k) / grid.symbol_rate;
    const double hold = turn == 0.0 ? 1.0 : std::sin(turn) / turn;
    partition.s0[k] = 2.0 * rms * rms / grid.symbol_rate * hold * hold;
  }
  return {partition};
}

std::vector<ValidityNote> MultimodeFiber::validity(const FrequencyGrid&, const LaneState& in) const {
  const double nm = 1e9 * in.carrier.wavelength;
  constexpr double kRounding = 1e-6;
  if (nm >= 840.0 - kRounding && nm <= 953.0 + kRounding) return {};
  return {{"", "wavelength in multimode fibre", nm, "nm", "[840, 953]"}};
}

Processor MultimodeFiber::make_processor(double sample_step, const LaneState& in) const {
  const double transmission = 1.0 / Decibel{loss_db(wavelength_of(in))}.power_ratio();
  return make_linear_processor([transmission, h = transfer(in)](double f) { return transmission * h(f); }, sample_step);
}

}  // namespace tessera
