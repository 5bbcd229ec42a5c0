#include "scenarios/study/sweep_journal.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "phy/core/fingerprint.hpp"
#include "phy/core/version.hpp"
#include "scenarios/study/sweep.hpp"

namespace tessera {
namespace {

constexpr std::string_view kMagic = "tessera-sweep-journal 1";

[[noreturn]] void fail(const std::filesystem::path& path) {
  throw IoError("cannot write " + path.string() + ": " + std::strerror(errno));
}

std::string header_of(const JournalIdentity& id) {
  return std::string(kMagic) + "\tstudy " + id.study + "\tengine " + id.engine + "\tversion " + id.version +
         "\tcommit " + id.commit + "\tpoints " + std::to_string(id.points) + "\n";
}

std::string field(const std::string& header, const std::string& name) {
  const std::size_t at = header.find("\t" + name + " ");
  if (at == std::string::npos) return {};
  const std::size_t begin = at + name.size() + 2;
  return header.substr(begin, header.find_first_of("\t\n", begin) - begin);
}

bool is_regular(int descriptor) {
  struct stat status{};
  return ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

std::string whole_text(int descriptor, const std::filesystem::path& path) {
  std::string text;
  char block[1 << 16];
  for (off_t at = 0;;) {
    const ssize_t got = ::pread(descriptor, block, sizeof block, at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw IoError("cannot read " + path.string() + ": " + std::strerror(errno));
    if (got == 0) return text;
    text.append(block, static_cast<std::size_t>(got));
    at += got;
  }
}

[[noreturn]] void refuse_other(const std::filesystem::path& path, const std::string& header,
                               const JournalIdentity& id) {
  const std::string version = field(header, "version"), commit = field(header, "commit");
  if (version != id.version || commit != id.commit)
    throw ConfigError(path.string() + ": journal of version " + version + " (" + commit + "), this is " + id.version +
                      " (" + id.commit + "): finish it with that program, or give --restart");
  throw ConfigError(path.string() +
                    ": journal of another sweep: the study, its links or the engine changed; give --restart to begin "
                    "anew");
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  if (!file) throw IoError("cannot read " + path.string());
  return content.str();
}

// Files and datasheets that links or axes name: their content counts, not their name.
void append_files(const Sweep& sweep, const std::filesystem::path& library, std::string& text) {
  const auto append = [&](const std::filesystem::path& file) {
    std::error_code ignored;
    if (std::filesystem::is_regular_file(file, ignored)) text += fingerprint(content_of(file)) + "\n";
  };
  for (const SweptLink& link : sweep.links) {
    for (const auto& [stage, parameters] : link.base.given) {
      const auto file = parameters.find("file");
      const auto* name = file != parameters.end() ? std::get_if<std::string>(&file->second.value) : nullptr;
      if (name != nullptr) append(*name);
    }
    for (const Stage& stage : link.base.link.overhead) append(library / "parts" / (stage.part + ".toml"));
    for (const Segment& segment : link.base.link.segments) {
      // Datasheets as a whole: an axis may ask for values of other corners than the resolved link shows.
      for (const Stage& stage : segment.stages) append(library / "parts" / (stage.part + ".toml"));
      for (const Coupling& coupling : segment.couplings) {
        if (!coupling.network) continue;
        const auto file = coupling.network->parameters().find("file");
        if (file != coupling.network->parameters().end()) append(std::get<std::string>(file->second.value));
      }
    }
  }
  for (const SweepAxis& axis : sweep.axes) {
    for (const std::string& label : axis.labels) {
      if (axis.path.ends_with(".part")) append(library / "parts" / (label + ".toml"));
      if (axis.path.ends_with(".file")) append(label);
    }
  }
}

}  // namespace

JournalIdentity identity_of(const Sweep& sweep, const std::filesystem::path& library) {
  std::string text = to_toml(sweep.tree);
  for (const SweptLink& link : sweep.links) text += to_toml(resolved_scenario(link.base));
  append_files(sweep, library, text);
  return {fingerprint(text), std::string(to_string(sweep.engine)), std::string(version()), std::string(commit()),
          sweep.points()};
}

SweepJournal::SweepJournal(std::filesystem::path path, const JournalIdentity& identity, JournalMode mode)
    : path_(std::move(path)), synchronised_(std::chrono::steady_clock::now()) {
  std::error_code ignored;
  // It would be taken for a journal, and removed as one.
  if (mode == JournalMode::fresh && std::filesystem::is_regular_file(path_, ignored) &&
      std::filesystem::file_size(path_, ignored) == 0)
    throw ConfigError(path_.string() + ": an empty file is there; --restart makes it the journal");
  descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor_ < 0) fail(path_);
  try {
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) throw IoError(path_.string() + " is in use by another sweep");
    if (is_regular(descriptor_)) read_existing(identity, mode);
    if (!is_regular(descriptor_) || ::lseek(descriptor_, 0, SEEK_END) == 0) write(header_of(identity));
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

SweepJournal::~SweepJournal() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void SweepJournal::read_existing(const JournalIdentity& identity, JournalMode mode) {
  const std::string text = whole_text(descriptor_, path_);
  if (text.empty()) return;
  const std::size_t end = text.find('\n');
  const bool torn = end == std::string::npos && text.size() < 4096;  // killed while the header was written
  if (!std::string_view(text).starts_with(kMagic.substr(0, std::min(kMagic.size(), text.size()))))
    throw ConfigError(path_.string() + ": no journal of a sweep");
  if (mode == JournalMode::fresh)
    throw ConfigError(path_.string() +
                      ": journal of a sweep that was interrupted: --resume goes on with it, --restart begins anew");
  if (mode == JournalMode::restart || torn) return truncate(0);
  const std::string header = text.substr(0, end + 1);
  if (header != header_of(identity)) refuse_other(path_, header, identity);

  std::size_t good = end + 1;
  while (good < text.size()) {
    const std::size_t stop = text.find('\n', good);
    if (stop == std::string::npos) break;
    std::size_t number = 0;
    SweepPoint point;
    if (!read_journal_line(std::string_view(text).substr(good, stop - good), number, point) ||
        number >= identity.points)
      break;
    found_.emplace(number, std::move(point));
    good = stop + 1;
  }
  if (good < text.size()) truncate(good);
}

void SweepJournal::truncate(std::size_t size) {
  if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) fail(path_);
}

void SweepJournal::write(const std::string& text) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail(path_);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

void SweepJournal::append(std::size_t number, const SweepPoint& point) {
  const std::string line = journal_line(number, point) + "\n";
  const std::lock_guard lock(mutex_);
  write(line);
  const auto now = std::chrono::steady_clock::now();
  if (now - synchronised_ < std::chrono::seconds(1)) return;
  synchronised_ = now;
  ::fdatasync(descriptor_);  // a pipe or a file system without it loses nothing to a kill
}

void SweepJournal::remove() {
  if (!is_regular(descriptor_)) return;
  if (::unlink(path_.c_str()) != 0 && errno != ENOENT) fail(path_);
}

}  // namespace tessera
