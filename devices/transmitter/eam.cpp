#include "devices/transmitter/eam.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>

#include "devices/failure_rate.hpp"
#include "devices/photodetection.hpp"
#include "phy/core/constants.hpp"

namespace tessera {

Eam::Eam(Params params) : params_(params) {
  check_parameters<Eam>(params_);
  poles_ = equal_poles(params_.poles, params_.bandwidth.si());
}

double Eam::depth(double reverse) const {
  return std::pow(std::max(0.0, reverse) / params_.absorption_voltage.si(), params_.absorption_exponent);
}

double Eam::transmission(double drive) const {
  return std::exp(-depth(params_.bias_voltage.si() - drive)) / params_.insertion_loss.power_ratio();
}

double Eam::alpha(double drive) const { return params_.chirp + params_.chirp_slope.si() * drive; }

// Integral of (alpha/2) d ln P from no voltage on: with u = (V_r/V_0)^a, V_r du = V_0 u^{1/a} du.
double Eam::phase(double drive) const {
  const double reverse = std::max(0.0, params_.bias_voltage.si() - drive), u = depth(reverse);
  const double at_zero = params_.chirp + params_.chirp_slope.si() * params_.bias_voltage.si();
  const double a = params_.absorption_exponent;
  return -0.5 * u * (at_zero - params_.chirp_slope.si() * reverse * a / (a + 1.0));
}

LaneState Eam::operate(const LaneState& in) const {
  if (!(in.carrier.power > 0.0)) throw ConfigError("eam needs light: a laser must come before it on its lane");
  LaneState out{Port::optical_field, in.levels, in.carrier};
  for (double& level : out.levels) {
    if (level > params_.bias_voltage.si())
      throw ConfigError(
          fmt::format("eam drive must stay below its bias of {:g} V, or the diode turns forward, got {:g} V",
                      params_.bias_voltage.si(), level));
    level = in.carrier.power * transmission(level);
  }
  return out;
}

StageResponse Eam::respond(const FrequencyGrid& grid, const LaneState& in) const {
  StageResponse response = StageResponse::zeros(grid, 2, 1);
  const double chirp = alpha(in.mean());
  for (std::size_t k = 0; k < grid.frequency_count(); ++k) {
    const Complex h = all_pole_response(poles_, grid.frequency(k));
    response.at(k, 0, 0) = h;
    response.at(k, 1, 0) = chirp * h;
  }
  return response;
}

std::vector<NoiseSource> Eam::noise(const FrequencyGrid&, const LaneState& in) const {
  if (in.carrier.rin_psd == 0.0) return {};
  return {{"rin", false, {}, 0.0, in.carrier.rin_psd}};
}

std::vector<ValidityNote> Eam::validity(const FrequencyGrid&, const LaneState& in) const {
  if (in.levels.empty()) return {};
  const double highest = params_.bias_voltage.si() - *std::min_element(in.levels.begin(), in.levels.end());
  if (highest <= params_.rated_voltage.si()) return {};
  return {{"", "reverse voltage of the modulator", highest, "V", fmt::format("[0, {:g}]", params_.rated_voltage.si())}};
}

Processor Eam::make_processor(double sample_step, const LaneState& in) const {
  return Processor([modulator = *this, filter = AllPoleFilter(poles_, sample_step, in.mean()),
                    carrier = in.carrier.power,
                    drive = std::vector<double>()](SampleView samples, SampleSpan out) mutable {
    drive.assign(samples.real.begin(), samples.real.end());
    filter.process(drive);
    for (std::size_t i = 0; i < drive.size(); ++i)
      out.field[i] = std::polar(std::sqrt(carrier * modulator.transmission(drive[i])), modulator.phase(drive[i]));
  });
}

std::vector<PowerItem> Eam::power(const CostContext& context) const {
  const LaneState& in = context.input;
  if (in.levels.empty() || !(in.carrier.wavelength > 0.0)) return {{"modulator_bias", 0.0}};
  const double responsivity = quantum_responsivity(params_.quantum_efficiency, in.carrier.wavelength);
  const double entered = in.carrier.power / params_.insertion_loss.power_ratio();
  double watts = 0.0;
  for (const double level : in.levels) {
    const double absorbed = entered - in.carrier.power * transmission(level);
    watts += std::max(0.0, params_.bias_voltage.si() - level) * responsivity * absorbed;
  }
  return {{"modulator_bias", watts / static_cast<double>(in.levels.size())}};
}

std::vector<FitItem> Eam::fit(const CostContext& context) const {
  return {{"modulator", params_.failure_rate * arrhenius_factor(params_.activation_energy, context.case_temperature,
                                                                params_.reference_temperature.si())}};
}

}  // namespace tessera
