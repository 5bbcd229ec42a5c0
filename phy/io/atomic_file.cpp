#include "phy/io/atomic_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, int reason) {
  throw IoError("cannot write " + path.string() + ": " + std::strerror(reason));
}

void write_all(int descriptor, std::string_view content, const std::filesystem::path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail(path, errno);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

// Devices (/dev/stdout, /dev/full) and pipes cannot be renamed over; they are written in place.
bool is_special(const std::filesystem::path& path) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
}

struct Descriptor {
  int value = -1;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
};

}  // namespace

std::filesystem::path temporary_beside(const std::filesystem::path& path) {
  std::filesystem::path temporary = path;
  temporary += ".unfinished-" + std::to_string(::getpid());
  return temporary;
}

void write_file_atomically(const std::filesystem::path& path, std::string_view content) {
  const bool in_place = is_special(path);
  const std::filesystem::path target = in_place ? path : temporary_beside(path);
  try {
    Descriptor file{::open(target.c_str(), in_place ? O_WRONLY : O_WRONLY | O_CREAT | O_TRUNC, 0644)};
    if (file.value < 0) fail(path, errno);
    write_all(file.value, content, path);
    if (!in_place && ::fsync(file.value) != 0) fail(path, errno);
    const int descriptor = file.value;
    file.value = -1;
    if (::close(descriptor) != 0) fail(path, errno);
    if (!in_place && ::rename(target.c_str(), path.c_str()) != 0) fail(path, errno);
  } catch (...) {
    if (!in_place) ::unlink(target.c_str());
    throw;
  }
}

}  // namespace tessera
