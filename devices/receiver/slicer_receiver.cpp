#include "devices/receiver/slicer_receiver.hpp"

#include <fmt/format.h>

#include <utility>

namespace tessera {
namespace {

void require_pole_above_zero(std::string_view name, Frequency pole, Frequency zero) {
  if (pole.si() > zero.si()) return;
  throw ConfigError(fmt::format("{} must lie above equalizer_zero = {:g} GHz, got {:g} GHz", name, zero.si() * 1e-9,
                                pole.si() * 1e-9));
}

}  // namespace

SlicerReceiver::SlicerReceiver(Params params) : params_(std::move(params)) {
  check_parameters<SlicerReceiver>(params_);
  if (params_.equalizer_zero.si() == 0.0) return;
  require_pole_above_zero("equalizer_pole_1", params_.equalizer_pole_1, params_.equalizer_zero);
  if (params_.equalizer_pole_2.si() > 0.0)
    require_pole_above_zero("equalizer_pole_2", params_.equalizer_pole_2, params_.equalizer_zero);
}

ReceiverSpec SlicerReceiver::describe(const FrequencyGrid& grid) const {
  ReceiverSpec spec;
  spec.front_end = Response::flat(grid);
  if (const double corner = params_.input_bandwidth.si(); corner > 0.0) {
    for (std::size_t k = 0; k < spec.front_end.values.size(); ++k)
      spec.front_end.values[k] = 1.0 / Complex(1.0, grid.frequency(k) / corner);
  }
  spec.input_noise_psd.assign(grid.frequency_count(), 0.0);
  if (params_.equalizer_zero.si() > 0.0) {
    spec.ctle.zero = params_.equalizer_zero.si();
    spec.ctle.pole_1 = params_.equalizer_pole_1.si();
    spec.ctle.pole_2 = params_.equalizer_pole_2.si();
    spec.ctle.dc_gains_db = {0.0};
  }
  spec.dfe.minimum.assign(static_cast<std::size_t>(params_.dfe_taps), -params_.dfe_limit);
  spec.dfe.maximum.assign(static_cast<std::size_t>(params_.dfe_taps), params_.dfe_limit);
  spec.phase = PhasePolicy::best_ber;
  spec.jitter = {params_.dual_dirac_jitter, params_.random_jitter};
  spec.slicer_noise_rms = params_.slicer_noise.si();
  spec.slicer_threshold_error = params_.threshold_error.si();
  return spec;
}

std::vector<PowerItem> SlicerReceiver::power(const CostContext& context) const {
  const double rate = context.lane_bit_rate();
  const bool equalized = params_.equalizer_zero.si() > 0.0;
  std::vector<PowerItem> items{
      {"slicer", params_.slicer_energy.si() * rate, Scope::per_lane, false},
      {"equalizer", equalized ? params_.equalizer_energy.si() * rate : 0.0, Scope::per_lane, false}};
  if (params_.dfe_taps > 0)
    items.push_back({"dfe", params_.dfe_tap_energy.si() * params_.dfe_taps * rate, Scope::per_lane, false});
  if (params_.bias_power.si() > 0.0) items.push_back({"slicer_bias", params_.bias_power.si(), Scope::per_lane, true});
  return items;
}

std::vector<FitItem> SlicerReceiver::fit(const CostContext&) const {
  return {{"slicer", params_.failure_rate, Scope::per_lane}};
}

double SlicerReceiver::latency(const CostContext& context) const {
  return context.symbol_rate > 0.0 ? 1.0 / context.symbol_rate : 0.0;
}

}  // namespace tessera
