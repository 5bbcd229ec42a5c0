#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/fabric/fabric_result.hpp"
#include "tools/tessera/console.hpp"

namespace tessera::cli {

/// What the user names as a fabric: a file, a name in the library, or a result of `tessera fabric --out`.
struct FabricInput {
  std::string name;
  std::optional<std::filesystem::path> library;
  std::optional<std::string> engine;  // statistical where not given; of a result its own
  std::vector<std::string> sets;
  bool cables = false;  // refuse a fabric without a topology before its links are evaluated
};

/// Whether a file is HDF5 by its name or its first bytes.
bool is_hdf5(const std::string& name);

/// Evaluates the links of a fabric file, or reads them from a result.
/// @throws IoError, ConfigError, NumericError with the place in the link file that they mean; Interrupted.
FabricResult fabric_result(const FabricInput& input, const Console& console);

}  // namespace tessera::cli
