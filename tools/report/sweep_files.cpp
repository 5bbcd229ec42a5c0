#include "tools/report/sweep_files.hpp"

#include <cmath>
#include <limits>

#include "phy/core/quantity_text.hpp"
#include "phy/io/hdf5_file.hpp"

namespace tessera::report {
namespace {

std::string cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

std::string heading(std::string_view name, std::string_view unit) {
  std::string text(name);
  if (!unit.empty() && unit != "1") text.append(" (").append(unit).append(")");
  return text;
}

std::string reading_name(const SweepProbe& probe, std::size_t i) {
  return probe.path() + "." + std::string(kProbeReadings[i % kProbeReadings.size()]);
}

void append(std::string& line, const std::string& text) {
  if (!line.empty()) line += ',';
  line += cell(text);
}

std::string row(const SweepResult& result, std::size_t number) {
  const Sweep& sweep = result.sweep;
  const SweepPoint& point = result.points[number];
  const auto at = sweep.coordinates(number);
  std::string line = std::to_string(number);
  append(line, sweep.links[sweep.link_of(number)].base.link.name);
  for (const SweepAxis& axis : sweep.axes) {
    const std::size_t i = at[axis.dimension];
    append(line, axis.numbers.empty() ? axis.labels[i] : format_number(axis.numbers[i]));
  }
  const bool failed = point.failed();
  for (const SweepQuantity& quantity : kSweepQuantities)
    append(line, failed ? std::string() : format_number(point.*quantity.field));
  for (std::size_t i = 0; i < sweep.probes.size() * kProbeReadings.size(); ++i)
    append(line, failed ? std::string() : format_number(point.probes.at(i)));
  append(line, failed ? std::string() : point.closes ? "1" : "0");
  append(line, failed ? std::string() : std::to_string(point.validity_notes));
  append(line, point.limited_by);
  append(line, point.error);
  return line;
}

// An axis of words has its index as the scale and its words beside it.
void write_axes(Hdf5Writer& file, const Sweep& sweep, std::vector<std::string>& scales) {
  scales.assign(sweep.shape.size(), {});
  for (const SweepAxis& axis : sweep.axes) {
    const std::string path = "/axes/" + axis.path;
    std::vector<double> numbers = axis.numbers;
    for (std::size_t i = 0; axis.numbers.empty() && i < axis.values.size(); ++i)
      numbers.push_back(static_cast<double>(i));
    const std::string unit = axis.numbers.empty() ? "1" : axis.unit;
    std::string& scale = scales[axis.dimension];
    if (scale.empty())
      file.axis(scale = path, numbers, unit);
    else
      file.dataset(path, numbers, unit, scale);  // zipped with the scale
    if (axis.numbers.empty()) file.texts("/axes/" + axis.path + "_values", axis.labels);
    file.attribute(path, "dimension", static_cast<std::int64_t>(axis.dimension));
  }
}

void write_link(Hdf5Writer& file, const SweepResult& result, std::size_t link, const std::vector<std::string>& scales) {
  const Sweep& sweep = result.sweep;
  const std::string group = "/links/" + sweep.links[link].base.link.name;
  const std::size_t count = sweep.grid_points(), first = link * count;
  const auto write = [&](std::string_view name, std::string_view unit, const auto& value) {
    std::vector<double> numbers;
    for (std::size_t i = first; i < first + count; ++i) numbers.push_back(value(result.points[i]));
    file.dataset(group + "/" + std::string(name), numbers, sweep.shape, unit, scales);
  };
  const auto or_missing = [](const SweepPoint& p, double value) {
    return p.failed() ? std::numeric_limits<double>::quiet_NaN() : value;
  };
  for (const SweepQuantity& q : kSweepQuantities)
    write(q.name, q.unit, [&](const SweepPoint& p) { return or_missing(p, p.*q.field); });
  for (std::size_t i = 0; i < sweep.probes.size() * kProbeReadings.size(); ++i) {
    const SweepProbe& probe = sweep.probes[i / kProbeReadings.size()];
    write(reading_name(probe, i), probe.unit,
          [&](const SweepPoint& p) { return p.failed() ? std::numeric_limits<double>::quiet_NaN() : p.probes.at(i); });
  }
  write("closes", "1", [&](const SweepPoint& p) { return or_missing(p, p.closes ? 1.0 : 0.0); });
  write("validity_notes", "1", [&](const SweepPoint& p) { return or_missing(p, p.validity_notes); });
  write("failed", "1", [](const SweepPoint& p) { return p.failed() ? 1.0 : 0.0; });
  std::vector<std::string> limits, messages;
  for (std::size_t i = first; i < first + count; ++i) {
    limits.push_back(result.points[i].limited_by);
    messages.push_back(result.points[i].error);
  }
  file.texts(group + "/limited_by", limits);
  file.texts(group + "/message", messages);
}

}  // namespace

std::string axis_heading(const SweepAxis& axis) { return heading(axis.path, axis.unit); }

std::string sweep_csv(const SweepResult& result) {
  std::string line = "point";
  append(line, "link");
  for (const SweepAxis& axis : result.sweep.axes) append(line, axis_heading(axis));
  for (const SweepQuantity& quantity : kSweepQuantities) append(line, heading(quantity.name, quantity.unit));
  for (std::size_t i = 0; i < result.sweep.probes.size() * kProbeReadings.size(); ++i) {
    const SweepProbe& probe = result.sweep.probes[i / kProbeReadings.size()];
    append(line, heading(reading_name(probe, i), probe.unit));
  }
  for (const char* name : {"closes", "validity_notes", "limited_by", "message"}) append(line, name);
  std::string text = line + "\r\n";
  for (std::size_t i = 0; i < result.points.size(); ++i) text += row(result, i) + "\r\n";
  return text;
}

void write_sweep_hdf5(const std::filesystem::path& path, const SweepResult& result) {
  Hdf5Writer file(path, 1);
  file.attribute("/", "tessera_version", result.version);
  file.attribute("/", "tessera_commit", result.commit);
  file.attribute("/", "engine", to_string(result.sweep.engine));
  file.text("/study", to_toml(result.sweep.tree));
  file.group("/scenario");
  for (const SweptLink& link : result.sweep.links)
    file.text("/scenario/" + link.base.link.name, to_toml(resolved_scenario(link.base)));
  std::vector<std::string> scales;
  write_axes(file, result.sweep, scales);
  for (std::size_t link = 0; link < result.sweep.links.size(); ++link) write_link(file, result, link, scales);
  file.finish();
}

}  // namespace tessera::report
