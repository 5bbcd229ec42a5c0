#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "phy/core/error.hpp"
#include "phy/core/units.hpp"

namespace tessera {

/// What a model says of one of its parameters. `minimum` and `maximum` are inclusive and in `unit`.
///
/// A model lists its parameters once, in a static member template, and everything else (reading, writing, range checks,
/// `tessera models`, the tables in the docs, the contract tests) follows from that list:
///
///     template <class P, class Visitor>
///     static void visit(P& p, Visitor&& v) {
///       v({"responsivity", "A/W", 0.0, 10.0, "photocurrent per incident optical power"}, p.responsivity);
///     }
struct ParameterInfo {
  std::string_view name;
  std::string_view unit;  // "1" for a pure number, "" for text, flags and lists of names
  double minimum = -std::numeric_limits<double>::infinity();
  double maximum = std::numeric_limits<double>::infinity();
  std::string_view text;
};

/// A value as a file gives it: `"2 m"` is text, a pure number is a number. A dimensional field given as a bare number
/// is an error. Every value remembers where it stands and, if it comes from a datasheet, who says so.
struct ParameterText {
  using Scalar = std::variant<std::string, double, std::int64_t, bool>;
  std::variant<std::string, double, std::int64_t, bool, std::vector<Scalar>> value;
  SourceLocation where;
  std::string source;  // document, page or clause, year; empty for a value set in the scenario itself
  std::string status;  // standard | measured | vendor-claim | estimate | derived
};

/// Parameter name -> value, as read from a part, a stage of a scenario or `--set`.
using ParameterMap = std::map<std::string, ParameterText>;

/// One row of `tessera models NAME` and of the generated docs tables.
struct ParameterRow {
  std::string name, unit, default_text, text;
  double minimum, maximum;
};

// --- one overload per field type: text -> field (checked) and field -> text. Throw ConfigError. ---
template <Dimension D>
void read_field(const ParameterInfo& info, const ParameterText& text, Quantity<D>& field);
void read_field(const ParameterInfo& info, const ParameterText& text, double& field);
void read_field(const ParameterInfo& info, const ParameterText& text, int& field);
void read_field(const ParameterInfo& info, const ParameterText& text, bool& field);
void read_field(const ParameterInfo& info, const ParameterText& text, std::string& field);
void read_field(const ParameterInfo& info, const ParameterText& text, Decibel& field);
void read_field(const ParameterInfo& info, const ParameterText& text, Dbm& field);
void read_field(const ParameterInfo& info, const ParameterText& text, DecibelPerLength& field);
void read_field(const ParameterInfo& info, const ParameterText& text, DecibelPerFrequency& field);
void read_field(const ParameterInfo& info, const ParameterText& text, std::vector<double>& field);
void read_field(const ParameterInfo& info, const ParameterText& text, std::vector<std::string>& field);

template <Dimension D>
ParameterText write_field(const ParameterInfo& info, const Quantity<D>& field);
ParameterText write_field(const ParameterInfo& info, double field);
ParameterText write_field(const ParameterInfo& info, int field);
ParameterText write_field(const ParameterInfo& info, bool field);
ParameterText write_field(const ParameterInfo& info, const std::string& field);
ParameterText write_field(const ParameterInfo& info, Decibel field);
ParameterText write_field(const ParameterInfo& info, Dbm field);
ParameterText write_field(const ParameterInfo& info, DecibelPerLength field);
ParameterText write_field(const ParameterInfo& info, DecibelPerFrequency field);
ParameterText write_field(const ParameterInfo& info, const std::vector<double>& field);
ParameterText write_field(const ParameterInfo& info, const std::vector<std::string>& field);

/// Reads and checks a quantity given in text; the template above forwards here with its dimension.
double read_quantity_field(const ParameterInfo& info, const ParameterText& text, Dimension dimension);
ParameterText write_quantity_field(const ParameterInfo& info, double si, Dimension dimension);

/// `text` as it would stand in a TOML file: quoted text, bare number, [list].
std::string to_toml(const ParameterText& text);

/// Throws the "unknown parameter" error that names the nearest known one.
[[noreturn]] void throw_unknown_parameter(std::string_view model, const std::string& name, const SourceLocation& where,
                                          const std::vector<std::string>& known);

template <Dimension D>
void read_field(const ParameterInfo& info, const ParameterText& text, Quantity<D>& field) {
  field = Quantity<D>::from_si(read_quantity_field(info, text, D));
}

template <Dimension D>
ParameterText write_field(const ParameterInfo& info, const Quantity<D>& field) {
  return write_quantity_field(info, field.si(), D);
}

/// Fills a model's parameters from a map: unknown names are refused, ranges are checked, defaults stay where the map is
/// silent.
/// @throws ConfigError naming file:line:col, the rule, the value and the unit.
template <class Model>
typename Model::Params read_parameters(const ParameterMap& map) {
  typename Model::Params params;
  std::vector<std::string> known;
  Model::visit(params, [&](const ParameterInfo& info, auto& field) {
    known.emplace_back(info.name);
    if (auto it = map.find(std::string(info.name)); it != map.end()) read_field(info, it->second, field);
  });
  for (const auto& [name, text] : map) {
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw_unknown_parameter(Model::kType, name, text.where, known);
  }
  return params;
}

/// The inverse of read_parameters: read_parameters<M>(write_parameters<M>(p)) == p.
template <class Model>
ParameterMap write_parameters(const typename Model::Params& params) {
  ParameterMap map;
  Model::visit(params, [&](const ParameterInfo& info, const auto& field) {
    map.emplace(std::string(info.name), write_field(info, field));
  });
  return map;
}

/// Checks every parameter against its declared range; models call it in their constructors, so that a value made in C++
/// obeys the same rules as one read from a file.
/// @throws ConfigError `responsivity must be in [0, 10] A/W, got -1 A/W`.
template <class Model>
void check_parameters(const typename Model::Params& params) {
  read_parameters<Model>(write_parameters<Model>(params));
}

/// Every parameter with unit, default, range and text, for listings and docs.
template <class Model>
std::vector<ParameterRow> describe_parameters() {
  std::vector<ParameterRow> rows;
  const typename Model::Params defaults;
  Model::visit(defaults, [&](const ParameterInfo& info, const auto& field) {
    rows.push_back({std::string(info.name), std::string(info.unit), to_toml(write_field(info, field)),
                    std::string(info.text), info.minimum, info.maximum});
  });
  return rows;
}

}  // namespace tessera
