#include "devices/receiver/pin_photodiode.hpp"

#include <algorithm>
#include <complex>

#include "devices/failure_rate.hpp"
#include "devices/photodetection.hpp"
#include "devices/pole_response.hpp"

namespace tessera {

PinPhotodiode::PinPhotodiode(Params params) : params_(params) {
  check_parameters<PinPhotodiode>(params_);
  poles_ = photodiode_poles(params_.transit_bandwidth.si(), params_.resistance.si(), params_.capacitance.si());
}

LaneState PinPhotodiode::operate(const LaneState& in) const { return detect(in, params_.responsivity.si()); }

StageResponse PinPhotodiode::respond(const FrequencyGrid& grid, const LaneState&) const {
  return pole_response(grid, poles_, 2);
}

std::vector<NoiseSource> PinPhotodiode::noise(const FrequencyGrid& grid, const LaneState&) const {
  return shot_noise(grid, params_.dark_current.si());
}

Processor PinPhotodiode::make_processor(double sample_step, const LaneState& in) const {
  const double responsivity = params_.responsivity.si();
  return Processor([filter = AllPoleFilter(poles_, sample_step, responsivity * in.mean()), responsivity](
                       SampleView light, SampleSpan out) mutable {
    std::transform(light.field.begin(), light.field.end(), out.real.begin(),
                   [&](Complex e) { return responsivity * std::norm(e); });
    filter.process(out.real);
  });
}

std::vector<PowerItem> PinPhotodiode::power(const CostContext& context) const {
  return {{"photodiode", params_.bias.si() * params_.responsivity.si() * context.input.mean()}};
}

std::vector<FitItem> PinPhotodiode::fit(const CostContext& context) const {
  return {{"photodiode", params_.failure_rate * arrhenius_factor(params_.activation_energy, context.case_temperature,
                                                                 params_.reference_temperature.si())}};
}

}  // namespace tessera
