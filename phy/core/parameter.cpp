#include "phy/core/parameter.hpp"

#include <cmath>
#include <type_traits>

#include "phy/core/nearest_name.hpp"
#include "phy/core/quantity_text.hpp"
#include "phy/core/toml_text.hpp"

namespace tessera {
namespace {

using Scalar = ParameterText::Scalar;

std::string name_of(const ParameterInfo& info) { return std::string(info.name); }

std::string with_unit(const std::string& text, std::string_view unit) {
  return unit.empty() || unit == "1" ? text : text + " " + std::string(unit);
}

std::string shown(const Scalar& scalar) {
  if (const auto* text = std::get_if<std::string>(&scalar)) return "\"" + *text + "\"";
  if (const auto* number = std::get_if<double>(&scalar))
    return std::isfinite(*number) ? format_number(*number) : std::string("a number that is not finite");
  if (const auto* whole = std::get_if<std::int64_t>(&scalar)) return std::to_string(*whole);
  return std::get<bool>(scalar) ? "true" : "false";
}

std::string shown(const ParameterText& text) {
  return std::visit(
      [](const auto& value) {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::vector<Scalar>>) {
          return std::string("a list");
        } else {
          return shown(Scalar(value));
        }
      },
      text.value);
}

Scalar scalar_of(const ParameterInfo& info, const ParameterText& text, std::string_view wanted) {
  if (std::holds_alternative<std::vector<Scalar>>(text.value))
    throw ConfigError(text.where, name_of(info) + " must be " + std::string(wanted) + ", got a list");
  return std::visit(
      [](const auto& value) -> Scalar {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::vector<Scalar>>) {
          return false;
        } else {
          return value;
        }
      },
      text.value);
}

const std::vector<Scalar>& list_of(const ParameterInfo& info, const ParameterText& text) {
  const auto* list = std::get_if<std::vector<Scalar>>(&text.value);
  if (list == nullptr) throw ConfigError(text.where, name_of(info) + " must be a list, got " + shown(text));
  return *list;
}

// `convert` takes a number in the declared unit to what is compared; the same rounding on both sides makes bounds
// exact.
template <class Convert>
void check_range(const ParameterInfo& info, const SourceLocation& where, double value, const std::string& got,
                 Convert convert) {
  const bool low = std::isfinite(info.minimum), high = std::isfinite(info.maximum);
  if ((!low || value >= convert(info.minimum)) && (!high || value <= convert(info.maximum))) return;
  std::string rule;
  if (low && high) {
    rule = with_unit("in [" + format_number(info.minimum) + ", " + format_number(info.maximum) + "]", info.unit);
  } else {
    rule = with_unit(low ? ">= " + format_number(info.minimum) : "<= " + format_number(info.maximum), info.unit);
  }
  throw ConfigError(where, name_of(info) + " must be " + rule + ", got " + got);
}

void check_range(const ParameterInfo& info, const SourceLocation& where, double value) {
  check_range(info, where, value, with_unit(format_number(value), info.unit), [](double bound) { return bound; });
}

[[noreturn]] void throw_kind(const ParameterInfo& info, const SourceLocation& where, const std::string& kind,
                             const std::string& example, const Scalar& got) {
  const std::string bare =
      std::holds_alternative<std::string>(got) || std::holds_alternative<bool>(got) ? "got " : "got the bare number ";
  throw ConfigError(where, name_of(info) + " must be " + kind + ", e.g. \"" + example + "\"; " + bare + shown(got));
}

std::string example_for(const ParameterInfo& info, Dimension dimension) {
  const std::string example = dimension_example(dimension);
  return example.starts_with("1 ") && !info.unit.empty() ? "1 " + std::string(info.unit) : example;
}

// Unit errors keep their own words ("unit "GHzz" is unknown"); a dimension error names the field's kind.
double quantity_from(const ParameterInfo& info, const SourceLocation& where, const Scalar& scalar,
                     Dimension dimension) {
  const bool pure = dimension == dim::kOne;
  if (pure && std::holds_alternative<double>(scalar)) return std::get<double>(scalar);
  if (pure && std::holds_alternative<std::int64_t>(scalar)) return static_cast<double>(std::get<std::int64_t>(scalar));
  const auto* text = std::get_if<std::string>(&scalar);
  const std::string kind = dimension_name(dimension);
  if (text == nullptr) throw_kind(info, where, kind, example_for(info, dimension), scalar);
  try {
    return parse_quantity(*text, dimension);
  } catch (const ConfigError& error) {
    const std::string_view message = error.what();
    if (message.starts_with("expected")) throw_kind(info, where, kind, example_for(info, dimension), scalar);
    throw ConfigError(where, name_of(info) + ": " + error.what());
  }
}

