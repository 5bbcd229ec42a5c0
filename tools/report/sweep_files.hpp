#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "scenarios/study/sweep.hpp"
#include "scenarios/study/sweep_point.hpp"

namespace tessera::report {

/// All points of a sweep, in their order.
struct SweepResult {
  Sweep sweep;
  std::vector<SweepPoint> points;
  std::string version, commit;
};

/// "copper.cable.length (m)", "copper.rx.ffe_taps": the path with the unit of its numbers.
std::string axis_heading(const SweepAxis& axis);

/// RFC 4180: a heading with units, then one row a point; numbers as short as they read back exactly. A point that
/// failed has its message and empty cells.
std::string sweep_csv(const SweepResult& result);

/// Writes /axes/PATH (dimension scales), /links/NAME/QUANTITY over the grid, the study and the resolved links.
///
/// Conventions: numbers of a point that failed are NaN and its `failed` is 1.
/// @throws IoError; the target is then untouched.
void write_sweep_hdf5(const std::filesystem::path& path, const SweepResult& result);

}  // namespace tessera::report
