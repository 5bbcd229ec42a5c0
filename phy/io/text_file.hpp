#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace tessera {

/// The whole of a regular file, byte for byte.
///
/// @throws IoError with one line that names the path if it is missing, a directory, unreadable or longer than `limit`
/// bytes.
std::string read_text_file(const std::filesystem::path& path, std::uintmax_t limit = std::uintmax_t{4} << 30);

}  // namespace tessera
