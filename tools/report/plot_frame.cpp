#include "tools/report/plot_frame.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace tessera::report {
namespace {

double fraction(const Axis& axis, double value) {
  if (axis.logarithmic) return std::log(value / axis.low) / std::log(axis.high / axis.low);
  return (value - axis.low) / (axis.high - axis.low);
}

std::string superscript(int exponent) {
  static constexpr std::string_view kDigits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string out = exponent < 0 ? "⁻" : "";
  for (const char c : std::to_string(std::abs(exponent))) out += kDigits[c - '0'];
  return out;
}

std::vector<Tick> decade_ticks(const Axis& axis) {
  std::vector<Tick> result;
  const int first = static_cast<int>(std::floor(std::log10(axis.low) + 1e-9));
  const int last = static_cast<int>(std::ceil(std::log10(axis.high) - 1e-9));
  const bool few = last - first <= 3;
  for (int decade = first; decade <= last; ++decade) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double value = factor * std::pow(10.0, decade);
      if ((factor > 1.0 && !few) || value < axis.low * (1 - 1e-9) || value > axis.high * (1 + 1e-9)) continue;
      result.push_back({value, fmt::format("{:g}", value)});
    }
  }
  return result;
}

double nice_step(double span, int count) {
  const double rough = span / count;
  const double decade = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (rough <= factor * decade * (1 + 1e-9)) return factor * decade;
  }
  return 10.0 * decade;
}

}  // namespace

std::vector<Tick> ticks(const Axis& axis) {
  if (axis.logarithmic) return decade_ticks(axis);
  const double step = nice_step(axis.high - axis.low, 8);
  std::vector<Tick> result;
  for (double k = std::ceil(axis.low / step - 1e-9); k * step <= axis.high + 1e-9 * step; k += 1.0) {
    const double value = k == 0.0 ? 0.0 : k * step;
    result.push_back({value, axis.power_of_ten ? "10" + superscript(static_cast<int>(std::lround(value)))
                                               : fmt::format("{:g}", value)});
  }
  return result;
}

Point Frame::place(Point data) const {
  return {left + width * fraction(x, data.x), top + height * (1.0 - fraction(y, data.y))};
}

bool Frame::contains(Point data) const {
  const double fx = fraction(x, data.x), fy = fraction(y, data.y);
  constexpr double kSlack = 1e-9;
  return fx >= -kSlack && fx <= 1.0 + kSlack && fy >= -kSlack && fy <= 1.0 + kSlack;
}

std::optional<std::pair<Point, Point>> Frame::clip(Point from, Point to) const {
  const Point a = place(from), b = place(to);
  const double upper = top, lower = top + height;
  if ((a.y < upper && b.y < upper) || (a.y > lower && b.y > lower)) return std::nullopt;
  const auto cut = [&](Point inside, Point p) {
    const double y_edge = std::clamp(p.y, upper, lower);
    if (y_edge == p.y) return p;
    return Point{inside.x + (p.x - inside.x) * (y_edge - inside.y) / (p.y - inside.y), y_edge};
  };
  return std::make_pair(cut(b, a), cut(a, b));
}

void draw_heading(SvgCanvas& canvas, std::string_view title, std::string_view subtitle) {
  canvas.text({40.0, 36.0}, title, {19.0, "#111111", "start", true});
  canvas.text({40.0, 58.0}, subtitle, {13.0, "#555555"});
}

void draw_x_axis(SvgCanvas& canvas, const Frame& frame) {
  const double bottom = frame.top + frame.height;
  for (const Tick& tick : ticks(frame.x)) {
    const double x = frame.place({tick.value, frame.y.low}).x;
    canvas.line({x, frame.top}, {x, bottom}, {"#e4e4e4", 1.0});
    canvas.line({x, bottom}, {x, bottom + 5.0}, {"#333333", 1.0});
    canvas.text({x, bottom + 20.0}, tick.label, {12.5, "#333333", "middle"});
  }
  canvas.line({frame.left, bottom}, {frame.left + frame.width, bottom}, {"#333333", 1.0});
  canvas.text({frame.left + 0.5 * frame.width, bottom + 44.0}, frame.x.label, {14.0, "#222222", "middle"});
}

void draw_axes(SvgCanvas& canvas, const Frame& frame) {
  draw_x_axis(canvas, frame);
  for (const Tick& tick : ticks(frame.y)) {
    const double y = frame.place({frame.x.low, tick.value}).y;
    canvas.line({frame.left, y}, {frame.left + frame.width, y}, {"#e4e4e4", 1.0});
    canvas.line({frame.left - 5.0, y}, {frame.left, y}, {"#333333", 1.0});
    canvas.text({frame.left - 9.0, y + 4.5}, tick.label, {12.5, "#333333", "end"});
  }
  canvas.line({frame.left, frame.top}, {frame.left, frame.top + frame.height}, {"#333333", 1.0});
  const double middle = frame.top + 0.5 * frame.height;
  canvas.text({30.0, middle}, frame.y.label, {14.0, "#222222", "middle", false, -90.0});
}

}  // namespace tessera::report
