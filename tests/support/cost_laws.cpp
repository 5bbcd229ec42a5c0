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

double watts_of(const AnyModel& model, const CostContext& context, std::size_t row) {
  const auto items = model.power(context);
  return row < items.size() ? items[row].watts : -1.0;
}

// How many of the model's own numbers the watts of a row follow. Each is moved an eighth of the way into its range.
int parameters_behind(const ModelInfo& info, const AnyModel& model, const CostContext& context, std::size_t row) {
  const double before = watts_of(model, context, row);
  int count = 0;
  for (const ParameterRow& parameter : info.parameters) {
    if (!std::isfinite(parameter.minimum) || !std::isfinite(parameter.maximum) || parameter.unit.empty()) continue;
    const double value = parameter.minimum + 0.125 * (parameter.maximum - parameter.minimum);
    ParameterMap map = required_parameters(info);
    if (parameter.unit == "1") {
      map[parameter.name].value = value;
    } else {
      map[parameter.name].value = fmt::format("{} {}", value, parameter.unit);
    }
    try {
      if (watts_of(info.make(map), context, row) != before) ++count;
    } catch (const Error&) {
      // A list, a whole number, or against a rule between parameters.
    }
  }
  return count;
}

// A flag `constant` that is wrong either way would put watts in the wrong column of the energy table. A row that
// follows no context must be a formula of several parameters of the stage (a swing and a supply, say), or it is a
// constant by another name.
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
    if (!base[i].constant && !moved && base[i].watts > 0.0 && parameters_behind(info, model, contexts.front(), i) < 2)
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
