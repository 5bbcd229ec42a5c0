#include "tools/tessera/fabric_input.hpp"

#include <fstream>

#include "scenarios/fabric/graph_builder.hpp"
#include "tools/report/fabric_hdf5.hpp"
#include "tools/tessera/interrupt.hpp"

namespace tessera::cli {
namespace {

constexpr const char* kDefaultEngine = "statistical";

// The engine that evaluated a stored link cannot be changed without evaluating it.
void check_engine(const FabricInput& input, const FabricResult& result) {
  if (!input.engine) return;
  for (const std::vector<TierShare>& tier : result.links.tiers)
    for (const TierShare& share : tier)
      if (share.link.engine != *input.engine)
        throw ConfigError("--engine " + *input.engine + ": the links in " + input.name + " are evaluated with " +
                          share.link.engine + "; give the fabric file");
}

FabricResult evaluated(const FabricInput& input, const Console& console) {
  const Library library = find_library(input.library);
  const FabricScenario scenario = read_fabric(resolve_fabric(library, input.name), library, all_models(), input.sets);
  if (input.cables) require_topology(scenario.fabric);
  EvaluationOptions evaluation;
  evaluation.engine = computing_engine_named(input.engine.value_or(kDefaultEngine));
  evaluation.stop = interrupted;
  Progress progress(console, "links");
  progress.set_total(static_cast<int>(scenario.links.size()));
  evaluation.finished = [&](int runs) { progress.advance(runs); };
  const auto place = [&](const std::string& message) {
    for (const LinkScenario& link : scenario.links)
      if (const std::string at = located(link, message); at != message) return at;
    return message;
  };
  try {
    return evaluate_scenario(scenario, evaluation);
  } catch (const ConfigError& error) {
    throw ConfigError(place(error.what()));
  } catch (const NumericError& error) {
    throw NumericError(place(error.what()));
  }
}

}  // namespace

bool is_hdf5(const std::string& name) {
  const std::filesystem::path extension = std::filesystem::path(name).extension();
  if (extension == ".h5" || extension == ".hdf5") return true;
  std::string start(8, '\0');
  std::ifstream(name, std::ios::binary).read(start.data(), static_cast<std::streamsize>(start.size()));
  return start == "\x89HDF\r\n\x1a\n";
}

FabricResult fabric_result(const FabricInput& input, const Console& console) {
  if (input.engine) computing_engine_named(*input.engine);
  if (!is_hdf5(input.name)) return evaluated(input, console);
  FabricResult result = report::read_fabric_hdf5(input.name, input.sets);
  check_engine(input, result);
  return result;
}

}  // namespace tessera::cli
