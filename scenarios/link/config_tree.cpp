#include "scenarios/link/config_tree.hpp"

#include <algorithm>

#include "phy/core/nearest_name.hpp"
#include "phy/io/toml_reader.hpp"

namespace tessera {
namespace {

ConfigValue convert(const TomlValue& value) {
  ConfigValue result;
  result.where = value.where();
  std::visit(
      [&](const auto& data) {
        using T = std::decay_t<decltype(data)>;
        if constexpr (std::is_same_v<T, TomlArray>) {
          ConfigArray items;
          for (const TomlValue& item : data) items.push_back(convert(item));
          result.value = std::move(items);
        } else if constexpr (std::is_same_v<T, TomlTable>) {
          ConfigTable table;
          table.where = value.where();
          for (const TomlEntry& entry : data) table.entries.push_back({entry.key, convert(entry.value), entry.where});
          result.value = std::move(table);
        } else {
          result.value = data;
        }
      },
      value.data());
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
      throw ConfigError(status->where, "unknown status \"" + text.status + "\" of " + std::string(key) +
                                           suggestion(text.status, kKnown));
  }
  return text;
}

}  // namespace

const ConfigValue* ConfigTable::find(std::string_view key) const {
  const auto it = std::find_if(entries.begin(), entries.end(), [&](const ConfigEntry& e) { return e.key == key; });
  return it == entries.end() ? nullptr : &it->value;
}

ConfigValue* ConfigTable::find(std::string_view key) {
  return const_cast<ConfigValue*>(std::as_const(*this).find(key));
}

void ConfigTable::set(std::string key, ConfigValue value) {
  if (ConfigValue* existing = find(key)) {
    *existing = std::move(value);
  } else {
    const SourceLocation at = value.where;
    entries.push_back({std::move(key), std::move(value), at});
  }
}

bool same_content(const ConfigTable& a, const ConfigTable& b) {
  const auto same_value = [](const auto& self, const ConfigValue& x, const ConfigValue& y) -> bool {
    if (x.value.index() != y.value.index()) return false;
    if (const ConfigTable* table = x.table()) return same_content(*table, *y.table());
    if (const ConfigArray* items = x.array()) {
      return std::equal(items->begin(), items->end(), y.array()->begin(), y.array()->end(),
                        [&](const ConfigValue& p, const ConfigValue& q) { return self(self, p, q); });
    }
    if (const auto* text = std::get_if<std::string>(&x.value)) return *text == std::get<std::string>(y.value);
    if (const auto* number = std::get_if<double>(&x.value)) return *number == std::get<double>(y.value);
    if (const auto* whole = std::get_if<std::int64_t>(&x.value)) return *whole == std::get<std::int64_t>(y.value);
    return std::get<bool>(x.value) == std::get<bool>(y.value);
  };
  return std::equal(a.entries.begin(), a.entries.end(), b.entries.begin(), b.entries.end(),
                    [&](const ConfigEntry& p, const ConfigEntry& q) {
                      return p.key == q.key && same_value(same_value, p.value, q.value);
                    });
}

ConfigTable parse_config(std::string_view text, const std::string& name) {
  return std::get<ConfigTable>(convert(parse_toml(text, name)).value);
}

ConfigTable read_config(const std::filesystem::path& path) {
  ConfigTable table = std::get<ConfigTable>(convert(read_toml_file(path)).value);
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
  if (text == nullptr || text->empty())
    throw ConfigError(value.where, std::string(key) + " must be a text that is not empty");
  return *text;
}

void check_keys(const ConfigTable& table, const std::vector<std::string>& known, std::string_view table_name) {
  for (const ConfigEntry& entry : table.entries) {
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
    throw ConfigError(entry.where,
                      "unknown key \"" + entry.key + "\" in " + std::string(table_name) + suggestion(entry.key, known));
  }
}

}  // namespace tessera
