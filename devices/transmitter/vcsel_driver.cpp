#include "devices/transmitter/vcsel_driver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "devices/failure_rate.hpp"
#include "devices/pole_response.hpp"

namespace tessera {

VcselDriver::VcselDriver(Params params) : params_(params) {
  check_parameters<VcselDriver>(params_);
  if (2.0 * params_.bias_current.si() < params_.saturation_swing.si())
    throw ConfigError(fmt::format("bias_current must be at least half of saturation_swing ({:g} mA), got {:g} mA",
                                  0.5e3 * params_.saturation_swing.si(), 1e3 * params_.bias_current.si()));
  poles_ = butterworth_poles(2, params_.bandwidth.si());
}

double VcselDriver::current(double v) const {
  const double limit = 0.5 * params_.saturation_swing.si();
  return params_.bias_current.si() + limit * std::tanh(params_.transconductance.si() * v / limit);
}

LaneState VcselDriver::operate(const LaneState& in) const {
  LaneState out = in;
  out.port = kOutput;
  for (double& level : out.levels) level = current(level);
  return out;
}

StageResponse VcselDriver::respond(const FrequencyGrid& grid, const LaneState&) const {
  return pole_response(grid, poles_, 1);
}

std::vector<NoiseSource> VcselDriver::noise(const FrequencyGrid& grid, const LaneState&) const {
  return {{"driver", true, std::vector<double>(grid.frequency_count(), params_.input_noise.si()), 0.0, 0.0}};
}

std::vector<ValidityNote> VcselDriver::validity(const FrequencyGrid&, const LaneState& in) const {
  const double linear = params_.transconductance.si() * in.swing();
  if (linear == 0.0) return {};
  const double compression = 100.0 * (1.0 - operate(in).swing() / linear);
  if (compression <= 5.0) return {};
  return {{"", "compression of the outer levels", compression, "%", "[0, 5]"}};
}

Processor VcselDriver::make_processor(double sample_step, const LaneState& in) const {
  return Processor([driver = *this, filter = AllPoleFilter(poles_, sample_step, operate(in).mean())](
                       SampleView samples, SampleSpan out) mutable {
    std::transform(samples.real.begin(), samples.real.end(), out.real.begin(),
                   [&](double v) { return driver.current(v); });
    filter.process(out.real);
  });
}

std::vector<PowerItem> VcselDriver::power(const CostContext& context) const {
  const double modulation = params_.supply.si() * std::abs(context.output.swing()) / params_.current_share;
  const double drop = params_.headroom.si() * std::max(0.0, context.output.mean());
  const double stages = params_.gain_stage_energy.si() * params_.bandwidth.si() * context.case_temperature / 313.15;
  return {{"driver", modulation + drop + stages}};
}

std::vector<FitItem> VcselDriver::fit(const CostContext& context) const {
  return {{"driver", params_.failure_rate * arrhenius_factor(params_.activation_energy, context.case_temperature,
                                                             params_.reference_temperature.si())}};
}

}  // namespace tessera
