#include "scenarios/link/part_library.hpp"

#include <algorithm>

#include "phy/core/nearest_name.hpp"
#include "scenarios/link/config_tree.hpp"

namespace tessera {
namespace {

void require_origin(const std::string& name, const ConfigValue& value, const ParameterText& text) {
  if (value.table() == nullptr || text.source.empty() || text.status.empty())
    throw ConfigError(
        value.where,
        name + " must be a table with value, source and status: a number of a datasheet says where it comes from");
}

}  // namespace

const ModelInfo& find_model(const std::vector<ModelInfo>& models, const std::string& name,
                            const SourceLocation& where) {
  const auto it = std::find_if(models.begin(), models.end(), [&](const ModelInfo& m) { return m.type == name; });
  if (it != models.end()) return *it;
  std::vector<std::string> known;
  for (const ModelInfo& m : models) known.emplace_back(m.type);
  throw ConfigError(where, "unknown model \"" + name + "\"" + suggestion(name, known));
}

void resolve_file_parameter(ParameterText& text, const std::filesystem::path& folder) {
  auto* file = std::get_if<std::string>(&text.value);
  if (file != nullptr && !file->empty() && std::filesystem::path(*file).is_relative())
    *file = (folder / *file).lexically_normal().string();
}

void set_parameter(CornerParameters& parameters, const ConfigEntry& entry, const std::filesystem::path& folder) {
  parameters.set(entry.key, entry.value);
  if (entry.key != "file" || entry.value.where.file.starts_with("--")) return;
  resolve_file_parameter(parameters.typical[entry.key], folder);
  for (auto& [corner, map] : parameters.declared)
    if (map.contains(entry.key)) resolve_file_parameter(map[entry.key], folder);
}

Part read_part(const std::filesystem::path& path, const std::vector<ModelInfo>& models) {
  const ConfigTable table = read_config(path);
  Part part;
  part.name = path.stem().string();
  part.model = require_text(table, "model", "a datasheet");
  part.description = require_text(table, "description", "a datasheet");
  const ModelInfo& model = find_model(models, part.model, require(table, "model", "a datasheet").where);
  CornerParameters parameters;
  for (const ConfigEntry& entry : table.entries) {
    if (entry.key == "model" || entry.key == "description") continue;
    if (is_measured_key(entry.key)) {
      part.measured.push_back(read_measured_entry(entry, path.parent_path()));
      const ConfigTable& written = part.measured.back().table;
      if (written.find("source") == nullptr || written.find("status") == nullptr)
        throw ConfigError(entry.where, entry.key +
                                           " must have source and status: data of a datasheet say where they "
                                           "come from");
      continue;
    }
    set_parameter(parameters, entry, path.parent_path());
    const bool known = std::any_of(model.parameters.begin(), model.parameters.end(),
                                   [&](const ParameterRow& r) { return r.name == entry.key; });
    if (known) require_origin(entry.key, entry.value, parameters.typical[entry.key]);
  }
  for (const ParameterMap& map : parameters.all()) model.make(map);
  Stage alone{part.name, model.make(parameters.typical), Boundary::module, {}, {}, {}};
  put_measured(alone, part.measured, models);
  part.parameters = std::move(parameters.typical);
  part.corners = std::move(parameters.declared);
  return part;
}

Part find_part(const Library& library, const std::string& name, const std::vector<ModelInfo>& models,
               const SourceLocation& where) {
  const auto path = library.folder / "parts" / (name + ".toml");
  std::error_code ignored;
  if (name.find('/') == std::string::npos && std::filesystem::is_regular_file(path, ignored))
    return read_part(path, models);
  throw ConfigError(where, "unknown part \"" + name + "\"" + suggestion(name, names_in(library, "parts")));
}

}  // namespace tessera
