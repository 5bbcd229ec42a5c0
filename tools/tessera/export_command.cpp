#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "phy/core/error.hpp"
#include "phy/core/nearest_name.hpp"
#include "phy/io/atomic_file.hpp"
#include "scenarios/fabric/export/json.hpp"
#include "scenarios/fabric/graph_builder.hpp"
#include "tools/tessera/commands.hpp"
#include "tools/tessera/fabric_input.hpp"
#include "tools/tessera/interrupt.hpp"

namespace tessera::cli {
namespace {

namespace fs = std::filesystem;

LossRecovery recovery_named(const std::string& name) {
  if (name == "go-back-n") return LossRecovery::kGoBackN;
  if (name == "selective-repeat") return LossRecovery::kSelectiveRepeat;
  throw ConfigError("--recovery: unknown \"" + name + "\"" + suggestion(name, {"go-back-n", "selective-repeat"}));
}

// Refuses a folder that cannot be written before the work, not after it.
void check_folder(const fs::path& folder, bool force) {
  if (folder.empty()) throw ConfigError("the folder of --out must not be empty");
  std::error_code ignored;
  if (fs::exists(folder, ignored) && !fs::is_directory(folder, ignored))
    throw IoError("cannot write into " + folder.string() + ": it is no folder");
  const fs::path there =
      fs::is_directory(folder, ignored) ? folder : fs::absolute(folder).lexically_normal().parent_path();
  if (!fs::is_directory(there, ignored))
    throw IoError("cannot make " + folder.string() + ": no folder " + there.string());
  if (::access(there.c_str(), W_OK) != 0)
    throw IoError("cannot write into " + folder.string() + ": no permission to write into " + there.string());
  if (!force && fs::exists(folder / "README.md", ignored))
    throw IoError((folder / "README.md").string() + " exists; another folder, or --force to replace what is there");
}

FabricGraph graph_of_file(const ExportCommandOptions& options) {
  std::ifstream file(options.input.name, std::ios::binary);
  if (!file) throw IoError(options.input.name + ": cannot be read");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  FabricGraph graph = read_graph_json(text, options.input.name);
  if (!options.input.sets.empty()) throw ConfigError("--set changes a fabric file; a graph in JSON is what it is");
  if (options.frame_bytes && *options.frame_bytes != graph.frame_bytes)
    throw ConfigError("--frame " + std::to_string(*options.frame_bytes) + ": the loss in " + options.input.name +
                      " is for frames of " + std::to_string(graph.frame_bytes) +
                      " bytes; export the fabric file again");
  return graph;
}

FabricGraph read_any(const ExportCommandOptions& options) {
  if (fs::path(options.input.name).extension() == ".json") return graph_of_file(options);
  const FabricResult result = fabric_result(options.input, options.console);
  return build_graph(result.fabric, report_of(result.fabric, result.links),
                     options.frame_bytes.value_or(kDeliveredFrame), options.values.seed);
}

std::string write_files(const FabricExport& out, const ExportCommandOptions& options) {
  std::error_code ignored, failed;
  if (!options.force)
    for (const ExportFile& file : out.files)
      if (fs::exists(options.out / file.name, ignored))
        throw IoError((options.out / file.name).string() + " exists; another folder, or --force to replace it");
  if (!fs::is_directory(options.out, ignored) && !fs::create_directory(options.out, failed))
    throw IoError("cannot make " + options.out.string() + ": " + failed.message());
  std::string summary;
  for (const ExportFile& file : out.files) {
    write_file_atomically(options.out / file.name, file.text);
    summary += "  " + (options.out / file.name).string() + "\n";
  }
  return summary;
}

}  // namespace

int export_files(const ExportCommandOptions& options) {
  const std::vector<std::string> known = export_formats();
  if (std::find(known.begin(), known.end(), options.format) == known.end())
    throw ConfigError("--to: unknown format \"" + options.format + "\"" + suggestion(options.format, known));
  if (options.input.engine) computing_engine_named(*options.input.engine);
  ExportOptions values = options.values;
  values.recovery = recovery_named(options.recovery);
  check_folder(options.out, options.force);
  catch_interrupts();
  try {
    const FabricGraph graph = read_any(options);
    const FabricExport out = export_fabric(graph, options.format, values);
    const std::string summary = write_files(out, options);
    if (!options.console.quiet)
      print(graph.name + " for " + options.format + ": " + std::to_string(graph.gpus) + " GPUs, " +
            std::to_string(graph.links.size()) + " links, frames of " + std::to_string(graph.frame_bytes) + " bytes\n" +
            summary);
    for (const std::string& line : out.warnings) options.console.note("warning: " + line);
  } catch (const Interrupted&) {
    options.console.note("interrupted: not all tiers were evaluated, nothing is written");
    return kInterrupted;
  }
  return kDone;
}

}  // namespace tessera::cli
