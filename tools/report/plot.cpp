#include "tools/report/plot.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "tools/report/plot_frame.hpp"

namespace tessera::report {
namespace {

constexpr std::array<std::string_view, 8> kDashes{"",     "9 4", "2.5 3",    "10 3 2.5 3",
                                                  "16 4", "5 2", "16 3 5 3", "10 3 2.5 3 2.5 3"};
constexpr std::array<double, 4> kTints{1.0, 0.68, 0.42, 0.22};

Stroke curve_stroke(Ink ink) { return {palette(ink.colour), 2.2, kDashes[ink.variant % kDashes.size()]}; }

// Cuts a segment of a curve at the top and bottom of the frame, so that a waterfall leaves through the edge instead of
// bending.
void draw_curve(SvgCanvas& canvas, const Frame& frame, const Series& series) {
  std::vector<Point> run;
  const auto flush = [&] {
    // A dashed curve on a solid one of its colour would not be seen but for its gaps.
    if (series.ink.variant > 0) canvas.polyline(run, {"#ffffff", 1.0});
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
  if (series.own && frame.contains(*series.own))
    canvas.circle(frame.place(*series.own), 4.5, palette(series.ink.colour), {"#ffffff", 1.2});
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

constexpr double kLegendRow = 20.0;

/// Entries in rows of a width; where they stand is known before anything is drawn.
class Legend {
 public:
  Legend(std::vector<LegendEntry> entries, double width) : entries_(std::move(entries)) {
    Point at;
    for (const LegendEntry& entry : entries_) {
      const double needed = 24.0 + 7.2 * static_cast<double>(entry.name.size()) + 22.0;
      if (at.x + needed > width && at.x > 0.0) at = {0.0, at.y + kLegendRow};
      places_.push_back(at);
      at.x += needed;
    }
  }

  /// Pixels from the first row to the last.
  double height() const { return places_.empty() ? 0.0 : places_.back().y; }

  void draw(SvgCanvas& canvas, Sample sample, Point corner) const {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const Ink ink = entries_[i].ink;
      const double x = corner.x + places_[i].x, y = corner.y + places_[i].y;
      if (sample == Sample::line)
        canvas.line({x - 10.0, y - 4.0}, {x + 13.0, y - 4.0}, curve_stroke(ink));
      else
        canvas.rectangle({x, y - 10.0}, 12.0, 12.0, palette(ink.colour), kTints[ink.variant % kTints.size()]);
      canvas.text({x + 18.0, y}, entries_[i].name);
    }
  }

 private:
  std::vector<LegendEntry> entries_;
  std::vector<Point> places_;
};

void draw_levels(SvgCanvas& canvas, const Frame& frame, const std::vector<Level>& levels) {
  for (const Level& level : levels) {
    if (level.y < frame.y.low || level.y > frame.y.high) continue;
    const Point left = frame.place({frame.x.low, level.y});
    canvas.line(left, {frame.left + frame.width, left.y}, {"#555555", 1.2, "6 4"});
  }
}

// Over the curves, the highest first; one that would cover the one before it stands to its right.
void name_levels(SvgCanvas& canvas, const Frame& frame, std::vector<Level> levels) {
  std::sort(levels.begin(), levels.end(), [](const Level& a, const Level& b) { return a.y > b.y; });
  Point last{0.0, -1e3};  // end of the last label
  for (const Level& level : levels) {
    if (level.y < frame.y.low || level.y > frame.y.high || level.label.empty()) continue;
    const Point left = frame.place({frame.x.low, level.y});
    const double x = left.y - last.y < 15.0 ? last.x + 16.0 : frame.left + 8.0;
    canvas.text({x, left.y - 5.0}, level.label, {.size = 12.0, .colour = "#555555", .halo = true});
    last = {x + 6.6 * static_cast<double>(level.label.size()), left.y};
  }
}

struct Box {
  double left, top, right, bottom;

  bool touches(const Box& o) const { return left < o.right && o.left < right && top < o.bottom && o.top < bottom; }
};

struct Label {
  Point at;
  std::string_view anchor;
  Box box;
};

// Where a name stands beside its point: right, left, above or below, further away where others stand; the first place
// that is free.
Label free_place(Point p, const std::string& name, const Frame& frame, const std::vector<Box>& taken) {
  constexpr double kHeight = 13.0;
  const double width = 8.4 * static_cast<double>(name.size());
  std::optional<Label> first;
  for (const double away : {0.0, 16.0, -16.0, 32.0, -32.0, 48.0, -48.0, 64.0, -64.0, 80.0, -80.0}) {
    for (const bool right : {true, false}) {
      const Point at{p.x + (right ? 13.0 : -13.0), p.y + 5.0 + away};
      const double left = right ? at.x : at.x - width;
      const Label label{at, right ? "start" : "end", {left, at.y - kHeight + 2.0, left + width, at.y + 2.0}};
      if (!first) first = label;
      const bool inside = label.box.left >= frame.left && label.box.right <= frame.left + frame.width &&
                          label.box.top >= frame.top && label.box.bottom <= frame.top + frame.height;
      if (inside && std::none_of(taken.begin(), taken.end(), [&](const Box& b) { return b.touches(label.box); }))
        return label;
    }
  }
  return *first;
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
    const bool fits = index <= kInks;
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
  std::vector<LegendEntry> entries;
  for (const Series& s : plot.series) entries.push_back({s.name, s.ink});
  for (const Marks& m : plot.marks) entries.push_back({m.name, m.ink});
  const Legend legend(std::move(entries), 774.0);
  const Frame frame{plot.x, plot.y, 86.0, 110.0 + legend.height(), 784.0, 380.0};
  SvgCanvas canvas(900, static_cast<int>(560.0 + legend.height()), plot.title);
  draw_heading(canvas, plot.title, plot.subtitle);
  legend.draw(canvas, Sample::line, {frame.left + 10.0, 92.0});
  draw_axes(canvas, frame);
  draw_levels(canvas, frame, plot.levels);
  for (const Series& s : plot.series) draw_curve(canvas, frame, s);
  for (const Marks& m : plot.marks) draw_marks(canvas, frame, m);
  name_levels(canvas, frame, plot.levels);
  return canvas.finish();
}

std::string draw(const StackedBarPlot& plot) {
  double high = 0.0;
  std::size_t longest = 0;
  for (const StackedBar& bar : plot.bars) {
    longest = std::max(longest, bar.name.size());
    double sum = 0.0;
    for (const auto& part : bar.parts) sum += part.second;
    high = std::max(high, sum);
  }
  std::vector<LegendEntry> entries;
  const auto inks = part_inks(plot, entries);
  const double pitch = 58.0;
  const double left = std::clamp(20.0 + 9.2 * static_cast<double>(longest), 190.0, 400.0), width = 860.0 - left;
  const double top = 84.0, height = pitch * static_cast<double>(plot.bars.size());
  const Legend legend(std::move(entries), 840.0);
  SvgCanvas canvas(900, static_cast<int>(top + height + 90.0 + legend.height()), plot.title);
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
  legend.draw(canvas, Sample::area, {40.0, top + height + 70.0});
  return canvas.finish();
}

std::string draw(const ScatterPlot& plot) {
  const Frame frame{plot.x, plot.y, 86.0, 84.0, 784.0, 420.0};
  SvgCanvas canvas(900, 570, plot.title);
  draw_heading(canvas, plot.title, plot.subtitle);
  draw_axes(canvas, frame);
  std::vector<Box> taken;
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
    for (const Point& at : {weak, strong}) taken.push_back({at.x - 7.0, at.y - 7.0, at.x + 7.0, at.y + 7.0});
  }
  for (const ScatterPoint& p : plot.points) {
    const Label label = free_place(frame.place(p.strong.value_or(p.weak)), p.name, frame, taken);
    canvas.text(label.at, p.name, {13.0, palette(p.ink.colour), label.anchor, true});
    taken.push_back(label.box);
  }
  return canvas.finish();
}

}  // namespace tessera::report
