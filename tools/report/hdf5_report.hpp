#pragma once

#include <filesystem>

#include "scenarios/link/report_json.hpp"

namespace tessera::report {

/// Writes a run as one HDF5 file: /scenario (resolved text), /report (the JSON document), /provenance, /links/NAME/…
/// with curves on dimension scales and `unit` attributes, `format_version`.
///
/// @throws IoError; the target is then untouched. NumericError if a value is not finite.
void write_hdf5(const std::filesystem::path& path, const RunResult& result);

}  // namespace tessera::report
