#include "channels/fiber/optical_mux.hpp"

#include <fmt/format.h>

#include <cmath>

#include "phy/core/constants.hpp"
#include "phy/signal/all_pole_filter.hpp"
#include "phy/signal/linear_processor.hpp"

namespace tessera {
namespace {

double sinc(double x) {
  const double angle = constants::kPi * x;
  return angle == 0.0 ? 1.0 : std::sin(angle) / angle;
}

double variance(const LaneState& state) {
  const double mean = state.mean();
  double sum = 0.0;
  for (const double level : state.levels) sum += (level - mean) * (level - mean);
  return sum / static_cast<double>(state.levels.size());
}

Poles passband_poles(const OpticalMux::Params& p) { return butterworth_poles(p.filter_order, 0.5 * p.passband.si()); }

}  // namespace

OpticalMux::OpticalMux(Params params) : params_(params) { check_parameters<OpticalMux>(params_); }

double OpticalMux::transmission() const {
  return std::norm(all_pole_response(passband_poles(params_), params_.detuning.si())) /
         params_.insertion_loss.power_ratio();
}

Complex OpticalMux::envelope_transfer(double frequency) const {
  const Poles poles = passband_poles(params_);
  const double d = params_.detuning.si();
  return all_pole_response(poles, frequency + d) / all_pole_response(poles, d);
}

double OpticalMux::leakage_ratio() const {
  const double excess = params_.neighbour_excess.power_ratio();
  const double adjacent = excess / params_.adjacent_isolation.power_ratio();
  const double other = excess / params_.other_isolation.power_ratio();
  return std::sqrt(params_.adjacent_channels * adjacent * adjacent + params_.other_channels * other * other);
}

LaneState OpticalMux::operate(const LaneState& in) const {
  LaneState out = in;
  for (double& level : out.levels) level *= transmission();
  return out;
}

// Real and imaginary part of the kernel of G act on intensity and phase: a filter that is not even about the carrier
// turns one into the other.
StageResponse OpticalMux::respond(const FrequencyGrid& grid, const LaneState&) const {
  StageResponse response = StageResponse::zeros(grid, 2, 2);
  for (std::size_t k = 0; k < grid.frequency_count(); ++k) {
    const double f = grid.frequency(k);
    const Complex above = envelope_transfer(f), below = std::conj(envelope_transfer(-f));
    response.at(k, 0, 0) = response.at(k, 1, 1) = 0.5 * (above + below);
    response.at(k, 1, 0) = (above - below) / Complex(0.0, 2.0);
    response.at(k, 0, 1) = -response.at(k, 1, 0);
  }
  return response;
}

std::vector<NoiseSource> OpticalMux::noise(const FrequencyGrid& grid, const LaneState& in) const {
  const double rms = leakage_ratio() * transmission() * std::sqrt(variance(in));
  if (rms == 0.0) return {};
  NoiseSource leakage{"channel_leakage", false, std::vector<double>(grid.frequency_count()), 0.0, 0.0};
  const double symbol = grid.unit_interval();
  for (std::size_t k = 0; k < grid.frequency_count(); ++k)
    leakage.s0[k] = 2.0 * symbol * std::pow(rms * sinc(grid.frequency(k) * symbol), 2);
  return {leakage};
}

std::vector<ValidityNote> OpticalMux::validity(const FrequencyGrid&, const LaneState&) const {
  const double half = 0.5 * params_.passband.si();
  if (std::abs(params_.detuning.si()) <= half) return {};
  return {{"", "distance of the carrier from the centre of the passband", 1e-9 * params_.detuning.si(), "GHz",
           fmt::format("within half the passband, {:g}", 1e-9 * half)}};
}

Processor OpticalMux::make_processor(double sample_step, const LaneState&) const {
  const double amplitude = std::sqrt(transmission());
  return make_field_processor([&](double f) { return amplitude * envelope_transfer(f); }, sample_step);
}

std::vector<FitItem> OpticalMux::fit(const CostContext&) const {
  if (params_.failure_rate == 0.0) return {};
  return {{"wavelength_filter", params_.failure_rate}};
}

}  // namespace tessera
