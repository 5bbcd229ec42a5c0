#include "scenarios/link/scenario_density.hpp"

#include "scenarios/link/scenario_tables.hpp"

namespace tessera {

Density read_density(const ConfigTable& table, ParameterMap& given) {
  using scenario_tables::DensityTable;
  std::vector<std::string> known;
  const DensityTable::Params defaults;
  DensityTable::visit(defaults, [&](const ParameterInfo& info, const auto&) { known.emplace_back(info.name); });
  check_keys(table, known, DensityTable::kType);
  for (const ConfigEntry& entry : table.entries) {
    ParameterText text = parameter_text(entry.key, entry.value);
    if (!text.where.file.starts_with("--") && (text.source.empty() || text.status.empty()))
      throw ConfigError(entry.value.where, entry.key +
                                               " must be a table with value, source and status: dimensions say where "
                                               "they come from");
    given[entry.key] = std::move(text);
  }
  const DensityTable::Params p = read_parameters<DensityTable>(given);
  Density density;
  if (given.contains("width")) density.width = p.width.si();
  if (given.contains("area")) density.area = p.area.si();
  if (given.contains("cable_diameter")) density.cable_diameter = p.cable_diameter.si();
  if (given.contains("fibres")) density.fibres = p.fibres;
  if (given.contains("pairs")) density.pairs = p.pairs;
  return density;
}

}  // namespace tessera
