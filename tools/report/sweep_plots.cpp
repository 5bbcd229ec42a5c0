#include "tools/report/sweep_plots.hpp"

#include <algorithm>
#include <cmath>

#include "phy/core/error.hpp"
#include "phy/io/atomic_file.hpp"
#include "tools/report/heat_map.hpp"
#include "tools/report/number_text.hpp"

namespace tessera::report {
namespace {

constexpr std::size_t kMostCurves = 8;
constexpr double kLowestDecade = -18.0;

// A plane of the grid: the first dimension along x, the second from curve to curve, the others at their middle.
struct Plane {
  const SweepResult& result;
  std::size_t link;
  std::vector<std::size_t> middle;

  Plane(const SweepResult& r, std::size_t l) : result(r), link(l) {
    for (const std::size_t length : r.sweep.shape) middle.push_back(length / 2);
  }
  std::size_t columns() const { return result.sweep.shape[0]; }
  std::size_t rows() const { return result.sweep.shape.size() > 1 ? result.sweep.shape[1] : 1; }
  const SweepPoint& at(std::size_t column, std::size_t row) const {
    std::vector<std::size_t> place = middle;
    place[0] = column;
    if (place.size() > 1) place[1] = row;
    std::size_t number = link;
    for (std::size_t d = 0; d < place.size(); ++d) number = number * result.sweep.shape[d] + place[d];
    return result.points[number];
  }
  const SweepAxis& axis(std::size_t dimension) const {
    return *std::find_if(result.sweep.axes.begin(), result.sweep.axes.end(),
                         [&](const SweepAxis& a) { return a.dimension == dimension; });
  }
  std::string value_text(std::size_t dimension, std::size_t i) const {
    const SweepAxis& a = axis(dimension);
    return a.numbers.empty() ? a.labels[i] : text(a.numbers[i]);
  }
  std::string held() const {
    std::string words;
    for (std::size_t d = 2; d < middle.size(); ++d)
      words += ", " + axis_heading(axis(d)) + " = " + value_text(d, middle[d]);
    return words;
  }
};

std::vector<std::size_t> spread(std::size_t count, std::size_t most) {
  if (count <= most) most = count;
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < most; ++i) result.push_back(most > 1 ? i * (count - 1) / (most - 1) : 0);
  return result;
}

Axis x_axis(const Plane& plane) {
  const SweepAxis& a = plane.axis(0);
  const double last = static_cast<double>(plane.columns() - 1);
  if (a.numbers.empty()) return {a.path + " (index)", 0.0, std::max(last, 1.0)};
  auto [low, high] = std::minmax_element(a.numbers.begin(), a.numbers.end());
  if (a.logarithmic) return {axis_heading(a), *low, *high, true};
  return {axis_heading(a), *low, *high > *low ? *high : *low + 1.0};
}

template <class Value>
LinePlot curves(const Plane& plane, const std::string& what, const Value& value) {
  const Sweep& sweep = plane.result.sweep;
  LinePlot plot{
      what,
      sweep.name + ", " + sweep.links[plane.link].base.link.name + plane.held() + ": filled points close the link",
      x_axis(plane),
      {},
      {},
      {}};
  std::size_t colour = 0;
  for (const std::size_t row : spread(plane.rows(), kMostCurves)) {
    const std::string name = plane.rows() > 1 ? axis_heading(plane.axis(1)) + " = " + plane.value_text(1, row)
                                              : sweep.links[plane.link].base.link.name;
    Series series{name, {}, {}, {colour++, 0}};
    for (std::size_t c = 0; c < plane.columns(); ++c) {
      const SweepPoint& point = plane.at(c, row);
      if (point.failed()) continue;
      const auto& numbers = plane.axis(0).numbers;
      series.points.push_back({numbers.empty() ? static_cast<double>(c) : numbers[c], value(point)});
      series.closes.push_back(point.closes);
    }
    plot.series.push_back(std::move(series));
  }
  return plot;
}

LinePlot ber_plot(const Plane& plane) {
  LinePlot plot =
      curves(plane, "Bit error ratio before the FEC", [](const SweepPoint& p) { return p.log10_pre_fec_ber; });
  plot.y = {"pre-FEC bit error ratio", kLowestDecade, 0.0, false, true};
  return plot;
}

double margin_db(const SweepPoint& p) { return 20.0 * std::log10(p.margin_q); }

LinePlot margin_plot(const Plane& plane) {
  LinePlot plot = curves(plane, "Margin", margin_db);
  double low = -1.0, high = 1.0;
  for (const Series& series : plot.series) {
    for (const Point& point : series.points) {
      low = std::min(low, point.y);
      high = std::max(high, point.y);
    }
  }
  plot.y = {"margin, 20 log10 margin_q (dB)", std::max(low, -20.0), high};
  plot.levels.push_back({0.0, "criterion"});
  return plot;
}

HeatMap margin_map(const Plane& plane) {
  const Sweep& sweep = plane.result.sweep;
  HeatMap map{"Margin",
              sweep.name + ", " + sweep.links[plane.link].base.link.name + plane.held() +
                  ": blue closes, red does not, grey failed",
              axis_heading(plane.axis(0)),
              axis_heading(plane.axis(1)),
              "20 log10 margin_q (dB), cut at 20",
              {},
              {},
              {}};
  for (std::size_t c = 0; c < plane.columns(); ++c) map.x.push_back(plane.value_text(0, c));
  for (std::size_t r = 0; r < plane.rows(); ++r) {
    map.y.push_back(plane.value_text(1, r));
    for (std::size_t c = 0; c < plane.columns(); ++c) {
      const SweepPoint& point = plane.at(c, r);
      map.values.push_back(point.failed() ? std::nullopt
                                          : std::optional<double>(std::clamp(margin_db(point), -20.0, 20.0)));
    }
  }
  return map;
}

}  // namespace

std::vector<std::filesystem::path> write_sweep_plots(const SweepResult& result, const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw IoError("cannot make folder " + folder.string() + ": " + error.message());
  std::vector<std::filesystem::path> files;
  const auto write = [&](const std::string& name, const std::string& picture) {
    files.push_back(folder / name);
    write_file_atomically(files.back(), picture);
  };
  for (std::size_t i = 0; i < result.sweep.links.size(); ++i) {
    const Plane plane(result, i);
    const std::string link = result.sweep.links[i].base.link.name;
    write(link + "_ber.svg", draw(ber_plot(plane)));
    write(link + "_margin.svg", draw(margin_plot(plane)));
    if (result.sweep.shape.size() > 1) write(link + "_margin_map.svg", draw(margin_map(plane)));
  }
  return files;
}

}  // namespace tessera::report