double to_si(double value, std::string_view unit, Dimension dimension) {
  return parse_quantity(format_number(value) + " " + std::string(unit == "1" ? "" : unit), dimension);
}

double checked_quantity(const ParameterInfo& info, const SourceLocation& where, const Scalar& scalar,
                        Dimension dimension) {
  const double si = quantity_from(info, where, scalar, dimension);
  if (!std::isfinite(si)) throw ConfigError(where, name_of(info) + " must be finite");
  const auto* text = std::get_if<std::string>(&scalar);
  check_range(info, where, si, text != nullptr ? *text : with_unit(shown(scalar), info.unit),
              [&](double bound) { return to_si(bound, info.unit, dimension); });
  return si;
}

Dimension declared_dimension(const ParameterInfo& info) { return parse_unit(info.unit).dimension; }

// Elements of `double` fields: decibels in dB, everything else in coherent SI.
double number_from(const ParameterInfo& info, const SourceLocation& where, const Scalar& scalar) {
  if (info.unit != "dB") return checked_quantity(info, where, scalar, declared_dimension(info));
  const auto* text = std::get_if<std::string>(&scalar);
  if (text == nullptr) throw_kind(info, where, "a ratio in decibels", "3 dB", scalar);
  double value = 0.0;
  try {
    value = parse_decibel(*text);
  } catch (const ConfigError&) {
    throw_kind(info, where, "a ratio in decibels", "3 dB", scalar);
  }
  check_range(info, where, value);
  return value;
}

void require_finite(const ParameterInfo& info, double value) {
  if (!std::isfinite(value))
    throw ConfigError(name_of(info) + " must be finite, got " +
                      with_unit(std::isnan(value) ? "nan" : "inf", info.unit));
}

Scalar number_text(const ParameterInfo& info, double value) {
  require_finite(info, value);
  if (info.unit == "dB") return format_number(value) + " dB";
  if (info.unit.empty() || info.unit == "1") return value;
  return format_quantity(value, info.unit);
}

template <class Parse>
double logarithm_from(const ParameterInfo& info, const ParameterText& text, const std::string& kind,
                      const std::string& example, Parse parse) {
  const Scalar scalar = scalar_of(info, text, kind);
  const auto* words = std::get_if<std::string>(&scalar);
  if (words == nullptr) throw_kind(info, text.where, kind, example, scalar);
  try {
    return parse(*words);
  } catch (const ConfigError&) {
    throw_kind(info, text.where, kind, example, scalar);
  }
}

ParameterText plain(std::string text) { return {std::move(text), {}, {}, {}}; }

std::string scalar_to_toml(const Scalar& scalar) {
  if (const auto* text = std::get_if<std::string>(&scalar)) return toml_string(*text);
  if (const auto* number = std::get_if<double>(&scalar)) return toml_float(*number);
  return shown(scalar);
}

}  // namespace

double read_quantity_field(const ParameterInfo& info, const ParameterText& text, Dimension dimension) {
  return checked_quantity(info, text.where, scalar_of(info, text, dimension_name(dimension)), dimension);
}

ParameterText write_quantity_field(const ParameterInfo& info, double si, Dimension) {
  require_finite(info, si);
  return plain(format_quantity(si, info.unit));
}

void read_field(const ParameterInfo& info, const ParameterText& text, double& field) {
  field = number_from(info, text.where, scalar_of(info, text, "a number"));
}

void read_field(const ParameterInfo& info, const ParameterText& text, int& field) {
  const Scalar scalar = scalar_of(info, text, "a whole number");
  double value = NAN;
  if (const auto* whole = std::get_if<std::int64_t>(&scalar)) value = static_cast<double>(*whole);
  if (const auto* number = std::get_if<double>(&scalar)) value = *number;
  if (const auto* words = std::get_if<std::string>(&scalar)) {
    try {
      value = parse_number(*words);
    } catch (const ConfigError&) {
      value = NAN;
    }
  }
  if (!(std::abs(value) <= 2147483647.0) || value != std::floor(value))
    throw ConfigError(text.where, name_of(info) + " must be a whole number, got " + shown(scalar));
  check_range(info, text.where, value);
  field = static_cast<int>(value);
}

void read_field(const ParameterInfo& info, const ParameterText& text, bool& field) {
  const Scalar scalar = scalar_of(info, text, "true or false");
  if (const auto* flag = std::get_if<bool>(&scalar)) {
    field = *flag;
  } else if (scalar == Scalar(std::string("true")) || scalar == Scalar(std::string("false"))) {
    field = scalar == Scalar(std::string("true"));
  } else {
    throw ConfigError(text.where, name_of(info) + " must be true or false, got " + shown(scalar));
  }
}

