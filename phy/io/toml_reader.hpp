#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "phy/core/parameter.hpp"

namespace tessera {

class TomlValue;
using TomlArray = std::vector<TomlValue>;

/// A key of a table, its value and where the key stands.
struct TomlEntry;

/// Entries in the order of the file.
using TomlTable = std::vector<TomlEntry>;

/// One value of a TOML document with its place in the file.
///
/// Conventions: dates and times are refused, numbers are finite; accessors throw ConfigError with file:line:col when
/// the kind differs.
class TomlValue {
 public:
  using Data = std::variant<std::string, double, std::int64_t, bool, TomlArray, TomlTable>;

  TomlValue();
  TomlValue(Data data, SourceLocation where);

  const SourceLocation& where() const { return where_; }
  const Data& data() const { return data_; }

  bool is_table() const { return std::holds_alternative<TomlTable>(data_); }
  bool is_array() const { return std::holds_alternative<TomlArray>(data_); }
  /// "text", "a number", "a whole number", "true or false", "a list" or "a table".
  std::string kind() const;

  /// `name` stands in messages: `name must be a table, got text`.
  const TomlTable& table(std::string_view name) const;
  const TomlArray& array(std::string_view name) const;
  const std::string& text(std::string_view name) const;
  double number(std::string_view name) const;  // whole numbers too
  std::int64_t integer(std::string_view name) const;
  bool flag(std::string_view name) const;

  /// The value of a key of a table, or nullptr. @throws ConfigError if this is no table.
  const TomlValue* find(std::string_view key) const;
  /// The value of a key that must be there. @throws ConfigError `[name] lacks the key "key"`.
  const TomlValue& require(std::string_view key, std::string_view name) const;
  /// Refuses keys outside `known`, naming the nearest. @throws ConfigError `unknown key "x" in [name]; did you mean
  /// "y"?`.
  void check_keys(const std::vector<std::string>& known, std::string_view name) const;

  /// A plain value, a list of plain values, or a table { value, source, status } as a model's parameter.
  /// @throws ConfigError for other tables, nested lists, an unknown status or empty provenance.
  ParameterText parameter(std::string_view name) const;

 private:
  Data data_;
  SourceLocation where_;
};

struct TomlEntry {
  std::string key;
  TomlValue value;
  SourceLocation where;  // of the key
};

/// Every entry of a table but those in `reserved` as parameters. @throws ConfigError.
ParameterMap parameters_of(const TomlValue& table, const std::vector<std::string>& reserved);

/// Parses a TOML 1.0 document; the result is a table. `name` stands for the file in messages.
/// @throws ConfigError with file:line:col for syntax errors, more than 8 MiB of text, or nesting beyond 64 levels.
TomlValue parse_toml(std::string_view text, const std::string& name);

/// The same from a file. @throws IoError if it cannot be read.
TomlValue read_toml_file(const std::filesystem::path& path);

}  // namespace tessera
