#pragma once

#include <filesystem>

#include "scenarios/study/sweep.hpp"

namespace tessera {

/// Reads one [[axis]]: a path and either a list of values or a range in equal steps or equal ratios.
///
/// Equation: range, point i of N: from + (to - from) i/(N - 1) [linear], from (to/from)^{i/(N - 1)} [log]
/// Conventions: both ends stand in one unit, in which the steps are taken; whole ends give whole numbers where the
/// steps are whole. Relative files of a parameter `file` start at `folder`.
/// Source: none, elementary.
/// Theory: docs/guides/sweeps.md
/// @throws ConfigError `file:line:col: …`
SweepAxis read_axis(const ConfigTable& table, const std::filesystem::path& folder);

}  // namespace tessera
