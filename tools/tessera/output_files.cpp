#include "tools/tessera/output_files.hpp"

#include <unistd.h>

#include <string>

#include "phy/core/error.hpp"

namespace tessera::cli {

void check_writable(const std::optional<std::filesystem::path>& file) {
  if (!file || *file == "-") return;
  if (file->empty()) throw ConfigError("the name of an output file must not be empty");
  const std::filesystem::path folder = file->has_parent_path() ? file->parent_path() : ".";
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored))
    throw IoError("cannot write " + file->string() + ": no folder " + folder.string());
  if (::access(folder.c_str(), W_OK) != 0)
    throw IoError("cannot write " + file->string() + ": no permission to write into " + folder.string());
  if (std::filesystem::is_directory(*file, ignored))
    throw IoError("cannot write " + file->string() + ": it is a folder");
}

void check_distinct(const std::optional<std::filesystem::path>& a, const std::optional<std::filesystem::path>& b,
                    const char* flags) {
  std::error_code ignored;
  if (a && b && *a != "-" &&
      std::filesystem::weakly_canonical(*a, ignored) == std::filesystem::weakly_canonical(*b, ignored))
    throw ConfigError(std::string(flags) + " must be two files, both are " + a->string());
}

}  // namespace tessera::cli
