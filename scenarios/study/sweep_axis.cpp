#include "scenarios/study/sweep_axis.hpp"

#include <charconv>
#include <cmath>
#include <optional>

#include "phy/core/nearest_name.hpp"
#include "phy/core/quantity_text.hpp"

namespace tessera {
namespace {

struct NumberAndUnit {
  double number = 0.0;
  std::string unit;
  bool whole = false;
};

std::optional<NumberAndUnit> split(const ConfigValue& value) {
  if (const auto* number = std::get_if<double>(&value.value)) return NumberAndUnit{*number, "1", false};
  if (const auto* whole = std::get_if<std::int64_t>(&value.value))
    return NumberAndUnit{static_cast<double>(*whole), "1", true};
  const auto* text = std::get_if<std::string>(&value.value);
  if (text == nullptr) return std::nullopt;
  NumberAndUnit result;
  const char* const end = text->data() + text->size();
  const auto [rest, error] = std::from_chars(text->data(), end, result.number);
  if (error != std::errc() || !std::isfinite(result.number)) return std::nullopt;
  result.unit.assign(rest, end);
  result.unit.erase(0, result.unit.find_first_not_of(' '));
  if (result.unit.empty()) result.unit = "1";
  return result;
}

std::string label(const ConfigValue& value) {
  if (const auto* text = std::get_if<std::string>(&value.value)) return *text;
  return to_toml(parameter_text("value", value));
}

// Numbers in the unit that all values share, or in SI where their units differ; none where one is a word.
void add_numbers(SweepAxis& axis) {
  std::vector<NumberAndUnit> parts;
  bool shared = true;
  for (const ConfigValue& value : axis.values) {
    const auto part = split(value);
    if (!part) return;
    parts.push_back(*part);
    shared = shared && part->unit == parts.front().unit;
  }
  std::vector<double> numbers;
  std::string unit = parts.front().unit;
  try {
    const Dimension dimension = shared ? Dimension{} : parse_unit(unit).dimension;
    for (std::size_t i = 0; i < parts.size(); ++i)
      numbers.push_back(shared ? parts[i].number : parse_quantity(label(axis.values[i]), dimension));
    if (!shared) unit = si_unit(dimension);
  } catch (const ConfigError&) {
    return;  // decibels beside bare numbers and the like: told apart by their labels
  }
  axis.numbers = std::move(numbers);
  axis.unit = std::move(unit);
}

NumberAndUnit end_of(const ConfigTable& range, std::string_view key) {
  const ConfigValue& value = require(range, key, "range");
  const auto part = split(value);
  if (!part) throw ConfigError(value.where, std::string(key) + " must be a number with its unit, such as \"1 m\"");
  return *part;
}

int point_count(const ConfigTable& range) {
  const ConfigValue& value = require(range, "points", "range");
  const auto* points = std::get_if<std::int64_t>(&value.value);
  if (points == nullptr || *points < 2 || *points > 1'000'000)
    throw ConfigError(value.where, "points must be a whole number from 2 to 1000000");
  return static_cast<int>(*points);
}

bool read_scale(const ConfigTable& range, const NumberAndUnit& from, const NumberAndUnit& to) {
  const ConfigValue* value = range.find("scale");
  if (value == nullptr) return false;
  const std::string scale = require_text(range, "scale", "range");
  if (scale == "linear") return false;
  if (scale != "log")
    throw ConfigError(value->where, "unknown scale \"" + scale + "\"" + suggestion(scale, {"linear", "log"}));
  if (!(from.number > 0.0 && to.number > 0.0))
    throw ConfigError(value->where, "a range of scale log must begin and end above zero");
  return true;
}

ConfigValue quantity(double number, const NumberAndUnit& like, bool whole, const SourceLocation& where) {
  const double nearest = std::round(number);
  if (whole && std::abs(number - nearest) < 1e-9 * std::max(1.0, std::abs(number)))
    return {static_cast<std::int64_t>(nearest), where};
  if (like.unit == "1") return {number, where};
  return {format_number(number) + " " + like.unit, where};
}

void add_range(const ConfigValue& value, SweepAxis& axis) {
  const ConfigTable* range = value.table();
  if (range == nullptr) throw ConfigError(value.where, "range must be a table { from, to, points, scale }");
  check_keys(*range, {"from", "to", "points", "scale"}, "range");
  const NumberAndUnit from = end_of(*range, "from"), to = end_of(*range, "to");
  const ConfigValue& end = *range->find("to");
  if (from.unit != to.unit)
    throw ConfigError(end.where, "a range must begin and end in the same unit, got " + from.unit + " and " + to.unit);
  if (from.number == to.number) throw ConfigError(end.where, "a range must not end where it begins");
  const int points = point_count(*range);
  axis.logarithmic = read_scale(*range, from, to);
  for (int i = 0; i < points; ++i) {
    const double part = static_cast<double>(i) / (points - 1);
    const double inner = axis.logarithmic ? from.number * std::pow(to.number / from.number, part)
                                          : from.number + (to.number - from.number) * part;
    const double number = i == 0 ? from.number : i + 1 == points ? to.number : inner;
    axis.values.push_back(
        quantity(number, from, from.whole && to.whole, i == 0 ? range->find("from")->where : end.where));
  }
}

bool names_file(const std::string& path) { return path.ends_with(".file"); }

void add_values(const ConfigValue& value, SweepAxis& axis, const std::filesystem::path& folder) {
  if (value.array() == nullptr || value.array()->empty())
    throw ConfigError(value.where, "values must be a list with at least one value");
  for (ConfigValue item : *value.array()) {
    if (item.table() != nullptr) throw ConfigError(item.where, "values must be texts, numbers or lists of them");
    label(item);  // refuses nested lists and tables in lists
    auto* file = std::get_if<std::string>(&item.value);
    if (names_file(axis.path) && file != nullptr && std::filesystem::path(*file).is_relative())
      *file = std::filesystem::absolute(folder / *file).lexically_normal().string();
    axis.values.push_back(std::move(item));
  }
}

}  // namespace

SweepAxis read_axis(const ConfigTable& table, const std::filesystem::path& folder) {
  check_keys(table, {"path", "values", "range", "zip"}, "[[axis]]");
  SweepAxis axis;
  axis.path = require_text(table, "path", "[[axis]]");
  axis.where = table.find("path")->where;
  if (table.find("zip") != nullptr) axis.zip = require_text(table, "zip", "[[axis]]");
  const ConfigValue* values = table.find("values");
  const ConfigValue* range = table.find("range");
  if ((values == nullptr) == (range == nullptr))
    throw ConfigError(axis.where, "an axis must have either values or a range");
  if (values != nullptr)
    add_values(*values, axis, folder);
  else
    add_range(*range, axis);
  add_numbers(axis);
  for (const ConfigValue& value : axis.values) axis.labels.push_back(label(value));
  return axis;
}

}  // namespace tessera
