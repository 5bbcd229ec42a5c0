#include "scenarios/link/config_tree.hpp"

#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include "phy/core/nearest_name.hpp"

namespace tessera {
namespace {

SourceLocation location(const toml::source_region& region, const std::string& name) {
  return {name, static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
}

ConfigTable convert(const toml::table& table, const std::string& name);

ConfigValue convert(const toml::node& node, const std::string& name) {
  ConfigValue result;
  result.where = location(node.source(), name);
  if (const auto* text = node.as_string()) {
    result.value = text->get();
  } else if (const auto* number = node.as_floating_point()) {
    if (!std::isfinite(number->get())) throw ConfigError(result.where, "a number must be finite");
    result.value = number->get();
  } else if (const auto* integer = node.as_integer()) {
    result.value = integer->get();
  } else if (const auto* flag = node.as_boolean()) {
    result.value = flag->get();
  } else if (const auto* array = node.as_array()) {
    ConfigArray items;
    for (const auto& item : *array) items.push_back(convert(item, name));
    result.value = std::move(items);
  } else if (const auto* table = node.as_table()) {
    result.value = convert(*table, name);
  } else {
    throw ConfigError(result.where, "dates and times are not used in scenario files");
  }
  return result;
}

// toml++ sorts keys; the file's own order is kept for listings and resolved files.
ConfigTable convert(const toml::table& table, const std::string& name) {
  ConfigTable result;
  result.where = location(table.source(), name);
  for (const auto& [key, node] : table) {
    ConfigValue value = convert(node, name);
    if (value.where.line == 0) value.where = location(key.source(), name);
    if (auto* inner = std::get_if<ConfigTable>(&value.value); inner != nullptr && inner->where.line == 0) inner->where = value.where;
    result.entries.push_back({std::string(key.str()), std::move(value)});
  }
  const auto before = [](const ConfigEntry& a, const ConfigEntry& b) {
    return std::pair(a.value.where.line, a.value.where.column) < std::pair(b.value.where.line, b.value.where.column);
  };
  std::stable_sort(result.entries.begin(), result.entries.end(), before);
  return result;
}

ParameterText::Scalar scalar(std::string_view key, const ConfigValue& item) {
  return std::visit(
      [&](const auto& v) -> ParameterText::Scalar {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, ConfigArray> || std::is_same_v<T, ConfigTable>) {
          throw ConfigError(item.where, std::string(key) + " must be a list of texts or numbers");
        } else {
          return v;
        }
      },
      item.value);
}

ParameterText sourced_value(std::string_view key, const ConfigTable& table) {
  check_keys(table, {"value", "source", "status"}, key);
  const ConfigValue& value = require(table, "value", key);
  if (value.table() != nullptr) throw ConfigError(value.where, std::string(key) + ".value must not be a table");
  ParameterText text = parameter_text(key, value);
  if (table.find("source") != nullptr) text.source = require_text(table, "source", key);
  if (const ConfigValue* status = table.find("status")) {
    text.status = require_text(table, "status", key);
    static const std::vector<std::string> kKnown{"standard", "measured", "vendor-claim", "estimate", "derived"};
    if (std::find(kKnown.begin(), kKnown.end(), text.status) == kKnown.end())
      throw ConfigError(status->where, "unknown status \"" + text.status + "\" of " + std::string(key) + suggestion(text.status, kKnown));
  }
  return text;
}

}  // namespace

const ConfigValue* ConfigTable::find(std::string_view key) const {
  const auto it = std::find_if(entries.begin(), entries.end(), [&](const ConfigEntry& e) { return e.key == key; });
  return it == entries.end() ? nullptr : &it->value;
}

ConfigValue* ConfigTable::find(std::string_view key) { return const_cast<ConfigValue*>(std::as_const(*this).find(key)); }

void ConfigTable::set(std::string key, ConfigValue value) {
  if (ConfigValue* existing = find(key)) {
    *existing = std::move(value);
  } else {
    entries.push_back({std::move(key), std::move(value)});
  }
}

ConfigTable parse_config(std::string_view text, const std::string& name) {
  try {
    return convert(toml::parse(text, name), name);
  } catch (const toml::parse_error& error) {
    throw ConfigError(location(error.source(), name), "not valid TOML: " + std::string(error.description()));
  }
}

ConfigTable read_config(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) throw IoError("cannot read " + path.string() + ": it is a folder");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw IoError("cannot read " + path.string() + ": no such file or no permission");
  std::ostringstream content;
  content << file.rdbuf();
  ConfigTable table = parse_config(content.str(), path.string());
  if (table.where.line == 0) table.where = {path.string(), 1, 1};
  return table;
}

