#include "phy/core/quantity_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "phy/core/error.hpp"
#include "phy/core/unit_expression.hpp"

namespace tessera {
namespace {

using detail::trim;

struct NumberAndUnit {
  double number = 0.0;
  std::string digits;  // as from_chars reads them
  std::string_view unit;
};

[[noreturn]] void bad_number(std::string_view text) {
  throw ConfigError("expected a finite number with its unit, got \"" + std::string(text.substr(0, 96)) + "\"");
}

NumberAndUnit split(std::string_view text) {
  const std::string_view trimmed = trim(text);
  std::string plain(trimmed);
  if (trimmed.starts_with("−")) plain.replace(0, std::string_view("−").size(), 1, '-');
  if (plain.starts_with("+") && !plain.starts_with("+-")) plain.erase(0, 1);
  NumberAndUnit result;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), result.number);
  if (error != std::errc() || !std::isfinite(result.number)) bad_number(text);
  const auto used = static_cast<std::size_t>(end - plain.data());
  result.digits = plain.substr(0, used);
  result.unit = trim(trimmed.substr(trimmed.size() - (plain.size() - used)));
  return result;
}

// Decimal shift in the text, so that the result is the double nearest to what is written.
double shifted(const std::string& digits, int decade, std::string_view text) {
  const std::size_t e = digits.find_first_of("eE");
  int exponent = decade;
  if (e != std::string::npos) {
    int own = 0;
    const char* first = digits.data() + e + 1;
    if (*first == '+') ++first;
    if (std::from_chars(first, digits.data() + digits.size(), own).ec != std::errc()) bad_number(text);
    exponent += own;
  }
  const std::string shifted_text = digits.substr(0, e) + "e" + std::to_string(exponent);
  double value = 0.0;
  const auto result = std::from_chars(shifted_text.data(), shifted_text.data() + shifted_text.size(), value);
  if (result.ec != std::errc() || !std::isfinite(value))
    throw ConfigError("\"" + std::string(text) + "\" is outside the range of numbers");
  return value;
}

double to_si(const NumberAndUnit& parsed, const ParsedUnit& unit, std::string_view text) {
  const double linear = unit.factor == 1.0 ? shifted(parsed.digits, unit.decade, text) : parsed.number * unit.scale();
  const double si = linear + unit.offset;
  if (!std::isfinite(si)) throw ConfigError("\"" + std::string(text) + "\" is outside the range of numbers");
  return si;
}

struct Named {
  Dimension dimension;
  std::string_view name, example;
};

constexpr auto kNames = std::to_array<Named>({
    {dim::kOne, "a pure number", "0.5"},
    {dim::kLength, "a length", "2 m"},
    {dim::kTime, "a time", "25 ps"},
    {dim::kCurrent, "a current", "10 mA"},
    {dim::kTemperature, "a temperature", "40 degC"},
    {dim::kBit, "a number of bits", "640 bit"},
    {dim::kFrequency, "a frequency", "26.5625 GHz"},
    {dim::kSymbolRate, "a symbol rate", "53.125 GBd"},
    {dim::kBitRate, "a bit rate", "800 Gbit/s"},
    {dim::kPower, "a power", "1 mW"},
    {dim::kEnergy, "an energy", "1 pJ"},
    {dim::kEnergyPerBit, "an energy per bit", "3.4 pJ/bit"},
    {dim::kVoltage, "a voltage", "0.8 V"},
    {dim::kResistance, "a resistance", "50 ohm"},
    {dim::kCapacitance, "a capacitance", "120 fF"},
    {dim::kInductance, "an inductance", "120 pH"},
    {dim::kConductivity, "a conductivity", "58 MS/m"},
    {dim::kResponsivity, "a responsivity", "0.8 A/W"},
    {dim::kSlopeEfficiency, "a slope efficiency", "0.4 W/A"},
    {dim::kCurrentNoise, "a current noise density", "16 pA/sqrt(Hz)"},
    {dim::kVoltageNoisePsd, "a voltage noise density", "8.2e-9 V^2/GHz"},
    {dim::kArea, "an area", "20 um^2"},
    {dim::kVelocity, "a velocity", "2e8 m/s"},
    {dim::kDelayPerLength, "a delay per length", "6 ns/m"},
    {dim::kDispersion, "a dispersion", "17 ps/(nm*km)"},
    {dim::kDispersionSlope, "a dispersion slope", "0.09 ps/(nm^2*km)"},
    {dim::kBandwidthLength, "a bandwidth times length", "2000 MHz*km"},
    {dim::kThermalResistance, "a thermal resistance", "50 K/W"},
    {dim::kSkinLoss, "a skin loss", "8.9e-4 1/(mm*sqrt(GHz))"},
});

std::string exponent_text(int halves) {
  if (halves == 2) return {};
  if (halves % 2 == 0) return "^" + std::to_string(halves / 2);
  return "^(" + std::to_string(halves) + "/2)";
}

double parse_logarithm(std::string_view text, std::string_view unit, std::string_view what) {
  const NumberAndUnit parsed = split(text);
  if (parsed.unit != unit) {
    throw ConfigError("expected " + std::string(what) + " in " + std::string(unit) + ", got \"" + std::string(text) +
                      "\"");
  }
  return parsed.number;
}

std::string significant_digits(double value, int significant) {
  std::array<char, 64> buffer{};
  const auto result =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, significant);
  return {buffer.data(), result.ptr};
}

}  // namespace

