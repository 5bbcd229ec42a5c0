#include "scenarios/fabric/export/csv.hpp"

#include "scenarios/fabric/export/link_text.hpp"
#include "scenarios/fabric/export/loss_schedule.hpp"

namespace tessera {
namespace export_text {
namespace {

std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace

std::string_view kind_name(FabricNodeKind kind) {
  switch (kind) {
    case FabricNodeKind::kGpu:
      return "gpu";
    case FabricNodeKind::kScaleUpSwitch:
      return "scale_up_switch";
    case FabricNodeKind::kSwitch:
      return "switch";
    case FabricNodeKind::kOpticalCircuitSwitch:
      return "optical_circuit_switch";
  }
  return "";
}

std::string links_csv(const FabricGraph& graph) {
  std::vector<std::string> before, after;  // of the links' own numbers, by class
  for (const FabricLinkClass& kind : graph.classes) {
    before.push_back("," + field(kind.name) + "," + field(kind.technology) + "," + number(kind.rate) + "," +
                     number(kind.latency) + "," + number(kind.length) + ",");
    after.push_back("," + std::to_string(graph.frame_bytes) + "," + number(kind.watts_idle) + "," +
                    number(kind.watts_busy) + "," + number(kind.fit) + "\n");
  }
  std::string text =
      "link,a,b,class,technology,rate_bps,latency_s,length_m,log10_pre_fec_ber,log10_frame_loss,frame_bytes,watts_idle,"
      "watts_busy,fit\n";
  for (std::size_t i = 0; i < graph.links.size(); ++i) {
    const FabricLink& link = graph.links[i];
    text += std::to_string(i);
    text += ',';
    text += std::to_string(link.a);
    text += ',';
    text += std::to_string(link.b);
    text += before[link.link_class];
    text += number(link.log10_pre_fec_ber);
    text += ',';
    text += number(link.log10_frame_loss);
    text += after[link.link_class];
  }
  return text;
}

std::string nodes_csv(const FabricGraph& graph) {
  std::string text = "node,kind,level,group\n";
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    text += std::to_string(i);
    text += ',';
    text += kind_name(graph.nodes[i].kind);
    text += ',';
    text += std::to_string(graph.nodes[i].level);
    text += ',';
    text += std::to_string(graph.nodes[i].group);
    text += '\n';
  }
  return text;
}

bool add_tables(const FabricGraph& graph, const ExportOptions& options, FabricExport& out) {
  out.files.push_back({"links.csv", links_csv(graph)});
  out.files.push_back({"nodes.csv", nodes_csv(graph)});
  const std::vector<ExportFile> schedule = schedule_file(graph, options);
  out.files.insert(out.files.end(), schedule.begin(), schedule.end());
  warn_floor(graph, kGeneratorFloor,
             "their losses of " + rounded(options.schedule_seconds) + " s stand in loss_schedule.csv", out.warnings);
  return !schedule.empty();
}

}  // namespace export_text

using namespace export_text;

FabricExport export_csv(const FabricGraph& graph, const ExportOptions& options) {
  FabricExport out;
  const bool scheduled = add_tables(graph, options, out);
  Companion page{
      "spreadsheets and programs of your own",
      {{"links.csv", "one line a link: ends, class, rate, latency, loss, watts of one end, FIT of the whole link"},
       {"nodes.csv", "what each node is; group is its pod, plane or rack, -1 for none"}},
      "`log10_frame_loss` is its base-10 logarithm (-12 is one frame in 10^12), so that it does not underflow; "
      "`log10_pre_fec_ber` is the ratio of wrong bits before the correction. A generator of 32 random bits never draws "
      "a loss "
      "below 2.33e-10; `loss_schedule.csv`, where there is one, lists such losses as events at full load.",
      "`tessera_links.hpp`, installed with Tessera, reads `links.csv` and `loss_schedule.csv` from C++17 without "
      "further dependencies. `latency_s` is the link alone; a switch adds " +
          number(graph.switch_latency) + " s."};
  if (scheduled) page.files.emplace_back("loss_schedule.csv", "lost frames of links below the floor");
  out.files.push_back(companion(page, graph, out.warnings));
  return out;
}

}  // namespace tessera
