#include "tools/report/plot.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "tools/report/plot_frame.hpp"

namespace tessera::report {
namespace {

constexpr std::array<std::string_view, 4> kDashes{"", "9 4", "2.5 3", "10 3 2.5 3"};
constexpr std::array<double, 4> kTints{1.0, 0.68, 0.42, 0.22};

Stroke curve_stroke(Ink ink) { return {palette(ink.colour), 2.2, kDashes[ink.variant % kDashes.size()]}; }

// Cuts a segment of a curve at the top and bottom of the frame, so that a waterfall leaves through the edge instead of
// bending.
void draw_curve(SvgCanvas& canvas, const Frame& frame, const Series& series) {
  std::vector<Point> run;
  const auto flush = [&] {
    canvas.polyline(run, curve_stroke(series.ink));
    run.clear();
  };
  for (std::size_t i = 0; i + 1 < series.points.size(); ++i) {
    const auto piece = frame.clip(series.points[i], series.points[i + 1]);
    if (!piece) {
      flush();
      continue;
    }
    if (run.empty()) run.push_back(piece->first);
    run.push_back(piece->second);
    if (!frame.contains(series.points[i + 1])) flush();
  }
  flush();
  for (std::size_t i = 0; i < series.closes.size(); ++i) {
    if (!frame.contains(series.points[i])) continue;
    canvas.circle(frame.place(series.points[i]), 3.2, series.closes[i] ? palette(series.ink.colour) : "#ffffff",
                  {palette(series.ink.colour), 1.4});
  }
}

void draw_marks(SvgCanvas& canvas, const Frame& frame, const Marks& marks) {
  constexpr double kArm = 4.5;
  for (const MarkedPoint& point : marks.points) {
    if (!frame.contains(point.at)) continue;
    const Point at = frame.place(point.at);
    canvas.line({at.x - kArm, at.y - kArm}, {at.x + kArm, at.y + kArm}, {palette(marks.ink.colour), 2.2});
    canvas.line({at.x - kArm, at.y + kArm}, {at.x + kArm, at.y - kArm}, {palette(marks.ink.colour), 2.2});
    const auto bar = [&](const std::optional<double>& end) {
      if (!end) return;
      const double y = std::clamp(*end, frame.y.low, frame.y.high);
      canvas.line(at, {at.x, frame.place({point.at.x, y}).y}, {palette(marks.ink.colour), 1.4});
    };
    bar(point.low);
    bar(point.high);
  }
}

struct LegendEntry {
  std::string name;
  Ink ink;
};

enum class Sample { area, line };

double legend(SvgCanvas& canvas, const std::vector<LegendEntry>& entries, Sample sample, Point at, double width) {
  double x = at.x, y = at.y;
  for (const LegendEntry& entry : entries) {
    const double needed = 24.0 + 7.2 * static_cast<double>(entry.name.size()) + 22.0;
    if (x + needed > at.x + width && x > at.x) {
      x = at.x;
      y += 20.0;
    }
    if (sample == Sample::line)
      canvas.line({x - 10.0, y - 4.0}, {x + 13.0, y - 4.0}, curve_stroke(entry.ink));
    else
      canvas.rectangle({x, y - 10.0}, 12.0, 12.0, palette(entry.ink.colour), kTints[entry.ink.variant % kTints.size()]);
    canvas.text({x + 18.0, y}, entry.name);
    x += needed;
  }
  return y;
}

// The plot's own inks; else components in order of their sums, those behind the palette sharing one grey entry.
std::map<std::string, Ink> part_inks(const StackedBarPlot& plot, std::vector<LegendEntry>& entries) {
  std::map<std::string, Ink> inks;
  for (const auto& [name, ink] : plot.inks)
    if (inks.emplace(name, ink).second) entries.push_back({name, ink});
  std::map<std::string, double> sums;
  for (const StackedBar& bar : plot.bars)
    for (const auto& [name, value] : bar.parts)
      if (!inks.contains(name)) sums[name] += value;
  std::vector<std::pair<double, std::string>> order;
  for (const auto& [name, sum] : sums) order.emplace_back(-sum, name);
  std::sort(order.begin(), order.end());
  bool grey = false;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::size_t index = i < kOtherColour ? i : i + 1;
    const bool fits = index < 12;
    const Ink ink{fits ? index : kOtherColour, 0};
    inks[order[i].second] = ink;
    if (fits) entries.push_back({order[i].second, ink});
    grey = grey || !fits;
  }
  if (grey) entries.push_back({"other", {kOtherColour, 0}});
  return inks;
}

}  // namespace

