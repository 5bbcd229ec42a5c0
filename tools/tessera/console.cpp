#include "tools/tessera/console.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "phy/core/error.hpp"

namespace tessera::cli {

bool Console::colour_out() const {
  const char* no_color = std::getenv("NO_COLOR");
  return !no_colour && (no_color == nullptr || *no_color == '\0') && ::isatty(STDOUT_FILENO) != 0;
}

bool Console::progress_wanted() const { return !quiet && ::isatty(STDERR_FILENO) != 0; }

void Console::note(std::string_view words) const {
  if (!quiet) fmt::print(stderr, "tessera: {}\n", words);
}

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    throw IoError(std::string("cannot write to standard output: ") + std::strerror(errno));
}

Progress::Progress(const Console& console, std::string_view what)
    : active_(console.progress_wanted()), what_(what), start_(std::chrono::steady_clock::now()), last_(start_) {}

Progress::~Progress() {
  if (drawn_) fmt::print(stderr, "\r\x1b[K");
}

void Progress::advance(int steps) {
  done_ += steps;
  if (!active_) return;
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  draw(now);
}

void Progress::draw(std::chrono::steady_clock::time_point now) {
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const int done = done_, total = std::max(total_.load(), done);
  const double rate = done / std::max(seconds, 1e-3);
  fmt::print(stderr, "\r\x1b[K{} {}/{}  {:.0f}/s  {:.0f} s left", what_, done, total, rate,
             (total - done) / std::max(rate, 1e-3));
  std::fflush(stderr);
  drawn_ = true;
}

}  // namespace tessera::cli
