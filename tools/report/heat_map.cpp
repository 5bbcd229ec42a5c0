#include "tools/report/heat_map.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "tools/report/number_text.hpp"
#include "tools/report/plot_frame.hpp"

namespace tessera::report {
namespace {

struct Colour {
  double red, green, blue;
};

constexpr Colour kWhite{247, 247, 247}, kRed{178, 24, 43}, kBlue{33, 102, 172};
constexpr double kLeft = 110.0, kTop = 84.0, kWidth = 640.0, kHeight = 400.0;

double largest(const HeatMap& map) {
  double reach = 0.0;
  for (const auto& value : map.values)
    if (value) reach = std::max(reach, std::abs(*value));
  return reach > 0.0 ? reach : 1.0;
}

// At most `most` names, evenly spread, so that they do not overlap.
std::vector<std::size_t> labelled(std::size_t count, std::size_t most) {
  const std::size_t step = (count + most - 1) / most;
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < count; i += step) result.push_back(i);
  return result;
}

void draw_scale(SvgCanvas& canvas, const HeatMap& map, double reach) {
  constexpr int kSteps = 41;
  const double left = kLeft + kWidth + 34.0, step = kHeight / kSteps;
  for (int i = 0; i < kSteps; ++i) {
    const double value = reach * (1.0 - 2.0 * i / (kSteps - 1.0));
    canvas.rectangle({left, kTop + step * i}, 18.0, step + 0.4, diverging_colour(value, reach));
  }
  canvas.text({left + 24.0, kTop + 10.0}, text(reach), {12.5});
  canvas.text({left + 24.0, kTop + 0.5 * kHeight + 4.0}, "0", {12.5});
  canvas.text({left + 24.0, kTop + kHeight}, text(-reach), {12.5});
  canvas.text({left + 78.0, kTop + 0.5 * kHeight}, map.value_label, {14.0, "#222222", "middle", false, -90.0});
}

}  // namespace

std::string diverging_colour(double value, double reach) {
  const double part = std::clamp(std::abs(value) / reach, 0.0, 1.0);
  const Colour& end = value < 0.0 ? kRed : kBlue;
  const auto mix = [&](double from, double to) { return static_cast<int>(std::lround(from + (to - from) * part)); };
  return fmt::format("#{:02x}{:02x}{:02x}", mix(kWhite.red, end.red), mix(kWhite.green, end.green),
                     mix(kWhite.blue, end.blue));
}

std::string draw(const HeatMap& map) {
  SvgCanvas canvas(900, 570, map.title);
  draw_heading(canvas, map.title, map.subtitle);
  const double reach = largest(map);
  const double width = kWidth / static_cast<double>(map.x.size()), height = kHeight / static_cast<double>(map.y.size());
  const double bottom = kTop + kHeight;
  for (std::size_t r = 0; r < map.y.size(); ++r) {
    for (std::size_t c = 0; c < map.x.size(); ++c) {
      const auto& value = map.values[r * map.x.size() + c];
      const std::string colour = value ? diverging_colour(*value, reach) : "#bbbbbb";
      canvas.rectangle({kLeft + width * static_cast<double>(c), bottom - height * static_cast<double>(r + 1)},
                       width + 0.3, height + 0.3, colour);
    }
  }
  for (const std::size_t c : labelled(map.x.size(), 9))
    canvas.text({kLeft + width * (static_cast<double>(c) + 0.5), bottom + 20.0}, map.x[c], {12.5, "#333333", "middle"});
  for (const std::size_t r : labelled(map.y.size(), 16))
    canvas.text({kLeft - 9.0, bottom - height * (static_cast<double>(r) + 0.5) + 4.5}, map.y[r],
                {12.5, "#333333", "end"});
  canvas.text({kLeft + 0.5 * kWidth, bottom + 44.0}, map.x_label, {14.0, "#222222", "middle"});
  canvas.text({30.0, kTop + 0.5 * kHeight}, map.y_label, {14.0, "#222222", "middle", false, -90.0});
  draw_scale(canvas, map, reach);
  return canvas.finish();
}

}  // namespace tessera::report
