#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "phy/link/link.hpp"
#include "scenarios/link/config_tree.hpp"

/// What a link file may say beyond the range of a single value. Every rule throws ConfigError with file:line:col.
namespace tessera::scenario_rules {

/// Names become paths of --set, keys of JSON and groups of HDF5: letters, digits, '_' and '-', at most 64.
std::string require_name(const ConfigTable& table, std::string_view table_name);

/// The technologies that reports and scripts know, nearest named.
/// The test point that a stage's key probe names, or nothing. @throws ConfigError naming the nearest one.
std::string test_point(const ConfigTable& stage);

/// Refuses a test point of the last stage that an earlier one of the segment has.
void check_test_point(const ConfigTable& stage, const std::vector<Stage>& stages);

std::string require_technology(const ConfigTable& header);

/// Refuses more than `most` tables under `key`: every stage is prepared with its full response.
void check_count(const ConfigTable& owner, std::string_view key, std::size_t most);

/// Refuses keys of a coupling that its shape, or the stage at which it enters, leaves without a reader.
void check_coupling_keys(const ConfigTable& table, const Coupling& coupling, const Stage& injection);

/// A launch power fixed at or behind the stage whose length is varied would make the laser pay for the length.
void check_launch(const ConfigTable& tree, const Link& link);

/// Refuses a search limit outside the range of the length that it varies.
void check_reach_limit(const ConfigTable& reach, const Stage& stage, const ModelInfo& model, double limit_m);

}  // namespace tessera::scenario_rules
