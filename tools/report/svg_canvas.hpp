#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tessera::report {

struct Point {
  double x = 0.0, y = 0.0;
};

struct Stroke {
  std::string_view colour = "#333333";
  double width = 1.0;
  std::string_view dashes{};
};

struct TextStyle {
  double size = 13.0;
  std::string_view colour = "#333333";
  std::string_view anchor = "start";  // start | middle | end
  bool bold = false;
  double rotation = 0.0;  // degree, about the text's own point
  bool halo = false;      // white around the letters, for words that stand on lines
};

/// Text of an SVG picture, drawn in order. [pixels, y downwards]
class SvgCanvas {
 public:
  SvgCanvas(int width, int height, std::string_view title);

  void line(Point from, Point to, const Stroke& stroke);
  void polyline(const std::vector<Point>& points, const Stroke& stroke);
  void circle(Point centre, double radius, std::string_view fill, const Stroke& stroke);
  void rectangle(Point corner, double width, double height, std::string_view fill, double opacity = 1.0);
  void text(Point at, std::string_view words, const TextStyle& style = {});
  std::string finish() const;

 private:
  std::string body_;
};

/// `words` with the five XML characters escaped.
std::string escape_xml(std::string_view words);

/// Colours that stay apart for colour-blind readers; the list repeats after its end.
std::string_view palette(std::size_t index);

}  // namespace tessera::report
