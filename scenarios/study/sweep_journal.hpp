#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>

#include "scenarios/study/sweep_point.hpp"

namespace tessera {

struct Sweep;

/// What must be the same for points of an earlier run to be taken over.
struct JournalIdentity {
  std::string study;  // fingerprint of study, links and the files that they read
  std::string engine, version, commit;
  std::size_t points = 0;

  bool operator==(const JournalIdentity&) const = default;
};

/// Fingerprint of a sweep with this program's version. @throws IoError if a file that a link reads cannot be read.
JournalIdentity identity_of(const Sweep& sweep, const std::filesystem::path& library);

enum class JournalMode { fresh, resume, restart };

/// The points of a sweep that are done, on disk: what a killed run leaves behind.
///
/// Conventions: text, one line a point with its checksum; numbers as hexadecimal floats, so that they come back bit for
/// bit. A point is written when it is done and synchronised with the disk once a second: a killed process loses points
/// in work only, a lost power supply at most a second more. What follows the first damaged line is dropped.
/// Valid for: one process at a time (locked), any number of threads.
/// Source: none.
/// Theory: docs/guides/sweeps.md
class SweepJournal {
 public:
  /// fresh: refuses a journal that exists; resume: reads it, or begins one; restart: empties it.
  /// @throws ConfigError for a journal of another sweep or version, a file that is none, and one that exists under
  /// fresh; IoError if it cannot be written or another process uses it.
  SweepJournal(std::filesystem::path path, const JournalIdentity& identity, JournalMode mode);
  ~SweepJournal();
  SweepJournal(const SweepJournal&) = delete;
  SweepJournal& operator=(const SweepJournal&) = delete;

  /// Points of earlier runs, by number.
  const std::map<std::size_t, SweepPoint>& found() const { return found_; }
  /// @throws IoError (full disk).
  void append(std::size_t number, const SweepPoint& point);
  /// Deletes the file: the sweep's results stand elsewhere now.
  void remove();
  const std::filesystem::path& path() const { return path_; }

 private:
  void read_existing(const JournalIdentity& identity, JournalMode mode);
  void write(const std::string& text);
  void truncate(std::size_t size);

  std::filesystem::path path_;
  int descriptor_ = -1;
  std::map<std::size_t, SweepPoint> found_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point synchronised_;
};

/// A point as a line of the journal, without its end; and back. @return false if the line is damaged.
std::string journal_line(std::size_t number, const SweepPoint& point);
bool read_journal_line(std::string_view line, std::size_t& number, SweepPoint& point);

}  // namespace tessera
