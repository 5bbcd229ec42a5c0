#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "scenarios/link/link_evaluation.hpp"
#include "tools/report/plot.hpp"

namespace tessera::report {

LinePlot ber_against_length(const std::vector<LinkReport>& links, const std::string& study);
LinePlot ber_against(Waterfall::Axis axis, const std::vector<LinkReport>& links, const std::string& study);
StackedBarPlot power_breakdown(const std::vector<LinkReport>& links, const std::string& study);
ScatterPlot reach_against_energy(const std::vector<LinkReport>& links, const std::string& study);

/// Writes ber_against_length.svg, power_breakdown.svg and reach_against_energy.svg into a folder, which is made if
/// missing; where links have waterfalls also ber_against_received_oma.svg and ber_against_snr.svg.
/// @return the files. @throws IoError.
std::vector<std::filesystem::path> write_plots(const std::vector<LinkReport>& links, const std::string& study,
                                               const std::filesystem::path& folder);

}  // namespace tessera::report
