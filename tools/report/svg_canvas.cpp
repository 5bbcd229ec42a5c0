#include "tools/report/svg_canvas.hpp"

#include <fmt/core.h>

#include <array>

namespace tessera::report {
namespace {

std::string attributes(const Stroke& s) {
  std::string text = fmt::format(R"(stroke="{}" stroke-width="{:g}")", s.colour, s.width);
  if (!s.dashes.empty()) text += fmt::format(R"( stroke-dasharray="{}")", s.dashes);
  return text;
}

}  // namespace

std::string escape_xml(std::string_view words) {
  std::string out;
  for (const char c : words) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&apos;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string_view palette(std::size_t index) {
  static constexpr std::array<std::string_view, 12> kColours{"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                             "#e69f00", "#56b4e9", "#6b4c9a", "#8c8c8c",
                                                             "#004c6d", "#f0c808", "#7f3b08", "#a6dba0"};
  return kColours[index % kColours.size()];
}

SvgCanvas::SvgCanvas(int width, int height, std::string_view title) {
  body_ = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
      "font-family=\"Inter, 'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif\">\n"
      "<title>{2}</title>\n<rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n",
      width, height, escape_xml(title));
}

void SvgCanvas::line(Point from, Point to, const Stroke& stroke) {
  body_ += fmt::format("<line x1=\"{:.2f}\" y1=\"{:.2f}\" x2=\"{:.2f}\" y2=\"{:.2f}\" {}/>\n", from.x, from.y, to.x,
                       to.y, attributes(stroke));
}

void SvgCanvas::polyline(const std::vector<Point>& points, const Stroke& stroke) {
  if (points.size() < 2) return;
  body_ += "<polyline points=\"";
  for (const Point& p : points) body_ += fmt::format("{:.2f},{:.2f} ", p.x, p.y);
  body_.back() = '"';
  body_ += fmt::format(" fill=\"none\" stroke-linejoin=\"round\" {}/>\n", attributes(stroke));
}

void SvgCanvas::circle(Point centre, double radius, std::string_view fill, const Stroke& stroke) {
  body_ += fmt::format("<circle cx=\"{:.2f}\" cy=\"{:.2f}\" r=\"{:.2f}\" fill=\"{}\" {}/>\n", centre.x, centre.y,
                       radius, fill, attributes(stroke));
}

void SvgCanvas::rectangle(Point corner, double width, double height, std::string_view fill, double opacity) {
  body_ += fmt::format("<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" fill=\"{}\"{}/>\n", corner.x,
                       corner.y, width, height, fill,
                       opacity < 1.0 ? fmt::format(" fill-opacity=\"{:g}\"", opacity) : std::string());
}

void SvgCanvas::text(Point at, std::string_view words, const TextStyle& style) {
  body_ += fmt::format(
      "<text x=\"{:.2f}\" y=\"{:.2f}\" font-size=\"{:g}\" fill=\"{}\" text-anchor=\"{}\"{}{}{}>{}</text>\n", at.x, at.y,
      style.size, style.colour, style.anchor, style.bold ? " font-weight=\"600\"" : "",
      style.rotation != 0.0 ? fmt::format(" transform=\"rotate({:g} {:.2f} {:.2f})\"", style.rotation, at.x, at.y)
                            : std::string(),
      style.halo ? " stroke=\"#ffffff\" stroke-width=\"3\" paint-order=\"stroke\"" : "", escape_xml(words));
}

std::string SvgCanvas::finish() const { return body_ + "</svg>\n"; }

}  // namespace tessera::report
