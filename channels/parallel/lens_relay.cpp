#include "channels/parallel/lens_relay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "phy/core/constants.hpp"

namespace tessera {

namespace {

double diameter_of(const LensRelay::Params& p, const LaneState& input) {
  return input.carrier.source_diameter > 0.0 ? input.carrier.source_diameter : p.source_diameter.si();
}

}  // namespace

double lambertian_collection(double na) { return na * na; }

double disc_overlap(double image, double target, double offset) {
  const double r = 0.5 * image;
  const double s = 0.5 * target;
  const double smaller = std::min(r, s);
  if (offset >= r + s) return 0.0;
  if (offset <= std::abs(r - s)) return smaller * smaller / (r * r);
  // Area common to two circles, as two circular segments on the common chord.
  const double cos_r = std::clamp((offset * offset + r * r - s * s) / (2.0 * offset * r), -1.0, 1.0);
  const double cos_s = std::clamp((offset * offset + s * s - r * r) / (2.0 * offset * s), -1.0, 1.0);
  const double angle_r = std::acos(cos_r);
  const double angle_s = std::acos(cos_s);
  const double area = r * r * (angle_r - cos_r * std::sin(angle_r)) + s * s * (angle_s - cos_s * std::sin(angle_s));
  return area / (constants::kPi * r * r);
}

LensRelay::LensRelay(Params params) : params_(std::move(params)) {
  check_parameters<LensRelay>(params_);
  transmission();
}

double LensRelay::transmission(double source_diameter) const {
  const double sine = params_.magnification * params_.numerical_aperture / params_.source_index;
  // NA = 1 stands for light that is guided already: the index of the source's medium plays no part.
  const double collected =
      params_.numerical_aperture < 1.0 ? std::min({params_.lens_aperture, sine, 1.0}) : params_.lens_aperture;
  const double overlap =
      disc_overlap(params_.magnification * source_diameter, params_.target_diameter.si(), params_.lateral_offset.si());
  if (!(overlap > 0.0)) {
    throw ConfigError(fmt::format("lateral_offset must leave some light on the target, got {:g} um",
                                  params_.lateral_offset.si() * 1e6));
  }
  return lambertian_collection(collected) * overlap / params_.coupling_loss.power_ratio();
}

LaneState LensRelay::operate(const LaneState& input) const {
  LaneState output = input;
  output.port = kOutput;
  const double gain = transmission(diameter_of(params_, input));
  for (double& level : output.levels) level *= gain;
  output.carrier.source_diameter =
      std::min(params_.magnification * diameter_of(params_, input), params_.target_diameter.si());
  output.carrier.numerical_aperture = params_.numerical_aperture < 1.0
                                          ? params_.numerical_aperture
                                          : input.carrier.numerical_aperture / params_.magnification;
  return output;
}

StageResponse LensRelay::respond(const FrequencyGrid& grid, const LaneState&) const {
  StageResponse response = StageResponse::zeros(grid, 1, 1);
  std::fill(response.values.begin(), response.values.end(), Complex(1.0, 0.0));
  return response;
}

std::vector<NoiseSource> LensRelay::noise(const FrequencyGrid&, const LaneState&) const { return {}; }

Processor LensRelay::make_processor(double, const LaneState& input) const {
  return Processor([gain = transmission(diameter_of(params_, input))](SampleView in, SampleSpan out) {
    for (std::size_t i = 0; i < in.real.size(); ++i) out.real[i] = gain * in.real[i];
  });
}

std::vector<ValidityNote> LensRelay::validity(const FrequencyGrid&, const LaneState& input) const {
  const double filled = input.carrier.numerical_aperture;
  if (params_.numerical_aperture >= 1.0 || filled == 0.0 || filled >= 1.0) return {};
  return {{"", "aperture that the light fills", filled, "1", "1: collection by NA is that of a Lambertian source"}};
}

std::vector<PowerItem> LensRelay::power(const CostContext&) const { return {}; }

std::vector<FitItem> LensRelay::fit(const CostContext&) const {
  return {{"optics", params_.failure_rate, Scope::per_lane}};
}

double LensRelay::latency(const CostContext&) const { return 0.0; }

}  // namespace tessera
