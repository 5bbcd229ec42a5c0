#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace tessera::testing_support {

struct ProcessResult {
  int exit_code = -1;      // 128 + signal if it was killed
  bool signalled = false;  // by the signal itself, not by an exit of its own
  std::string out, error;
  double seconds = 0.0;
};

// A sanitized program starts, computes and stops several times slower.
#ifdef __SANITIZE_ADDRESS__
inline constexpr double kSlowness = 8.0;
#else
inline constexpr double kSlowness = 1.0;
#endif

struct ProcessOptions {
  std::vector<std::string> environment;  // NAME=VALUE added to the caller's
  double interrupt_after_s = 0.0;        // sends SIGINT after that time; 0 never
  double timeout_s = 120.0 * kSlowness;  // kills after that time
  std::function<bool()> armed = {};      // both times count from when it is true
};

/// Runs a program without a shell and collects what it writes.
ProcessResult run_process(const std::vector<std::string>& command, const ProcessOptions& options = {});

/// A folder that lives as long as this value.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Writes a file into the folder and returns its path.
  std::string file(const std::string& name, const std::string& content) const;

 private:
  std::filesystem::path path_;
};

std::string read_text(const std::filesystem::path& path);

}  // namespace tessera::testing_support
