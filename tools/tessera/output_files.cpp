#include "tools/tessera/output_files.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <string>

#include "phy/core/error.hpp"

namespace tessera::cli {
namespace {

// Scenarios, parts and Touchstone files, which a link may name without the command line doing so.
bool is_written_by_hand(const std::filesystem::path& file) {
  std::string end = file.extension().string();
  std::transform(end.begin(), end.end(), end.begin(), [](unsigned char c) { return std::tolower(c); });
  const bool touchstone = end.size() > 3 && end.starts_with(".s") && end.ends_with("p") &&
                          end.find_first_not_of("0123456789", 2) == end.size() - 1;
  return end == ".toml" || end == ".ts" || touchstone;
}

}  // namespace

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
  if (std::filesystem::exists(*file, ignored) && is_written_by_hand(*file))
    throw ConfigError(file->string() + " is a file of the user's: results go to another one");
}

void check_not_read(const std::optional<std::filesystem::path>& output, const std::filesystem::path& input) {
  std::error_code ignored;
  if (output && *output != "-" && std::filesystem::equivalent(*output, input, ignored))
    throw ConfigError(output->string() + " is read: results go to another file");
}

void check_distinct(const std::optional<std::filesystem::path>& a, const std::optional<std::filesystem::path>& b,
                    const char* flags) {
  std::error_code ignored;
  if (a && b && *a != "-" &&
      std::filesystem::weakly_canonical(*a, ignored) == std::filesystem::weakly_canonical(*b, ignored))
    throw ConfigError(std::string(flags) + " must be two files, both are " + a->string());
}

}  // namespace tessera::cli
