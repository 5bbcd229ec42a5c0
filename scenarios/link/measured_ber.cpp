#include "scenarios/link/measured_ber.hpp"

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

void check_interval(const CsvColumn& column, std::size_t row, bool fits) {
  if (!fits) throw ConfigError(column.at(row), "the interval from ber_low to ber_high must contain ber");
}

}  // namespace

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
  check_columns(table, {"length", "ber", "ber_low", "ber_high"});
  const CsvColumn &length = table.require("length"), &ber = table.require("ber");
  const CsvColumn *low = table.find("ber_low"), *high = table.find("ber_high");
  require_rows(table, 1);
  if (table.rows() > kMostPoints)
    throw ConfigError(ber.at(kMostPoints),
                      "at most 1000 measured points are compared, the file has " + std::to_string(table.rows()));
  const std::vector<double> metres = si_values(length, dim::kLength);
  const std::vector<Log10Probability> values = ratios(ber);
  const std::vector<Log10Probability> below = low != nullptr ? ratios(*low) : std::vector<Log10Probability>{};
  const std::vector<Log10Probability> above = high != nullptr ? ratios(*high) : std::vector<Log10Probability>{};
  MeasuredBer result{path.string(), {}};
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (!(metres[i] > 0.0))
      throw ConfigError(length.at(i), "length must be positive, got " + format_number(metres[i]) + " m");
    MeasuredBerPoint point{metres[i], values[i], {}, {}};
    if (low != nullptr) point.low = below[i];
    if (high != nullptr) point.high = above[i];
    if (low != nullptr) check_interval(*low, i, below[i].log10() <= values[i].log10());
    if (high != nullptr) check_interval(*high, i, above[i].log10() >= values[i].log10());
    result.points.push_back(point);
  }
  return result;
}

}  // namespace tessera
