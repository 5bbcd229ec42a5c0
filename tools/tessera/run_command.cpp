#include <fmt/core.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "phy/core/nearest_name.hpp"
#include "phy/core/quantity_text.hpp"
#include "phy/core/version.hpp"
#include "phy/io/atomic_file.hpp"
#include "scenarios/link/ber_overlay.hpp"
#include "scenarios/link/report_json.hpp"
#include "scenarios/link/waterfall.hpp"
#include "scenarios/study/sweep.hpp"
#include "tools/report/comparison_plots.hpp"
#include "tools/report/comparison_table.hpp"
#include "tools/report/hdf5_report.hpp"
#include "tools/report/number_text.hpp"
#include "tools/report/probe_table.hpp"
#include "tools/report/receiver_text.hpp"
#include "tools/tessera/commands.hpp"
#include "tools/tessera/counting_arguments.hpp"
#include "tools/tessera/interrupt.hpp"
#include "tools/tessera/output_files.hpp"

namespace tessera::cli {
namespace {

// A rule between several entries is placed where the file has one of them, though a --set may have broken it.
std::string naming_sets(const std::string& message, const std::vector<std::string>& sets) {
  if (message.starts_with("--")) return message;
  std::string text = message;
  for (std::size_t i = 0; i < sets.size(); ++i) text += (i == 0 ? " (with --set " : ", --set ") + sets[i];
  return sets.empty() ? text : text + ")";
}

Study read(const RunOptions& options) {
  const Library library = find_library(options.library);
  try {
    Study study = read_study(resolve_scenario(library, options.scenario), library, all_models(),
                             {options.sets, options.touchstone, options.corner});
    require_channel_files(study);
    return study;
  } catch (const ConfigError& error) {
    throw ConfigError(naming_sets(error.what(), options.sets));
  }
}

void check_outputs(const RunOptions& options) {
  check_writable(options.json);
  check_writable(options.hdf5);
  if (options.plots && options.plots->empty()) throw ConfigError("the folder of --plots must not be empty");
  check_distinct(options.json, options.hdf5, "--json and --out");
  std::vector<std::filesystem::path> inputs{options.scenario};
  if (options.touchstone) inputs.emplace_back(*options.touchstone);
  for (const std::string& given : options.measured_ber) inputs.emplace_back(given.substr(given.find('=') + 1));
  for (const std::filesystem::path& input : inputs) {
    check_not_read(options.json, input);
    check_not_read(options.hdf5, input);
  }
}

// Measured points by the index of their link.
std::map<std::size_t, MeasuredBer> read_measured_points(const RunOptions& options, const Study& study) {
  std::map<std::size_t, MeasuredBer> result;
  std::vector<std::string> names;
  for (const LinkScenario& scenario : study.links) names.push_back(scenario.link.name);
  for (const std::string& given : options.measured_ber) {
    const std::string flag = "--measured-ber " + given;
    const auto named = std::find_if(names.begin(), names.end(),
                                    [&](const std::string& name) { return given.starts_with(name + "="); });
    if (named == names.end() && names.size() > 1)
      throw ConfigError({flag, 0, 0}, "in a study the points belong to a link, LINK=FILE" +
                                          suggestion(given.substr(0, given.find('=')), names));
    const auto index = named == names.end() ? std::size_t{0} : static_cast<std::size_t>(named - names.begin());
    if (result.contains(index))
      throw ConfigError({flag, 0, 0}, "link " + names[index] + " has measured points already");
    try {
      result[index] = read_measured_ber(named == names.end() ? given : given.substr(named->size() + 1));
    } catch (const IoError& error) {
      throw ConfigError({flag, 0, 0}, error.what());
    }
  }
  return result;
}

struct Outcome {
  std::vector<std::optional<LinkReport>> reports;
  std::exception_ptr failure;  // of the first link that failed; the others go on
  bool interrupted = false;
};

// What the evaluating thread and the waiting one share.
struct Work {
  std::mutex mutex;
  std::condition_variable changed;
  Outcome outcome;
  bool done = false;
};

// Runs a step of one link: what it leaves in the report is kept, whatever becomes of the other links.
void guarded_step(const LinkScenario& scenario, Work& work, const std::function<void()>& step) {
  const auto fail = [&](const auto& located_error) {
    const std::lock_guard lock(work.mutex);
    if (!work.outcome.failure) work.outcome.failure = std::make_exception_ptr(located_error);
  };
  try {
    step();
  } catch (const Interrupted&) {
    const std::lock_guard lock(work.mutex);
    work.outcome.interrupted = true;
  } catch (const ConfigError& error) {
    fail(ConfigError(located(scenario, error.what())));
  } catch (const NumericError& error) {
    fail(NumericError(located(scenario, error.what())));
  } catch (...) {
    const std::lock_guard lock(work.mutex);
    if (!work.outcome.failure) work.outcome.failure = std::current_exception();
  }
}

void own_length_of(const LinkScenario& scenario, const EvaluationOptions& options, Work& work, std::size_t index) {
  guarded_step(scenario, work, [&] {
    LinkReport report = evaluate_own_length(scenario.link, options);
    report.description = scenario.description;
    const std::lock_guard lock(work.mutex);
    work.outcome.reports[index] = std::move(report);
  });
}

void reach_of(const LinkScenario& scenario, const EvaluationOptions& options, Work& work, std::size_t index) {
  std::optional<LinkReport> report;
  {
    const std::lock_guard lock(work.mutex);
    report = work.outcome.reports[index];
  }
  if (!report) return;
  guarded_step(scenario, work, [&] {
    add_reach(scenario.link, options, *report);
    const std::lock_guard lock(work.mutex);
    work.outcome.interrupted = work.outcome.interrupted || !report->complete;
    work.outcome.reports[index] = std::move(report);
  });
}

void measured_of(const LinkScenario& scenario, const MeasuredBer& measured, const EvaluationOptions& options,
                 Work& work, std::size_t index) {
  guarded_step(scenario, work, [&] {
    BerOverlay overlay = compare_with_measured(scenario.link, measured, options);
    const std::lock_guard lock(work.mutex);
    if (work.outcome.reports[index]) work.outcome.reports[index]->measured_ber = std::move(overlay);
  });
}

void waterfalls_of(const LinkScenario& scenario, const EvaluationOptions& options, Work& work, std::size_t index) {
  std::optional<LinkReport> report;
  {
    const std::lock_guard lock(work.mutex);
    report = work.outcome.reports[index];
  }
  if (!report) return;
  guarded_step(scenario, work, [&] {
    add_waterfalls(scenario.link, options, *report);
    const std::lock_guard lock(work.mutex);
    work.outcome.reports[index] = std::move(report);
  });
}

template <class Step>
void for_links(const Study& study, bool in_turn, const Step& step) {
  const std::size_t count = study.links.size();
  if (in_turn)
    for (std::size_t i = 0; i < count; ++i) step(i);
  else
    tbb::parallel_for(std::size_t{0}, count, step);
}

// First every link at its own length, then the lengths: an interrupt finds as many answers as the time gave.
void evaluate_all(const Study& study, const std::map<std::size_t, MeasuredBer>& measured, const RunOptions& options,
                  Work& work) {
  std::optional<tbb::global_control> limit;
  if (options.threads > 0)
    limit.emplace(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(options.threads));
  Progress progress(options.console, "evaluations");
  std::atomic<int> planned{0};
  EvaluationOptions evaluation;
  evaluation.engine = engine_named(options.engine);
  evaluation.bit_by_bit = counting_options(options);
  evaluation.reach = !options.no_reach;
  evaluation.port_noise = true;
  evaluation.stop = interrupted;
  evaluation.planned = [&](int runs) { progress.set_total(planned += runs); };
  evaluation.finished = [&](int runs) { progress.advance(runs); };
  const bool in_turn = options.threads == 1;
  for_links(study, in_turn, [&](std::size_t i) { own_length_of(study.links[i], evaluation, work, i); });
  for (const auto& [index, points] : measured) measured_of(study.links[index], points, evaluation, work, index);
  for_links(study, in_turn, [&](std::size_t i) { reach_of(study.links[i], evaluation, work, i); });
  if (options.waterfall)
    for_links(study, in_turn, [&](std::size_t i) { waterfalls_of(study.links[i], evaluation, work, i); });
  const std::lock_guard lock(work.mutex);
  work.done = true;
  work.changed.notify_all();
}

// Waits for the end, or for a short while behind an interrupt: one long evaluation must not hold back what is finished.
bool wait_for(Work& work) {
  using namespace std::chrono_literals;
  std::unique_lock lock(work.mutex);
  auto patience = 400ms;
  while (!work.done && patience > 0ms) {
    work.changed.wait_for(lock, 20ms);
    if (interrupted()) patience -= 20ms;
  }
  return work.done;
}

std::string note_text(const ValidityNote& n) {
  const std::string unit = n.unit == "1" || n.unit.empty() ? "" : " " + n.unit;
  return fmt::format("{}: {} = {}{} is outside {}", n.stage, n.quantity, report::text(n.value), unit, n.range);
}

void refuse_notes(const std::vector<LinkReport>& links) {
  for (const LinkReport& link : links)
    if (!link.notes.empty()) throw ConfigError("--strict: " + link.name + ": " + note_text(link.notes.front()));
}

std::string notes_text(const std::vector<LinkReport>& links) {
  std::string out;
  for (const LinkReport& link : links)
    for (const ValidityNote& n : link.notes) out += "note: " + link.name + ": " + note_text(n) + "\n";
  return out.empty() ? out : "\n" + out;
}

std::string waterfalls_text(const std::vector<LinkReport>& links) {
  std::string out;
  for (const LinkReport& link : links) {
    for (const Waterfall& curve : link.waterfalls) {
      const bool light = curve.axis == Waterfall::Axis::received_oma;
      const std::string unit = light ? "dBm" : "dB", what = light ? "received OMA" : "SNR at the decision";
      out += fmt::format("{}.{}: {} {} {}, {} for a bit error ratio of {}\n", link.name, curve.segment, what,
                         report::text(curve.own, 4), unit,
                         curve.required ? report::text(*curve.required, 4) + " " + unit : std::string("never enough"),
                         report::text(curve.required_ber));
    }
  }
  return out.empty() ? out : "\n" + out;
}

std::string provenance_text(const Study& study) {
  std::map<std::string, int> counts;
  int sum = 0;
  for (const LinkScenario& scenario : study.links)
    for (const ProvenanceRow& row : scenario.provenance) {
      ++counts[row.status];
      ++sum;
    }
  std::string out = fmt::format("\n{} numbers entered:", sum);
  for (const auto& [status, count] : counts) out += fmt::format(" {} {},", count, status);
  out.back() = '\n';
  return out;
}

// The corners that are not typical, in the order of the links.
std::string corners_text(const std::vector<LinkReport>& links) {
  std::string out;
  for (const LinkReport& link : links)
    if (link.corner != "typical" && out.find(link.corner) == std::string::npos)
      out += (out.empty() ? ", corner " : " ") + link.corner;
  return out;
}

void print_tables(const Study& study, const std::vector<LinkReport>& links, bool probes, const Console& console) {
  const bool bold = console.colour_out();
  std::string out = study.name + (study.description.empty() ? "" : ": " + study.description) + " (engine " +
                    links.front().engine + corners_text(links) + ")\n\n";
  out += report::comparison_table(links, bold);
  for (const LinkReport& link : links) out += "\n" + report::power_table(link, bold);
  for (const LinkReport& link : links)
    if (link.measured_ber) out += "\n" + report::measured_table(link, bold);
  if (probes)
    for (const LinkReport& link : links) out += "\n" + report::probe_table(link, bold);
  out += report::receivers_text(links);
  print(out + waterfalls_text(links) + notes_text(links) + provenance_text(study));
}

void write_outputs(const RunOptions& options, const RunResult& result) {
  const bool json_to_stdout = options.json && *options.json == "-";
  if (!options.console.quiet && !json_to_stdout && !result.links.empty())
    print_tables(result.study, result.links, options.probes, options.console);
  if (options.json) {
    const std::string text = to_json(result).dump(2) + "\n";
    if (json_to_stdout)
      print(text);
    else
      write_file_atomically(*options.json, text);
  }
  if (options.hdf5) report::write_hdf5(*options.hdf5, result);
  if (options.plots && !result.links.empty()) {
    for (const auto& file : report::write_plots(result.links, result.study.name, *options.plots))
      options.console.note("wrote " + file.string());
  }
}

std::string kept_in(const RunOptions& options) {
  return options.json || options.hdf5 || options.plots ? "these are written" : "these are printed";
}

int finish(const RunOptions& options, RunResult& result, Work& work) {
  const std::lock_guard lock(work.mutex);
  Outcome& outcome = work.outcome;
  outcome.interrupted = outcome.interrupted || !work.done;
  result.complete = !outcome.interrupted && !outcome.failure;
  for (auto& report : outcome.reports)
    if (report) result.links.push_back(std::move(*report));
  if (options.strict) refuse_notes(result.links);
  if (outcome.failure && result.links.empty()) std::rethrow_exception(outcome.failure);
  if (result.links.empty()) {
    options.console.note("interrupted: no link was finished, nothing is written; files of an earlier run stay");
    return kInterrupted;
  }
  write_outputs(options, result);
  if (outcome.failure) std::rethrow_exception(outcome.failure);
  if (!outcome.interrupted) return kDone;
  const auto whole = std::count_if(result.links.begin(), result.links.end(), [](const auto& l) { return l.complete; });
  options.console.note(fmt::format("interrupted: of {} links {} finished, {} at their own length only; {}",
                                   result.study.links.size(), whole,
                                   static_cast<std::ptrdiff_t>(result.links.size()) - whole, kept_in(options)));
  return kInterrupted;
}

}  // namespace

int run(const RunOptions& options) {
  catch_interrupts();
  check_engine(options);
  check_outputs(options);
  RunResult result;
  result.study = read(options);
  const std::map<std::size_t, MeasuredBer> measured = read_measured_points(options, result.study);
  result.version = version();
  result.commit = commit();
  result.seed = options.seed;
  Work work;
  work.outcome.reports.resize(result.study.links.size());
  std::thread worker([&] { evaluate_all(result.study, measured, options, work); });
  const bool ended = wait_for(work);
  if (ended)
    worker.join();
  else
    worker.detach();
  if (ended) return finish(options, result, work);
  // The evaluating thread still runs on this frame, so the process ends here and does not unwind.
  int exit_code = kSystemFailure;
  try {
    exit_code = finish(options, result, work);
  } catch (const std::exception& error) {
    fmt::print(stderr, "tessera: {}\n", error.what());
  }
  std::fflush(stderr);
  std::_Exit(exit_code);
}

namespace {

PreparedLink prepared(const LinkScenario& scenario) {
  try {
    return prepare(scenario.link);
  } catch (const ConfigError& error) {
    throw ConfigError(located(scenario, error.what()));
  } catch (const NumericError& error) {
    throw NumericError(located(scenario, error.what()));
  }
}

std::set<std::string> distinct_notes(const PreparedLink& link) {
  std::set<std::string> texts;
  for (const ValidityNote& n : link.notes) texts.insert(note_text(n));
  return texts;
}

}  // namespace

int check(const RunOptions& options) {
  const auto file = resolve_scenario(find_library(options.library), options.scenario);
  if (is_sweep(file)) return check_sweep(options, file);
  const Study study = read(options);
  std::string out;
  for (const LinkScenario& scenario : study.links) {
    const Link& link = scenario.link;
    std::size_t stages = link.overhead.size();
    for (const Segment& segment : link.segments) stages += segment.stages.size();
    out += fmt::format("{}: ok, {} segment(s), {} stages, line rate {}, payload {}, {} numbers\n", link.name,
                       link.segments.size(), stages, format_engineering(link.line_rate(), "bit/s", 6),
                       format_engineering(link.payload_rate, "bit/s", 6), scenario.provenance.size());
    for (const std::string& note : distinct_notes(prepared(scenario))) {
      if (options.strict) throw ConfigError("--strict: " + link.name + ": " + note);
      out += "  note: " + note + "\n";
    }
  }
  if (!options.console.quiet) print(out);
  return kDone;
}

}  // namespace tessera::cli
