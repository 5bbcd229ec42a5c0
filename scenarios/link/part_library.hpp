#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "phy/link/models.hpp"
#include "scenarios/link/corner.hpp"
#include "scenarios/link/library_search.hpp"
#include "scenarios/link/measured_tables.hpp"

namespace tessera {

/// A datasheet: a model and numbers that each say where they come from.
struct Part {
  std::string name, model, description;
  ParameterMap parameters;                 // typical
  std::map<Corner, ParameterMap> corners;  // what is declared beside them
  std::vector<MeasuredEntry> measured;     // in place of fields of the model
};

/// Reads a datasheet and makes its model once, so that a wrong number is found here.
///
/// Conventions: one table per parameter with `value`, `source` and `status` (standard | measured | vendor-claim |
/// estimate | derived), and `hot`, `cold`, `worst` where it has them; a parameter named `file` is relative to the
/// datasheet's folder.
/// Source: none.
/// Theory: docs/guides/scenario_files.md
/// @throws IoError, ConfigError `file:line:col: …` naming the nearest known model, parameter or status.
Part read_part(const std::filesystem::path& path, const std::vector<ModelInfo>& models);

/// A part by name. @throws ConfigError at `where`, naming the nearest part of the library.
Part find_part(const Library& library, const std::string& name, const std::vector<ModelInfo>& models,
               const SourceLocation& where = {});

/// A model by name. @throws ConfigError at `where`, naming the nearest model.
const ModelInfo& find_model(const std::vector<ModelInfo>& models, const std::string& name,
                            const SourceLocation& where = {});

/// Takes a parameter from a file in `folder`: as CornerParameters::set, a relative path of the parameter `file` from
/// there.
void set_parameter(CornerParameters& parameters, const ConfigEntry& entry, const std::filesystem::path& folder);

/// Makes a parameter `file` relative to `folder` where it is a relative path.
void resolve_file_parameter(ParameterText& text, const std::filesystem::path& folder);

}  // namespace tessera
