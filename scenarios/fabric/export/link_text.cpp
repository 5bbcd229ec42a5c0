#include "scenarios/fabric/export/link_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>

#include "phy/core/version.hpp"
#include "scenarios/fabric/transport.hpp"

namespace tessera::export_text {
namespace {

bool takes_time(FabricNodeKind kind) {
  return kind == FabricNodeKind::kSwitch || kind == FabricNodeKind::kScaleUpSwitch;
}

// Classes of one tier agree up to their last point.
std::string tier_of(const FabricLinkClass& kind) { return kind.name.substr(0, kind.name.rfind('.')); }

template <class... Format>
std::string text_of(double value, Format... format) {
  std::array<char, 64> text{};
  const auto result = std::to_chars(text.data(), text.data() + text.size(), value, format...);
  return {text.data(), result.ptr};
}

}  // namespace

std::string number(double value) { return text_of(value); }
std::string whole(double value) { return std::to_string(std::llround(value)); }
std::string rounded(double value, int digits) { return text_of(value, std::chars_format::general, digits); }

std::string gbps(double rate) {
  const double giga = rate / 1e9;
  if (std::abs(giga - std::round(giga)) <= 1e-9 * giga) return whole(giga).append("Gbps");
  return whole(rate).append("bps");
}

std::int64_t whole_ns(double seconds) { return std::max<std::int64_t>(1, std::llround(seconds * 1e9)); }

double probability(double log10_loss) { return std::max(kLeastWritten, std::pow(10.0, log10_loss)); }

double frames_per_second(double rate, int frame_bytes) { return rate / (8.0 * (frame_bytes + kGapBytes)); }

double hop_latency(const FabricGraph& graph, const FabricLink& link) {
  const int switches = (takes_time(graph.nodes[link.a].kind) ? 1 : 0) + (takes_time(graph.nodes[link.b].kind) ? 1 : 0);
  return graph.classes[link.link_class].latency + 0.5 * switches * graph.switch_latency;
}

LossCensus loss_census(const FabricGraph& graph, double floor) {
  LossCensus census;
  census.links = graph.links.size();
  for (const FabricLink& link : graph.links) {
    const double p = std::pow(10.0, link.log10_frame_loss);
    census.worst = std::max(census.worst, p);
    if (p > floor) continue;
    ++census.below;
    census.below_per_second += 2.0 * p * frames_per_second(graph.classes[link.link_class].rate, graph.frame_bytes);
  }
  return census;
}

double path_loss(double p, int hops) { return -std::expm1(hops * std::log1p(-std::min(p, 1.0))); }

double efficiency(LossRecovery recovery, double path_loss, double rate, double round_trip, int frame_bytes) {
  if (recovery == LossRecovery::kSelectiveRepeat || path_loss <= 0.0) return 1.0 - path_loss;
  return go_back_n_efficiency(Log10Probability::from_value(path_loss), window_packets(rate, round_trip, frame_bytes));
}

std::vector<double> worst_loss_of_tier(const FabricGraph& graph) {
  std::map<std::string, double> worst;
  std::vector<double*> by_class;
  for (const FabricLinkClass& kind : graph.classes) by_class.push_back(&worst[tier_of(kind)]);
  for (const FabricLink& link : graph.links)
    *by_class[link.link_class] = std::max(*by_class[link.link_class], std::pow(10.0, link.log10_frame_loss));
  std::vector<double> all;
  for (const double* loss : by_class) all.push_back(*loss);
  return all;
}

DimensionPath path_along(const FabricGraph& graph, const FabricDimension& dimension) {
  const std::vector<double> worst = worst_loss_of_tier(graph);
  std::vector<std::string> tiers;  // in the order of their classes: from the GPUs upwards
  std::vector<double> losses, latencies;
  std::size_t own = 0;
  for (std::size_t kind = 0; kind < graph.classes.size(); ++kind) {
    const std::string tier = tier_of(graph.classes[kind]);
    const auto at = static_cast<std::size_t>(std::find(tiers.begin(), tiers.end(), tier) - tiers.begin());
    if (at == tiers.size()) {
      tiers.push_back(tier);
      losses.push_back(worst[kind]);
      latencies.push_back(0.0);
    }
    latencies[at] = std::max(latencies[at], graph.classes[kind].latency);
    if (kind == dimension.link_class) own = at;
  }
  const bool through = dimension.kind == FabricDimension::Kind::kSwitch;
  double passes = 0.0, one_way = (dimension.hops - 1) * graph.switch_latency;
  for (int hop = 0; hop < dimension.hops; ++hop) {
    const auto below = through ? static_cast<std::size_t>(hop / 2) : 0;
    const std::size_t tier = own >= below ? own - below : own;
    passes += std::log1p(-std::min(losses[tier], 0.999));
    one_way += latencies[tier];
  }
  return {-std::expm1(passes), one_way};
}

double longest_round_trip(const FabricGraph& graph) {
  double one_way = 0.0;
  if (!graph.fat_tree.empty()) {
    for (const FatTreeLevel& level : graph.fat_tree) one_way += 2.0 * graph.classes[level.down_class].latency;
    one_way += (2.0 * static_cast<double>(graph.fat_tree.size()) - 1.0) * graph.switch_latency;
  }
  if (one_way == 0.0)
    for (const FabricDimension& dimension : graph.dimensions)
      one_way = std::max(one_way, path_along(graph, dimension).one_way);
  if (one_way == 0.0)
    for (const FabricLink& link : graph.links) one_way = std::max(one_way, 2.0 * hop_latency(graph, link));
  return 2.0 * one_way;
}

std::string recovery_name(LossRecovery recovery) {
  return recovery == LossRecovery::kGoBackN ? "go-back-N" : "selective repeat";
}

void warn_floor(const FabricGraph& graph, double floor, const std::string& remedy, std::vector<std::string>& warnings) {
  const LossCensus census = loss_census(graph, floor);
  if (census.below == 0) return;
  warnings.push_back(std::to_string(census.below) + " of " + std::to_string(census.links) + " links lose at most " +
                     rounded(floor) +
                     " of their frames, which the client's generator never draws; at full load these links lose " +
                     rounded(census.below_per_second) + " frames per second together; " + remedy);
}

void warn_hang(const FabricGraph& graph, const ExportOptions& options, std::vector<std::string>& warnings) {
  const double n = std::max(1.0, options.flow_bytes / graph.frame_bytes);
  double worst = 0.0, flows = 0.0;
  for (const FabricLink& link : graph.links) {
    const double p = std::pow(10.0, link.log10_frame_loss);
    worst = std::max(worst, n * p * p);
    if (link.a < static_cast<std::uint64_t>(graph.gpus)) flows += -std::expm1(-2.0 * n * p * p);
  }
  const std::string flow = rounded(options.flow_bytes) + " bytes";
  if (worst > 0.1)
    warnings.push_back("hang risk: a flow of " + flow + " over the worst link has n p^2 = " + rounded(worst) +
                       " > 0.1, and this client has no retransmission timeout: a lost NACK or a lost last frame stalls "
                       "it for ever (chance about " +
                       rounded(-std::expm1(-2.0 * worst)) + ")");
  else if (flows > 0.1)
    warnings.push_back("hang risk: with one flow of " + flow + " on each link of a GPU " + rounded(flows) +
                       " flows hang on average (1 - exp(-2 n p^2) each); this client has no retransmission timeout");
}

void warn_shared_stream(const FabricGraph& graph, std::vector<std::string>& warnings) {
  if (loss_census(graph, kGeneratorFloor).above() > 1)
    warnings.emplace_back(
        "shared random stream: this client gives the generator of every link the same stream (50), so losses of "
        "different links are not independent and a maximum over links is wrong");
}

void warn_whole_ns(const FabricGraph& graph, std::vector<std::string>& warnings) {
  double worst = 0.0;
  std::string name;
  for (const FabricLink& link : graph.links) {
    const double exact = hop_latency(graph, link) * 1e9;
    const double moved = std::abs(static_cast<double>(whole_ns(exact * 1e-9)) - exact);
    if (moved <= std::max(worst, 1e-6)) continue;
    worst = moved;
    name = graph.classes[link.link_class].name;
  }
  if (worst > 0.0)
    warnings.push_back("delays are whole nanoseconds, at least 1: up to " + rounded(worst) + " ns off, most in class " +
                       name);
}

void warn_terabits(const FabricGraph& graph, std::vector<std::string>& warnings) {
  if (std::any_of(graph.classes.begin(), graph.classes.end(), [](const auto& kind) { return kind.rate >= 1e12; }))
    warnings.emplace_back("rates above 1 Tbit/s stand in Gbps: ns-3 aborts at a rate in Tbps");
}

void warn_dropped(double efficiency, LossRecovery recovery, const std::string& paths, const std::string& where,
                  std::vector<std::string>& warnings) {
  const std::string with = " (" + recovery_name(recovery) + ", " + paths + ")";
  if (1.0 - efficiency < 1e-9)
    warnings.push_back("loss dropped: this client has none; it would cost less than 1e-9 of the rate" + with);
  else
    warnings.push_back("loss dropped: this client has none; the efficiency " + number(efficiency) + with + " is in " +
                       where);
}

void warn_circuit_switches(const FabricGraph& graph, std::vector<std::string>& warnings) {
  const auto count = std::count_if(graph.nodes.begin(), graph.nodes.end(), [](const FabricNode& node) {
    return node.kind == FabricNodeKind::kOpticalCircuitSwitch;
  });
  if (count > 0)
    warnings.push_back(std::to_string(count) +
                       " optical circuit switches are written as packet switches: the client may queue and mix there "
                       "what light keeps apart");
}

ExportFile companion(const Companion& page, const FabricGraph& graph, const std::vector<std::string>& warnings) {
  std::string text = "# " + graph.name + " for " + page.client + "\n\n";
  text += "Written by tessera " + std::string(version()) + ": " + std::to_string(graph.gpus) + " GPUs, " +
          std::to_string(graph.nodes.size()) + " nodes, " + std::to_string(graph.links.size()) + " links.\n\n";
  text += "| file | holds |\n|---|---|\n";
  for (const auto& [name, what] : page.files)
    text.append("| `").append(name).append("` | ").append(what).append(" |\n");
  text += "\n## Loss\n\nTessera's number is the chance that one frame of " + std::to_string(graph.frame_bytes) +
          " bytes is lost on one link in one direction, behind the link's own error correction. It is not a bit error "
          "ratio. " +
          page.loss + "\n";
  text += "\n## Use\n\n" + page.use + "\n";
  text += "\n## Warnings\n\n";
  for (const std::string& line : warnings) text.append("* ").append(line).append("\n");
  if (warnings.empty()) text += "None.\n";
  return {"README.md", std::move(text)};
}

}  // namespace tessera::export_text
