#pragma once

#include <filesystem>
#include <vector>

#include "scenarios/fabric/fabric.hpp"
#include "tools/report/plot.hpp"

namespace tessera::report {

/// Power of all ends by tier and technology: the fabric, and with each alternative in place of its tier.
StackedBarPlot energy_by_tier(const FabricReport& report);

/// Frame loss of each tier's longest links against how much margin they have more or less than evaluated.
LinePlot loss_against_margin(const FabricReport& report);

/// Link failures per day by tier: the fabric, and with each alternative.
StackedBarPlot failures_per_day(const FabricReport& report);

/// Writes energy_by_tier.svg, loss_against_margin.svg and failures_per_day.svg into a folder, which is made if missing.
/// @return the files. @throws IoError.
std::vector<std::filesystem::path> write_fabric_plots(const FabricReport& report, const std::filesystem::path& folder);

}  // namespace tessera::report
