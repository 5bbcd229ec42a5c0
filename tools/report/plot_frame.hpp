#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "tools/report/plot.hpp"

namespace tessera::report {

/// The rectangle of a plot and the way from data to pixels.
struct Frame {
  Axis x, y;
  double left = 0.0, top = 0.0, width = 1.0, height = 1.0;

  Point place(Point data) const;
  bool contains(Point data) const;
  /// The part of a straight line (in pixels) that lies between the lower and the upper edge; none if it misses the
  /// frame.
  std::optional<std::pair<Point, Point>> clip(Point from, Point to) const;
};

void draw_heading(SvgCanvas& canvas, std::string_view title, std::string_view subtitle);
void draw_x_axis(SvgCanvas& canvas, const Frame& frame);
void draw_axes(SvgCanvas& canvas, const Frame& frame);

}  // namespace tessera::report
