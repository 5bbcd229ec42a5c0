#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/report/plot.hpp"

namespace tessera::report {

/// A quantity over two axes as coloured cells, white at zero: blue above, red below.
struct HeatMap {
  std::string title, subtitle;
  std::string x_label, y_label, value_label;
  std::vector<std::string> x, y;              // names of columns and rows, the first row at the bottom
  std::vector<std::optional<double>> values;  // row-major [y][x]; none is drawn grey
};

std::string draw(const HeatMap& map);

/// "#rrggbb" of a value between -reach (red) and reach (blue); 0 is white.
std::string diverging_colour(double value, double reach);

}  // namespace tessera::report
