#pragma once

#include <string>
#include <string_view>

#include "phy/core/units.hpp"

namespace tessera {

/// What a unit expression means.
///
/// Equation: SI value = (number * factor) * 10^decade + offset, [SI unit of `dimension`].
/// Conventions: `decade` is kept apart from `factor` so that "1310 nm" is the double nearest to 1.31e-6; `offset` is
/// not zero only for degC standing alone (absolute temperature); in a compound (nm/degC) it is a difference.
/// Valid for: linear units; decibels have their own functions below.
/// Source: bipm-si-brochure-9
/// Theory: docs/theory/units_in_text.md
struct ParsedUnit {
  Dimension dimension;
  double factor = 1.0;
  int decade = 0;
  double offset = 0.0;  // K

  double scale() const;  // factor * 10^decade
};

/// Reads a unit expression: symbols with SI prefixes (f p n u µ m c k M G T), `*` `·` or space, `/`, `^` with whole and
/// half exponents, superscripts, sqrt( ), √, parentheses. "" and "1" are pure numbers; UI, FIT, Np and rad count as
/// pure numbers. A product behind a slash without parentheses (ps/nm·km) is refused as ambiguous.
/// @throws ConfigError naming the unit that is unknown, ambiguous or logarithmic.
ParsedUnit parse_unit(std::string_view unit);

/// Reads `number unit` to SI, whatever the process's locale.
/// @throws ConfigError unless the text is one finite number with a unit of that dimension.
double parse_quantity(std::string_view text, Dimension dimension);

/// One finite number without a unit, the whole text. @throws ConfigError.
double parse_number(std::string_view text);

/// "3 dB" -> 3. Which ratio (power or amplitude) is said by the field. @throws ConfigError.
double parse_decibel(std::string_view text);
/// "-3 dBm" -> -3, also from a linear power ("0.5 mW"). @throws ConfigError.
double parse_dbm(std::string_view text);
/// "0.2 dB/km", "0.7 dB/in" -> dB/m. @throws ConfigError.
double parse_db_per_length(std::string_view text);
/// "-145 dB/Hz" or "-145 dBc/Hz" -> dB/Hz. @throws ConfigError.
double parse_db_per_hz(std::string_view text);

/// Shortest text that reads back as the same double: "0.1", "1e-300". @throws NumericError if not finite.
std::string format_number(double value);

/// `si` in `unit`, such that parse_quantity gives back the same double. Where the unit's factor would lose bits (inch,
/// eV, degC) the coherent SI unit is printed instead. @throws ConfigError for a bad unit, NumericError if not finite.
std::string format_quantity(double si, std::string_view unit);

/// For people: `significant` digits and the SI prefix that leaves 1 to 999 before the point: "53.13 GHz", "0 W".
/// `unit` is a coherent SI unit whose first symbol takes the prefix. Not finite prints as "not finite".
std::string format_engineering(double si, std::string_view unit, int significant = 4);

/// "a length", "a frequency"; "a quantity in kg·m^2/s^3" where the dimension has no name here.
std::string dimension_name(Dimension dimension);
/// A text that parses as that dimension, for messages: "2 m".
std::string dimension_example(Dimension dimension);
/// The coherent SI unit in base units: "m^2·kg/s^3"; "1" for a pure number.
std::string si_unit(Dimension dimension);

}  // namespace tessera
