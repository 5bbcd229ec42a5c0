#include "devices/processing/module_overhead.hpp"

namespace tessera {

ModuleOverhead::ModuleOverhead(const Params& params) : params_(params) { check_parameters<ModuleOverhead>(params_); }

std::vector<PowerItem> ModuleOverhead::power(const CostContext& context) const {
  const double controller = params_.controller_power.si();
  const double loss_per_watt = 1.0 / params_.converter_efficiency - 1.0;
  // Two rows of loss, so that the controller's part counts among the constants.
  return {{"controller", controller, Scope::per_end, true},
          {"converter_loss_controller", controller * loss_per_watt, Scope::per_end, true},
          {"converter_loss", context.module_watts * loss_per_watt, Scope::per_end}};
}

std::vector<FitItem> ModuleOverhead::fit(const CostContext&) const {
  return {{"controller_and_converter", params_.failure_rate, Scope::per_end}};
}

double ModuleOverhead::latency(const CostContext&) const { return 0.0; }

}  // namespace tessera
