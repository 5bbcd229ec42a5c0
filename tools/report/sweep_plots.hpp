#pragma once

#include <filesystem>
#include <vector>

#include "tools/report/sweep_files.hpp"

namespace tessera::report {

/// Writes LINK_ber.svg, LINK_margin.svg (against the first axis, one curve for each of at most eight values of the
/// second) and, with two axes or more, LINK_margin_map.svg. Further axes stand at their middle value, which the
/// subtitle names.
/// @return the files. @throws IoError.
std::vector<std::filesystem::path> write_sweep_plots(const SweepResult& result, const std::filesystem::path& folder);

}  // namespace tessera::report
