#include "channels/fiber/attenuator.hpp"

#include <algorithm>
#include <cmath>

namespace tessera {

Attenuator::Attenuator(Params params) : params_(params) { check_parameters<Attenuator>(params_); }

double Attenuator::transmission() const {
  return 1.0 / Decibel{params_.insertion_loss.db + params_.attenuation.db}.power_ratio();
}

LaneState Attenuator::operate(const LaneState& in) const {
  LaneState out = in;
  for (double& level : out.levels) level *= transmission();
  return out;
}

StageResponse Attenuator::respond(const FrequencyGrid& grid, const LaneState&) const {
  StageResponse response = StageResponse::zeros(grid, 2, 2);
  for (std::size_t k = 0; k < grid.frequency_count(); ++k) response.at(k, 0, 0) = response.at(k, 1, 1) = 1.0;
  return response;
}

Processor Attenuator::make_processor(double, const LaneState&) const {
  return Processor([amplitude = std::sqrt(transmission())](SampleView in, SampleSpan out) {
    std::transform(in.field.begin(), in.field.end(), out.field.begin(), [&](Complex e) { return amplitude * e; });
  });
}

std::vector<PowerItem> Attenuator::power(const CostContext&) const {
  if (params_.control_power.si() == 0.0) return {};
  return {{"attenuator", params_.control_power.si(), Scope::per_lane, true}};
}

std::vector<FitItem> Attenuator::fit(const CostContext&) const {
  if (params_.failure_rate == 0.0) return {};
  return {{"attenuator", params_.failure_rate}};
}

}  // namespace tessera
