#pragma once

#include "scenarios/link/corner.hpp"
#include "scenarios/link/scenario_reader.hpp"
#include "scenarios/link/scenario_tables.hpp"

/// The parts of reading a link file that know of corners.
namespace tessera {

/// Reads a tree whose overrides are applied, every part at a corner.
LinkScenario read_at_corner(CornerChoice corner, const ConfigTable& tree, const std::filesystem::path& folder,
                            const Library& library, const std::vector<ModelInfo>& models,
                            const ScenarioOptions& options);

/// Sets the link's corner and case temperature from the keys of [link], and writes where they come from. Where the file
/// names no temperature for a corner, 0 and 70 degC hold, or the typical one if it lies outside.
/// @throws ConfigError at a corner's temperature on the wrong side of the typical one.
void apply_corner(const ConfigTable& header, CornerChoice corner, const scenario_tables::LinkTable::Params& params,
                  LinkScenario& scenario);

}  // namespace tessera
