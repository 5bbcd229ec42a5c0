#include "phy/io/toml_reader.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <toml++/toml.h>

#include "phy/core/error.hpp"
#include "phy/core/nearest_name.hpp"
#include "phy/io/text_file.hpp"

namespace tessera {
namespace {

constexpr std::size_t kLongest = std::size_t{8} << 20;
constexpr int kDeepest = 64;
constexpr int kMostDots = 1000;

SourceLocation location(const toml::source_region& region, const std::string& name) {
  return {name, static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
}

// toml++ orders keys by name; the file's order is what its reader sees.
bool stands_before(const SourceLocation& a, const SourceLocation& b) {
  return a.line != b.line ? a.line < b.line : a.column < b.column;
}

TomlValue convert(const toml::node& node, const std::string& name, const SourceLocation& fallback, int depth) {
  const SourceLocation where = node.source().begin.line > 0 ? location(node.source(), name) : fallback;
  if (depth > kDeepest) throw ConfigError(where, "tables and lists are nested deeper than 64 levels");
  if (const auto* text = node.as_string()) return {text->get(), where};
  if (const auto* whole = node.as_integer()) return {whole->get(), where};
  if (const auto* flag = node.as_boolean()) return {flag->get(), where};
  if (const auto* number = node.as_floating_point()) {
    if (!std::isfinite(number->get())) throw ConfigError(where, "numbers must be finite, got nan or inf");
    return {number->get(), where};
  }
  if (const auto* array = node.as_array()) {
    TomlArray values;
    for (const toml::node& element : *array) values.push_back(convert(element, name, where, depth + 1));
    return {std::move(values), where};
  }
  if (const auto* table = node.as_table()) {
    TomlTable entries;
    for (const auto& [key, value] : *table) {
      const SourceLocation at = key.source().begin.line > 0 ? location(key.source(), name) : where;
      entries.push_back({std::string(key.str()), convert(value, name, at, depth + 1), at});
    }
    std::stable_sort(entries.begin(), entries.end(),
                     [](const TomlEntry& a, const TomlEntry& b) { return stands_before(a.where, b.where); });
    return {std::move(entries), where};
  }
  throw ConfigError(where, "dates and times are not used here; put the value in quotes");
}

// toml++ bounds the nesting of brackets but not of dotted keys, whose tables it destroys by recursion.
void check_dotted_keys(std::string_view text, const std::string& name) {
  int dots = 0, line = 1;
  for (const char c : text) {
    if (c == '\n') ++line;
    if (c == '.' && ++dots > kMostDots) throw ConfigError({name, line, 1}, "a dotted key has more than 1000 parts");
    if (std::string_view("\n,=[]{}").find(c) != std::string_view::npos) dots = 0;
  }
}

[[noreturn]] void throw_kind(const TomlValue& value, std::string_view name, std::string_view wanted) {
  throw ConfigError(value.where(), std::string(name) + " must be " + std::string(wanted) + ", got " + value.kind());
}

template <class T>
const T& expect(const TomlValue& value, std::string_view name, std::string_view wanted) {
  const T* data = std::get_if<T>(&value.data());
  if (data == nullptr) throw_kind(value, name, wanted);
  return *data;
}

const std::string& provenance(const TomlValue& value, std::string_view name, std::string_view key) {
  const std::string& text = value.text(std::string(name) + "." + std::string(key));
  if (text.find_first_not_of(" \t\n") == std::string::npos)
    throw ConfigError(value.where(), std::string(name) + "." + std::string(key) + " must not be empty");
  return text;
}

}  // namespace

TomlValue::TomlValue() : data_(TomlTable{}) {}
TomlValue::TomlValue(Data data, SourceLocation where) : data_(std::move(data)), where_(std::move(where)) {}

std::string TomlValue::kind() const {
  static constexpr std::array<std::string_view, 6> kKinds{"text",          "a number", "a whole number",
                                                          "true or false", "a list",   "a table"};
  return std::string(kKinds[data_.index()]);
}

const TomlTable& TomlValue::table(std::string_view name) const { return expect<TomlTable>(*this, name, "a table"); }
const TomlArray& TomlValue::array(std::string_view name) const { return expect<TomlArray>(*this, name, "a list"); }
const std::string& TomlValue::text(std::string_view name) const {
  return expect<std::string>(*this, name, "text in quotes");
}
std::int64_t TomlValue::integer(std::string_view name) const {
  return expect<std::int64_t>(*this, name, "a whole number");
}
bool TomlValue::flag(std::string_view name) const { return expect<bool>(*this, name, "true or false"); }

double TomlValue::number(std::string_view name) const {
  if (const auto* whole = std::get_if<std::int64_t>(&data_)) return static_cast<double>(*whole);
  return expect<double>(*this, name, "a number");
}

const TomlValue* TomlValue::find(std::string_view key) const {
  for (const TomlEntry& entry : table("the value")) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

const TomlValue& TomlValue::require(std::string_view key, std::string_view name) const {
  table(name);
  const TomlValue* value = find(key);
  if (value == nullptr)
    throw ConfigError(where_, "[" + std::string(name) + "] lacks the key \"" + std::string(key) + "\"");
  return *value;
}

void TomlValue::check_keys(const std::vector<std::string>& known, std::string_view name) const {
  for (const TomlEntry& entry : table(name)) {
    if (std::find(known.begin(), known.end(), entry.key) == known.end())
      throw ConfigError(entry.where, "unknown key \"" + entry.key + "\" in [" + std::string(name) + "]" +
                                         suggestion(entry.key, known));
  }
}

ParameterText TomlValue::parameter(std::string_view name) const {
  ParameterText result;
  result.where = where_;
  if (const auto* array = std::get_if<TomlArray>(&data_)) {
    std::vector<ParameterText::Scalar> list;
    for (const TomlValue& element : *array) {
      if (element.is_array() || element.is_table()) throw_kind(element, std::string(name) + "[...]", "a plain value");
      std::visit(
          [&](const auto& v) {
            if constexpr (std::is_constructible_v<ParameterText::Scalar, decltype(v)>) list.emplace_back(v);
          },
          element.data_);
    }
    result.value = std::move(list);
    return result;
  }
  if (!is_table()) {
    std::visit(
        [&](const auto& v) {
          if constexpr (std::is_constructible_v<ParameterText::Scalar, decltype(v)>) result.value = v;
        },
        data_);
    return result;
  }
  check_keys({"value", "source", "status"}, name);
  const TomlValue& value = require("value", name);
  if (value.is_table()) throw_kind(value, std::string(name) + ".value", "a plain value or a list");
  result = value.parameter(name);
  if (const TomlValue* source = find("source")) result.source = provenance(*source, name, "source");
  if (const TomlValue* status = find("status")) {
    result.status = provenance(*status, name, "status");
    const std::vector<std::string> known{"standard", "measured", "vendor-claim", "estimate", "derived"};
    if (std::find(known.begin(), known.end(), result.status) == known.end())
      throw ConfigError(status->where(), "unknown status \"" + result.status + "\" of " + std::string(name) +
                                             suggestion(result.status, known));
  }
  return result;
}

ParameterMap parameters_of(const TomlValue& table, const std::vector<std::string>& reserved) {
  ParameterMap map;
  for (const TomlEntry& entry : table.table("the parameters")) {
    if (std::find(reserved.begin(), reserved.end(), entry.key) == reserved.end())
      map.emplace(entry.key, entry.value.parameter(entry.key));
  }
  return map;
}

TomlValue parse_toml(std::string_view text, const std::string& name) {
  if (text.size() > kLongest) throw ConfigError({name, 0, 0}, "the file is longer than 8 MiB");
  if (const auto start = text.find_first_not_of(" \t\r\n"); start != std::string_view::npos && text[start] == '{')
    throw ConfigError({name, 1, 1}, "this is JSON; a TOML file is needed");
  check_dotted_keys(text, name);
  try {
    const toml::table root = toml::parse(text, name);
    TomlValue value = convert(root, name, {name, 1, 1}, 0);
    return value;
  } catch (const toml::parse_error& error) {
    std::string message(error.description());
    std::replace(message.begin(), message.end(), '\n', ' ');
    throw ConfigError(location(error.source(), name), message);
  }
}

TomlValue read_toml_file(const std::filesystem::path& path) { return parse_toml(read_text_file(path), path.string()); }

}  // namespace tessera
