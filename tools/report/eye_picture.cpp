#include "tools/report/eye_picture.hpp"

#include <algorithm>
#include <cmath>

#include "tools/report/heat_map.hpp"
#include "tools/report/plot_frame.hpp"

namespace tessera::report {
namespace {

constexpr double kDecades = 4.0;

// From 0 (nothing or less than the last decade) to 1 (the most).
double shade(double density, double most) {
  if (!(density > 0.0) || !(most > 0.0)) return 0.0;
  return std::clamp(1.0 + std::log10(density / most) / kDecades, 0.0, 1.0);
}

double spacing(const std::vector<double>& values) { return values.size() > 1 ? values[1] - values[0] : 1.0; }

}  // namespace

std::string draw(const EyePicture& eye) {
  SvgCanvas canvas(900, 570, eye.title);
  draw_heading(canvas, eye.title, eye.subtitle);
  const double dx = spacing(eye.x), dy = spacing(eye.y);
  const Frame frame{{eye.x_label, eye.x.front() - 0.5 * dx, eye.x.back() + 0.5 * dx},
                    {eye.y_label, eye.y.front() - 0.5 * dy, eye.y.back() + 0.5 * dy},
                    110.0,
                    84.0,
                    720.0,
                    400.0};
  const double most = *std::max_element(eye.density.begin(), eye.density.end());
  const double width = frame.width / static_cast<double>(eye.x.size());
  const double height = frame.height / static_cast<double>(eye.y.size());
  for (std::size_t c = 0; c < eye.x.size(); ++c) {
    for (std::size_t r = 0; r < eye.y.size(); ++r) {
      const double part = shade(eye.density[c * eye.y.size() + r], most);
      if (part == 0.0) continue;
      canvas.rectangle(
          {frame.left + width * static_cast<double>(c), frame.top + frame.height - height * static_cast<double>(r + 1)},
          width + 0.3, height + 0.3, diverging_colour(part, 1.0));
    }
  }
  draw_axes(canvas, frame);
  return canvas.finish();
}

}  // namespace tessera::report
