#include "scenarios/fabric/export/loss_schedule.hpp"

#include <algorithm>
#include <cmath>

#include "phy/core/error.hpp"
#include "phy/core/rng.hpp"
#include "scenarios/fabric/export/link_text.hpp"

namespace tessera {
namespace {

constexpr double kMostLosses = 1e6;

void add_direction(std::uint32_t index, int direction, double p, double frame_rate, double frames, std::uint64_t seed,
                   std::vector<ScheduledLoss>& losses) {
  const StreamKey key =
      stream_key(seed, "fabric loss", 2 * std::uint64_t{index} + static_cast<std::uint64_t>(direction));
  double position = 0.0;
  for (std::uint64_t k = 0;; ++k) {
    const double v = (static_cast<double>(random_refinement(key, k) >> 11U) + 0.5) * 0x1p-53;
    position += std::floor(std::log1p(-v) / std::log1p(-p));
    if (!(position < frames)) return;
    losses.push_back({index, direction, static_cast<std::uint64_t>(position), position / frame_rate});
    position += 1.0;  // frames that came through before the next loss are counted from the frame behind this one
  }
}

}  // namespace

std::vector<ScheduledLoss> loss_schedule(const FabricGraph& graph, double floor, double seconds, std::uint64_t seed) {
  if (!(std::isfinite(seconds) && seconds > 0.0)) throw ConfigError("a loss schedule needs a time above 0 s");
  const double expected = export_text::loss_census(graph, floor).below_per_second * seconds;
  if (expected > kMostLosses)
    throw ConfigError("a loss schedule of " + export_text::rounded(seconds) + " s would list about " +
                      export_text::rounded(expected) + " losses; at most " + export_text::rounded(kMostLosses) +
                      " fit, which are " + export_text::rounded(seconds * kMostLosses / expected) + " s");
  std::vector<ScheduledLoss> losses;
  for (std::uint32_t i = 0; i < graph.links.size(); ++i) {
    const double p = std::pow(10.0, graph.links[i].log10_frame_loss);
    const double rate =
        export_text::frames_per_second(graph.classes[graph.links[i].link_class].rate, graph.frame_bytes);
    // Below 2^-53 of a loss in all that time no double could place it.
    if (p > floor || p * rate * seconds < 0x1p-54) continue;
    for (int direction : {0, 1}) add_direction(i, direction, p, rate, rate * seconds, seed, losses);
  }
  std::stable_sort(losses.begin(), losses.end(),
                   [](const ScheduledLoss& x, const ScheduledLoss& y) { return x.time < y.time; });
  return losses;
}

namespace export_text {

std::vector<ExportFile> schedule_file(const FabricGraph& graph, const ExportOptions& options) {
  if (loss_census(graph, kGeneratorFloor).below == 0) return {};
  std::string text = "link,direction,frame,time_s\n";
  for (const ScheduledLoss& loss : loss_schedule(graph, kGeneratorFloor, options.schedule_seconds, options.seed)) {
    text += std::to_string(loss.link);
    text += loss.direction == 0 ? ",0," : ",1,";
    text += std::to_string(loss.frame);
    text += ',';
    text += number(loss.time);
    text += '\n';
  }
  return {{"loss_schedule.csv", std::move(text)}};
}

}  // namespace export_text
}  // namespace tessera
