#include "tools/report/comparison_plots.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>

#include "phy/core/error.hpp"
#include "phy/io/atomic_file.hpp"
#include "tools/report/eye_picture.hpp"
#include "tools/report/number_text.hpp"
#include "tools/report/technology_ink.hpp"

namespace tessera::report {
namespace {

constexpr double kLowestDecade = -18.0;

struct Range {
  double low = INFINITY, high = 0.0;

  void add(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

// To the next 1, 2 or 5 below and above, so that every point stands clear of the frame.
Axis logarithmic_axis(std::string label, Range range) {
  if (!(range.low < INFINITY)) range = {1.0, 1.0};
  const auto nice = [](double value, bool up) {
    const double decade = std::pow(10.0, std::floor(std::log10(value) + 1e-12));
    const double mantissa = value / decade;
    if (up) return decade * (mantissa <= 1.0 + 1e-9 ? 1.0 : mantissa <= 2.0 ? 2.0 : mantissa <= 5.0 ? 5.0 : 10.0);
    return decade * (mantissa >= 5.0 ? 5.0 : mantissa >= 2.0 ? 2.0 : 1.0);
  };
  double low = nice(range.low / 1.3, false), high = nice(range.high * 1.3, true);
  if (high <= low * 1.01) high = 10.0 * low;
  return {std::move(label), low, high, true, false};
}

Series curve_of(const LinkReport& link, Ink ink) {
  Series series{link.name, {}, {}, ink};
  for (const LengthSample& s : link.curve) {
    series.points.push_back({s.length_m, s.pre_fec_ber.log10()});
    series.closes.push_back(s.closes);
  }
  return series;
}

Marks marks_of(const LinkReport& link, Ink ink) {
  Marks marks{link.name + ", measured (x)", {}, ink};
  for (const BerResidual& p : link.measured_ber->points) {
    MarkedPoint point{{p.measured.x, p.measured.ber.log10()}, {}, {}};
    if (p.measured.low) point.low = p.measured.low->log10();
    if (p.measured.high) point.high = p.measured.high->log10();
    marks.points.push_back(point);
  }
  return marks;
}

// Bit error ratios that codes allow, as levels; those of one code that lie closer than their words are high share one
// label.
class AllowedLevels {
 public:
  void add(const LinkReport& link, Log10Probability allowed) {
    limits_[link.fec == "none" ? "no FEC" : link.fec][allowed.log10()] = allowed;
  }

  std::vector<Level> levels() const {
    constexpr double kDecadesOfWords = 0.7;
    std::vector<Level> result;
    for (const auto& [code, limits] : limits_) {
      auto lowest = limits.begin();
      for (auto at = limits.begin(); at != limits.end(); ++at) {
        const auto next = std::next(at);
        result.push_back({at->first, ""});
        if (next != limits.end() && next->first - lowest->first < kDecadesOfWords) continue;
        const std::string low = text(lowest->second), high = text(at->second);
        result.back().label = low == high ? fmt::format("allowed with {}: {}", code, low)
                                          : fmt::format("allowed with {}: {} … {}", code, low, high);
        lowest = next;
      }
    }
    return result;
  }

 private:
  std::map<std::string, std::map<double, Log10Probability>> limits_;  // by code and log10
};

// "stage.component" and "segment.stage.component": a bar is divided by stage, or it has more pieces than colours.
std::string part_name(const std::string& component) { return component.substr(0, component.rfind('.')); }

// The stage alone, for as many links that their segments' stages would be more than the colours.
std::string stage_name(const std::string& part) { return part.substr(part.rfind('.') + 1); }

std::size_t count_parts(const std::vector<LinkReport>& links) {
  std::set<std::string> names;
  for (const LinkReport& link : links)
    for (const EnergyRow& row : link.energy.rows)
      if (row.watts > 0.0) names.insert(part_name(row.component));
  return names.size();
}

void add_to(std::vector<std::pair<std::string, double>>& parts, const std::string& name, double watts) {
  const auto it = std::find_if(parts.begin(), parts.end(), [&](const auto& part) { return part.first == name; });
  if (it != parts.end())
    it->second += watts;
  else if (watts > 0.0)
    parts.emplace_back(name, watts);
}

}  // namespace

LinePlot ber_against_length(const std::vector<LinkReport>& links, const std::string& study) {
  LinePlot plot{"Bit error ratio against length",
                study + ": before the FEC; filled points close the link (frame loss within its limit)",
                {},
                {"pre-FEC bit error ratio", kLowestDecade, 0.0, false, true},
                {},
                {}};
  Range range;
  AllowedLevels allowed;
  const std::vector<Ink> inks = inks_of(links);
  for (std::size_t i = 0; i < links.size(); ++i) {
    if (!links[i].curve.empty()) plot.series.push_back(curve_of(links[i], inks[i]));
    for (const LengthSample& s : links[i].curve) {
      if (s.pre_fec_ber.log10() > kLowestDecade) range.add(s.length_m);
    }
    if (links[i].measured_ber && links[i].measured_ber->axis == BerAxis::length) {
      plot.marks.push_back(marks_of(links[i], inks[i]));
      for (const MarkedPoint& p : plot.marks.back().points) range.add(p.at.x);
    }
    allowed.add(links[i], links[i].verdict.required_ber);
  }
  plot.levels = allowed.levels();
  plot.x = logarithmic_axis("length (m)", range);
  return plot;
}

LinePlot ber_against(Waterfall::Axis axis, const std::vector<LinkReport>& links, const std::string& study) {
  const bool light = axis == Waterfall::Axis::received_oma;
  LinePlot plot{light ? "Bit error ratio against received OMA" : "Bit error ratio against SNR at the decision",
                study + ": before the FEC, the receiver adapted anew at every point; a dot: the link itself",
                {light ? "outer OMA in front of the photodiode (dBm)" : "signal-to-noise ratio at the decision (dB)"},
                {"pre-FEC bit error ratio", kLowestDecade, 0.0, false, true},
                {},
                {}};
  double low = INFINITY, high = -INFINITY;
  AllowedLevels allowed;
  std::map<std::string, std::size_t> before;  // segments of each technology, on whichever axis
  for (const LinkReport& link : links) {
    std::map<std::string, Ink> inks;
    for (const Waterfall& curve : link.waterfalls)
      if (!inks.contains(curve.segment))
        inks[curve.segment] = {technology_colour(link.technology), before[link.technology]++};
    for (const Waterfall& curve : link.waterfalls) {
      if (curve.axis != axis) continue;
      const std::string name = link.segments.size() > 1 ? link.name + "." + curve.segment : link.name;
      const Ink ink = inks.at(curve.segment);
      Series line{name, {}, {}, ink};
      for (const WaterfallPoint& p : curve.points) {
        if (p.x == curve.own) line.own = Point{p.x, p.pre_fec_ber.log10()};
        line.points.push_back({p.x, p.pre_fec_ber.log10()});
        if (p.pre_fec_ber.log10() < kLowestDecade) continue;
        low = std::min(low, p.x);
        high = std::max(high, p.x);
      }
      const auto& measured = link.measured_ber;
      if (axis == Waterfall::Axis::received_oma && measured && measured->axis == BerAxis::received_oma)
        plot.marks.push_back(marks_of(link, ink));
      plot.series.push_back(std::move(line));
      allowed.add(link, curve.required_ber);
    }
  }
  plot.levels = allowed.levels();
  plot.x.low = low < high ? low : 0.0;
  plot.x.high = low < high ? high : 1.0;
  return plot;
}

StackedBarPlot power_breakdown(const std::vector<LinkReport>& links, const std::string& study) {
  StackedBarPlot plot{"Power of one end by stage",
                      study + ": all lanes of one end; energy is per payload bit of one direction",
                      "power of one end (W)",
                      {}};
  const bool by_stage = count_parts(links) > kInks;
  for (const LinkReport& link : links) {
    StackedBar bar{link.name,
                   fmt::format("{} W = {} pJ/bit", text(link.energy.module_and_host.watts),
                               text(link.energy.module_and_host.joules_per_bit * 1e12)),
                   {}};
    for (const EnergyRow& row : link.energy.rows) {
      const std::string part = part_name(row.component);
      add_to(bar.parts, by_stage ? stage_name(part) : part, row.watts);
    }
    plot.bars.push_back(std::move(bar));
  }
  return plot;
}

ScatterPlot reach_against_energy(const std::vector<LinkReport>& links, const std::string& study) {
  ScatterPlot plot{
      "Reach against energy",
      study + ": filled at margin_q = √2 (design), hollow at margin_q = 1 (nominal); an arrow: beyond the search limit",
      {},
      {},
      {}};
  Range energies, reaches;
  const std::vector<Ink> inks = inks_of(links);
  for (std::size_t i = 0; i < links.size(); ++i) {
    const LinkReport& link = links[i];
    const double energy = link.energy.module_and_host.joules_per_bit * 1e12;
    const auto place = [&](const Reach& reach) {
      return reach.beyond_limit ? std::optional<double>(link.reach_search_limit_m) : reach.reach_m;
    };
    const auto nominal = place(link.reach_nominal), design = place(link.reach_design);
    if (!nominal || !(energy > 0.0)) continue;
    energies.add(energy);
    reaches.add(*nominal);
    if (design) reaches.add(*design);
    ScatterPoint point{link.name, std::nullopt, Point{energy, *nominal}, link.reach_nominal.beyond_limit, inks[i]};
    if (design) point.strong = Point{energy, *design};
    plot.points.push_back(std::move(point));
  }
  plot.x = logarithmic_axis("energy of one end, module and host (pJ/bit)", energies);
  plot.y = logarithmic_axis("reach (m)", {reaches.low, reaches.high * 1.5});
  return plot;
}

EyePicture eye_picture(const LinkReport& link, const SegmentReport& segment) {
  const EyeDensity& eye = *segment.result.simulated_eye;
  return {link.name + ", " + segment.result.name,
          "simulated samples at the slicer, behind equaliser and feedback; darker: more of them (logarithmic)",
          "time around the decision (UI)",
          "amplitude (V)",
          eye.phase_ui,
          eye.amplitude,
          eye.density};
}

std::vector<std::filesystem::path> write_plots(const std::vector<LinkReport>& links, const std::string& study,
                                               const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw IoError("cannot make folder " + folder.string() + ": " + error.message());
  std::vector<std::filesystem::path> files;
  const auto write = [&](const char* name, const std::string& picture) {
    files.push_back(folder / name);
    write_file_atomically(files.back(), picture);
  };
  // A picture without a point says nothing: links without a scan of lengths have neither curve nor reach.
  if (const LinePlot plot = ber_against_length(links, study); !plot.series.empty() || !plot.marks.empty())
    write("ber_against_length.svg", draw(plot));
  write("power_breakdown.svg", draw(power_breakdown(links, study)));
  if (const ScatterPlot plot = reach_against_energy(links, study); !plot.points.empty())
    write("reach_against_energy.svg", draw(plot));
  for (const auto& [axis, name] : {std::pair{Waterfall::Axis::received_oma, "ber_against_received_oma.svg"},
                                   std::pair{Waterfall::Axis::decision_snr, "ber_against_snr.svg"}}) {
    const LinePlot plot = ber_against(axis, links, study);
    if (plot.series.empty()) continue;
    files.push_back(folder / name);
    write_file_atomically(files.back(), draw(plot));
  }
  for (const LinkReport& link : links) {
    for (const SegmentReport& segment : link.segments) {
      if (!segment.result.simulated_eye) continue;
      files.push_back(folder / ("eye_" + link.name + "_" + segment.result.name + ".svg"));
      write_file_atomically(files.back(), draw(eye_picture(link, segment)));
    }
  }
  return files;
}

}  // namespace tessera::report
