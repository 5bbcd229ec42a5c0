#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tessera {

/// Where datasheets (`parts/`) and scenarios (`links/`, `studies/`) lie.
struct Library {
  std::filesystem::path folder;
};

/// The library folder: the one asked for, else the environment's TESSERA_LIBRARY, else the source tree that this was
/// built from, else the installed share folder.
/// @throws IoError naming every folder that was tried.
Library find_library(const std::optional<std::filesystem::path>& asked);

/// Names of the TOML files in a subfolder, without suffix, sorted; empty if there is no such folder.
std::vector<std::string> names_in(const Library& library, const std::string& subfolder);

/// A scenario named by the user: an existing path first, then links/NAME.toml and studies/NAME.toml of the library; the
/// leading `links/` or `studies/` and the suffix may be given or left out.
/// @throws IoError naming the nearest known scenario.
std::filesystem::path resolve_scenario(const Library& library, const std::string& name);

}  // namespace tessera
