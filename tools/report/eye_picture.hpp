#pragma once

#include <string>
#include <vector>

namespace tessera::report {

/// Density of samples over phase and amplitude, in shades by its logarithm over four decades.
struct EyePicture {
  std::string title, subtitle, x_label, y_label;
  std::vector<double> x, y;     // centres of columns and rows, ascending, evenly spaced
  std::vector<double> density;  // row-major [x][y], not negative
};

std::string draw(const EyePicture& eye);

}  // namespace tessera::report