void read_field(const ParameterInfo& info, const ParameterText& text, std::string& field) {
  const Scalar scalar = scalar_of(info, text, "text");
  const auto* words = std::get_if<std::string>(&scalar);
  if (words == nullptr) throw ConfigError(text.where, name_of(info) + " must be text in quotes, got " + shown(scalar));
  field = *words;
}

void read_field(const ParameterInfo& info, const ParameterText& text, Decibel& field) {
  field.db = logarithm_from(info, text, "a ratio in decibels", "3 dB", parse_decibel);
  check_range(info, text.where, field.db);
}

void read_field(const ParameterInfo& info, const ParameterText& text, Dbm& field) {
  field.dbm = logarithm_from(info, text, "a power level", "-3 dBm", parse_dbm);
  check_range(info, text.where, field.dbm);
}

void read_field(const ParameterInfo& info, const ParameterText& text, DecibelPerLength& field) {
  field.db_per_m = logarithm_from(info, text, "a loss per length", "0.2 dB/km", parse_db_per_length);
  check_range(info, text.where, field.db_per_m, std::get<std::string>(text.value),
              [&](double bound) { return parse_db_per_length(format_number(bound) + " " + std::string(info.unit)); });
}

void read_field(const ParameterInfo& info, const ParameterText& text, DecibelPerFrequency& field) {
  field.db_per_hz = logarithm_from(info, text, "a relative noise density", "-145 dB/Hz", parse_db_per_hz);
  check_range(info, text.where, field.db_per_hz);
}

void read_field(const ParameterInfo& info, const ParameterText& text, std::vector<double>& field) {
  std::vector<double> values;
  for (const Scalar& scalar : list_of(info, text)) values.push_back(number_from(info, text.where, scalar));
  field = std::move(values);
}

void read_field(const ParameterInfo& info, const ParameterText& text, std::vector<std::string>& field) {
  std::vector<std::string> values;
  for (const Scalar& scalar : list_of(info, text)) {
    const auto* words = std::get_if<std::string>(&scalar);
    if (words == nullptr)
      throw ConfigError(text.where, name_of(info) + " must be a list of texts, got " + shown(scalar) + " in it");
    values.push_back(*words);
  }
  field = std::move(values);
}

ParameterText write_field(const ParameterInfo& info, double field) {
  ParameterText text;
  std::visit([&](const auto& value) { text.value = value; }, number_text(info, field));
  return text;
}

ParameterText write_field(const ParameterInfo&, int field) { return {std::int64_t{field}, {}, {}, {}}; }
ParameterText write_field(const ParameterInfo&, bool field) { return {field, {}, {}, {}}; }
ParameterText write_field(const ParameterInfo&, const std::string& field) { return plain(field); }

ParameterText write_field(const ParameterInfo& info, Decibel field) {
  require_finite(info, field.db);
  return plain(format_number(field.db) + " dB");
}

ParameterText write_field(const ParameterInfo& info, Dbm field) {
  require_finite(info, field.dbm);
  return plain(format_number(field.dbm) + " dBm");
}

ParameterText write_field(const ParameterInfo& info, DecibelPerLength field) {
  require_finite(info, field.db_per_m);
  if (info.unit.starts_with("dB/")) {
    const double in_unit = field.db_per_m * parse_unit(info.unit.substr(3)).scale();
    std::string text = format_number(in_unit) + " " + std::string(info.unit);
    if (parse_db_per_length(text) == field.db_per_m) return plain(std::move(text));
  }
  return plain(format_number(field.db_per_m) + " dB/m");
}

ParameterText write_field(const ParameterInfo& info, DecibelPerFrequency field) {
  require_finite(info, field.db_per_hz);
  return plain(format_number(field.db_per_hz) + " dB/Hz");
}

ParameterText write_field(const ParameterInfo& info, const std::vector<double>& field) {
  std::vector<Scalar> list;
  for (const double value : field) list.push_back(number_text(info, value));
  return {std::move(list), {}, {}, {}};
}

ParameterText write_field(const ParameterInfo&, const std::vector<std::string>& field) {
  return {std::vector<Scalar>(field.begin(), field.end()), {}, {}, {}};
}

std::string to_toml(const ParameterText& text) {
  const auto* list = std::get_if<std::vector<Scalar>>(&text.value);
  if (list == nullptr) {
    const ParameterInfo nameless{"value", "", -INFINITY, INFINITY, ""};
    return scalar_to_toml(scalar_of(nameless, text, "a value"));
  }
  std::string out = "[";
  for (std::size_t i = 0; i < list->size(); ++i) out += (i == 0 ? "" : ", ") + scalar_to_toml((*list)[i]);
  return out + "]";
}

void throw_unknown_parameter(std::string_view model, const std::string& name, const SourceLocation& where,
                             const std::vector<std::string>& known) {
  throw ConfigError(where, "unknown parameter \"" + name + "\" of " + std::string(model) + suggestion(name, known));
}

}  // namespace tessera
