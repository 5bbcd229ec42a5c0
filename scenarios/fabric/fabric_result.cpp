#include "scenarios/fabric/fabric_result.hpp"

#include <algorithm>
#include <array>

namespace tessera {
namespace {

// Keys of a tier that say which link runs how far, or where it stands in the file: another one would have to be
// evaluated.
constexpr std::array<std::string_view, 5> kLinkKeys{"name", "link", "length", "length_to", "length_mode"};

[[noreturn]] void refuse(const std::string& set, const std::string& source, const std::string& key) {
  throw ConfigError("--set " + set + ": " + source + " holds links that are evaluated; " + key +
                    " of a tier needs the fabric file");
}

void refuse_other_links(const std::string& source, const Fabric& fabric, const std::vector<std::string>& sets) {
  for (const std::string& set : sets) {
    const std::size_t point = set.find('.');
    const std::string owner = set.substr(0, point);
    const bool tier =
        std::any_of(fabric.tiers.begin(), fabric.tiers.end(), [&](const FabricTier& t) { return t.name == owner; });
    if (!tier) continue;
    const std::string key = set.substr(point + 1, set.find('=') - point - 1);
    if (std::find(kLinkKeys.begin(), kLinkKeys.end(), key) != kLinkKeys.end()) refuse(set, source, key);
  }
}

void replace_rows(std::vector<ProvenanceRow>& rows, const std::vector<ProvenanceRow>& others) {
  for (const ProvenanceRow& other : others) {
    if (other.status != "override") continue;
    const auto same = std::find_if(rows.begin(), rows.end(),
                                   [&](const ProvenanceRow& row) { return row.parameter == other.parameter; });
    if (same != rows.end())
      *same = other;
    else
      rows.push_back(other);
  }
}

}  // namespace

FabricResult evaluate_scenario(const FabricScenario& scenario, const EvaluationOptions& options) {
  FabricResult result;
  result.fabric = scenario.fabric;
  result.links = evaluate_links(scenario.fabric, options);
  result.text = scenario.text;
  result.provenance = scenario.provenance;
  for (const LinkScenario& link : scenario.links) {
    const std::string text = to_toml(resolved_scenario(link));
    const std::pair<std::string, std::string> entry{link.link.name, text};
    if (std::find(result.link_texts.begin(), result.link_texts.end(), entry) == result.link_texts.end())
      result.link_texts.push_back(entry);
    result.link_provenance.insert(result.link_provenance.end(), link.provenance.begin(), link.provenance.end());
  }
  return result;
}

FabricResult restored_result(FabricResult stored, const std::string& source, const std::vector<std::string>& sets) {
  const std::string place = source + ":/scenario/fabric";
  refuse_other_links(source, read_fabric(parse_config(stored.text, place), {}, {}).fabric, sets);
  FabricScenario scenario = read_fabric(parse_config(stored.text, place), {}, sets);
  stored.fabric = std::move(scenario.fabric);
  stored.text = std::move(scenario.text);
  replace_rows(stored.provenance, scenario.provenance);
  return stored;
}

}  // namespace tessera
