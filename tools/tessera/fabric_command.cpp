#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "phy/core/version.hpp"
#include "phy/io/atomic_file.hpp"
#include "scenarios/fabric/fabric_json.hpp"
#include "scenarios/fabric/fabric_reader.hpp"
#include "tools/report/fabric_hdf5.hpp"
#include "tools/report/fabric_plots.hpp"
#include "tools/report/fabric_table.hpp"
#include "tools/tessera/commands.hpp"
#include "tools/tessera/interrupt.hpp"
#include "tools/tessera/output_files.hpp"

namespace tessera::cli {
namespace {

FabricReport evaluate_located(const FabricScenario& scenario, const FabricOptions& options) {
  EvaluationOptions evaluation;
  evaluation.engine = engine_named(options.engine);
  evaluation.stop = interrupted;
  Progress progress(options.console, "links");
  progress.set_total(static_cast<int>(scenario.links.size()));
  evaluation.finished = [&](int runs) { progress.advance(runs); };
  const auto place = [&](const std::string& message) {
    for (const LinkScenario& link : scenario.links)
      if (const std::string at = located(link, message); at != message) return at;
    return message;
  };
  try {
    return evaluate(scenario.fabric, evaluation);
  } catch (const ConfigError& error) {
    throw ConfigError(place(error.what()));
  } catch (const NumericError& error) {
    throw NumericError(place(error.what()));
  }
}

std::string json_text(const FabricScenario& scenario, const FabricReport& report) {
  nlohmann::ordered_json provenance = nlohmann::ordered_json::array();
  const auto add = [&](const std::vector<ProvenanceRow>& rows) {
    for (const ProvenanceRow& row : rows)
      provenance.push_back(
          {{"parameter", row.parameter}, {"value", row.value}, {"source", row.source}, {"status", row.status}});
  };
  add(scenario.provenance);
  for (const LinkScenario& link : scenario.links) add(link.provenance);
  const nlohmann::ordered_json document{{"schema", 1},
                                        {"tessera", {{"version", version()}, {"commit", commit()}}},
                                        {"fabric", to_json(report)},
                                        {"provenance", std::move(provenance)}};
  return document.dump(2) + "\n";
}

void refuse_notes(const FabricReport& report) {
  for (const TierReport& tier : report.tiers)
    for (const ValidityNote& note : tier.link.notes)
      throw ConfigError("--strict: " + tier.link.name + ": " + note.stage + ": " + note.quantity + " is outside " +
                        note.range);
}

}  // namespace

int fabric(const FabricOptions& options) {
  engine_named(options.engine);
  check_writable(options.json);
  check_writable(options.hdf5);
  if (options.plots && options.plots->empty()) throw ConfigError("the folder of --plots must not be empty");
  const Library library = find_library(options.library);
  const FabricScenario scenario =
      read_fabric(resolve_fabric(library, options.scenario), library, all_models(), options.sets);
  catch_interrupts();
  FabricReport report;
  try {
    report = evaluate_located(scenario, options);
  } catch (const Interrupted&) {
    options.console.note("interrupted: not all tiers were evaluated, nothing is written");
    return kInterrupted;
  }
  if (options.strict) refuse_notes(report);
  const bool to_stdout = options.json && *options.json == "-";
  if (!options.console.quiet && !to_stdout)
    print(report.name + (report.description.empty() ? "" : ": " + report.description) + "\n\n" +
          report::fabric_table(report, options.console.colour_out()));
  if (to_stdout)
    print(json_text(scenario, report));
  else if (options.json)
    write_file_atomically(*options.json, json_text(scenario, report));
  if (options.hdf5) report::write_fabric_hdf5(*options.hdf5, scenario, report, to_json(report).dump());
  if (options.plots)
    for (const auto& file : report::write_fabric_plots(report, *options.plots))
      options.console.note("wrote " + file.string());
  return kDone;
}

}  // namespace tessera::cli
