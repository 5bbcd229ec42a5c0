#include "devices/transmitter/mach_zehnder.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <string>

#include "devices/failure_rate.hpp"
#include "phy/core/constants.hpp"
#include "phy/signal/all_pole_filter.hpp"
#include "phy/signal/linear_processor.hpp"

namespace tessera {
namespace {

using constants::kPi;

Complex lossy_line(double u) {
  const Complex x = u * Complex(1.0, 1.0);
  return std::abs(x) < 1e-9 ? Complex(1.0) : (1.0 - std::exp(-x)) / x;
}

// The conductor loss, in nepers at the 3 dB corner, that makes a loss-limited electrode 3 dB down there.
double loss_at_corner() {
  double low = 0.0, high = 10.0;
  for (int i = 0; i < 80; ++i) {
    const double middle = 0.5 * (low + high);
    (std::norm(lossy_line(middle)) > 0.5 ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace

MachZehnder::MachZehnder(Params params) : params_(params) {
  check_parameters<MachZehnder>(params_);
  const double extinction = params_.extinction_ratio_limit.power_ratio();
  modulation_depth_ = (extinction - 1.0) / (extinction + 1.0);
  if (params_.electrode_poles == 0) electrode_loss_ = loss_at_corner();
}

double MachZehnder::angle(double drive) const {
  return kPi * drive / params_.half_wave_voltage.si() + params_.bias_error;
}

double MachZehnder::transmission(double angle) const {
  return (1.0 + modulation_depth_ * std::sin(angle)) / (2.0 * params_.insertion_loss.power_ratio());
}

double MachZehnder::alpha(double drive) const {
  const double theta = angle(drive);
  return params_.chirp * (1.0 + modulation_depth_ * std::sin(theta)) / (modulation_depth_ * std::cos(theta));
}

Complex MachZehnder::electrode(double frequency) const {
  if (params_.electrode_poles == 0)
    return lossy_line(electrode_loss_ * std::sqrt(std::abs(frequency) / params_.bandwidth.si()));
  return all_pole_response(equal_poles(params_.electrode_poles, params_.bandwidth.si()), frequency);
}

LaneState MachZehnder::operate(const LaneState& in) const {
  if (!(in.carrier.power > 0.0)) throw ConfigError("mach_zehnder needs light: a laser must come before it on its lane");
  LaneState out{Port::optical_field, in.levels, in.carrier};
  for (double& level : out.levels) {
    const double theta = angle(level);
    if (std::abs(theta) >= 0.5 * kPi)
      throw ConfigError("mach_zehnder drive must stay within half of V_pi around quadrature (" +
                        std::to_string(0.5 * params_.half_wave_voltage.si()) + " V less the bias error), got " +
                        std::to_string(level) + " V");
    level = in.carrier.power * transmission(theta);
  }
  return out;
}

StageResponse MachZehnder::respond(const FrequencyGrid& grid, const LaneState& in) const {
  StageResponse response = StageResponse::zeros(grid, 2, 1);
  const double chirp = alpha(in.mean());
  for (std::size_t k = 0; k < grid.frequency_count(); ++k) {
    const Complex h = electrode(grid.frequency(k));
    response.at(k, 0, 0) = h;
    response.at(k, 1, 0) = chirp * h;
  }
  return response;
}

std::vector<NoiseSource> MachZehnder::noise(const FrequencyGrid&, const LaneState& in) const {
  if (in.carrier.rin_psd == 0.0) return {};
  return {{"rin", false, {}, 0.0, in.carrier.rin_psd}};
}

Processor MachZehnder::make_processor(double sample_step, const LaneState& in) const {
  Processor modulator([modulator = *this, carrier = in.carrier.power](SampleView drive, SampleSpan out) {
    for (std::size_t i = 0; i < drive.real.size(); ++i) {
      const double theta = modulator.angle(drive.real[i]);
      out.field[i] =
          std::polar(std::sqrt(carrier * modulator.transmission(theta)), 0.5 * modulator.params_.chirp * theta);
    }
  });
  if (params_.electrode_poles > 0)
    return chain(
        make_low_pass_processor(equal_poles(params_.electrode_poles, params_.bandwidth.si()), sample_step, in.mean()),
        modulator);
  return chain(make_linear_processor([this](double f) { return electrode(f); }, sample_step), modulator);
}

std::vector<PowerItem> MachZehnder::power(const CostContext&) const {
  return {{"modulator_bias", params_.heater_power.si() * params_.heater_phase, Scope::per_lane, true}};
}

std::vector<FitItem> MachZehnder::fit(const CostContext& context) const {
  return {{"modulator", params_.failure_rate * arrhenius_factor(params_.activation_energy, context.case_temperature,
                                                                params_.reference_temperature.si())}};
}

}  // namespace tessera
