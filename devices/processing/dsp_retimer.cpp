#include "devices/processing/dsp_retimer.hpp"

#include <cmath>

#include "devices/failure_rate.hpp"

namespace tessera {
namespace {

constexpr double kReferenceTemperature = 313.15;  // K, of the leakage

}  // namespace

DspRetimer::DspRetimer(const Params& params) : params_(params) { check_parameters<DspRetimer>(params_); }

std::vector<PowerItem> DspRetimer::power(const CostContext& context) const {
  const double scale = params_.directions * params_.technology_scale;
  const double coded_rate = (1.0 + params_.inner_code_overhead) * context.line_rate;
  const double heat = std::exp2((context.case_temperature - kReferenceTemperature) / params_.leakage_doubling.si());
  std::vector<PowerItem> items{{"data_path", scale * params_.data_path_energy.si() * context.line_rate, Scope::per_end},
                               {"core_clock", scale * params_.clock_energy.si() * context.symbol_rate, Scope::per_lane},
                               {"core_leakage", scale * heat * params_.leakage.si(), Scope::per_lane}};
  if (params_.sequence_states > 0)
    items.push_back({"sequence_detector",
                     scale * params_.state_energy.si() * params_.sequence_states * coded_rate / context.bits_per_symbol,
                     Scope::per_end});
  if (params_.inner_code_overhead > 0.0)
    items.push_back({"inner_code", scale * params_.inner_code_energy.si() * coded_rate, Scope::per_end});
  items.push_back({"control", params_.control_power.si(), Scope::per_end, true});
  return items;
}

std::vector<FitItem> DspRetimer::fit(const CostContext& context) const {
  return {{"retimer",
           params_.failure_rate * arrhenius_factor(params_.activation_energy, context.case_temperature,
                                                   params_.reference_temperature.si()),
           Scope::per_end}};
}

double DspRetimer::latency(const CostContext& context) const {
  return params_.directions * params_.pipeline_depth / context.symbol_rate;
}

}  // namespace tessera
