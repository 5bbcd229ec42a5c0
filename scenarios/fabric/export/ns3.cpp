#include "scenarios/fabric/export/ns3.hpp"

#include "scenarios/fabric/export/csv.hpp"
#include "scenarios/fabric/export/hpcc.hpp"
#include "scenarios/fabric/export/link_text.hpp"
#include "scenarios/fabric/export/loss_schedule.hpp"

namespace tessera {
namespace {

using namespace export_text;

Companion page(bool scheduled) {
  Companion page{
      "ns-3",
      {{"topology.txt", "nodes, switches, links in HPCC's grammar: `src dst rate delay p`"},
       {"links.csv", "the same links in the same order, with all that is known of them"},
       {"nodes.csv", "what each node is"}},
      "Set it as `ErrorRate` of a `RateErrorModel` whose `ErrorUnit` is `ERROR_UNIT_PACKET` (ns-3's own default is "
      "`ERROR_UNIT_BYTE`). Give each device a model of its own and each model a random variable with a stream of its "
      "own "
      "(`SetStream(2 link + direction)`), or losses of different links repeat each other. ns-3 draws a uniform number "
      "from "
      "4294967088 values, so a loss of 2.33e-10 or less never happens: those stand in `loss_schedule.csv` as events.",
      "`tessera_links.hpp`, a header without dependencies that is installed with Tessera, reads `links.csv` and "
      "`loss_schedule.csv`; docs/guides/exports.md shows a device with its error model. Delays contain half of a "
      "switch's "
      "latency for each end at a switch, because ns-3's switches take no time. Set the devices' MTU: its default is "
      "1500."};
  if (scheduled)
    page.files.emplace_back(
        "loss_schedule.csv",
        "lost frames of the links below the generator's floor: link, direction (0: from a to b), count of "
        "the frames before it, time at full load");
  return page;
}

}  // namespace

FabricExport export_ns3(const FabricGraph& graph, const ExportOptions& options) {
  FabricExport out;
  std::string topology = hpcc_head(graph, graph.links.size());
  for (const FabricLink& link : graph.links)
    topology += hpcc_link(link.a, link.b, graph.classes[link.link_class].rate, hop_latency(graph, link),
                          probability(link.log10_frame_loss));
  out.files.push_back({"topology.txt", std::move(topology)});
  const bool scheduled = add_tables(graph, options, out);
  warn_whole_ns(graph, out.warnings);
  warn_terabits(graph, out.warnings);
  warn_circuit_switches(graph, out.warnings);
  out.files.push_back(companion(page(scheduled), graph, out.warnings));
  return out;
}

}  // namespace tessera
