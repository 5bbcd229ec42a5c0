#pragma once

#include <filesystem>
#include <optional>

namespace tessera::cli {

/// Refuses a wrong output path before the work, not after it; "-" and none pass.
/// @throws ConfigError for an empty name and for a scenario or Touchstone file that is there, IoError for a missing
/// folder, a folder in place of a file, no permission.
void check_writable(const std::optional<std::filesystem::path>& file);

/// Refuses an output that would replace `input`. @throws ConfigError naming it.
void check_not_read(const std::optional<std::filesystem::path>& output, const std::filesystem::path& input);

/// Refuses two outputs that are one file. @throws ConfigError naming both flags.
void check_distinct(const std::optional<std::filesystem::path>& a, const std::optional<std::filesystem::path>& b,
                    const char* flags);

}  // namespace tessera::cli
