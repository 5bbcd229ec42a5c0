#include "devices/transmitter/led_driver.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace tessera {

LedDriver::LedDriver(Params params) : params_(std::move(params)) {
  check_parameters<LedDriver>(params_);
  if (!(params_.current_on > params_.current_off)) {
    throw ConfigError(fmt::format("current_on must exceed current_off = {:g} mA, got {:g} mA",
                                  params_.current_off.si() * 1e3, params_.current_on.si() * 1e3));
  }
}

TransmitterSpec LedDriver::describe(const Modulation& modulation, const FrequencyGrid& grid) const {
  TransmitterSpec spec;
  const double swing = params_.current_on.si() - params_.current_off.si();
  for (const double nominal : modulation.levels)
    spec.levels.push_back(params_.current_off.si() + 0.5 * swing * (nominal + 1.0));
  spec.ffe_taps = {1.0};
  spec.edge = Response::flat(grid);
  if (const double corner = params_.edge_bandwidth.si(); corner > 0.0) {
    for (std::size_t k = 0; k < spec.edge.values.size(); ++k)
      spec.edge.values[k] = 1.0 / Complex(1.0, grid.frequency(k) / corner);
  }
  spec.jitter = {params_.dual_dirac_jitter, params_.random_jitter};
  return spec;
}

std::vector<PowerItem> LedDriver::power(const CostContext& context) const {
  const LaneState& drive = context.output;
  const double voltage_swing = params_.load_resistance.si() * std::abs(drive.swing());
  const double charging =
      params_.output_capacitance.si() * voltage_swing * voltage_swing * context.symbol_rate * params_.activity;
  return {{"driver_headroom", std::abs(drive.mean()) * params_.headroom.si(), Scope::per_lane, false},
          {"driver_charging", charging, Scope::per_lane, false},
          {"driver_bias", params_.bias_power.si(), Scope::per_lane, true}};
}

std::vector<FitItem> LedDriver::fit(const CostContext&) const {
  return {{"driver", params_.failure_rate, Scope::per_lane}};
}

double LedDriver::latency(const CostContext&) const { return 0.0; }

}  // namespace tessera
