#include "devices/receiver/silicon_photodiode.hpp"

#include <algorithm>

#include "devices/failure_rate.hpp"
#include "devices/photodetection.hpp"
#include "devices/pole_response.hpp"

namespace tessera {

SiliconPhotodiode::SiliconPhotodiode(Params params) : params_(params) {
  check_parameters<SiliconPhotodiode>(params_);
  poles_ = photodiode_poles(params_.transit_bandwidth.si(), params_.resistance.si(), params_.capacitance.si());
}

double SiliconPhotodiode::responsivity(const LaneState& in) const {
  if (params_.responsivity.si() > 0.0) return params_.responsivity.si();
  if (!(in.carrier.wavelength > 0.0))
    throw ConfigError("silicon_photodiode needs a responsivity or light of a known wavelength, got neither");
  return quantum_responsivity(params_.quantum_efficiency, in.carrier.wavelength);
}

LaneState SiliconPhotodiode::operate(const LaneState& in) const { return detect(in, responsivity(in)); }

StageResponse SiliconPhotodiode::respond(const FrequencyGrid& grid, const LaneState&) const {
  return pole_response(grid, poles_, 1);
}

std::vector<NoiseSource> SiliconPhotodiode::noise(const FrequencyGrid& grid, const LaneState&) const {
  return shot_noise(grid, params_.dark_current.si());
}

std::vector<ValidityNote> SiliconPhotodiode::validity(const FrequencyGrid&, const LaneState& in) const {
  const double nm = 1e9 * in.carrier.wavelength;
  if (nm == 0.0 || (nm >= 350.0 && nm <= 1000.0)) return {};
  return {{"", "wavelength on silicon", nm, "nm", "[350, 1000]"}};
}

Processor SiliconPhotodiode::make_processor(double sample_step, const LaneState& in) const {
  const double gain = responsivity(in);
  return Processor(
      [filter = AllPoleFilter(poles_, sample_step, gain * in.mean()), gain](SampleView light, SampleSpan out) mutable {
        std::transform(light.real.begin(), light.real.end(), out.real.begin(), [&](double p) { return gain * p; });
        filter.process(out.real);
      });
}

std::vector<PowerItem> SiliconPhotodiode::power(const CostContext& context) const {
  return {{"photodiode", params_.bias.si() * responsivity(context.input) * context.input.mean()}};
}

std::vector<FitItem> SiliconPhotodiode::fit(const CostContext& context) const {
  return {{"photodiode", params_.failure_rate * arrhenius_factor(params_.activation_energy, context.case_temperature,
                                                                 params_.reference_temperature.si())}};
}

}  // namespace tessera
