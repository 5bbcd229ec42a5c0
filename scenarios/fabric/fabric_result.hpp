#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scenarios/fabric/fabric_reader.hpp"

namespace tessera {

/// A fabric whose links are evaluated: all that a report, a graph or an export needs, without computing a link again.
struct FabricResult {
  Fabric fabric;  // links of its tiers by name only where they were read from a result
  FabricLinks links;
  std::string text;                                             // the fabric file with every default
  std::vector<std::pair<std::string, std::string>> link_texts;  // by name, each with every default
  std::vector<ProvenanceRow> provenance, link_provenance;
};

/// Evaluates the links of a fabric that is read. @throws as `evaluate_links`.
FabricResult evaluate_scenario(const FabricScenario& scenario, const EvaluationOptions& options = {});

/// The fabric of a result again, from its text and other numbers in `sets`; its links are named, not read.
///
/// Conventions: `source` stands in messages. Provenance is the result's, with the rows that `sets` replace.
/// Source: none.
/// Theory: docs/guides/fabrics.md
/// @throws ConfigError as `read_fabric`, or for sets that would need links to be evaluated again.
FabricResult restored_result(FabricResult stored, const std::string& source, const std::vector<std::string>& sets);

}  // namespace tessera
