#include "channels/fiber/optical_connector.hpp"

#include <algorithm>
#include <cmath>

namespace tessera {

OpticalConnector::OpticalConnector(Params params) : params_(params) { check_parameters<OpticalConnector>(params_); }

double OpticalConnector::transmission() const {
  return 1.0 / Decibel{params_.insertion_loss.db * params_.count}.power_ratio();
}

LaneState OpticalConnector::operate(const LaneState& in) const {
  LaneState out = in;
  for (double& level : out.levels) level *= transmission();
  return out;
}

StageResponse OpticalConnector::respond(const FrequencyGrid& grid, const LaneState&) const {
  StageResponse response = StageResponse::zeros(grid, 2, 2);
  for (std::size_t k = 0; k < grid.frequency_count(); ++k) response.at(k, 0, 0) = response.at(k, 1, 1) = 1.0;
  return response;
}

Processor OpticalConnector::make_processor(double, const LaneState&) const {
  return Processor([amplitude = std::sqrt(transmission())](SampleView in, SampleSpan out) {
    std::transform(in.field.begin(), in.field.end(), out.field.begin(), [&](Complex e) { return amplitude * e; });
  });
}

std::vector<FitItem> OpticalConnector::fit(const CostContext&) const {
  if (params_.failure_rate == 0.0) return {};
  return {{"connector", params_.failure_rate * params_.count}};
}

}  // namespace tessera
