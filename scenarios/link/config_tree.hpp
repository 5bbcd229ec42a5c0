#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "phy/core/error.hpp"
#include "phy/core/parameter.hpp"

namespace tessera {

struct ConfigValue;
struct ConfigEntry;
using ConfigArray = std::vector<ConfigValue>;

/// A table of a scenario file, in the order of the file. Every key and value remembers where it stands.
struct ConfigTable {
  std::vector<ConfigEntry> entries;
  SourceLocation where;

  const ConfigValue* find(std::string_view key) const;
  ConfigValue* find(std::string_view key);
  void set(std::string key, ConfigValue value);  // replaces or appends
};

struct ConfigValue {
  std::variant<std::string, double, std::int64_t, bool, ConfigArray, ConfigTable> value;
  SourceLocation where;

  const ConfigTable* table() const { return std::get_if<ConfigTable>(&value); }
  const ConfigArray* array() const { return std::get_if<ConfigArray>(&value); }
};

struct ConfigEntry {
  std::string key;
  ConfigValue value;
  SourceLocation where;  // of the key
};

/// Reads a TOML file. @throws IoError if it cannot be read, ConfigError `file:line:col: …` if it is not TOML.
ConfigTable read_config(const std::filesystem::path& path);

/// Reads TOML text; `name` stands in messages.
ConfigTable parse_config(std::string_view text, const std::string& name);

/// TOML text: values, then sub-tables, then arrays of tables. parse_config(to_toml(t)) equals t but for locations.
std::string to_toml(const ConfigTable& table);

/// The same keys and values in the same order, wherever they stand.
bool same_content(const ConfigTable& a, const ConfigTable& b);

/// A scalar or a list of scalars, or a table { value, source, status }. @throws ConfigError naming `key` for anything
/// else.
ParameterText parameter_text(std::string_view key, const ConfigValue& value);

/// The inverse: a plain value, or a table { value, source, status } where a source or a status is known.
ConfigValue config_value(const ParameterText& text);

/// A table's entry that must be there, or must have a kind if it is there. @throws ConfigError naming key and table.
const ConfigValue& require(const ConfigTable& table, std::string_view key, std::string_view table_name);
const ConfigTable* optional_table(const ConfigTable& table, std::string_view key);
std::vector<const ConfigTable*> table_array(const ConfigTable& table, std::string_view key);
std::string require_text(const ConfigTable& table, std::string_view key, std::string_view table_name);

/// Refuses keys that are not known, naming the nearest one.
void check_keys(const ConfigTable& table, const std::vector<std::string>& known, std::string_view table_name);

/// Reads a table whose keys are the parameters of `Table` (scenario_tables.hpp); `nested` keys are somebody else's.
/// @throws ConfigError as check_keys and read_parameters.
template <class Table>
typename Table::Params read_table(const ConfigTable& table, const std::vector<std::string>& nested = {}) {
  std::vector<std::string> known = nested;
  const typename Table::Params defaults;
  Table::visit(defaults, [&](const ParameterInfo& info, const auto&) { known.emplace_back(info.name); });
  check_keys(table, known, Table::kType);
  ParameterMap map;
  for (const ConfigEntry& entry : table.entries) {
    if (std::find(nested.begin(), nested.end(), entry.key) == nested.end())
      map.emplace(entry.key, parameter_text(entry.key, entry.value));
  }
  return read_parameters<Table>(map);
}

}  // namespace tessera