ParameterText parameter_text(std::string_view key, const ConfigValue& value) {
  if (const ConfigTable* table = value.table()) return sourced_value(key, *table);
  ParameterText text;
  text.where = value.where;
  if (const ConfigArray* items = value.array()) {
    std::vector<ParameterText::Scalar> list;
    for (const ConfigValue& item : *items) list.push_back(scalar(key, item));
    text.value = std::move(list);
  } else {
    std::visit([&](const auto& v) { text.value = v; }, scalar(key, value));
  }
  return text;
}

ConfigValue config_value(const ParameterText& text) {
  ConfigValue result;
  std::visit(
      [&](const auto& v) {
        if constexpr (std::is_same_v<std::decay_t<decltype(v)>, std::vector<ParameterText::Scalar>>) {
          ConfigArray items;
          for (const auto& item : v) std::visit([&](const auto& s) { items.push_back({s, text.where}); }, item);
          result.value = std::move(items);
        } else {
          result.value = v;
        }
      },
      text.value);
  result.where = text.where;
  if (text.source.empty() && text.status.empty()) return result;
  ConfigTable table;
  table.set("value", std::move(result));
  if (!text.source.empty()) table.set("source", {text.source, {}});
  if (!text.status.empty()) table.set("status", {text.status, {}});
  return {std::move(table), text.where};
}

const ConfigValue& require(const ConfigTable& table, std::string_view key, std::string_view table_name) {
  if (const ConfigValue* value = table.find(key)) return *value;
  throw ConfigError(table.where, std::string(table_name) + " must have a key \"" + std::string(key) + "\"");
}

const ConfigTable* optional_table(const ConfigTable& table, std::string_view key) {
  const ConfigValue* value = table.find(key);
  if (value == nullptr) return nullptr;
  if (value->table() == nullptr) throw ConfigError(value->where, std::string(key) + " must be a table { … }");
  return value->table();
}

std::vector<const ConfigTable*> table_array(const ConfigTable& table, std::string_view key) {
  std::vector<const ConfigTable*> tables;
  const ConfigValue* value = table.find(key);
  if (value == nullptr) return tables;
  const std::string rule = std::string(key) + " must be given as [[" + std::string(key) + "]]";
  if (value->array() == nullptr) throw ConfigError(value->where, rule);
  for (const ConfigValue& item : *value->array()) {
    if (item.table() == nullptr) throw ConfigError(item.where, rule);
    tables.push_back(item.table());
  }
  return tables;
}

std::string require_text(const ConfigTable& table, std::string_view key, std::string_view table_name) {
  const ConfigValue& value = require(table, key, table_name);
  const auto* text = std::get_if<std::string>(&value.value);
  if (text == nullptr || text->empty()) throw ConfigError(value.where, std::string(key) + " must be a text that is not empty");
  return *text;
}

void check_keys(const ConfigTable& table, const std::vector<std::string>& known, std::string_view table_name) {
  for (const ConfigEntry& entry : table.entries) {
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
    const SourceLocation& where = entry.value.where.line > 0 || table.where.file.empty() ? entry.value.where : table.where;
    throw ConfigError(where, "unknown key \"" + entry.key + "\" in " + std::string(table_name) + suggestion(entry.key, known));
  }
}

}  // namespace tessera
