#include <algorithm>
#include <cmath>

#include "phy/core/nearest_name.hpp"
#include "phy/core/quantity_text.hpp"
#include "scenarios/link/probe.hpp"
#include "scenarios/link/study_links.hpp"
#include "scenarios/study/sweep.hpp"
#include "scenarios/study/sweep_axis.hpp"

namespace tessera {
namespace {

constexpr std::size_t kMostPoints = 10'000'000;

void check_channel_file(const LinkScenario& scenario) {
  Study one;
  one.links.push_back(scenario);
  require_channel_files(one);
}

void read_links(const ConfigTable& table, const std::filesystem::path& folder, const Library& library,
                const std::vector<ModelInfo>& models, const ScenarioOptions& options, Sweep& sweep) {
  const ConfigValue* one = table.find("link");
  const ConfigValue* many = table.find("links");
  if ((one == nullptr) == (many == nullptr))
    throw ConfigError(one != nullptr ? one->where : table.where,
                      "a sweep must have either link = \"NAME\" or links = [\"NAME\", …]");
  if (many != nullptr && (many->array() == nullptr || many->array()->empty()))
    throw ConfigError(many->where, "links must be a list with at least one link");
  const ConfigArray entries = many != nullptr ? *many->array() : ConfigArray{*one};
  std::vector<std::string> names;
  for (const ConfigValue& entry : entries) {
    const auto file = study_links::link_file(entry, folder, library);
    names.push_back(file.stem().string());
    SweptLink link{{}, read_config(file), file.parent_path()};
    for (const std::string& set : study_links::sets_of(names.back(), options.sets)) apply_override(link.tree, set);
    link.base = read_link(link.tree, link.folder, library, models);
    check_channel_file(link.base);
    const auto twin = [&](const SweptLink& other) { return other.base.link.name == link.base.link.name; };
    if (std::any_of(sweep.links.begin(), sweep.links.end(), twin))
      throw ConfigError(entry.where, "link name \"" + link.base.link.name + "\" stands twice in the study");
    sweep.links.push_back(std::move(link));
  }
  study_links::refuse_unused(options.sets, names);
}

void join_axis(SweepAxis axis, Sweep& sweep) {
  const auto twin = [&](const SweepAxis& other) { return other.path == axis.path; };
  if (std::any_of(sweep.axes.begin(), sweep.axes.end(), twin))
    throw ConfigError(axis.where, "path \"" + axis.path + "\" stands twice in the sweep");
  const auto partner = std::find_if(sweep.axes.begin(), sweep.axes.end(),
                                    [&](const SweepAxis& other) { return !axis.zip.empty() && other.zip == axis.zip; });
  if (partner == sweep.axes.end()) {
    axis.dimension = sweep.shape.size();
    sweep.shape.push_back(axis.values.size());
    if (sweep.points() > kMostPoints || axis.values.size() > kMostPoints)
      throw ConfigError(axis.where, "a sweep must have at most 10000000 points");
  } else {
    axis.dimension = partner->dimension;
    if (partner->values.size() != axis.values.size())
      throw ConfigError(axis.where, "axes zipped as \"" + axis.zip + "\" must have equally many points, got " +
                                        std::to_string(partner->values.size()) + " for " + partner->path + " and " +
                                        std::to_string(axis.values.size()) + " for " + axis.path);
  }
  sweep.axes.push_back(std::move(axis));
}

// @return the unit of what the stage puts out; passive networks carry voltages.
std::string probed_unit(const Link& link, const std::string& segment, const std::string& stage, const ConfigValue& at) {
  std::vector<std::string> known;
  for (const Segment& s : link.segments)
    for (const Stage& candidate : s.stages) {
      known.push_back(s.name + "." + candidate.name);
      if (s.name != segment || candidate.name != stage) continue;
      const ModelKind kind = candidate.model.kind();
      const bool typed = kind == ModelKind::signal_stage || kind == ModelKind::transmitter;
      return std::string(unit_of(typed ? candidate.model.output() : Port::voltage));
    }
  const std::string path = segment + "." + stage;
  throw ConfigError(at.where, "link " + link.name + " has no stage \"" + path + "\"" + suggestion(path, known));
}

void read_probes(const ConfigTable& table, Sweep& sweep) {
  const ConfigValue* list = table.find("probes");
  if (list == nullptr) return;
  if (list->array() == nullptr) throw ConfigError(list->where, "probes must be a list of SEGMENT.STAGE");
  for (const ConfigValue& entry : *list->array()) {
    const auto* path = std::get_if<std::string>(&entry.value);
    const std::size_t dot = path != nullptr ? path->find('.') : std::string::npos;
    if (dot == std::string::npos) throw ConfigError(entry.where, "a probe must read SEGMENT.STAGE");
    SweepProbe probe{path->substr(0, dot), path->substr(dot + 1), {}};
    for (const SweepProbe& other : sweep.probes)
      if (other.path() == probe.path()) throw ConfigError(entry.where, "probe \"" + *path + "\" stands twice");
    for (const SweptLink& link : sweep.links) {
      const std::string unit = probed_unit(link.base.link, probe.segment, probe.stage, entry);
      if (!probe.unit.empty() && unit != probe.unit)
        throw ConfigError(entry.where,
                          "probe \"" + *path + "\" reads " + probe.unit + " in one link and " + unit + " in another");
      probe.unit = unit;
    }
    sweep.probes.push_back(std::move(probe));
  }
}

// Paths and ranges are mistakes of the sweep; rules between parameters may be broken by some points only, and messages
// about them do not stand in the study file.
void try_values(const Sweep& sweep, const std::string& file, const Library& library,
                const std::vector<ModelInfo>& models) {
  for (const SweptLink& link : sweep.links) {
    ReadCache cache;
    ScenarioOptions options;
    options.cache = &cache;
    for (const SweepAxis& axis : sweep.axes) {
      for (const ConfigValue& value : axis.values) {
        ConfigTable tree = link.tree;
        apply_override(tree, axis.path, value, axis.where);
        try {
          read_link(std::move(tree), link.folder, library, models, options);
        } catch (const ConfigError& error) {
          if (std::string(error.what()).starts_with(file + ":")) throw;
        }
      }
    }
  }
}

}  // namespace

bool is_sweep(const std::filesystem::path& path) {
  const ConfigTable tree = read_config(path);
  const ConfigValue* study = tree.find("study");
  const ConfigTable* table = study != nullptr ? study->table() : nullptr;
  const ConfigValue* kind = table != nullptr ? table->find("kind") : nullptr;
  const auto* word = kind != nullptr ? std::get_if<std::string>(&kind->value) : nullptr;
  return word != nullptr && *word == "sweep";
}

Sweep read_sweep(const std::filesystem::path& path, const Library& library, const std::vector<ModelInfo>& models,
                 const ScenarioOptions& options) {
  Sweep sweep;
  sweep.tree = read_config(path);
  const ConfigTable* table = optional_table(sweep.tree, "study");
  if (table == nullptr) throw ConfigError(sweep.tree.where, "a sweep must have a table [study]");
  const std::string kind = require_text(*table, "kind", "[study]");
  if (kind != "sweep")
    throw ConfigError(table->find("kind")->where,
                      "study kind must be sweep, got \"" + kind + "\": tessera run computes studies of kind compare");
  check_keys(sweep.tree, {"study", "axis"}, "a sweep");
  check_keys(*table, {"name", "description", "kind", "link", "links", "engine", "probes"}, "[study]");
  sweep.name = require_text(*table, "name", "[study]");
  if (table->find("description") != nullptr) sweep.description = require_text(*table, "description", "[study]");
  if (table->find("engine") != nullptr)
    sweep.engine = computing_engine_named(require_text(*table, "engine", "[study]"), table->find("engine")->where);
  const std::filesystem::path folder = path.parent_path();
  read_links(*table, folder, library, models, options, sweep);
  for (const ConfigTable* axis : table_array(sweep.tree, "axis")) join_axis(read_axis(*axis, folder), sweep);
  read_probes(*table, sweep);
  if (sweep.axes.empty()) throw ConfigError(sweep.tree.where, "a sweep must have at least one [[axis]]");
  try_values(sweep, path.string(), library, models);
  return sweep;
}

}  // namespace tessera
