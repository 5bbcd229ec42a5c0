#include <cmath>

#include "scenarios/link/scenario_reader.hpp"
#include "scenarios/link/scenario_tables.hpp"

namespace tessera {
namespace {

using namespace scenario_tables;

// Watts and back leave the last digits of the decibels to chance: what is written must read back as the same text.
Dbm launch_level(double average_power) {
  return {std::round(1e12 * Dbm::from_power(Power::from_si(average_power)).dbm) / 1e12};
}

template <class Table>
ConfigTable written(const typename Table::Params& params) {
  ConfigTable table;
  Table::visit(params, [&](const ParameterInfo& info, const auto& field) {
    table.set(std::string(info.name), config_value(write_field(info, field)));
  });
  return table;
}

void erase(ConfigTable& table, std::string_view key) {
  std::erase_if(table.entries, [&](const ConfigEntry& e) { return e.key == key; });
}

ConfigTable header_of(const LinkScenario& scenario) {
  const Link& link = scenario.link;
  ConfigTable table = written<LinkTable>(
      {link.name, link.technology, scenario.description, BitRate::from_si(link.payload_rate), link.frame_loss_limit,
       Temperature::from_si(link.case_temperature), link.corner, Temperature::from_si(scenario.hot_case_temperature),
       Temperature::from_si(scenario.cold_case_temperature)});
  table.set("fec", {written<FecTable>({link.fec.code, link.fec.interleave}), {}});
  if (!link.reach_stage.empty()) {
    table.set("reach", {written<ReachTable>({link.reach_stage, Length::from_si(link.reach_search_limit),
                                             Length::from_si(link.reach_standard_m)}),
                        {}});
  }
  return table;
}

ConfigTable density_table(const ParameterMap& given) {
  ConfigTable table;
  for (const auto& [name, text] : given) table.set(name, config_value(text));
  return table;
}

ConfigTable stage_table(const LinkScenario& scenario, const std::string& owner, const Stage& stage) {
  const std::string path = owner + "." + stage.name;
  const auto found = scenario.given.find(path);
  const ParameterMap given = found != scenario.given.end() ? found->second : ParameterMap{};
  ConfigTable table;
  table.set("name", {stage.name, {}});
  if (!stage.part.empty()) table.set("part", {stage.part, {}});
  table.set("model", {std::string(stage.model.type()), {}});
  table.set("boundary", {std::string(boundary_name(stage.boundary)), {}});
  if (!stage.probe.empty()) table.set("probe", {stage.probe, {}});
  for (const auto& [name, text] : stage.model.parameters()) {
    const auto it = given.find(name);
    table.set(name, config_value(it != given.end() ? it->second : text));
  }
  if (const auto measured = scenario.measured.find(path); measured != scenario.measured.end())
    for (const MeasuredEntry& entry : measured->second) table.set(entry.key, {entry.table, {}});
  return table;
}

bool optical_at(const Segment& segment, const std::string& name) {
  for (const Stage& stage : segment.stages) {
    if (stage.name != name ||
        (stage.model.kind() != ModelKind::signal_stage && stage.model.kind() != ModelKind::transmitter))
      continue;
    return stage.model.output() == Port::optical_field || stage.model.output() == Port::optical_power;
  }
  return false;
}

double decibels(double gain, bool power) {
  return (power ? Decibel::from_power_ratio(gain) : Decibel::from_amplitude_ratio(gain)).db;
}

ConfigTable coupling_table(const Coupling& coupling, bool optical) {
  CouplingTable::Params p;
  p.name = coupling.name;
  p.direction = coupling.direction == Coupling::Direction::near ? "near" : "far";
  p.shape = coupling.shape == Coupling::Shape::flat        ? "flat"
            : coupling.shape == Coupling::Shape::power_law ? "power_law"
                                                           : "touchstone";
  p.injection = coupling.injection;
  p.with_through_loss = coupling.with_through_loss;
  p.swing = Voltage::from_si(coupling.swing);
  p.synchronous = coupling.synchronous;
  for (const double gain : coupling.gains) p.gains.push_back(decibels(gain, optical));
  p.reference_frequency = Frequency::from_si(coupling.reference_frequency);
  p.slope.db = coupling.slope;
  ConfigTable table = written<CouplingTable>(p);
  for (const std::string_view key : {"gain", "aggressors", "file", "port_order"}) erase(table, key);
  if (!p.with_through_loss) erase(table, "with_through_loss");
  if (coupling.shape != Coupling::Shape::power_law)
    for (const std::string_view key : {"slope", "reference_frequency"}) erase(table, key);
  if (coupling.shape == Coupling::Shape::touchstone) erase(table, "gains");
  if (coupling.network) {
    for (const char* key : {"file", "port_order"}) {
      const auto it = coupling.network->parameters().find(key);
      if (it != coupling.network->parameters().end()) table.set(key, config_value(it->second));
    }
  }
  return table;
}

ConfigTable segment_table(const LinkScenario& scenario, const Segment& segment) {
  ConfigTable table = written<SegmentTable>({segment.name, "pam" + std::to_string(segment.modulation.order),
                                             SymbolRate::from_si(segment.symbol_rate), segment.lanes,
                                             segment.spare_lanes, Length::from_si(segment.wavelength)});
  if (segment.launch) {
    table.set("launch",
              {written<LaunchTable>({segment.launch->stage, launch_level(segment.launch->average_power)}), {}});
  }
  ConfigArray stages, couplings;
  for (const Stage& stage : segment.stages) {
    stages.push_back({stage_table(scenario, scenario.link.name + "." + segment.name, stage), {}});
  }
  for (const Coupling& coupling : segment.couplings) {
    const bool optical = optical_at(segment, coupling.injection);
    if (coupling.name == "array" && !segment.lane_gains.empty()) {
      table.set(
          "array",
          {written<ArrayTable>({"hexagonal", coupling.injection, {decibels(segment.lane_gains.front().gain, optical)}}),
           {}});
    } else {
      couplings.push_back({coupling_table(coupling, optical), {}});
    }
  }
  table.set("stage", {std::move(stages), {}});
  if (!couplings.empty()) table.set("coupling", {std::move(couplings), {}});
  return table;
}

}  // namespace

std::string_view boundary_name(Boundary boundary) {
  switch (boundary) {
    case Boundary::lane_electronics:
      return "lane_electronics";
    case Boundary::module:
      return "module";
    case Boundary::host:
      return "host";
  }
  return "module";
}

ConfigTable resolved_scenario(const LinkScenario& scenario) {
  ConfigTable tree;
  tree.set("link", {header_of(scenario), {}});
  if (const auto given = scenario.given.find(scenario.link.name + ".density"); given != scenario.given.end())
    tree.set("density", {density_table(given->second), {}});
  ConfigArray segments, overheads;
  for (const Segment& segment : scenario.link.segments) segments.push_back({segment_table(scenario, segment), {}});
  tree.set("segment", {std::move(segments), {}});
  for (const Stage& stage : scenario.link.overhead) {
    overheads.push_back({stage_table(scenario, scenario.link.name + ".overhead", stage), {}});
  }
  if (!overheads.empty()) tree.set("overhead", {std::move(overheads), {}});
  return tree;
}

}  // namespace tessera
