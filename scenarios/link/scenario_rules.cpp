#include "scenarios/link/scenario_rules.hpp"

#include <algorithm>

#include "phy/core/nearest_name.hpp"
#include "phy/core/quantity_text.hpp"
#include "phy/fec/code_gain.hpp"
#include "scenarios/link/scenario_reader.hpp"

namespace tessera::scenario_rules {
namespace {

constexpr std::size_t kLongestName = 64;

bool name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

void refuse(const ConfigTable& table, std::initializer_list<std::string_view> keys, const std::string& reason) {
  for (const ConfigEntry& entry : table.entries) {
    if (std::find(keys.begin(), keys.end(), entry.key) != keys.end())
      throw ConfigError(entry.where, "key \"" + entry.key + "\" has no meaning " + reason);
  }
}

std::ptrdiff_t position(const Segment& segment, const std::string& stage) {
  return std::find_if(segment.stages.begin(), segment.stages.end(), [&](const Stage& s) { return s.name == stage; }) -
         segment.stages.begin();
}

}  // namespace

std::string require_name(const ConfigTable& table, std::string_view table_name) {
  std::string name = require_text(table, "name", table_name);
  const SourceLocation& where = table.find("name")->where;
  if (name.size() > kLongestName)
    throw ConfigError(where, "a name must have at most 64 characters, got " + std::to_string(name.size()));
  if (!std::all_of(name.begin(), name.end(), name_character))
    throw ConfigError(where, "a name must consist of letters, digits, '_' and '-', got \"" + name + "\"");
  return name;
}

std::string test_point(const ConfigTable& stage) {
  static const std::vector<std::string> kKnown{"TP0", "TP0a", "TP1",  "TP1a", "TP2",
                                               "TP3", "TP4",  "TP4a", "TP5",  "TP5a"};
  const ConfigValue* value = stage.find("probe");
  if (value == nullptr) return {};
  std::string name = require_text(stage, "probe", "a stage");
  if (std::find(kKnown.begin(), kKnown.end(), name) == kKnown.end())
    throw ConfigError(value->where, "unknown test point \"" + name + "\"" + suggestion(name, kKnown));
  return name;
}

void check_test_point(const ConfigTable& stage, const std::vector<Stage>& stages) {
  const auto same = [&](const Stage& s) { return s.probe == stages.back().probe; };
  if (!stages.back().probe.empty() && std::count_if(stages.begin(), stages.end(), same) > 1)
    throw ConfigError(stage.find("probe")->where, "test point " + stages.back().probe + " stands twice in one segment");
}

std::string require_technology(const ConfigTable& header) {
  static const std::vector<std::string> kKnown{"copper_dac", "acc", "aec", "backplane", "c2m",     "dsp_pluggable",
                                               "lro",        "lpo", "aoc", "cpo",       "microled"};
  std::string technology = require_text(header, "technology", "[link]");
  if (std::find(kKnown.begin(), kKnown.end(), technology) == kKnown.end())
    throw ConfigError(header.find("technology")->where,
                      "unknown technology \"" + technology + "\"" + suggestion(technology, kKnown));
  return technology;
}

void check_count(const ConfigTable& owner, std::string_view key, std::size_t most) {
  const std::size_t count = table_array(owner, key).size();
  if (count <= most) return;
  throw ConfigError(owner.find(key)->where, "at most " + std::to_string(most) + " tables [[" + std::string(key) +
                                                "]] may stand together, got " + std::to_string(count));
}

void check_coupling_keys(const ConfigTable& table, const Coupling& coupling, const Stage& injection) {
  if (coupling.name == "array")
    throw ConfigError(table.find("name")->where, "the name \"array\" is reserved for the segment's key array");
  const bool network = injection.model.kind() == ModelKind::network_stage;
  if (coupling.shape == Coupling::Shape::touchstone) {
    refuse(table, {"gain", "gains", "aggressors", "with_through_loss", "slope", "reference_frequency"},
           "with shape touchstone: the file says how much couples");
    if (!network)
      throw ConfigError(
          table.find("injection")->where,
          "a measured coupling takes the place of an electrical network stage, which " + injection.name + " is not");
    return;
  }
  refuse(table, {"file", "port_order"}, "without shape touchstone");
  if (!network && coupling.shape == Coupling::Shape::power_law)
    throw ConfigError(table.find("shape")->where, "a coupling at " + injection.name +
                                                      " must be flat: only electrical network stages couple by a "
                                                      "power law");
  if (!network)
    refuse(table, {"with_through_loss"}, "at " + injection.name + ", which is not an electrical network stage");
  if (coupling.shape == Coupling::Shape::flat) refuse(table, {"slope", "reference_frequency"}, "with shape flat");
  if (table.find("gains") != nullptr) refuse(table, {"aggressors"}, "with gains, which hold one for each aggressor");
}

void check_launch(const ConfigTable& tree, const Link& link) {
  const std::vector<const ConfigTable*> tables = table_array(tree, "segment");
  for (std::size_t i = 0; i < link.segments.size(); ++i) {
    const Segment& segment = link.segments[i];
    if (!segment.launch || link.reach_stage.empty()) continue;
    const std::ptrdiff_t reach = position(segment, link.reach_stage);
    if (reach == static_cast<std::ptrdiff_t>(segment.stages.size()) || position(segment, segment.launch->stage) < reach)
      continue;
    throw ConfigError(tables.at(i)->find("launch")->table()->find("stage")->where,
                      "launch stage " + segment.launch->stage + " must stand before the reach stage " +
                          link.reach_stage + ", else the laser pays for the length");
  }
}

void check_reach_limit(const ConfigTable& reach, const Stage& stage, const ModelInfo& model, double limit_m) {
  ParameterMap parameters = stage.model.parameters();
  parameters["length"] = {format_number(limit_m) + " m", {}, {}, {}};
  try {
    model.make(parameters);
  } catch (const ConfigError& error) {
    throw ConfigError(reach.find("limit")->where,
                      "reach limit is out of the range of stage " + stage.name + ": " + error.what());
  }
}

}  // namespace tessera::scenario_rules

namespace tessera {

double line_overhead(const FecSpec& fec) {
  const auto code = rs_code(fec.code);
  if (!code) return 66.0 / 64.0;
  return static_cast<double>(code->symbols) / code->data_symbols * 257.0 / 256.0;
}

}  // namespace tessera
