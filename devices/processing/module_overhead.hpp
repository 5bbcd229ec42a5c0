#pragma once

#include <string_view>
#include <vector>

#include "phy/core/parameter.hpp"
#include "phy/link/cost.hpp"

namespace tessera {

/// What a module draws beside its signal path: a microcontroller and the loss of the converter that feeds everything.
///
///   P_loss = (P_module + P_controller)(1/eta - 1)  [W];  P_module = all items inside the module's boundary before
/// this one
///
/// Conventions: eta = power out / power in of the DC-DC converter at its operating load. Stands last in the link's
/// list of overheads.
/// Valid for: loads at which eta is flat, roughly 20 to 100 % of the rating.
/// Source: none (values: see the page)
/// Theory: docs/models/module_overhead.md
class ModuleOverhead {
 public:
  static constexpr std::string_view kType = "module_overhead";

  struct Params {
    Power controller_power = Power::from_si(0.2);
    double converter_efficiency = 0.9;
    double failure_rate = 0.0;
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"controller_power", "W", 0.0, 100.0, "microcontroller, monitors and clock: constant"}, p.controller_power);
    v({"converter_efficiency", "1", 0.1, 1.0, "eta: power out over power in of the DC-DC converter"},
      p.converter_efficiency);
    v({"failure_rate", "1", 0.0, 1e6, "failures of controller and converter in 1e9 h"}, p.failure_rate);
  }

  ModuleOverhead() : ModuleOverhead(Params{}) {}
  explicit ModuleOverhead(const Params& params);
  const Params& params() const { return params_; }

  std::vector<PowerItem> power(const CostContext& context) const;
  std::vector<FitItem> fit(const CostContext& context) const;
  double latency(const CostContext& context) const;

 private:
  Params params_;
};

}  // namespace tessera
