#include "scenarios/link/measured_ber.hpp"

#include <array>
#include <cmath>

#include "phy/core/quantity_text.hpp"
#include "phy/io/csv_file.hpp"

namespace tessera {
namespace {

constexpr std::size_t kMostPoints = 1000;  // each is a run of the engine

std::vector<Log10Probability> ratios(const CsvColumn& column) {
  std::vector<Log10Probability> result;
  const std::vector<double> values = si_values(column, dim::kOne);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!(values[i] > 0.0 && values[i] <= 1.0))
      throw ConfigError(column.at(i), column.name + " must be in (0, 1], got " + format_number(values[i]) +
                                          (values[i] == 0.0 ? "; leave out a point without errors" : ""));
    result.push_back(Log10Probability::from_value(values[i]));
  }
  return result;
}

struct Axis {
  BerAxis axis;
  std::string_view column, name, unit;
};

constexpr std::array<Axis, 3> kAxes{{{BerAxis::length, "length", "length_m", "m"},
                                     {BerAxis::received_oma, "received_oma", "received_oma_dbm", "dBm"},
                                     {BerAxis::received_power, "received_power", "received_power_dbm", "dBm"}}};

const Axis& axis_in(const CsvTable& table) {
  const Axis* found = nullptr;
  for (const Axis& axis : kAxes) {
    const CsvColumn* column = table.find(axis.column);
    if (column == nullptr) continue;
    if (found != nullptr)
      throw ConfigError(column->where,
                        "measured points stand over one of length, received_oma and received_power, not "
                        "over " +
                            std::string(found->column) + " and " + std::string(axis.column));
    found = &axis;
  }
  if (found == nullptr)
    throw ConfigError(table.columns.front().where,
                      "measured points need a column length, received_oma or received_power");
  return *found;
}

std::vector<double> places(const CsvColumn& column, BerAxis axis) {
  if (axis == BerAxis::length) {
    std::vector<double> metres = si_values(column, dim::kLength);
    for (std::size_t i = 0; i < metres.size(); ++i)
      if (!(metres[i] > 0.0))
        throw ConfigError(column.at(i), "length must be positive, got " + format_number(metres[i]) + " m");
    return metres;
  }
  if (column.unit != "dBm")
    throw ConfigError(column.where, column.name + " must be in [dBm], the heading says [" + column.unit + "]");
  for (std::size_t i = 0; i < column.values.size(); ++i)
    if (!(std::abs(column.values[i]) <= 100.0))
      throw ConfigError(column.at(i),
                        column.name + " must be in [-100, 100] dBm, got " + format_number(column.values[i]));
  return column.values;
}

void check_interval(const CsvColumn& column, std::size_t row, bool fits) {
  if (!fits) throw ConfigError(column.at(row), "the interval from ber_low to ber_high must contain ber");
}

}  // namespace

std::string_view axis_name(BerAxis axis) { return kAxes[static_cast<std::size_t>(axis)].name; }
std::string_view axis_unit(BerAxis axis) { return kAxes[static_cast<std::size_t>(axis)].unit; }

double BerOverlay::mean_decades() const {
  double sum = 0.0;
  for (const BerResidual& point : points) sum += point.decades();
  return points.empty() ? 0.0 : sum / static_cast<double>(points.size());
}

double BerOverlay::rms_decades() const {
  double sum = 0.0;
  for (const BerResidual& point : points) sum += point.decades() * point.decades();
  return points.empty() ? 0.0 : std::sqrt(sum / static_cast<double>(points.size()));
}

MeasuredBer read_measured_ber(const std::filesystem::path& path) {
  const CsvTable table = read_csv(path);
  check_columns(table, {"length", "received_oma", "received_power", "ber", "ber_low", "ber_high"});
  const Axis& axis = axis_in(table);
  const CsvColumn& ber = table.require("ber");
  const CsvColumn *low = table.find("ber_low"), *high = table.find("ber_high");
  require_rows(table, 1);
  if (table.rows() > kMostPoints)
    throw ConfigError(ber.at(kMostPoints),
                      "at most 1000 measured points are compared, the file has " + std::to_string(table.rows()));
  const std::vector<double> x = places(table.require(axis.column), axis.axis);
  const std::vector<Log10Probability> values = ratios(ber);
  const std::vector<Log10Probability> below = low != nullptr ? ratios(*low) : std::vector<Log10Probability>{};
  const std::vector<Log10Probability> above = high != nullptr ? ratios(*high) : std::vector<Log10Probability>{};
  MeasuredBer result{path.string(), axis.axis, {}};
  for (std::size_t i = 0; i < table.rows(); ++i) {
    MeasuredBerPoint point{x[i], values[i], {}, {}};
    if (low != nullptr) point.low = below[i];
    if (high != nullptr) point.high = above[i];
    if (low != nullptr) check_interval(*low, i, below[i].log10() <= values[i].log10());
    if (high != nullptr) check_interval(*high, i, above[i].log10() >= values[i].log10());
    result.points.push_back(point);
  }
  return result;
}

}  // namespace tessera
