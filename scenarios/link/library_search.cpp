#include "scenarios/link/library_search.hpp"

#include <algorithm>
#include <cstdlib>

#include "phy/core/error.hpp"
#include "phy/core/nearest_name.hpp"

namespace tessera {
namespace fs = std::filesystem;
namespace {

std::vector<fs::path> candidates(const std::optional<fs::path>& asked) {
  if (asked) return {*asked};
  if (const char* environment = std::getenv("TESSERA_LIBRARY"); environment != nullptr && *environment != '\0')
    return {environment};
  return {TESSERA_LIBRARY_DIR, TESSERA_INSTALLED_LIBRARY_DIR};
}

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

}  // namespace

Library find_library(const std::optional<fs::path>& asked) {
  std::string tried;
  for (const fs::path& folder : candidates(asked)) {
    std::error_code ignored;
    if (fs::is_directory(folder, ignored)) return {folder};
    tried += (tried.empty() ? "" : ", ") + folder.string();
  }
  throw IoError("no library folder found; tried " + tried + " (give --library DIR or set TESSERA_LIBRARY)");
}

std::vector<std::string> names_in(const Library& library, const std::string& subfolder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(library.folder / subfolder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".toml") names.push_back(it->path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

fs::path resolve_scenario(const Library& library, const std::string& name) {
  if (is_file(name)) return name;
  std::vector<std::string> known;
  for (const std::string subfolder : {"links", "studies"}) {
    for (const fs::path& path : {library.folder / subfolder / (name + ".toml"), library.folder / subfolder / name}) {
      if (is_file(path)) return path;
    }
    for (const auto& entry : names_in(library, subfolder)) known.push_back(entry);
  }
  for (const fs::path& path : {library.folder / name, library.folder / (name + ".toml")}) {
    if (is_file(path)) return path;
  }
  std::error_code ignored;
  if (fs::is_directory(name, ignored))
    throw IoError("cannot read " + name + ": it is a directory, not a scenario file");
  if (fs::exists(name, ignored)) throw IoError("cannot read " + name + ": not a regular file");
  if (name.empty()) throw ConfigError("the name of the scenario must not be empty");
  if (const auto fabrics = names_in(library, "fabrics");
      std::find(fabrics.begin(), fabrics.end(), name) != fabrics.end())
    throw ConfigError(name + " is a fabric: it is computed by tessera fabric");
  throw IoError(name + ": no such scenario file, and no such name in the library" +
                suggestion(fs::path(name).stem().string(), known));
}

}  // namespace tessera
