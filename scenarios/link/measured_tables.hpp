#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "phy/link/link.hpp"
#include "scenarios/link/config_tree.hpp"

namespace tessera {

/// A table `measured_…` of a stage or a datasheet: as it is written, and what its file holds.
struct MeasuredEntry {
  std::string key;    // measured_response | measured_noise | measured_liv | measured_spectrum
  ConfigTable table;  // its file a path from here
  MeasuredTable data;
  SourceLocation where;  // of the key
};

bool is_measured_key(std::string_view key);

/// Reads a table and its file. `folder` is where a relative file starts.
///
/// Conventions: measured_response has file, convention (electrical_db | optical_db | linear), phase (minimum | file |
/// zero), lowest_frequency; measured_noise has file, mechanism; measured_liv has file, temperature; measured_spectrum
/// has file; each has source and status as a number of a datasheet.
/// Source: none.
/// Theory: docs/guides/your_own_data.md
/// @throws ConfigError at the file's name where the file cannot be read, inside the file for what it says wrongly, at
/// the key for what the table says wrongly.
MeasuredEntry read_measured_entry(const ConfigEntry& entry, const std::filesystem::path& folder);

/// Adds entries, each in place of one with the same key.
void merge_measured(std::vector<MeasuredEntry>& entries, MeasuredEntry entry);

/// Puts the data of entries into a stage. @throws ConfigError at the key, naming the models that take such a table,
/// where the stage's does not.
void put_measured(Stage& stage, const std::vector<MeasuredEntry>& entries, const std::vector<ModelInfo>& models);

/// What provenance says of an entry: file and convention as value, source, status and place.
ParameterText provenance_text(const MeasuredEntry& entry);

}  // namespace tessera
