#include "scenarios/fabric/export/export.hpp"

#include <array>
#include <utility>

#include "phy/core/error.hpp"
#include "phy/core/nearest_name.hpp"
#include "scenarios/fabric/export/astra_sim.hpp"
#include "scenarios/fabric/export/booksim.hpp"
#include "scenarios/fabric/export/csv.hpp"
#include "scenarios/fabric/export/hpcc.hpp"
#include "scenarios/fabric/export/htsim.hpp"
#include "scenarios/fabric/export/json.hpp"
#include "scenarios/fabric/export/netem.hpp"
#include "scenarios/fabric/export/ns3.hpp"
#include "scenarios/fabric/export/simai.hpp"
#include "scenarios/fabric/export/simgrid.hpp"

namespace tessera {
namespace {

using Exporter = FabricExport (*)(const FabricGraph&, const ExportOptions&);

constexpr std::array<std::pair<const char*, Exporter>, 10> kExporters{{{"ns3", export_ns3},
                                                                       {"hpcc", export_hpcc},
                                                                       {"astra-sim", export_astra_sim},
                                                                       {"simai", export_simai},
                                                                       {"htsim", export_htsim},
                                                                       {"booksim", export_booksim},
                                                                       {"simgrid", export_simgrid},
                                                                       {"netem", export_netem},
                                                                       {"csv", export_csv},
                                                                       {"json", export_json}}};

}  // namespace

std::vector<std::string> export_formats() {
  std::vector<std::string> names;
  for (const auto& [name, exporter] : kExporters) names.emplace_back(name);
  return names;
}

FabricExport export_fabric(const FabricGraph& graph, const std::string& format, const ExportOptions& options) {
  for (const auto& [name, exporter] : kExporters)
    if (format == name) {
      check(graph);
      return exporter(graph, options);
    }
  throw ConfigError("unknown export format \"" + format + "\"" + suggestion(format, export_formats()));
}

}  // namespace tessera
