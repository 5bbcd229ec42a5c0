#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>

#include "phy/core/version.hpp"
#include "phy/io/atomic_file.hpp"
#include "scenarios/study/sweep_journal.hpp"
#include "scenarios/study/sweep_run.hpp"
#include "tools/report/sweep_files.hpp"
#include "tools/report/sweep_plots.hpp"
#include "tools/tessera/commands.hpp"
#include "tools/tessera/interrupt.hpp"
#include "tools/tessera/output_files.hpp"

namespace tessera::cli {
namespace {

using Path = std::filesystem::path;

bool keeps_a_file(const std::optional<Path>& path) {
  if (!path || *path == "-") return false;
  std::error_code ignored;
  const auto status = std::filesystem::status(*path, ignored);
  return !std::filesystem::exists(status) || std::filesystem::is_regular_file(status) ||
         std::filesystem::is_directory(status);
}

// Beside the first output that is a file; a sweep into pipes alone has none.
std::optional<Path> journal_of(const SweepOptions& options) {
  if (options.journal) return options.journal;
  for (const auto* output : {&options.hdf5, &options.csv, &options.plots}) {
    if (!keeps_a_file(*output)) continue;
    std::string name = (*output)->string();
    while (name.size() > 1 && name.back() == '/') name.pop_back();
    return name + ".journal";
  }
  return std::nullopt;
}

void check_outputs(const SweepOptions& options) {
  if (!options.hdf5 && !options.csv && !options.plots)
    throw ConfigError("a sweep needs a place for its results: --out FILE, --csv FILE or --plots DIR");
  if (options.resume && options.restart) throw ConfigError("--resume and --restart exclude each other");
  for (const auto* output : {&options.hdf5, &options.csv, &options.journal}) check_writable(*output);
  if (options.plots && options.plots->empty()) throw ConfigError("the folder of --plots must not be empty");
  if (options.journal && *options.journal == "-") throw ConfigError("a journal must be a file");
  for (const auto* output : {&options.hdf5, &options.csv, &options.journal}) check_not_read(*output, options.study);
  check_distinct(options.csv, options.hdf5, "--csv and --out");
  check_distinct(options.journal, options.hdf5, "--journal and --out");
  check_distinct(options.journal, options.csv, "--journal and --csv");
  if (options.resume && !journal_of(options))
    throw ConfigError("--resume needs a journal: give --journal FILE, or an output that is a file");
}

Sweep read(const SweepOptions& options, const Library& library, const std::vector<ModelInfo>& models) {
  ScenarioOptions scenario;
  scenario.sets = options.sets;
  Sweep result = read_sweep(resolve_scenario(library, options.study), library, models, scenario);
  if (options.engine) result.engine = computing_engine_named(*options.engine);
  return result;
}

JournalMode mode_of(const SweepOptions& options) {
  return options.resume ? JournalMode::resume : options.restart ? JournalMode::restart : JournalMode::fresh;
}

std::string summary(const report::SweepResult& result, std::size_t computed, double seconds) {
  std::size_t closing = 0, failed = 0;
  for (const SweepPoint& point : result.points) {
    closing += point.closes ? 1 : 0;
    failed += point.failed() ? 1 : 0;
  }
  return fmt::format("{}: {} points, {} computed in {:.1f} s ({:.0f}/s), {} from the journal; {} close, {} failed",
                     result.sweep.name, result.points.size(), computed, seconds,
                     static_cast<double>(computed) / std::max(seconds, 1e-3), result.points.size() - computed, closing,
                     failed);
}

void write_outputs(const SweepOptions& options, const report::SweepResult& result) {
  if (options.csv) {
    const std::string text = report::sweep_csv(result);
    if (*options.csv == "-")
      print(text);
    else
      write_file_atomically(*options.csv, text);
  }
  if (options.hdf5) report::write_sweep_hdf5(*options.hdf5, result);
  if (options.plots)
    for (const auto& file : report::write_sweep_plots(result, *options.plots))
      options.console.note("wrote " + file.string());
}

// Points of earlier runs and of this one.
std::map<std::size_t, SweepPoint> compute(const SweepOptions& options, const Sweep& sweep, const Library& library,
                                          const std::vector<ModelInfo>& models, SweepJournal* journal) {
  std::map<std::size_t, SweepPoint> done;
  if (journal != nullptr) done = journal->found();
  Progress progress(options.console, "points");
  progress.set_total(static_cast<int>(sweep.points() - done.size()));
  std::mutex mutex;
  std::map<std::size_t, SweepPoint> computed;
  SweepHooks hooks;
  hooks.stop = interrupted;
  hooks.finished = [&](std::size_t number, const SweepPoint& point) {
    if (journal != nullptr) journal->append(number, point);
    progress.advance(1);
    const std::lock_guard lock(mutex);
    computed.emplace(number, point);
  };
  run_sweep(sweep, library, models, done, options.threads, hooks);
  done.merge(computed);
  return done;
}

int leave_interrupted(const SweepOptions& options, const Sweep& sweep, std::size_t done,
                      const std::optional<Path>& journal) {
  options.console.note(
      journal ? fmt::format("interrupted: {} of {} points are kept in {}; the same command with --resume goes on", done,
                            sweep.points(), journal->string())
              : std::string("interrupted: nothing is kept, since no output is a file (see --journal)"));
  return kInterrupted;
}

}  // namespace

int sweep(const SweepOptions& options) {
  catch_interrupts();
  check_outputs(options);
  const Library library = find_library(options.library);
  const std::vector<ModelInfo> models = all_models();
  report::SweepResult result{read(options, library, models), {}, std::string(version()), std::string(commit())};
  const std::optional<Path> file = journal_of(options);
  std::optional<SweepJournal> journal;
  if (file) journal.emplace(*file, identity_of(result.sweep, library.folder), mode_of(options));
  const std::size_t before = journal ? journal->found().size() : 0;
  const auto start = std::chrono::steady_clock::now();
  auto done = compute(options, result.sweep, library, models, journal ? &*journal : nullptr);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (done.size() < result.sweep.points()) return leave_interrupted(options, result.sweep, done.size(), file);
  for (auto& [number, point] : done) result.points.push_back(std::move(point));
  write_outputs(options, result);
  if (journal) journal->remove();
  options.console.note(summary(result, result.points.size() - before, seconds));
  if (std::all_of(result.points.begin(), result.points.end(), [](const SweepPoint& p) { return p.failed(); }))
    throw NumericError("every point failed, the first with: " + result.points.front().error);
  return kDone;
}

int check_sweep(const RunOptions& options, const Path& file) {
  const Library library = find_library(options.library);
  ScenarioOptions scenario;
  scenario.sets = options.sets;
  const Sweep sweep = read_sweep(file, library, all_models(), scenario);
  std::string out = fmt::format("{}: ok, {} points, engine {}\n", sweep.name, sweep.points(), to_string(sweep.engine));
  for (const SweepAxis& axis : sweep.axes)
    out += fmt::format("  {}: {} values from {} to {}\n", axis.path, axis.values.size(), axis.labels.front(),
                       axis.labels.back());
  if (!options.console.quiet) print(out);
  return kDone;
}

}  // namespace tessera::cli
