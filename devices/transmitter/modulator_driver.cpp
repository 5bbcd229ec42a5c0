#include "devices/transmitter/modulator_driver.hpp"

#include <algorithm>
#include <cmath>

#include "devices/failure_rate.hpp"
#include "devices/pole_response.hpp"
#include "phy/core/constants.hpp"

namespace tessera {
namespace {

// Upper pole of a second-order low-pass from its 3 dB corner and its peak over DC.
Poles peaked_poles(double bandwidth, double peak) {
  const double damping2 = 0.5 * (1.0 - std::sqrt(1.0 - 1.0 / (peak * peak)));  // zeta^2; 1/2 for no peak
  const double a = 1.0 - 2.0 * damping2;
  const double natural = 2.0 * constants::kPi * bandwidth / std::sqrt(a + std::sqrt(a * a + 1.0));
  return {natural * Complex(-std::sqrt(damping2), std::sqrt(1.0 - damping2))};
}

}  // namespace

ModulatorDriver::ModulatorDriver(Params params) : params_(params) {
  check_parameters<ModulatorDriver>(params_);
  poles_ = peaked_poles(params_.bandwidth.si(), params_.peaking.amplitude_ratio());
}

double ModulatorDriver::curve(double v) const {
  const double limit = 0.5 * params_.saturation_swing.si();
  return limit * std::tanh(params_.gain.amplitude_ratio() * v / limit);
}

LaneState ModulatorDriver::operate(const LaneState& in) const {
  LaneState out = in;
  for (double& level : out.levels) level = curve(level);
  return out;
}

StageResponse ModulatorDriver::respond(const FrequencyGrid& grid, const LaneState&) const {
  return pole_response(grid, poles_, 1);
}

std::vector<NoiseSource> ModulatorDriver::noise(const FrequencyGrid& grid, const LaneState&) const {
  return {{"driver", true, std::vector<double>(grid.frequency_count(), params_.input_noise.si()), 0.0, 0.0}};
}

std::vector<ValidityNote> ModulatorDriver::validity(const FrequencyGrid&, const LaneState& in) const {
  const double linear = params_.gain.amplitude_ratio() * in.swing();
  if (linear == 0.0) return {};
  const double compression = 100.0 * (1.0 - operate(in).swing() / linear);
  if (compression <= 5.0) return {};
  return {{"", "compression of the outer levels", compression, "%", "[0, 5]"}};
}

Processor ModulatorDriver::make_processor(double sample_step, const LaneState& in) const {
  return Processor([driver = *this, filter = AllPoleFilter(poles_, sample_step, operate(in).mean())](
                       SampleView samples, SampleSpan out) mutable {
    std::transform(samples.real.begin(), samples.real.end(), out.real.begin(),
                   [&](double v) { return driver.curve(v); });
    filter.process(out.real);
  });
}

std::vector<PowerItem> ModulatorDriver::power(const CostContext& context) const {
  const double swing = std::abs(context.output.swing());
  const double output = (params_.headroom.si() + 0.5 * swing) * swing / params_.load.si();
  const double stages = params_.gain_stage_energy.si() * params_.bandwidth.si() * context.case_temperature / 313.15;
  return {{"driver", output + stages}};
}

std::vector<FitItem> ModulatorDriver::fit(const CostContext& context) const {
  return {{"driver", params_.failure_rate * arrhenius_factor(params_.activation_energy, context.case_temperature,
                                                             params_.reference_temperature.si())}};
}

}  // namespace tessera
