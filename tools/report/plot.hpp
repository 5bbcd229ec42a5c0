#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tools/report/svg_canvas.hpp"

namespace tessera::report {

/// An axis of a plot: its range in the unit that `label` names.
struct Axis {
  std::string label;
  double low = 0.0, high = 1.0;
  bool logarithmic = false;
  bool power_of_ten = false;  // the axis shows log10 of the quantity and writes its ticks as powers of ten
};

struct Tick {
  double value = 0.0;
  std::string label;
};

/// Ticks at 1, 2 or 5 times a power of ten; at whole decades on a logarithmic axis (1, 2, 5 where it spans few).
std::vector<Tick> ticks(const Axis& axis);

/// What something is drawn with: a colour of the palette; variants of one colour differ in dashes (lines) or in tint
/// (areas).
struct Ink {
  std::size_t colour = 0, variant = 0;
};

inline constexpr std::size_t kOtherColour = 7;  // grey
inline constexpr std::size_t kInks = 11;        // colours beside it

/// One curve. A hollow marker says that the point does not close the link.
struct Series {
  std::string name;
  std::vector<Point> points;
  std::vector<bool> closes;  // empty: no markers
  Ink ink;
  std::optional<Point> own = {};  // a dot of its own
};

/// Measured points: crosses without a line between them, with an upright bar where an interval is known.
struct MarkedPoint {
  Point at;
  std::optional<double> low, high;
};

struct Marks {
  std::string name;
  std::vector<MarkedPoint> points;
  Ink ink;
};

struct Level {
  double y = 0.0;
  std::string label;  // may be empty
};

struct LinePlot {
  std::string title, subtitle;
  Axis x, y;
  std::vector<Series> series;
  std::vector<Level> levels;
  std::vector<Marks> marks = {};
};

struct StackedBar {
  std::string name, total;
  std::vector<std::pair<std::string, double>> parts;
};

struct StackedBarPlot {
  std::string title, subtitle;
  std::string unit_label;
  std::vector<StackedBar> bars;
  std::vector<std::pair<std::string, Ink>> inks = {};  // of parts, by name; the others by their size
};

/// A link at the weaker criterion (hollow) and, joined to it, at the stricter one (filled) if it meets that at all;
/// `open` ends in an arrow: at least this far.
struct ScatterPoint {
  std::string name;
  std::optional<Point> strong;
  Point weak;
  bool open = false;
  Ink ink;
};

struct ScatterPlot {
  std::string title, subtitle;
  Axis x, y;
  std::vector<ScatterPoint> points;
};

std::string draw(const LinePlot& plot);
std::string draw(const StackedBarPlot& plot);
std::string draw(const ScatterPlot& plot);

}  // namespace tessera::report
