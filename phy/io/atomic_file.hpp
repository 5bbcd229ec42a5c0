#pragma once

#include <filesystem>
#include <string_view>

namespace tessera {

/// Writes a file that is either whole or absent: beside the target first, flushed to disk, then renamed over it.
///
/// @throws IoError naming the file and the system's reason (no space, no permission, missing folder).
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// The name beside `path` under which an unfinished file stands until it is renamed.
std::filesystem::path temporary_beside(const std::filesystem::path& path);

}  // namespace tessera
