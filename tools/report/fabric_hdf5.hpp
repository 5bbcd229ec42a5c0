#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "scenarios/fabric/fabric_result.hpp"

namespace tessera::report {

inline constexpr int kFabricFormat = 2;  // 1 held no scenario and no evaluated links

/// Writes a fabric's result: /scenario (the fabric file and its links with every default), /provenance, /report (the
/// JSON), /fabric with its tiers, and below each tier and alternative the evaluated links.
/// @throws IoError; NumericError if a value is not finite.
void write_fabric_hdf5(const std::filesystem::path& path, const FabricResult& result, const FabricReport& report,
                       const std::string& json);

/// Reads such a file again, with other numbers in `sets` where no link has to be evaluated anew.
/// @throws IoError if the file cannot be read; ConfigError in one line for what is no HDF5 file, cut off, another
/// program's, of another format or out of its domain, and as `restored_result`.
FabricResult read_fabric_hdf5(const std::filesystem::path& path, const std::vector<std::string>& sets = {});

}  // namespace tessera::report
