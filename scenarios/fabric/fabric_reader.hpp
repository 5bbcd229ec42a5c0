#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "scenarios/fabric/fabric.hpp"
#include "scenarios/link/scenario_reader.hpp"

namespace tessera {

/// A fabric file, read: the fabric, the link file behind each of its tiers, and where its counts come from.
struct FabricScenario {
  Fabric fabric;
  std::vector<LinkScenario> links;  // in the order in which tiers and alternatives name them
  std::vector<ProvenanceRow> provenance;
  std::string text;  // TOML: the file with `sets` and every default
};

/// Reads the link that an entry of a fabric file names. Empty: links are named only, with nothing known of them.
using FabricLinkReader = std::function<LinkScenario(const ConfigValue& name)>;

/// Reads a fabric file.
///
/// Conventions: `[fabric]` with name, description, gpus, gpu_rate, load; one `[[tier]]` each with name, ports,
/// port_rate, link, length, crossings. `sets` are `fabric.key=VALUE` and `TIER.key=VALUE`.
/// Source: none.
/// Theory: docs/guides/fabrics.md
/// @throws IoError; ConfigError `file:line:col: …` for unknown keys and links (nearest named), wrong dimensions, a
/// length for a link without one.
FabricScenario read_fabric(const std::filesystem::path& path, const Library& library,
                           const std::vector<ModelInfo>& models, const std::vector<std::string>& sets = {});

/// The same from a tree that is already read.
FabricScenario read_fabric(ConfigTable tree, const FabricLinkReader& links, const std::vector<std::string>& sets = {});

/// A fabric named by the user: an existing file, else fabrics/NAME.toml of the library.
/// @throws IoError naming the nearest known fabric.
std::filesystem::path resolve_fabric(const Library& library, const std::string& name);

}  // namespace tessera
