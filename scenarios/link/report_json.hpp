#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "scenarios/link/link_evaluation.hpp"
#include "scenarios/link/scenario_reader.hpp"

namespace tessera {

/// What a run produced: the resolved scenario, a report for each link that was finished, and where its numbers came
/// from.
struct RunResult {
  Study study;
  std::string version, commit;
  std::uint64_t seed = 0;
  bool complete = true;  // false: interrupted, some links are missing
  std::vector<LinkReport> links;
};

/// A link in the JSON of a run.
///
/// Conventions: names as in docs/guides/output_formats.md; SI units named in the key; a probability below 1e-300 is
/// null beside its log10.
/// @throws NumericError naming link and field if a value is not finite.
nlohmann::ordered_json to_json(const LinkReport& report);

/// The whole JSON document of a run, schema 1.
nlohmann::ordered_json to_json(const RunResult& result);

nlohmann::ordered_json to_json(const ConfigTable& table);

}  // namespace tessera