double ParsedUnit::scale() const { return shifted(format_number(factor), decade, "unit"); }

ParsedUnit parse_unit(std::string_view unit) { return detail::parse_unit_expression(unit); }

double parse_quantity(std::string_view text, Dimension dimension) {
  const NumberAndUnit parsed = split(text);
  const ParsedUnit unit = parse_unit(parsed.unit);
  if (unit.dimension != dimension) {
    throw ConfigError("expected " + dimension_name(dimension) + ", e.g. \"" + dimension_example(dimension) +
                      "\"; got \"" + std::string(text) + "\"");
  }
  return to_si(parsed, unit, text);
}

double parse_number(std::string_view text) {
  const NumberAndUnit parsed = split(text);
  if (!parsed.unit.empty()) throw ConfigError("expected a pure number, got \"" + std::string(text) + "\"");
  return parsed.number;
}

double parse_decibel(std::string_view text) { return parse_logarithm(text, "dB", "a ratio"); }

double parse_dbm(std::string_view text) {
  const NumberAndUnit parsed = split(text);
  if (parsed.unit == "dBm") return parsed.number;
  if (!parsed.unit.empty() && !parsed.unit.starts_with("dB") && parse_unit(parsed.unit).dimension == dim::kPower) {
    const double watts = parse_quantity(text, dim::kPower);
    if (watts > 0.0) return Dbm::from_power(Power::from_si(watts)).dbm;
  }
  throw ConfigError("expected a power level such as \"-3 dBm\" or \"0.5 mW\", got \"" + std::string(text) + "\"");
}

double parse_db_per_length(std::string_view text) {
  const NumberAndUnit parsed = split(text);
  if (parsed.unit.starts_with("dB/")) {
    const ParsedUnit length = parse_unit(parsed.unit.substr(3));
    if (length.dimension == dim::kLength) {
      return shifted(parsed.digits, -length.decade, text) / length.factor;
    }
  }
  throw ConfigError("expected a loss per length such as \"0.2 dB/km\", got \"" + std::string(text) + "\"");
}

double parse_db_per_hz(std::string_view text) {
  const NumberAndUnit parsed = split(text);
  if (parsed.unit == "dB/Hz" || parsed.unit == "dBc/Hz") return parsed.number;
  throw ConfigError("expected a relative noise density such as \"-145 dB/Hz\", got \"" + std::string(text) + "\"");
}

std::string format_number(double value) {
  if (!std::isfinite(value)) throw NumericError("a number that is not finite has no text");
  std::array<char, 64> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), result.ptr};
}

std::string format_quantity(double si, std::string_view unit) {
  const ParsedUnit parsed = parse_unit(unit);
  std::string tail;
  if (!trim(unit).empty() && trim(unit) != "1") tail.append(1, ' ').append(trim(unit));
  const double value = parsed.factor == 1.0 ? shifted(format_number(si - parsed.offset), -parsed.decade, "value")
                                            : (si - parsed.offset) / parsed.scale();
  // One of the neighbours often reads back exactly where the quotient does not; the shortest plain one is wanted first.
  for (const double candidate : {value, std::nextafter(value, INFINITY), std::nextafter(value, -INFINITY)}) {
    const std::string text = format_number(candidate);
    if (to_si({candidate, text, {}}, parsed, text) == si) return text + tail;
  }
  const std::string base = si_unit(parsed.dimension);
  return format_number(si) + (base == "1" ? "" : " " + base);
}

std::string format_engineering(double si, std::string_view unit, int significant) {
  if (!std::isfinite(si)) return "not finite";
  significant = std::clamp(significant, 3, 17);
  const std::string name = unit == "1" ? std::string() : std::string(unit);
  if (name.empty() || si == 0.0) return significant_digits(si, significant) + (name.empty() ? "" : " " + name);
  static constexpr auto kSteps = std::to_array<std::string_view>({"f", "p", "n", "µ", "m", "", "k", "M", "G", "T"});
  // Rounding first, so that 999.96 with four digits becomes 1 k and not "1000".
  const double rounded = parse_number(significant_digits(si, significant));
  const double step = std::clamp(std::floor(std::log10(std::abs(rounded)) / 3.0 + 1e-12), -5.0, 4.0);
  const double scaled = rounded / std::pow(10.0, 3.0 * step);
  std::string digits = significant_digits(scaled, significant);
  return digits + " " + std::string(kSteps[static_cast<std::size_t>(step + 5.0)]) + name;
}

std::string dimension_name(Dimension dimension) {
  for (const Named& named : kNames) {
    if (named.dimension == dimension) return std::string(named.name);
  }
  return "a quantity in " + si_unit(dimension);
}

std::string dimension_example(Dimension dimension) {
  for (const Named& named : kNames) {
    if (named.dimension == dimension) return std::string(named.example);
  }
  return "1 " + si_unit(dimension);
}

std::string si_unit(Dimension d) {
  const auto bases = std::to_array<std::pair<std::string_view, int>>({{"m", d.metre},
                                                                      {"kg", d.kilogram},
                                                                      {"s", d.second},
                                                                      {"A", d.ampere},
                                                                      {"K", d.kelvin},
                                                                      {"bit", d.bit},
                                                                      {"symbol", d.symbol}});
  std::string unit;
  for (const auto& [symbol, halves] : bases) {
    if (halves != 0) unit += (unit.empty() ? "" : "*") + std::string(symbol) + exponent_text(halves);
  }
  return unit.empty() ? "1" : unit;
}

}  // namespace tessera
