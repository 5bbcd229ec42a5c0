#include <fmt/format.h>

#include <cmath>

#include "tests/support/model_laws.hpp"
#include "tests/support/model_probe.hpp"

namespace tessera::contract {

namespace {

bool always(const ModelInfo&, const AnyModel&) { return true; }

Violations costs_are_finite_and_not_negative(const ModelInfo& info, const AnyModel& model) {
  Violations found;
  const auto check = [&](std::string_view what, const std::string& component, double value) {
    if (!std::isfinite(value) || value < 0.0) found.push_back(fmt::format("{} of `{}` is {}", what, component, value));
    if (component.empty()) found.push_back(fmt::format("a row of {} has no component", what));
  };
  for (const CostContext& context : cost_contexts(info, model)) {
    for (const PowerItem& item : model.power(context)) check("power", item.component, item.watts);
    for (const FitItem& item : model.fit(context)) check("FIT", item.component, item.fit);
    check("latency", "the model", model.latency(context));
  }
  return found;
}

// A flag `constant` that is wrong either way would put watts in the wrong column of the energy table.
Violations power_is_constant_where_it_says_so(const ModelInfo& info, const AnyModel& model) {
  Violations found;
  const auto contexts = cost_contexts(info, model);
  const auto base = model.power(contexts.front());
  for (std::size_t i = 0; i < base.size(); ++i) {
    bool moved = false;
    for (const CostContext& context : contexts) {
      const auto items = model.power(context);
      if (items.size() != base.size()) return {"the rows of power change with the link variables"};
      moved = moved || std::abs(items[i].watts - base[i].watts) > 1e-9 * base[i].watts;
    }
    if (base[i].constant && moved) found.push_back(fmt::format("`{}` says constant and is not", base[i].component));
    if (!base[i].constant && !moved && base[i].watts > 0.0)
      found.push_back(fmt::format("`{}` = {} W depends on no link variable and does not say constant",
                                  base[i].component, base[i].watts));
  }
  return found;
}

}  // namespace

std::vector<Law> cost_laws() {
  return {{"CostsAreFiniteAndNotNegative", always, costs_are_finite_and_not_negative},
          {"PowerIsConstantWhereItSaysSo", always, power_is_constant_where_it_says_so}};
}

}  // namespace tessera::contract
