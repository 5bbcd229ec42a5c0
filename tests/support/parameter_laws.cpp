#include <fmt/format.h>

#include <cmath>

#include "tests/support/model_laws.hpp"
#include "tests/support/model_probe.hpp"

namespace tessera::contract {

namespace {

bool always(const ModelInfo&, const AnyModel&) { return true; }

bool is_number(const ParameterRow& row) { return !row.unit.empty(); }

// A scalar in the parameter's own unit, as a file would give it.
ParameterText in_unit(const ParameterRow& row, double value) {
  ParameterText text;
  if (row.unit == "1") {
    text.value = value;
  } else {
    text.value = fmt::format("{} {}", value, row.unit);
  }
  return text;
}

bool is_list(const ParameterText& text) {
  return std::holds_alternative<std::vector<ParameterText::Scalar>>(text.value);
}

Violations every_parameter_has_unit_and_text(const ModelInfo& info, const AnyModel& model) {
  Violations found;
  for (const ParameterRow& row : info.parameters) {
    const ParameterText& value = model.parameters().at(row.name);
    const bool number =
        std::holds_alternative<double>(value.value) || std::holds_alternative<std::int64_t>(value.value);
    if (number && row.unit.empty()) found.push_back(row.name + " is a number without a unit; \"1\" for a pure number");
    if (row.text.size() < 4) found.push_back(fmt::format("{} has no text that explains it: `{}`", row.name, row.text));
    if (std::isnan(row.minimum) || std::isnan(row.maximum) || row.minimum > row.maximum)
      found.push_back(fmt::format("{} has the range [{}, {}]", row.name, row.minimum, row.maximum));
    if (row.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string::npos)
      found.push_back(row.name + " is not snake_case");
  }
  return found;
}

Violations unknown_keys_are_refused(const ModelInfo& info, const AnyModel&) {
  Violations found;
  ParameterMap map = required_parameters(info);
  const std::string nearest = info.parameters.empty() ? "" : info.parameters.front().name;
  map[nearest + "x"].value = 1.0;
  try {
    info.make(map);
    found.push_back(nearest + "x was accepted");
  } catch (const ConfigError& e) {
    if (std::string(e.what()).find(nearest) == std::string::npos)
      found.push_back(fmt::format("the message does not name {}: {}", nearest, e.what()));
  }
  return found;
}

Violations values_outside_the_range_are_refused(const ModelInfo& info, const AnyModel& model) {
  Violations found;
  for (const ParameterRow& row : info.parameters) {
    if (!is_number(row) || is_list(model.parameters().at(row.name))) continue;
    for (double limit : {row.minimum, row.maximum}) {
      if (!std::isfinite(limit)) continue;
      const double outwards = limit == row.maximum ? 1.0 : -1.0;
      ParameterMap map = required_parameters(info);
      // A whole unit and a tenth beyond, so that whole-number parameters get a whole number too.
      map[row.name] = in_unit(row, limit + outwards * std::max(1.0, std::ceil(0.1 * std::abs(limit))));
      try {
        info.make(map);
        found.push_back(
            fmt::format("{} was accepted outside [{}, {}] {}", row.name, row.minimum, row.maximum, row.unit));
      } catch (const ConfigError& e) {
        if (std::string(e.what()).find(row.name) == std::string::npos)
          found.push_back(fmt::format("{} is refused without being named: {}", row.name, e.what()));
      }
    }
  }
  return found;
}

void compare(const ParameterMap& before, const ParameterMap& after, std::string_view way, Violations& found) {
  for (const auto& [name, text] : before) {
    const auto it = after.find(name);
    if (it == after.end()) {
      found.push_back(fmt::format("{} is lost {}", name, way));
    } else if (to_toml(it->second) != to_toml(text) || it->second.value != text.value) {
      found.push_back(fmt::format("{} = {} comes back {} as {}", name, to_toml(text), way, to_toml(it->second)));
    }
  }
  if (after.size() != before.size())
    found.push_back(fmt::format("{} parameters became {}", before.size(), after.size()));
}

Violations parameters_survive_the_way_through_text(const ModelInfo& info, const AnyModel& model) {
  Violations found;
  compare(model.parameters(), info.make(model.parameters()).parameters(), "through a map", found);
  compare(model.parameters(), info.make(parse_toml(print_toml(model.parameters()))).parameters(), "through TOML",
          found);
  return found;
}

// Identity of the defaults alone would also hold for a reader that ignores its input.
Violations changed_parameters_arrive(const ModelInfo& info, const AnyModel& model) {
  Violations found;
  for (const ParameterRow& row : info.parameters) {
    const ParameterText& now = model.parameters().at(row.name);
    if (!is_number(row) || is_list(now) || std::holds_alternative<std::int64_t>(now.value)) continue;
    if (!std::isfinite(row.minimum) || !std::isfinite(row.maximum)) continue;
    ParameterMap map = required_parameters(info);
    map[row.name] = in_unit(row, row.minimum + 0.4375 * (row.maximum - row.minimum));
    try {
      if (to_toml(info.make(map).parameters().at(row.name)) == to_toml(now))
        found.push_back(fmt::format("{} was set and stayed at its default {}", row.name, to_toml(now)));
    } catch (const ConfigError&) {
      // In its own range, but against a rule between parameters: not what this law looks for.
    }
  }
  return found;
}

}  // namespace

std::vector<Law> parameter_laws() {
  return {{"EveryParameterHasUnitAndText", always, every_parameter_has_unit_and_text},
          {"UnknownKeysAreRefused", always, unknown_keys_are_refused},
          {"ValuesOutsideTheRangeAreRefused", always, values_outside_the_range_are_refused},
          {"ParametersSurviveTheWayThroughText", always, parameters_survive_the_way_through_text},
          {"ChangedParametersArrive", always, changed_parameters_arrive}};
}

}  // namespace tessera::contract
