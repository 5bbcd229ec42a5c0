#include "phy/link/measured_files.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <utility>

#include "phy/core/quantity_text.hpp"
#include "phy/io/csv_file.hpp"
#include "phy/io/touchstone.hpp"

namespace tessera {
namespace {

constexpr std::size_t kFewestPoints = 4;

struct Points {
  std::vector<double> frequency, magnitude, phase;
};

double ratio(double value, MagnitudeConvention convention) {
  switch (convention) {
    case MagnitudeConvention::electrical_db:
      return Decibel{value}.amplitude_ratio();
    case MagnitudeConvention::optical_db:
      return Decibel{value}.power_ratio();
    case MagnitudeConvention::linear:
      break;
  }
  return value;
}

void check_magnitude_unit(const CsvColumn& column, MagnitudeConvention convention) {
  const bool decibels = column.unit == "dB";
  if (decibels == (convention != MagnitudeConvention::linear) && (decibels || column.unit == "1")) return;
  throw ConfigError(
      column.where,
      convention == MagnitudeConvention::linear
          ? "with the convention linear the magnitude must be in [1], the heading says [" + column.unit + "]"
          : "with a convention in decibels the magnitude must be in [dB], the heading says [" + column.unit + "]");
}

void check_magnitude(const CsvColumn& column, std::size_t row) {
  constexpr double kMostDecibels = 1000.0;
  const double value = column.values[row];
  if (column.unit == "dB" ? std::abs(value) <= kMostDecibels : value > 0.0) return;
  throw ConfigError(column.at(row), std::string("magnitude must be ") +
                                        (column.unit == "dB" ? "in [-1000, 1000] dB" : "positive") + ", got " +
                                        format_number(value));
}

void require_not_negative(const CsvColumn& column) {
  for (std::size_t i = 0; i < column.values.size(); ++i)
    if (column.values[i] < 0.0)
      throw ConfigError(column.at(i), column.name + " must not be negative, got " + format_number(column.values[i]) +
                                          " " + column.unit);
}

CsvTable read_table(const std::filesystem::path& path, const std::vector<std::string>& known) {
  CsvTable table = read_csv(path);
  check_columns(table, known);
  return table;
}

// The axis of every file: there, rising and long enough.
const CsvColumn& axis_of(const CsvTable& table, const std::string& name) {
  const CsvColumn& axis = table.require(name);
  require_rows(table, kFewestPoints);
  require_rising(axis);
  return axis;
}

Points from_csv(const ResponseFile& file) {
  const CsvTable table = read_table(file.path, {"frequency", "magnitude", "phase"});
  const CsvColumn& magnitude = table.require("magnitude");
  check_magnitude_unit(magnitude, file.convention);
  const CsvColumn& axis = axis_of(table, "frequency");
  require_not_negative(axis);
  Points points{si_values(axis, dim::kFrequency), {}, {}};
  for (std::size_t i = 0; i < table.rows(); ++i) {
    check_magnitude(magnitude, i);
    points.magnitude.push_back(ratio(magnitude.values[i], file.convention));
  }
  const CsvColumn* phase = table.find("phase");
  if (file.phase == PhaseRule::file && phase == nullptr) table.require("phase");
  if (phase != nullptr && phase->unit != "deg" && phase->unit != "rad")
    throw ConfigError(phase->where, "the phase must be in [deg] or [rad], the heading says [" + phase->unit + "]");
  if (phase != nullptr) points.phase = si_values(*phase, dim::kOne);
  return points;
}

Points from_touchstone(const ResponseFile& file) {
  SParameters network = read_touchstone(file.path);
  const SourceLocation where{file.path.string(), 0, 0};
  try {
    if (network.ports == 4) network = to_differential(network, resolve_port_order(network, "auto"));
  } catch (const ConfigError& error) {
    throw ConfigError(where, error.what());
  }
  if (network.ports != 2 && network.ports != 4)
    throw ConfigError(where, "a response needs 2 or 4 ports, the file has " + std::to_string(network.ports));
  Points points{network.frequency, {}, {}};
  for (std::size_t k = 0; k < network.frequency.size(); ++k) {
    const Complex s21 = network.at(k, network.ports / 2, 0);
    const double magnitude = std::abs(s21);
    if (!(magnitude > 0.0))
      throw ConfigError(
          where, "the transmission must be positive, it is 0 at " + format_engineering(network.frequency[k], "Hz"));
    points.magnitude.push_back(file.convention == MagnitudeConvention::optical_db ? magnitude * magnitude : magnitude);
    points.phase.push_back(std::arg(s21));
  }
  return points;
}

bool is_touchstone(const std::filesystem::path& path) {
  std::string end = path.extension().string();
  std::transform(end.begin(), end.end(), end.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return end.size() > 3 && end.starts_with(".s") && end.back() == 'p';
}

void leave_out_below(double lowest, Points& points) {
  const auto first = std::lower_bound(points.frequency.begin(), points.frequency.end(), lowest);
  const auto count = first - points.frequency.begin();
  points.frequency.erase(points.frequency.begin(), first);
  points.magnitude.erase(points.magnitude.begin(), points.magnitude.begin() + count);
  if (!points.phase.empty()) points.phase.erase(points.phase.begin(), points.phase.begin() + count);
}

// A density in dB or dBm, or in any linear unit of power or power per wavelength: only its shape counts.
std::vector<double> spectral_density(const CsvColumn& column) {
  std::vector<double> density;
  if (column.unit == "dB" || column.unit == "dBm") {
    for (const double v : column.values) density.push_back(Decibel{v}.power_ratio());
    return density;
  }
  require_not_negative(column);
  for (const Dimension d : {dim::kOne, dim::kPower, dim::kPower / dim::kLength})
    if (parse_unit(column.unit).dimension == d) return si_values(column, d);
  throw ConfigError(column.where,
                    "relative_power must be in [1], [dB], [dBm], [W] or [W/m], the heading says [" + column.unit + "]");
}

}  // namespace

MeasuredResponse read_measured_response(const ResponseFile& file) {
  Points points = is_touchstone(file.path) ? from_touchstone(file) : from_csv(file);
  leave_out_below(file.lowest_frequency, points);
  if (points.frequency.size() < kFewestPoints)
    throw ConfigError(
        {file.path.string(), 0, 0},
        "at least 4 rows of numbers are needed" +
            (file.lowest_frequency > 0.0 ? " from " + format_engineering(file.lowest_frequency, "Hz") + " on"
                                         : std::string()) +
            ", got " + std::to_string(points.frequency.size()));
  const PhaseRule rule = file.phase.value_or(points.phase.empty() ? PhaseRule::minimum : PhaseRule::file);
  return measured_response(points.frequency, points.magnitude, points.phase, rule);
}

MeasuredNoise read_measured_noise(const std::filesystem::path& path) {
  const CsvTable table = read_table(path, {"frequency", "density"});
  const CsvColumn& density = table.require("density");
  const CsvColumn& axis = axis_of(table, "frequency");
  require_not_negative(axis);
  require_not_negative(density);
  for (const Dimension unit : {dim::kCurrent, dim::kVoltage, dim::kPower}) {
    const Dimension amplitude = unit / pow_halves(dim::kFrequency, 1), square = unit * unit / dim::kFrequency;
    Dimension got;
    try {
      got = parse_unit(density.unit).dimension;
    } catch (const ConfigError& error) {
      throw ConfigError(density.where, std::string("column \"density\": ") + error.what());
    }
    if (!(got == amplitude) && !(got == square)) continue;
    MeasuredNoise noise{si_values(axis, dim::kFrequency), si_values(density, got), square, {}};
    if (got == amplitude)
      for (double& v : noise.density) v *= v;
    return noise;
  }
  throw ConfigError(density.where, "density must be in unit/sqrt(Hz) or unit^2/Hz of A, V or W, the heading says [" +
                                       density.unit + "]");
}

LivCurve read_measured_liv(const std::filesystem::path& path) {
  const CsvTable table = read_table(path, {"current", "voltage", "optical_power"});
  const CsvColumn &voltage = table.require("voltage"), &light = table.require("optical_power");
  const CsvColumn& axis = axis_of(table, "current");
  for (const CsvColumn* column : {&axis, &voltage, &light}) require_not_negative(*column);
  LivCurve curve{si_values(axis, dim::kCurrent), si_values(voltage, dim::kVoltage), si_values(light, dim::kPower), {}};
  if (*std::max_element(curve.optical_power.begin(), curve.optical_power.end()) > 0.0) return curve;
  throw ConfigError(light.where, "optical_power must be above 0 somewhere");
}

OpticalSpectrum read_measured_spectrum(const std::filesystem::path& path) {
  const CsvTable table = read_table(path, {"wavelength", "relative_power"});
  const CsvColumn& power = table.require("relative_power");
  const CsvColumn& axis = axis_of(table, "wavelength");
  const std::vector<double> wavelength = si_values(axis, dim::kLength), density = spectral_density(power);
  if (!(wavelength.front() > 0.0)) throw ConfigError(axis.at(0), "wavelength must be positive");
  try {
    return optical_spectrum(wavelength, density);
  } catch (const ConfigError& error) {
    throw ConfigError(power.where, error.what());
  }
}

}  // namespace tessera