std::string draw(const LinePlot& plot) {
  Frame frame{plot.x, plot.y, 86.0, 110.0, 784.0, 380.0};
  SvgCanvas canvas(900, 560, plot.title);
  std::vector<LegendEntry> entries;
  for (const Series& s : plot.series) entries.push_back({s.name, s.ink});
  for (const Marks& m : plot.marks) entries.push_back({m.name, m.ink});
  draw_heading(canvas, plot.title, plot.subtitle);
  legend(canvas, entries, Sample::line, {frame.left + 10.0, 92.0}, frame.width - 10.0);
  draw_axes(canvas, frame);
  for (const Level& level : plot.levels) {
    if (level.y < plot.y.low || level.y > plot.y.high) continue;
    const Point left = frame.place({plot.x.low, level.y});
    canvas.line(left, {frame.left + frame.width, left.y}, {"#555555", 1.2, "6 4"});
    canvas.text({frame.left + 8.0, left.y - 5.0}, level.label, {12.0, "#555555"});
  }
  for (const Series& s : plot.series) draw_curve(canvas, frame, s);
  for (const Marks& m : plot.marks) draw_marks(canvas, frame, m);
  return canvas.finish();
}

std::string draw(const StackedBarPlot& plot) {
  double high = 0.0;
  for (const StackedBar& bar : plot.bars) {
    double sum = 0.0;
    for (const auto& part : bar.parts) sum += part.second;
    high = std::max(high, sum);
  }
  std::vector<LegendEntry> entries;
  const auto inks = part_inks(plot, entries);
  const double pitch = 58.0;
  const double left = 190.0, width = 670.0, top = 84.0, height = pitch * static_cast<double>(plot.bars.size());
  const double legend_rows = std::ceil(static_cast<double>(entries.size()) / 3.0) + 1.0;
  SvgCanvas canvas(900, static_cast<int>(top + height + 80.0 + 20.0 * legend_rows), plot.title);
  draw_heading(canvas, plot.title, plot.subtitle);
  Frame frame{{plot.unit_label, 0.0, high > 0.0 ? 1.28 * high : 1.0}, {"", 0.0, 1.0}, left, top, width, height};
  draw_x_axis(canvas, frame);
  for (std::size_t i = 0; i < plot.bars.size(); ++i) {
    const double y = top + pitch * (static_cast<double>(i) + 0.5);
    double sum = 0.0;
    for (const auto& [name, value] : plot.bars[i].parts) {
      const double from = frame.place({sum, 0.0}).x;
      sum += value;
      const double to = frame.place({sum, 0.0}).x;
      const Ink ink = inks.at(name);
      canvas.rectangle({from, y - 16.0}, std::max(to - from - 0.6, 0.2), 32.0, palette(ink.colour),
                       kTints[ink.variant % kTints.size()]);
    }
    canvas.text({left - 12.0, y + 5.0}, plot.bars[i].name, {14.0, "#222222", "end", true});
    canvas.text({frame.place({sum, 0.0}).x + 8.0, y + 5.0}, plot.bars[i].total, {13.0, "#222222"});
  }
  legend(canvas, entries, Sample::area, {40.0, top + height + 70.0}, 840.0);
  return canvas.finish();
}

std::string draw(const ScatterPlot& plot) {
  Frame frame{plot.x, plot.y, 86.0, 84.0, 784.0, 420.0};
  SvgCanvas canvas(900, 570, plot.title);
  draw_heading(canvas, plot.title, plot.subtitle);
  draw_axes(canvas, frame);
  for (const ScatterPoint& p : plot.points) {
    const Point weak = frame.place(p.weak);
    const Point strong = p.strong ? frame.place(*p.strong) : weak;
    const auto colour = palette(p.ink.colour);
    canvas.line(strong, weak, {colour, 2.0});
    if (p.open) {
      const double tip = weak.y - 34.0;
      canvas.line(weak, {weak.x, tip}, {colour, 2.0});
      canvas.polyline({{weak.x - 5.0, tip + 7.0}, {weak.x, tip}, {weak.x + 5.0, tip + 7.0}}, {colour, 2.0});
    }
    canvas.circle(weak, 6.0, "#ffffff", {colour, 2.0});
    if (p.strong) canvas.circle(strong, 6.0, colour, {colour, 2.0});
    const bool right_half = strong.x > frame.left + 0.7 * frame.width;
    canvas.text({strong.x + (right_half ? -13.0 : 13.0), strong.y + 5.0}, p.name,
                {13.0, colour, right_half ? "end" : "start", true});
  }
  return canvas.finish();
}

}  // namespace tessera::report
