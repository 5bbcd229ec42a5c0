#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "phy/core/version.hpp"
#include "phy/io/atomic_file.hpp"
#include "scenarios/fabric/fabric_json.hpp"
#include "tools/report/fabric_hdf5.hpp"
#include "tools/report/fabric_plots.hpp"
#include "tools/report/fabric_table.hpp"
#include "tools/tessera/commands.hpp"
#include "tools/tessera/fabric_input.hpp"
#include "tools/tessera/interrupt.hpp"
#include "tools/tessera/output_files.hpp"

namespace tessera::cli {
namespace {

std::string json_text(const FabricResult& result, const FabricReport& report) {
  nlohmann::ordered_json provenance = nlohmann::ordered_json::array();
  for (const auto* rows : {&result.provenance, &result.link_provenance})
    for (const ProvenanceRow& row : *rows)
      provenance.push_back(
          {{"parameter", row.parameter}, {"value", row.value}, {"source", row.source}, {"status", row.status}});
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
  check_writable(options.json);
  check_writable(options.hdf5);
  check_not_read(options.json, options.input.name);
  check_not_read(options.hdf5, options.input.name);
  check_distinct(options.json, options.hdf5, "--json and --out");
  if (options.plots && options.plots->empty()) throw ConfigError("the folder of --plots must not be empty");
  catch_interrupts();
  FabricResult result;
  try {
    result = fabric_result(options.input, options.console);
  } catch (const Interrupted&) {
    options.console.note("interrupted: not all tiers were evaluated, nothing is written");
    return kInterrupted;
  }
  const FabricReport report = report_of(result.fabric, result.links);
  if (options.strict) refuse_notes(report);
  const bool to_stdout = options.json && *options.json == "-";
  if (!options.console.quiet && !to_stdout)
    print(report.name + (report.description.empty() ? "" : ": " + report.description) + "\n\n" +
          report::fabric_table(report, options.console.colour_out()));
  if (to_stdout)
    print(json_text(result, report));
  else if (options.json)
    write_file_atomically(*options.json, json_text(result, report));
  if (options.hdf5) report::write_fabric_hdf5(*options.hdf5, result, report, to_json(report).dump());
  if (options.plots)
    for (const auto& file : report::write_fabric_plots(report, *options.plots))
      options.console.note("wrote " + file.string());
  return kDone;
}

}  // namespace tessera::cli
