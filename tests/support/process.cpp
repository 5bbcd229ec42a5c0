#include "tests/support/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

extern char** environ;

namespace tessera::testing_support {
namespace {

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

constexpr double kLongestStart = 60.0 * kSlowness;

void wait_for(pid_t child, const ProcessOptions& options, ProcessResult& result) {
  const auto begin = std::chrono::steady_clock::now();
  auto start = begin;
  bool interrupted = false, armed = !options.armed;
  for (;;) {
    int status = 0;
    const pid_t done = ::waitpid(child, &status, WNOHANG);
    const auto now = std::chrono::steady_clock::now();
    if (!armed && (options.armed() || now - begin > std::chrono::duration<double>(kLongestStart))) {
      armed = true;
      start = now;
    }
    const double seconds = result.seconds = std::chrono::duration<double>(now - start).count();
    if (done == child) {
      result.signalled = WIFSIGNALED(status);
      result.exit_code = result.signalled ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
      return;
    }
    if (!armed) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      continue;
    }
    if (options.interrupt_after_s > 0.0 && seconds > options.interrupt_after_s && !interrupted) {
      ::kill(child, SIGINT);
      interrupted = true;
    }
    if (seconds > options.timeout_s) ::kill(child, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace

ProcessResult run_process(const std::vector<std::string>& command, const ProcessOptions& options) {
  const TemporaryFolder folder;
  const std::string out = folder.path() / "out", error = folder.path() / "err";
  std::vector<std::string> arguments = command, environment = options.environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT, 0600);
  posix_spawn_file_actions_addopen(&actions, 2, error.c_str(), O_WRONLY | O_CREAT, 0600);
  pid_t child = 0;
  const int failed = ::posix_spawnp(&child, arguments.front().c_str(), &actions, nullptr, pointers(arguments).data(),
                                    pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start " + arguments.front());
  ProcessResult result;
  wait_for(child, options, result);
  result.out = read_text(out);
  result.error = read_text(error);
  return result;
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "tessera_test_XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder");
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::file(const std::string& name, const std::string& content) const {
  const auto path = path_ / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
  return path.string();
}

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

}  // namespace tessera::testing_support
