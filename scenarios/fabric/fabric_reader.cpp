#include "scenarios/fabric/fabric_reader.hpp"

#include <algorithm>

#include "phy/core/nearest_name.hpp"
#include "scenarios/link/scenario_rules.hpp"
#include "scenarios/link/study_links.hpp"

namespace tessera {
namespace {

struct FabricTable {
  static constexpr std::string_view kType = "[fabric]";
  struct Params {
    std::string name, description;
    int gpus = 0;
    BitRate gpu_rate;
    double load = 1.0;
  };
  template <class P, class V>
  static void visit(P& p, V&& v) {
    v({"name", "", 0, 0, "name in reports"}, p.name);
    v({"description", "", 0, 0, "one sentence"}, p.description);
    v({"gpus", "1", 1, 1e8, "accelerators that the fabric joins"}, p.gpus);
    v({"gpu_rate", "Gbit/s", 1e-3, 1e7, "payload that one GPU sends at full load, one direction"}, p.gpu_rate);
    v({"load", "1", 1e-6, 1.0, "share of gpu_rate sent on average"}, p.load);
  }
};

struct TierTable {
  static constexpr std::string_view kType = "[[tier]]";
  struct Params {
    std::string name, link;
    int ports = 0, crossings = 2;
    BitRate port_rate;
    Length length;
  };
  template <class P, class V>
  static void visit(P& p, V&& v) {
    v({"name", "", 0, 0, "name of the tier"}, p.name);
    v({"link", "", 0, 0, "link scenario that carries its ports"}, p.link);
    v({"ports", "1", 1, 1e9, "logical links of the tier, each both ways"}, p.ports);
    v({"port_rate", "Gbit/s", 1e-3, 1e7, "payload of one port, one direction"}, p.port_rate);
    v({"length", "m", 0.0, 1e6, "of every link of the tier; the link file's own where left out"}, p.length);
    v({"crossings", "1", 0, 64, "how often the longest path crosses the tier"}, p.crossings);
  }
};

void record(const ConfigTable& table, const std::string& prefix, std::vector<ProvenanceRow>& rows) {
  for (const ConfigEntry& entry : table.entries) {
    if (entry.key == "name" || entry.key == "description") continue;
    const ParameterText text = parameter_text(entry.key, entry.value);
    const auto* words = std::get_if<std::string>(&text.value);
    const bool set = text.where.file.starts_with("--");
    rows.push_back({prefix + "." + entry.key, words != nullptr ? *words : to_toml(text),
                    !text.source.empty() ? text.source
                    : set                ? text.where.file
                                         : "fabric file",
                    !text.status.empty() ? text.status
                    : set                ? "override"
                                         : "scenario"});
  }
}

FabricTier read_tier(const ConfigTable& table, const std::filesystem::path& folder, const Library& library,
                     const std::vector<ModelInfo>& models, FabricScenario& scenario) {
  const TierTable::Params p = read_table<TierTable>(table);
  for (const char* key : {"ports", "port_rate"}) require(table, key, "[[tier]]");
  FabricTier tier;
  tier.name = scenario_rules::require_name(table, "[[tier]]");
  tier.ports = p.ports;
  tier.port_rate = p.port_rate.si();
  tier.crossings = p.crossings;
  const ConfigValue& link = require(table, "link", "[[tier]]");
  scenario.links.push_back(read_link(study_links::link_file(link, folder, library), library, models));
  tier.link = scenario.links.back().link;
  const ConfigValue* length = table.find("length");
  if (length == nullptr) return tier;
  if (tier.link.reach_stage.empty())
    throw ConfigError(length->where, "link " + tier.link.name + " has no length to set: it names no reach stage");
  try {
    tier.link = with_length(tier.link, p.length.si());
  } catch (const ConfigError& error) {
    throw ConfigError(length->where, "tier " + tier.name + ": " + error.what());
  }
  return tier;
}

}  // namespace

FabricScenario read_fabric(const std::filesystem::path& path, const Library& library,
                           const std::vector<ModelInfo>& models, const std::vector<std::string>& sets) {
  ConfigTable tree = read_config(path);
  for (const std::string& set : sets) apply_override(tree, set, "fabric", "tier");
  check_keys(tree, {"fabric", "tier"}, "a fabric file");
  const ConfigTable* header = optional_table(tree, "fabric");
  if (header == nullptr) throw ConfigError(tree.where, "a fabric file must have a table [fabric]");
  FabricScenario scenario;
  const FabricTable::Params p = read_table<FabricTable>(*header);
  for (const char* key : {"gpus", "gpu_rate"}) require(*header, key, "[fabric]");
  scenario.fabric.name = scenario_rules::require_name(*header, "[fabric]");
  scenario.fabric.description = p.description;
  scenario.fabric.gpus = p.gpus;
  scenario.fabric.gpu_rate = p.gpu_rate.si();
  scenario.fabric.load = p.load;
  record(*header, scenario.fabric.name, scenario.provenance);
  for (const ConfigTable* table : table_array(tree, "tier")) {
    scenario.fabric.tiers.push_back(read_tier(*table, path.parent_path(), library, models, scenario));
    const std::string& name = scenario.fabric.tiers.back().name;
    if (std::count_if(scenario.fabric.tiers.begin(), scenario.fabric.tiers.end(),
                      [&](const FabricTier& t) { return t.name == name; }) > 1)
      throw ConfigError(table->find("name")->where, "tier name \"" + name + "\" stands twice");
    record(*table, scenario.fabric.name + "." + name, scenario.provenance);
  }
  if (scenario.fabric.tiers.empty()) throw ConfigError(header->where, "a fabric must have at least one [[tier]]");
  if (std::all_of(scenario.fabric.tiers.begin(), scenario.fabric.tiers.end(),
                  [](const FabricTier& t) { return t.crossings == 0; }))
    throw ConfigError(header->where, "the longest path must cross at least one tier");
  return scenario;
}

std::filesystem::path resolve_fabric(const Library& library, const std::string& name) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(name, ignored)) return name;
  for (const auto& path : {library.folder / "fabrics" / (name + ".toml"), library.folder / "fabrics" / name})
    if (!name.empty() && std::filesystem::is_regular_file(path, ignored)) return path;
  throw IoError(name + ": no such fabric file, and no such name in the library" +
                suggestion(std::filesystem::path(name).stem().string(), names_in(library, "fabrics")));
}

}  // namespace tessera
