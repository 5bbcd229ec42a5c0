#include "devices/processing/gearbox.hpp"

namespace tessera {

Gearbox::Gearbox(const Params& params) : params_(params) { check_parameters<Gearbox>(params_); }

std::vector<PowerItem> Gearbox::power(const CostContext& context) const {
  std::vector<PowerItem> items{{"data_path", params_.energy_per_bit.si() * context.line_rate, Scope::per_end}};
  if (params_.power_per_lane.si() > 0.0) items.push_back({"lane_logic", params_.power_per_lane.si(), Scope::per_lane});
  return items;
}

std::vector<FitItem> Gearbox::fit(const CostContext&) const {
  return {{"data_path", params_.failure_rate, Scope::per_end},
          {"lane_logic", params_.failure_rate_per_lane, Scope::per_lane}};
}

double Gearbox::latency(const CostContext& context) const {
  const double buffer = context.symbol_rate > 0.0 ? params_.skew_buffer / context.symbol_rate : 0.0;
  return params_.pipeline_delay.si() + buffer;
}

}  // namespace tessera
