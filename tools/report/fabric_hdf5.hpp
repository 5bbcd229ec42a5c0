#pragma once

#include <filesystem>
#include <string>

#include "scenarios/fabric/fabric.hpp"
#include "scenarios/fabric/fabric_reader.hpp"

namespace tessera::report {

/// Writes a fabric's report under /fabric of an HDF5 file, beside /report (the JSON) and /provenance.
/// @throws IoError; NumericError if a value is not finite.
void write_fabric_hdf5(const std::filesystem::path& path, const FabricScenario& scenario, const FabricReport& report,
                       const std::string& json);

}  // namespace tessera::report
