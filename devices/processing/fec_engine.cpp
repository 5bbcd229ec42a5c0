#include "devices/processing/fec_engine.hpp"

namespace tessera {

FecEngine::FecEngine(const Params& params) : params_(params) { check_parameters<FecEngine>(params_); }

std::vector<PowerItem> FecEngine::power(const CostContext& context) const {
  return {{"codec", params_.energy_per_bit.si() * context.line_rate, Scope::per_end}};
}

std::vector<FitItem> FecEngine::fit(const CostContext&) const {
  return {{"codec", params_.failure_rate, Scope::per_end}};
}

double FecEngine::latency(const CostContext&) const { return params_.decode_cycles / params_.clock.si(); }

}  // namespace tessera
