#include <algorithm>

#include "phy/core/nearest_name.hpp"
#include "scenarios/link/scenario_reader.hpp"
#include "scenarios/link/study_links.hpp"

namespace tessera {
namespace study_links {

std::filesystem::path link_file(const ConfigValue& entry, const std::filesystem::path& folder, const Library& library) {
  const auto* name = std::get_if<std::string>(&entry.value);
  if (name == nullptr) throw ConfigError(entry.where, "links must be a list of names or files");
  std::error_code ignored;
  for (const auto& path : {folder / *name, library.folder / "links" / (*name + ".toml"),
                           folder.parent_path() / "links" / (*name + ".toml")}) {
    if (std::filesystem::is_regular_file(path, ignored)) return path;
  }
  throw ConfigError(entry.where, "unknown link \"" + *name + "\"" + suggestion(*name, names_in(library, "links")));
}

std::vector<std::string> sets_of(const std::string& link, const std::vector<std::string>& sets) {
  std::vector<std::string> own;
  for (const std::string& set : sets) {
    if (set.starts_with(link + ".")) own.push_back(set.substr(link.size() + 1));
  }
  return own;
}

void refuse_unused(const std::vector<std::string>& sets, const std::vector<std::string>& links) {
  for (const std::string& set : sets) {
    if (std::any_of(links.begin(), links.end(), [&](const std::string& link) { return set.starts_with(link + "."); }))
      continue;
    const std::string first = set.substr(0, set.find('.'));
    throw ConfigError({"--set " + set, 0, 0},
                      "in a study a path begins with the name of a link" + suggestion(first, links));
  }
}

}  // namespace study_links

Study read_study(const std::filesystem::path& path, const Library& library, const std::vector<ModelInfo>& models,
                 const ScenarioOptions& options) {
  using namespace study_links;
  ConfigTable tree = read_config(path);
  const std::filesystem::path folder = path.parent_path();
  Study study;
  if (tree.find("study") == nullptr) {
    study.links.push_back(read_link(std::move(tree), folder, library, models, options));
    study.name = study.links.front().link.name;
    study.description = study.links.front().description;
    study.kind = "link";
    return study;
  }
  const ConfigTable& table = *(optional_table(tree, "study"));
  const ConfigValue* kind = table.find("kind");
  if (kind != nullptr && kind->value.index() == 0 && std::get<std::string>(kind->value) == "sweep")
    throw ConfigError(kind->where, "a study of kind sweep is computed by tessera sweep");
  check_keys(tree, {"study"}, "a study file");
  check_keys(table, {"name", "description", "kind", "links", "links_with_touchstone"}, "[study]");
  study.name = require_text(table, "name", "[study]");
  study.kind = require_text(table, "kind", "[study]");
  if (study.kind != "compare")
    throw ConfigError(table.find("kind")->where, "study kind must be compare, got \"" + study.kind + "\"");
  if (table.find("description") != nullptr) study.description = require_text(table, "description", "[study]");
  std::vector<std::string> names;
  const auto add_links = [&](const ConfigValue& links, const std::optional<std::filesystem::path>& touchstone) {
    if (links.array() == nullptr || links.array()->empty())
      throw ConfigError(links.where, "links must be a list with at least one link");
    for (const ConfigValue& entry : *links.array()) {
      const auto file = link_file(entry, folder, library);
      names.push_back(file.stem().string());
      study.links.push_back(
          read_link(file, library, models, {sets_of(names.back(), options.sets), touchstone, options.corner}));
      const std::string& name = study.links.back().link.name;
      if (std::any_of(study.links.begin(), study.links.end() - 1,
                      [&](const LinkScenario& s) { return s.link.name == name; }))
        throw ConfigError(entry.where, "link name \"" + name + "\" stands twice in the study");
    }
  };
  add_links(require(table, "links", "[study]"), std::nullopt);
  const ConfigValue* measured = table.find("links_with_touchstone");
  if (options.touchstone && measured == nullptr)
    throw ConfigError({"--touchstone " + options.touchstone->string(), 0, 0},
                      "the study names no link that takes a Touchstone file (links_with_touchstone)");
  if (options.touchstone) add_links(*measured, options.touchstone);
  refuse_unused(options.sets, names);
  return study;
}

}  // namespace tessera
