#include "scenarios/link/scenario_corner.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "phy/core/constants.hpp"
#include "phy/core/quantity_text.hpp"

namespace tessera {
namespace {

constexpr std::string_view kUsualRange =
    "0 to 70 degC, the commercial range of pluggable modules, general knowledge without a document";

double celsius(double kelvin) { return kelvin - constants::kZeroCelsius; }

void require_order(const ConfigTable& header, std::string_view key, double value, double typical, bool ordered) {
  if (ordered) return;
  throw ConfigError(header.find(key)->where,
                    fmt::format("{} must not be {} case_temperature, {:g} degC, got {:g} degC", key,
                                key.starts_with("hot") ? "below" : "above", celsius(typical), celsius(value)));
}

// The temperature that entered stands in one row, whatever other temperatures the file names.
void record_temperature(const ConfigTable& header, CornerChoice corner, LinkScenario& scenario) {
  const std::string name = scenario.link.name + ".case_temperature";
  const std::string side = std::string(to_string(corner.temperature)) + "_case_temperature";
  const auto unused = [&](const ProvenanceRow& row) {
    return row.parameter == scenario.link.name + ".hot_case_temperature" ||
           row.parameter == scenario.link.name + ".cold_case_temperature" ||
           (row.parameter == name && corner.temperature != Corner::typical);
  };
  std::erase_if(scenario.provenance, unused);
  if (corner.temperature == Corner::typical) return;
  const ConfigValue* given = header.find(side);
  const ParameterText text = given != nullptr ? parameter_text(side, *given) : ParameterText{};
  const bool override_given = text.where.file.starts_with("--");
  std::string source = override_given ? text.where.file : text.source;
  if (source.empty()) source = given != nullptr ? "scenario file" : kUsualRange;
  std::string status = override_given ? "override" : text.status;
  if (status.empty()) status = given != nullptr ? "scenario" : "estimate";
  scenario.provenance.push_back({name, format_number(celsius(scenario.link.case_temperature)) + " degC",
                                 source + " (corner " + std::string(to_string(corner.corner)) + ")", status});
}

void set_corner(ConfigTable& tree, const std::string& name) {
  ConfigValue* link = tree.find("link");
  auto* table = link != nullptr ? std::get_if<ConfigTable>(&link->value) : nullptr;
  if (table != nullptr) table->set("corner", {name, {"--corner " + name, 0, 0}});
}

Corner corner_of(const ConfigTable& tree) {
  const ConfigTable* table = optional_table(tree, "link");
  const ConfigValue* value = table != nullptr ? table->find("corner") : nullptr;
  return value == nullptr ? Corner::typical : corner_named(require_text(*table, "corner", "[link]"), value->where);
}

}  // namespace

void apply_corner(const ConfigTable& header, CornerChoice corner, const scenario_tables::LinkTable::Params& params,
                  LinkScenario& scenario) {
  const double typical = params.case_temperature.si();
  double hot = params.hot_case_temperature.si(), cold = params.cold_case_temperature.si();
  if (header.find("hot_case_temperature") == nullptr) hot = std::max(hot, typical);
  if (header.find("cold_case_temperature") == nullptr) cold = std::min(cold, typical);
  require_order(header, "hot_case_temperature", hot, typical, hot >= typical);
  require_order(header, "cold_case_temperature", cold, typical, cold <= typical);
  scenario.hot_case_temperature = hot;
  scenario.cold_case_temperature = cold;
  scenario.link.corner = to_string(corner.corner);
  scenario.link.case_temperature = corner.temperature == Corner::hot    ? hot
                                   : corner.temperature == Corner::cold ? cold
                                                                        : typical;
  record_temperature(header, corner, scenario);
}

LinkScenario read_link(ConfigTable tree, const std::filesystem::path& folder, const Library& library,
                       const std::vector<ModelInfo>& models, const ScenarioOptions& options) {
  for (const std::string& set : options.sets) apply_override(tree, set);
  if (options.corner) set_corner(tree, *options.corner);
  const Corner corner = corner_of(tree);
  const auto at = [&](Corner temperature) {
    return read_at_corner({corner, temperature}, tree, folder, library, models, options);
  };
  if (corner != Corner::worst) return at(corner);
  LinkScenario hot = at(Corner::hot), cold = at(Corner::cold);
  const WorseLink worse = compare_margins(hot.link, cold.link);
  LinkScenario& result = worse.first ? hot : cold;
  result.provenance.push_back({result.link.name + ".corner.temperature", worse.first ? "hot" : "cold",
                               "the worse of hot and cold: " + worse.reason, "derived"});
  // Read again, the resolved file has no other temperature to choose.
  result.hot_case_temperature = result.cold_case_temperature = result.link.case_temperature;
  return std::move(result);
}

LinkScenario read_link(const std::filesystem::path& path, const Library& library, const std::vector<ModelInfo>& models,
                       const ScenarioOptions& options) {
  return read_link(read_config(path), path.parent_path(), library, models, options);
}

}  // namespace tessera
