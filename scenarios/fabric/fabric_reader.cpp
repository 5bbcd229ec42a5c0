#include "scenarios/fabric/fabric_reader.hpp"

#include <algorithm>
#include <array>

#include "phy/core/nearest_name.hpp"
#include "scenarios/fabric/fabric_defaults.hpp"
#include "scenarios/fabric/fabric_sections.hpp"
#include "scenarios/fabric/fabric_tables.hpp"
#include "scenarios/link/scenario_rules.hpp"
#include "scenarios/link/study_links.hpp"

namespace tessera {
namespace {

using namespace fabric_tables;

constexpr std::array<std::string_view, 4> kSections{"topology", "transport", "workload", "operation"};

// Who says a value: its own source, else the command line, the file or the table of defaults.
void record(const ConfigTable& table, const std::string& prefix, std::vector<ProvenanceRow>& rows) {
  for (const ConfigEntry& entry : table.entries) {
    if (entry.key == "name" || entry.key == "description") continue;
    const ParameterText text = parameter_text(entry.key, entry.value);
    const auto* words = std::get_if<std::string>(&text.value);
    const bool set = text.where.file.starts_with("--"), written = !text.where.file.empty();
    rows.push_back({prefix + "." + entry.key, words != nullptr ? *words : to_toml(text),
                    !text.source.empty() ? text.source
                    : set                ? text.where.file
                    : written            ? "fabric file"
                                         : "default",
                    !text.status.empty() ? text.status
                    : set                ? "override"
                    : written            ? "scenario"
                                         : "default"});
  }
}

struct Reading {
  const FabricLinkReader& read_link;
  FabricScenario& scenario;
};

// The links that a tier names: one, or several of growing reach.
std::vector<Link> read_links(const ConfigTable& table, std::string_view owner, const Reading& reading) {
  const ConfigValue& named = require(table, "link", owner);
  ConfigArray names;
  if (const ConfigArray* list = named.array())
    names = *list;
  else
    names = {named};
  if (names.empty()) throw ConfigError(named.where, "link must name at least one link");
  std::vector<Link> links;
  for (const ConfigValue& name : names) {
    if (reading.read_link) {
      reading.scenario.links.push_back(reading.read_link(name));
      links.push_back(reading.scenario.links.back().link);
    } else {
      const auto* text = std::get_if<std::string>(&name.value);
      if (text == nullptr) throw ConfigError(name.where, "link must be a name or a list of names");
      links.emplace_back().name = *text;
    }
  }
  return links;
}

double length_of(const ParameterText& text) { return read_parameters<LengthTable>({{"length", text}}).length.si(); }

CableLengths read_lengths(const ConfigTable& table, const TierTable::Params& p) {
  using Shape = CableLengths::Shape;
  CableLengths out;
  const ConfigValue* length = table.find("length");
  const ConfigValue* to = table.find("length_to");
  const ConfigValue* mode = table.find("length_mode");
  if (to == nullptr && mode != nullptr) throw ConfigError(mode->where, "length_mode needs a length_to");
  if (to != nullptr && length == nullptr) throw ConfigError(to->where, "length_to needs a length, the shortest");
  if (length == nullptr) return out;
  const ParameterText text = parameter_text("length", *length);
  if (const auto* list = std::get_if<std::vector<ParameterText::Scalar>>(&text.value)) {
    if (to != nullptr) throw ConfigError(to->where, "length_to needs a single length, the shortest");
    if (list->empty()) throw ConfigError(length->where, "length must hold at least one length");
    out.shape = Shape::list;
    for (const ParameterText::Scalar& scalar : *list) {
      ParameterText one = text;
      std::visit([&](const auto& value) { one.value = value; }, scalar);
      out.values.push_back(length_of(one));
    }
    return out;
  }
  out.low = length_of(text);
  if (to == nullptr) return {Shape::list, {out.low}, 0.0, 0.0, 0.0};
  out.shape = mode != nullptr ? Shape::triangular : Shape::uniform;
  out.high = p.length_to.si();
  out.mode = mode != nullptr ? p.length_mode.si() : out.low;
  if (!(out.low <= out.mode && out.mode <= out.high))
    throw ConfigError(to->where, "lengths must satisfy length <= length_mode <= length_to");
  return out;
}

// Every technology must take the lengths that may come to it; the shortest always does, a longer one may not be
// reached.
void check_lengths(FabricTier& tier, const ConfigTable& table) {
  const ConfigValue* length = table.find("length");
  if (length == nullptr) return;
  std::vector<const Link*> links{&tier.link};
  for (const Link& link : tier.longer) links.push_back(&link);
  for (const Link* link : links) {
    if (link->reach_stage.empty())
      throw ConfigError(length->where, "link " + link->name + " has no length to set: it names no reach stage");
    try {
      for (const LengthBin& bin : bins(tier.lengths))
        if (bin.length) (void)with_length(*link, *bin.length);
    } catch (const ConfigError& error) {
      throw ConfigError(length->where, "tier " + tier.name + ": " + error.what());
    }
  }
  tier.link = with_length(tier.link, *bins(tier.lengths).front().length);
}

void take_links(FabricTier& tier, std::vector<Link> links) {
  tier.link = std::move(links.front());
  links.erase(links.begin());
  tier.longer = std::move(links);
}

FabricTier read_tier(const ConfigTable& table, const TopologyTier* shape, const Reading& reading) {
  const TierTable::Params p = read_table<TierTable>(table, {"link", "length"});
  require(table, "port_rate", "[[tier]]");
  if (shape == nullptr) require(table, "ports", "[[tier]]");
  FabricTier tier;
  tier.name = scenario_rules::require_name(table, "[[tier]]");
  if (tier.name == "fabric" || std::find(kSections.begin(), kSections.end(), tier.name) != kSections.end())
    throw ConfigError(table.find("name")->where, "a tier must not be called like a table: " + tier.name);
  const ConfigValue* ports = table.find("ports");
  tier.ports = ports != nullptr ? p.ports : shape->links;
  if (shape != nullptr && ports != nullptr && tier.ports != shape->links)
    throw ConfigError(ports->where, "tier " + tier.name + " has " + std::to_string(shape->links) + " " + shape->role +
                                        " links by its topology, not " + std::to_string(tier.ports));
  tier.crossings = shape != nullptr && table.find("crossings") == nullptr ? shape->crossings : p.crossings;
  tier.port_rate = p.port_rate.si();
  tier.spares = p.spares;
  tier.margins = {p.margin_rms, p.weak_share, p.weak_margin};
  take_links(tier, read_links(table, "[[tier]]", reading));
  tier.lengths = read_lengths(table, p);
  if (reading.read_link) check_lengths(tier, table);
  if (tier.longer.empty() || table.find("length") != nullptr) return tier;
  throw ConfigError(table.find("link")->where, "several links need a length to choose by");
}

TierAlternative read_alternative(const ConfigTable& table, const Fabric& fabric, const ConfigTable& tree,
                                 const Reading& reading) {
  const AlternativeTable::Params p = read_table<AlternativeTable>(table, {"link"});
  TierAlternative out;
  out.name = scenario_rules::require_name(table, "[[alternative]]");
  const ConfigValue& tier = require(table, "tier", "[[alternative]]");
  std::vector<std::string> known;
  for (const FabricTier& t : fabric.tiers) known.push_back(t.name);
  const auto found = std::find(known.begin(), known.end(), p.tier);
  if (found == known.end()) throw ConfigError(tier.where, "no tier \"" + p.tier + "\"" + suggestion(p.tier, known));
  out.tier = static_cast<std::size_t>(found - known.begin());
  out.replacement = fabric.tiers[out.tier];
  take_links(out.replacement, read_links(table, "[[alternative]]", reading));
  if (reading.read_link) check_lengths(out.replacement, *table_array(tree, "tier")[out.tier]);
  for (const TierAlternative& other : fabric.alternatives)
    if (other.name == out.name)
      throw ConfigError(table.find("name")->where, "alternative name \"" + out.name + "\" stands twice");
  return out;
}

void apply_sets(ConfigTable& tree, const std::vector<std::string>& sets) {
  for (const std::string& set : sets) {
    const std::string head = set.substr(0, set.find_first_of(".="));
    const bool section = std::find(kSections.begin(), kSections.end(), head) != kSections.end();
    if (section && tree.find(head) == nullptr) tree.set(head, {ConfigTable{{}, tree.where}, tree.where});
    apply_override(tree, set, section ? head : "fabric", "tier");
  }
}

void read_tiers(const ConfigTable& tree, const ConfigTable& header, const Reading& reading) {
  Fabric& fabric = reading.scenario.fabric;
  std::vector<TopologyTier> shape;
  if (fabric.topology) shape = count(*fabric.topology).tiers;
  const std::vector<const ConfigTable*> tables = table_array(tree, "tier");
  if (tables.empty()) throw ConfigError(header.where, "a fabric must have at least one [[tier]]");
  if (fabric.topology && shape.size() != tables.size()) {
    std::string roles;
    for (const TopologyTier& tier : shape) roles.append(roles.empty() ? "" : ", ").append(tier.role);
    throw ConfigError(header.where, "this topology has " + std::to_string(shape.size()) + " tiers (" + roles +
                                        "), the file " + std::to_string(tables.size()));
  }
  for (std::size_t i = 0; i < tables.size(); ++i) {
    fabric.tiers.push_back(read_tier(*tables[i], fabric.topology ? &shape[i] : nullptr, reading));
    const std::string& name = fabric.tiers.back().name;
    if (std::count_if(fabric.tiers.begin(), fabric.tiers.end(), [&](const FabricTier& t) { return t.name == name; }) >
        1)
      throw ConfigError(tables[i]->find("name")->where, "tier name \"" + name + "\" stands twice");
    record(*tables[i], fabric.name + "." + name, reading.scenario.provenance);
  }
  if (std::all_of(fabric.tiers.begin(), fabric.tiers.end(), [](const FabricTier& t) { return t.crossings == 0; }))
    throw ConfigError(header.where, "the longest path must cross at least one tier");
}

}  // namespace

FabricScenario read_fabric(ConfigTable tree, const FabricLinkReader& links, const std::vector<std::string>& sets) {
  apply_sets(tree, sets);
  check_keys(tree, {"fabric", "topology", "tier", "transport", "workload", "operation", "alternative"},
             "a fabric file");
  if (optional_table(tree, "fabric") == nullptr)
    throw ConfigError(tree.where, "a fabric file must have a table [fabric]");
  add_defaults(tree);
  FabricScenario scenario;
  scenario.text = to_toml(tree);
  Fabric& fabric = scenario.fabric;
  const ConfigTable& header = *optional_table(tree, "fabric");
  const FabricTable::Params p = read_table<FabricTable>(header);
  for (const char* key : {"gpus", "gpu_rate"}) require(header, key, "[fabric]");
  fabric.name = scenario_rules::require_name(header, "[fabric]");
  fabric.description = p.description;
  fabric.gpus = p.gpus;
  fabric.gpu_rate = p.gpu_rate.si();
  fabric.load = p.load;
  fabric.switch_latency = p.switch_latency.si();
  record(header, fabric.name, scenario.provenance);
  fabric_sections::read(tree, fabric);
  for (const std::string_view section : kSections)
    if (const ConfigTable* table = optional_table(tree, section))
      record(*table, fabric.name + "." + std::string(section), scenario.provenance);
  const Reading reading{links, scenario};
  read_tiers(tree, header, reading);
  for (const ConfigTable* table : table_array(tree, "alternative")) {
    fabric.alternatives.push_back(read_alternative(*table, fabric, tree, reading));
    record(*table, fabric.name + ".alternative." + fabric.alternatives.back().name, scenario.provenance);
  }
  return scenario;
}

FabricScenario read_fabric(const std::filesystem::path& path, const Library& library,
                           const std::vector<ModelInfo>& models, const std::vector<std::string>& sets) {
  const std::filesystem::path folder = path.parent_path();
  const auto link = [&](const ConfigValue& name) {
    return read_link(study_links::link_file(name, folder, library), library, models);
  };
  return read_fabric(read_config(path), link, sets);
}

std::filesystem::path resolve_fabric(const Library& library, const std::string& name) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(name, ignored)) return name;
  for (const auto& path : {library.folder / "fabrics" / (name + ".toml"), library.folder / "fabrics" / name})
    if (!name.empty() && std::filesystem::is_regular_file(path, ignored)) return path;
  for (const std::string kind : {"links", "studies"}) {
    const auto names = names_in(library, kind);
    if (std::find(names.begin(), names.end(), name) != names.end())
      throw ConfigError(name + " is no fabric: it is computed by tessera run");
  }
  throw IoError(name + ": no such fabric file, and no such name in the library" +
                suggestion(std::filesystem::path(name).stem().string(), names_in(library, "fabrics")));
}

}  // namespace tessera
