#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

namespace tessera::cli {

/// How the program talks: results to standard output, the rest to standard error.
struct Console {
  bool quiet = false;
  bool no_colour = false;

  bool colour_out() const;                  // standard output is a terminal and colour is wanted
  bool progress_wanted() const;             // standard error is a terminal and not quiet
  void note(std::string_view words) const;  // one line on standard error unless quiet
};

/// Writes results to standard output. @throws IoError if that fails (closed pipe, full disk).
void print(std::string_view text);

/// A line on standard error that is rewritten in place: done/total, rate, time left. Silent where it is not wanted.
class Progress {
 public:
  Progress(const Console& console, std::string_view what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Thread-safe; draws at most ten times a second.
  void advance(int steps);
  void set_total(int total) { total_ = total; }

 private:
  void draw(std::chrono::steady_clock::time_point now);

  bool active_;
  std::string what_;
  std::atomic<int> done_{0};
  std::atomic<int> total_{0};
  std::chrono::steady_clock::time_point start_, last_;
  std::mutex mutex_;
  bool drawn_ = false;
};

}  // namespace tessera::cli
