#include "phy/io/text_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "phy/core/error.hpp"

namespace tessera {

std::string read_text_file(const std::filesystem::path& path, std::uintmax_t limit) {
  const std::string name = path.string();
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) throw IoError("cannot read " + name + ": no such file");
  if (status.type() == std::filesystem::file_type::directory)
    throw IoError("cannot read " + name + ": it is a directory");
  if (status.type() != std::filesystem::file_type::regular)
    throw IoError("cannot read " + name + ": not a regular file");
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) throw IoError("cannot read " + name + ": " + error.message());
  if (size > limit)
    throw IoError("cannot read " + name + ": " + std::to_string(size) + " bytes, the limit is " +
                  std::to_string(limit));
  const auto close = [](std::FILE* f) { std::fclose(f); };
  const std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(name.c_str(), "rb"), close);
  if (!file) throw IoError("cannot read " + name + ": " + std::strerror(errno));
  std::string text(static_cast<std::size_t>(size), '\0');
  const std::size_t got = std::fread(text.data(), 1, text.size(), file.get());
  if (std::ferror(file.get()) != 0) throw IoError("cannot read " + name + ": " + std::strerror(errno));
  text.resize(got);
  return text;
}

}  // namespace tessera
