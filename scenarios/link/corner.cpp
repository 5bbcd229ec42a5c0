#include "scenarios/link/corner.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "phy/core/nearest_name.hpp"
#include "phy/engine/budget_engine.hpp"
#include "phy/engine/margin.hpp"

namespace tessera {
namespace {

constexpr std::array<Corner, 3> kDeclarable{Corner::hot, Corner::cold, Corner::worst};

ParameterText corner_text(const std::string& key, const std::string& corner, const ConfigValue& value,
                          const ParameterText& typical) {
  ParameterText text = parameter_text(key + "." + corner, value);
  if (value.table() == nullptr) {
    text.source = typical.source;
    text.status = typical.status;
  } else if (text.source.empty() || text.status.empty()) {
    throw ConfigError(value.where, key + "." + corner + " must be a value, or a table with value, source and status");
  }
  return text;
}

std::optional<double> margin_of(const Link& link) {
  try {
    return evaluate_criterion(link, run_budget(prepare(link)).segments).margin_q;
  } catch (const Error&) {
    return std::nullopt;  // the run that follows says why
  }
}

}  // namespace

std::string_view to_string(Corner corner) {
  switch (corner) {
    case Corner::typical:
      return "typical";
    case Corner::hot:
      return "hot";
    case Corner::cold:
      return "cold";
    case Corner::worst:
      return "worst";
  }
  return "typical";
}

Corner corner_named(const std::string& name, const SourceLocation& where) {
  std::vector<std::string> known;
  for (const Corner corner : {Corner::typical, Corner::hot, Corner::cold, Corner::worst}) {
    if (to_string(corner) == name) return corner;
    known.emplace_back(to_string(corner));
  }
  throw ConfigError(where, "unknown corner \"" + name + "\"" + suggestion(name, known));
}

void CornerParameters::set(const std::string& key, const ConfigValue& value) {
  for (auto& [corner, parameters] : declared) parameters.erase(key);
  const ConfigTable* table = value.table();
  if (table == nullptr) {
    typical[key] = parameter_text(key, value);
    return;
  }
  check_keys(*table, {"value", "hot", "cold", "worst", "source", "status"}, key);
  ConfigTable plain{{}, table->where};
  for (const ConfigEntry& entry : table->entries)
    if (entry.key == "value" || entry.key == "source" || entry.key == "status") plain.entries.push_back(entry);
  typical[key] = parameter_text(key, {std::move(plain), value.where});
  for (const Corner corner : kDeclarable) {
    const std::string name(to_string(corner));
    if (const ConfigValue* given = table->find(name))
      declared[corner][key] = corner_text(key, name, *given, typical[key]);
  }
}

ParameterMap CornerParameters::at(CornerChoice choice) const {
  ParameterMap result = typical;
  for (const Corner corner : {choice.temperature, choice.corner}) {
    const auto found = declared.find(corner);
    if (found == declared.end()) continue;
    for (const auto& [key, text] : found->second) {
      ParameterText& entry = result[key] = text;
      entry.source =
          (entry.source.empty() ? "scenario file" : entry.source) + " (corner " + std::string(to_string(corner)) + ")";
    }
  }
  return result;
}

std::vector<ParameterMap> CornerParameters::all() const {
  std::vector<ParameterMap> result{typical};
  bool any = false;
  for (const auto& [corner, parameters] : declared) any = any || !parameters.empty();
  if (!any) return result;
  for (const CornerChoice choice :
       {CornerChoice{Corner::hot, Corner::hot}, CornerChoice{Corner::cold, Corner::cold},
        CornerChoice{Corner::worst, Corner::hot}, CornerChoice{Corner::worst, Corner::cold}})
    result.push_back(at(choice));
  return result;
}

WorseLink compare_margins(const Link& first, const Link& second) {
  const std::optional<double> a = margin_of(first);
  if (!a) return {true, "the link cannot be evaluated there"};
  const std::optional<double> b = margin_of(second);
  if (!b) return {false, "the link cannot be evaluated there"};
  const bool is_first = *a <= *b;
  return {is_first, fmt::format("margin of Q {:.4g} against {:.4g}, budget engine at the link's own length",
                                is_first ? *a : *b, is_first ? *b : *a)};
}

}  // namespace tessera
