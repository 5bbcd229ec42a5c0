#include "scenarios/link/scenario_reader.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "phy/core/nearest_name.hpp"
#include "phy/core/quantity_text.hpp"
#include "scenarios/link/scenario_corner.hpp"
#include "scenarios/link/scenario_density.hpp"
#include "scenarios/link/scenario_rules.hpp"
#include "scenarios/link/scenario_tables.hpp"

namespace tessera {
namespace {

using namespace scenario_tables;

// Every stage is prepared with its full response, so their number bounds memory and time of a check.
constexpr std::size_t kMostSegments = 64, kMostStages = 100, kMostCouplings = 64;

struct Context {
  std::filesystem::path folder;
  const Library& library;
  const std::vector<ModelInfo>& models;
  const ScenarioOptions& options;
  CornerChoice corner;
  LinkScenario scenario;
  int touchstone_stages = 0;
};

std::string value_text(const ParameterText& text) {
  const auto* words = std::get_if<std::string>(&text.value);
  return words != nullptr ? *words : to_toml(text);
}

void record(Context& c, const std::string& parameter, const ParameterText& text, const std::string& fallback_source,
            const std::string& fallback_status) {
  const bool override_given = text.where.file.starts_with("--");
  ProvenanceRow row{parameter, value_text(text), text.source, text.status};
  if (row.source.empty()) row.source = override_given ? text.where.file : fallback_source;
  if (row.status.empty()) row.status = override_given ? "override" : fallback_status;
  c.scenario.provenance.push_back(std::move(row));
}

void record_table(Context& c, const std::string& prefix, const ConfigTable& table) {
  for (const ConfigEntry& entry : table.entries) {
    if (const ConfigTable* inner = entry.value.table(); inner != nullptr && inner->find("value") == nullptr) {
      record_table(c, prefix + "." + entry.key, *inner);
    } else if (entry.value.array() == nullptr ||
               (!entry.value.array()->empty() && entry.value.array()->front().table() == nullptr)) {
      static constexpr std::array<std::string_view, 4> kWords{"name", "description", "technology", "stage"};
      if (std::find(kWords.begin(), kWords.end(), entry.key) != kWords.end()) continue;
      record(c, prefix + "." + entry.key, parameter_text(entry.key, entry.value), "scenario file", "scenario");
    }
  }
}

Boundary read_boundary(const ConfigTable& table) {
  const ConfigValue* value = table.find("boundary");
  if (value == nullptr) return Boundary::module;
  const std::string name = require_text(table, "boundary", "a stage");
  if (name == "lane_electronics") return Boundary::lane_electronics;
  if (name == "module") return Boundary::module;
  if (name == "host") return Boundary::host;
  throw ConfigError(value->where,
                    "unknown boundary \"" + name + "\"" + suggestion(name, {"lane_electronics", "module", "host"}));
}

Part datasheet(Context& c, const std::string& name, const SourceLocation& where) {
  if (c.options.cache == nullptr) return find_part(c.library, name, c.models, where);
  auto& parts = c.options.cache->parts;
  const auto known = parts.find(name);
  return known != parts.end() ? known->second
                              : parts.emplace(name, find_part(c.library, name, c.models, where)).first->second;
}

// A stage that names both a part and a model is a resolved one: the part is only a label.
Part read_origin(Context& c, const ConfigTable& table) {
  const ConfigValue* model = table.find("model");
  const ConfigValue* part = table.find("part");
  if (model == nullptr && part == nullptr)
    throw ConfigError(table.where, "a stage must have a key \"part\" or \"model\"");
  if (model == nullptr) return datasheet(c, require_text(table, "part", "a stage"), part->where);
  Part origin;
  origin.model = require_text(table, "model", "a stage");
  find_model(c.models, origin.model, model->where);
  if (part != nullptr) origin.name = require_text(table, "part", "a stage");
  return origin;
}

CornerParameters read_stage_parameters(Context& c, const ConfigTable& table, const Part& origin) {
  CornerParameters parameters{origin.parameters, origin.corners};
  for (const ConfigEntry& entry : table.entries) {
    static constexpr std::array<std::string_view, 5> kOwn{"name", "part", "model", "boundary", "probe"};
    if (std::find(kOwn.begin(), kOwn.end(), entry.key) != kOwn.end() || is_measured_key(entry.key)) continue;
    set_parameter(parameters, entry, c.folder);
  }
  if (origin.model == "touchstone_channel" && c.options.touchstone) {
    ++c.touchstone_stages;
    parameters.typical["file"] = {
        c.options.touchstone->string(), {"--touchstone " + c.options.touchstone->string(), 0, 0}, {}, {}};
  }
  return parameters;
}

bool tells_place(const std::string& message, const ParameterMap& map) {
  for (const auto& [key, text] : map) {
    const auto* words = std::get_if<std::string>(&text.value);
    if (key == "file" && words != nullptr && message.starts_with(*words)) return true;
    if (!text.where.file.empty() && message.starts_with(text.where.file)) return true;
  }
  return false;
}

void read_measured(Context& c, const ConfigTable& table, const Part& origin, const std::string& path, Stage& stage) {
  std::vector<MeasuredEntry> entries = origin.measured;
  for (const ConfigEntry& entry : table.entries)
    if (is_measured_key(entry.key)) merge_measured(entries, read_measured_entry(entry, c.folder));
  if (entries.empty()) return;
  put_measured(stage, entries, c.models);
  for (const MeasuredEntry& entry : entries)
    record(c, path + "." + entry.key, provenance_text(entry), "scenario file", "scenario");
  c.scenario.measured[path] = std::move(entries);
}

Stage read_plain_stage(Context& c, const ConfigTable& table, const Part& origin, const std::string& name,
                       const std::string& owner) {
  const CornerParameters parameters = read_stage_parameters(c, table, origin);
  const ParameterMap map = parameters.at(c.corner);
  const ModelInfo& info = find_model(c.models, origin.model);
  const SourceLocation where = table.find("name")->where;
  const std::string path = owner + "." + name;
  try {
    const std::vector<ParameterMap> all = parameters.all();
    for (std::size_t i = 1; i < all.size(); ++i) info.make(all[i]);  // a wrong corner is found at any other one, too
    Stage stage{name, info.make(map), read_boundary(table), origin.name, scenario_rules::test_point(table), {}};
    const std::string prefix = path + ".";
    c.scenario.given[path] = map;
    for (const auto& [key, text] : stage.model.parameters()) {
      const auto given = map.find(key);
      record(c, prefix + key, given != map.end() ? given->second : text,
             given != map.end() ? "scenario file" : "default of model " + origin.model,
             given != map.end() ? "scenario" : "default");
    }
    return stage;
  } catch (const ConfigError& error) {
    // Rules between parameters know no place of their own; the stage's is the nearest.
    const std::string message = error.what();
    if (tells_place(message, map)) throw;
    throw ConfigError(where, "stage " + name + ": " + message);
  }
}

Stage read_new_stage(Context& c, const ConfigTable& table, const std::string& name, const std::string& owner) {
  const Part origin = read_origin(c, table);
  Stage stage = read_plain_stage(c, table, origin, name, owner);
  read_measured(c, table, origin, owner + "." + name, stage);
  return stage;
}

Stage read_stage(Context& c, const ConfigTable& table, const std::string& owner) {
  const std::string name = scenario_rules::require_name(table, "a stage"), path = owner + "." + name;
  c.scenario.places[path] = table.find("name")->where;
  if (c.options.cache == nullptr) return read_new_stage(c, table, name, owner);
  auto& readings = c.options.cache->stages;
  auto& rows = c.scenario.provenance;
  if (const auto last = readings.find(path);
      last != readings.end() && last->second.corner == c.corner && same_content(last->second.table, table)) {
    const ReadCache::StageReading& reading = last->second;
    if (reading.stage.model.type() == "touchstone_channel" && c.options.touchstone) ++c.touchstone_stages;
    c.scenario.given[path] = reading.given;
    if (!reading.measured.empty()) c.scenario.measured[path] = reading.measured;
    rows.insert(rows.end(), reading.provenance.begin(), reading.provenance.end());
    return reading.stage;
  }
  const auto before = static_cast<std::ptrdiff_t>(rows.size());
  const Stage stage = read_new_stage(c, table, name, owner);
  const auto measured = c.scenario.measured.find(path);
  readings.insert_or_assign(
      path,
      ReadCache::StageReading{table,
                              c.corner,
                              stage,
                              c.scenario.given[path],
                              {rows.begin() + before, rows.end()},
                              measured != c.scenario.measured.end() ? measured->second : std::vector<MeasuredEntry>{}});
  return stage;
}

const Stage& stage_named(const std::vector<Stage>& stages, const std::string& name, const SourceLocation& where,
                         std::string_view role) {
  const auto it = std::find_if(stages.begin(), stages.end(), [&](const Stage& s) { return s.name == name; });
  if (it != stages.end()) return *it;
  std::vector<std::string> known;
  for (const Stage& s : stages) known.push_back(s.name);
  throw ConfigError(where, std::string(role) + " names no stage \"" + name + "\"" + suggestion(name, known));
}

// The last one against those before it.
template <class Named>
void refuse_twins(const std::vector<Named>& all, std::string_view kind, const SourceLocation& where) {
  const auto same = [&](const Named& s) { return s.name == all.back().name; };
  if (std::count_if(all.begin(), all.end(), same) > 1)
    throw ConfigError(where, std::string(kind) + " name \"" + all.back().name + "\" stands twice");
}

bool optical(const Stage& stage) {
  const bool typed = stage.model.kind() == ModelKind::signal_stage || stage.model.kind() == ModelKind::transmitter;
  return typed && (stage.model.output() == Port::optical_field || stage.model.output() == Port::optical_power);
}

double ratio(double db, bool power) { return power ? Decibel{db}.power_ratio() : Decibel{db}.amplitude_ratio(); }

const SourceLocation& place(const ConfigTable& table, std::string_view key) {
  const ConfigValue* value = table.find(key);
  return value != nullptr ? value->where : table.where;
}

Coupling read_coupling(Context& c, const ConfigTable& table, const std::vector<Stage>& stages) {
  const CouplingTable::Params p = read_table<CouplingTable>(table);
  scenario_rules::require_name(table, "[[segment.coupling]]");
  const Stage& at = stage_named(stages, require_text(table, "injection", "[[segment.coupling]]"),
                                place(table, "injection"), "coupling injection");
  Coupling coupling;
  coupling.name = p.name;
  coupling.injection = p.injection;
  coupling.synchronous = p.synchronous;
  coupling.with_through_loss = p.with_through_loss;
  coupling.swing = p.swing.si();
  coupling.reference_frequency = p.reference_frequency.si();
  coupling.slope = p.slope.db;
  if (p.direction == "near")
    coupling.direction = Coupling::Direction::near;
  else if (p.direction != "far")
    throw ConfigError(place(table, "direction"), "coupling direction must be far or near, got \"" + p.direction + "\"");
  if (p.shape == "power_law")
    coupling.shape = Coupling::Shape::power_law;
  else if (p.shape == "touchstone")
    coupling.shape = Coupling::Shape::touchstone;
  else if (p.shape != "flat")
    throw ConfigError(place(table, "shape"),
                      "coupling shape must be flat, power_law or touchstone, got \"" + p.shape + "\"");
  if (coupling.shape == Coupling::Shape::power_law && !(coupling.reference_frequency > 0.0))
    throw ConfigError(table.where, "a power_law coupling must have a reference_frequency above 0 Hz");
  scenario_rules::check_coupling_keys(table, coupling, at);
  if (coupling.shape == Coupling::Shape::touchstone) {
    ParameterMap map{{"file", parameter_text("file", require(table, "file", "a touchstone coupling"))}};
    if (!map["file"].where.file.starts_with("--")) resolve_file_parameter(map["file"], c.folder);
    if (table.find("port_order") != nullptr)
      map["port_order"] = parameter_text("port_order", *table.find("port_order"));
    coupling.network = find_model(c.models, "touchstone_channel", place(table, "shape")).make(map);
  } else if (table.find("gain") == nullptr && table.find("gains") == nullptr) {
    throw ConfigError(table.where, "a coupling must have a gain or gains");
  }
  if (table.find("gain") != nullptr && table.find("gains") != nullptr)
    throw ConfigError(place(table, "gains"), "a coupling has either gain or gains, not both");
  const std::vector<double> db =
      p.gains.empty() ? std::vector<double>(static_cast<std::size_t>(p.aggressors), p.gain.db) : p.gains;
  for (const double g : db) coupling.gains.push_back(ratio(g, optical(at)));
  return coupling;
}

void read_array(const ConfigTable& table, Segment& segment) {
  const ArrayTable::Params p = read_table<ArrayTable>(table);
  if (p.geometry != "hexagonal")
    throw ConfigError(place(table, "geometry"), "array geometry must be hexagonal, got \"" + p.geometry + "\"");
  require(table, "neighbour_gain", "array");
  const Stage& at = stage_named(segment.stages, require_text(table, "injection", "array"), place(table, "injection"),
                                "array injection");
  Coupling coupling;
  coupling.name = "array";
  coupling.injection = p.injection;
  coupling.synchronous = true;
  segment.couplings.push_back(std::move(coupling));
  segment.lane_gains =
      hexagonal_neighbours(segment.lanes + segment.spare_lanes, ratio(p.neighbour_gain.db, optical(at)));
}

Modulation read_modulation(const std::string& name, const SourceLocation& where) {
  int order = name == "nrz" ? 2 : 0;
  if (name.starts_with("pam") && name.size() > 3 && name.size() < 6 &&
      std::all_of(name.begin() + 3, name.end(), [](char d) { return d >= '0' && d <= '9'; }))
    order = std::stoi(name.substr(3));
  if (order < 2)
    throw ConfigError(
        where, "unknown modulation \"" + name + "\"; known: pam2 (nrz), pam4, pam6, pam8 and any pamM with M >= 2");
  return Modulation::pam(order);
}

Segment read_segment(Context& c, const ConfigTable& table) {
  const SegmentTable::Params p = read_table<SegmentTable>(table, {"launch", "array", "stage", "coupling"});
  Segment segment;
  segment.name = scenario_rules::require_name(table, "[[segment]]");
  c.scenario.places[c.scenario.link.name + "." + segment.name] = table.find("name")->where;
  scenario_rules::check_count(table, "stage", kMostStages);
  scenario_rules::check_count(table, "coupling", kMostCouplings);
  segment.modulation = read_modulation(require_text(table, "modulation", "[[segment]]"), place(table, "modulation"));
  require(table, "symbol_rate", "[[segment]]");
  segment.symbol_rate = p.symbol_rate.si();
  segment.lanes = p.lanes;
  segment.spare_lanes = p.spare_lanes;
  segment.wavelength = p.wavelength.si();
  record_table(c, c.scenario.link.name + "." + segment.name, table);
  for (const ConfigTable* stage : table_array(table, "stage")) {
    segment.stages.push_back(read_stage(c, *stage, c.scenario.link.name + "." + segment.name));
    refuse_twins(segment.stages, "stage", stage->find("name")->where);
    scenario_rules::check_test_point(*stage, segment.stages);
  }
  if (segment.stages.size() < 2)
    throw ConfigError(table.where,
                      "segment " + segment.name + " must have a transmitter and a receiver among its stages");
  if (const ConfigTable* launch = optional_table(table, "launch")) {
    const LaunchTable::Params l = read_table<LaunchTable>(*launch);
    require(*launch, "average_power", "launch");
    stage_named(segment.stages, require_text(*launch, "stage", "launch"), place(*launch, "stage"), "launch");
    segment.launch = LaunchTarget{l.stage, l.average_power.power().si()};
  }
  for (const ConfigTable* coupling : table_array(table, "coupling")) {
    segment.couplings.push_back(read_coupling(c, *coupling, segment.stages));
    refuse_twins(segment.couplings, "coupling", coupling->find("name")->where);
    record_table(c, c.scenario.link.name + "." + segment.name + "." + segment.couplings.back().name, *coupling);
  }
  if (const ConfigTable* array = optional_table(table, "array")) read_array(*array, segment);
  return segment;
}

void read_reach(const Context& c, const ConfigTable& table, Link& link) {
  const ReachTable::Params p = read_table<ReachTable>(table);
  require(table, "limit", "reach");
  link.reach_stage = require_text(table, "stage", "reach");
  link.reach_search_limit = p.limit.si();
  link.reach_standard_m = p.standard.si();
  std::vector<Stage> all;
  for (const Segment& segment : link.segments) all.insert(all.end(), segment.stages.begin(), segment.stages.end());
  const Stage& stage = stage_named(all, p.stage, place(table, "stage"), "reach");
  for (const MeasuredTable& measured : stage.measured) {
    if (std::holds_alternative<std::shared_ptr<const MeasuredResponse>>(measured))
      throw ConfigError(place(table, "stage"), "reach varies the length of stage " + p.stage +
                                                   ", whose measured_response holds at one length: leave reach out");
  }
  if (!stage.model.parameters().contains("length"))
    throw ConfigError(place(table, "stage"), "reach stage " + p.stage + " has no parameter \"length\"");
  scenario_rules::check_reach_limit(table, stage, find_model(c.models, std::string(stage.model.type())),
                                    link.reach_search_limit);
}

void check_line_rate(const Link& link, const SourceLocation& where) {
  const double needed = link.payload_rate * line_overhead(link.fec);
  if (link.line_rate() >= needed * (1.0 - 1e-9)) return;
  throw ConfigError(where, "line rate " + format_engineering(link.line_rate(), "bit/s", 6) +
                               " does not carry payload " + format_engineering(link.payload_rate, "bit/s", 6) +
                               " with fec " + link.fec.code + ", which takes " +
                               format_engineering(needed, "bit/s", 6));
}

void read_header(Context& c, const ConfigTable& tree) {
  const ConfigTable* table = optional_table(tree, "link");
  if (table == nullptr) throw ConfigError(tree.where, "a link file must have a table [link]");
  const LinkTable::Params p = read_table<LinkTable>(*table, {"fec", "reach"});
  Link& link = c.scenario.link;
  link.name = scenario_rules::require_name(*table, "[link]");
  link.technology = scenario_rules::require_technology(*table);
  c.scenario.places[link.name] = table->find("name")->where;
  c.scenario.description = p.description;
  require(*table, "payload_rate", "[link]");
  link.payload_rate = p.payload_rate.si();
  link.frame_loss_limit = p.frame_loss_limit;
  if (const ConfigTable* fec = optional_table(*table, "fec")) {
    const FecTable::Params f = read_table<FecTable>(*fec);
    if (f.code != "none" && f.code != "kr4" && f.code != "kp4")
      throw ConfigError(place(*fec, "code"),
                        "unknown fec code \"" + f.code + "\"" + suggestion(f.code, {"none", "kr4", "kp4"}));
    link.fec = {f.code, f.interleave};
  }
  record_table(c, link.name, *table);
  apply_corner(*table, c.corner, p, c.scenario);
}

}  // namespace

LinkScenario read_at_corner(CornerChoice corner, const ConfigTable& tree, const std::filesystem::path& folder,
                            const Library& library, const std::vector<ModelInfo>& models,
                            const ScenarioOptions& options) {
  check_keys(tree, {"link", "segment", "overhead", "density"}, "a link file");
  Context c{folder, library, models, options, corner, {}, 0};
  read_header(c, tree);
  Link& link = c.scenario.link;
  for (const std::string_view key : {"segment", "overhead"}) scenario_rules::check_count(tree, key, kMostSegments);
  for (const ConfigTable* segment : table_array(tree, "segment")) {
    link.segments.push_back(read_segment(c, *segment));
    refuse_twins(link.segments, "segment", segment->find("name")->where);
  }
  if (link.segments.empty()) throw ConfigError(tree.where, "a link must have at least one [[segment]]");
  for (const ConfigTable* overhead : table_array(tree, "overhead")) {
    link.overhead.push_back(read_stage(c, *overhead, link.name + ".overhead"));
    refuse_twins(link.overhead, "overhead", overhead->find("name")->where);
  }
  const ConfigTable& header = *tree.find("link")->table();
  if (const ConfigTable* reach = optional_table(header, "reach")) read_reach(c, *reach, link);
  if (const ConfigTable* density = optional_table(tree, "density")) {
    link.density = read_density(*density, c.scenario.given[link.name + ".density"]);
    record_table(c, link.name + ".density", *density);
  }
  scenario_rules::check_launch(tree, link);
  check_line_rate(link, place(header, "payload_rate"));
  if (options.touchstone && c.touchstone_stages != 1)
    throw ConfigError(
        {"--touchstone " + options.touchstone->string(), 0, 0},
        "the scenario must have one stage of model touchstone_channel, it has " + std::to_string(c.touchstone_stages));
  return std::move(c.scenario);
}

}  // namespace tessera
