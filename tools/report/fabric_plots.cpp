#include "tools/report/fabric_plots.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "phy/core/error.hpp"
#include "phy/io/atomic_file.hpp"
#include "tools/report/number_text.hpp"
#include "tools/report/technology_ink.hpp"

namespace tessera::report {
namespace {

constexpr double kLowestDecade = -30.0, kLeastMargin = -10.0, kMostMargin = 3.0;
constexpr int kMarginPoints = 131;

// Of one tier, by technology: what is drawn of each class.
using Value = double (*)(const TierClass&);

std::string part_name(const TierReport& tier, const TierClass& c) { return tier.name + ": " + c.link.technology; }

// Hue is the technology, tint or dashes the tier.
Ink ink_of(const TierClass& c, std::size_t tier) { return {technology_colour(c.link.technology), tier}; }

void add_parts(const TierReport& tier, Value value, double& sum, StackedBar& bar) {
  for (const TierClass& c : tier.classes) {
    const std::string name = part_name(tier, c);
    const auto found =
        std::find_if(bar.parts.begin(), bar.parts.end(), [&](const auto& part) { return part.first == name; });
    if (found == bar.parts.end())
      bar.parts.emplace_back(name, value(c));
    else
      found->second += value(c);
    sum += value(c);
  }
}

StackedBar bar_of(const FabricReport& report, const std::string& name, std::optional<std::size_t> alternative,
                  Value value, const char* unit) {
  StackedBar bar{name, "", {}};
  double sum = 0.0;
  for (const TierReport& tier : report.tiers) {
    const bool replaced = alternative && report.alternatives[*alternative].name == tier.name;
    add_parts(replaced ? report.alternatives[*alternative] : tier, value, sum, bar);
  }
  bar.total = text(sum) + " " + unit;
  return bar;
}

std::vector<StackedBar> bars_of(const FabricReport& report, Value value, const char* unit) {
  std::vector<StackedBar> bars{bar_of(report, "as built", {}, value, unit)};
  for (std::size_t i = 0; i < report.alternatives.size(); ++i) {
    const AlternativeReport& other = report.operation->alternatives[i];
    bars.push_back(bar_of(report, other.name, i, value, unit));
    if (!other.closes) bars.back().total += ", does not close";
  }
  return bars;
}

// Of every part that a bar may have, tier by tier: the fabric's own technology first.
std::vector<std::pair<std::string, Ink>> inks_of_parts(const FabricReport& report) {
  std::vector<std::pair<std::string, Ink>> inks;
  const auto add = [&](const TierReport& tier, std::size_t index) {
    for (const TierClass& c : tier.classes)
      if (const std::string name = part_name(tier, c);
          std::none_of(inks.begin(), inks.end(), [&](const auto& known) { return known.first == name; }))
        inks.emplace_back(name, ink_of(c, index));
  };
  for (std::size_t i = 0; i < report.tiers.size(); ++i) {
    add(report.tiers[i], i);
    for (const TierReport& alternative : report.alternatives)
      if (alternative.name == report.tiers[i].name) add(alternative, i);
  }
  return inks;
}

Series margin_curve(const TierReport& tier, std::size_t index) {
  const TierClass& c = tier.classes.back();
  Series series{tier.name + ": " + tier.link.name, {}, {}, ink_of(c, index)};
  const auto loss = c.link.verdict.frame_loss_ratio.find(kDeliveredFrame);
  if (loss == c.link.verdict.frame_loss_ratio.end()) return series;
  const LossLaw law = loss_law(c.fec, loss->second, kDeliveredFrame);
  for (int i = 0; i < kMarginPoints; ++i) {
    const double shift = kLeastMargin + (kMostMargin - kLeastMargin) * i / (kMarginPoints - 1);
    const double y = frame_loss(law, bit_error_ratio(law, shift), kDeliveredFrame).log10();
    if (y >= kLowestDecade) series.points.push_back({shift, y});
  }
  return series;
}

}  // namespace

StackedBarPlot energy_by_tier(const FabricReport& report) {
  return {report.name + ": power of all links by tier and technology",
          fmt::format("{} GPUs, module and host at both ends", report.gpus), "kW",
          bars_of(report, [](const TierClass& c) { return c.watts * 1e-3; }, "kW"), inks_of_parts(report)};
}

LinePlot loss_against_margin(const FabricReport& report) {
  LinePlot plot{report.name + ": frame loss against margin",
                fmt::format("frames of {} bytes, one link, one direction; 0 dB is the evaluated link", kDeliveredFrame),
                {"margin above the evaluated one (electrical dB)", kLeastMargin, kMostMargin, false, false},
                {"frame loss ratio", kLowestDecade, 0.0, false, true},
                {},
                {}};
  for (const TierReport& tier : report.tiers) plot.series.push_back(margin_curve(tier, plot.series.size()));
  return plot;
}

StackedBarPlot failures_per_day(const FabricReport& report) {
  return {report.name + ": link failures per day", "constant failure rates of the links' parts, both directions",
          "failures per day",
          bars_of(
              report, [](const TierClass& c) { return 24.0 * static_cast<double>(c.links) * c.fit_per_link * 1e-9; },
              "per day"),
          inks_of_parts(report)};
}

std::vector<std::filesystem::path> write_fabric_plots(const FabricReport& report, const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw IoError("cannot make folder " + folder.string() + ": " + error.message());
  const std::vector<std::pair<const char*, std::string>> pictures{
      {"energy_by_tier.svg", draw(energy_by_tier(report))},
      {"loss_against_margin.svg", draw(loss_against_margin(report))},
      {"failures_per_day.svg", draw(failures_per_day(report))}};
  std::vector<std::filesystem::path> files;
  for (const auto& [name, picture] : pictures) {
    files.push_back(folder / name);
    write_file_atomically(files.back(), picture);
  }
  return files;
}

}  // namespace tessera::report
