#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "scenarios/link/config_tree.hpp"
#include "scenarios/link/library_search.hpp"

/// How a study names its links and their overrides.
namespace tessera::study_links {

/// The file of a link that a study in `folder` names: a file, or a name in the library.
/// @throws ConfigError at the entry, naming the nearest link.
std::filesystem::path link_file(const ConfigValue& entry, const std::filesystem::path& folder, const Library& library);

/// The overrides of one link, without its name in front: a path of a study begins with the name of a link file.
std::vector<std::string> sets_of(const std::string& link, const std::vector<std::string>& sets);

/// Refuses overrides that begin with the name of no link.
void refuse_unused(const std::vector<std::string>& sets, const std::vector<std::string>& links);

}  // namespace tessera::study_links
