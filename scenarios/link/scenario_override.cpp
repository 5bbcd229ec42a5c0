#include <algorithm>

#include "phy/core/nearest_name.hpp"
#include "scenarios/link/scenario_reader.hpp"

namespace tessera {
namespace {

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> words{""};
  for (const char c : path) {
    if (c == '.')
      words.emplace_back();
    else
      words.back() += c;
  }
  return words;
}

void relocate(ConfigValue& value, const SourceLocation& where) {
  value.where = where;
  if (auto* items = std::get_if<ConfigArray>(&value.value))
    for (ConfigValue& item : *items) relocate(item, where);
}

// `8`, `true`, `["-30 dB"]` are what TOML says they are; anything else is text: `2 m`, `kp4`.
ConfigValue override_value(const std::string& text, const SourceLocation& where) {
  ConfigValue value{text, where};
  try {
    const ConfigTable parsed = parse_config("value = " + text, where.file);
    const ConfigValue* found = parsed.find("value");
    if (parsed.entries.size() == 1 && found != nullptr && found->table() == nullptr) value = *found;
  } catch (const ConfigError&) {
    value.value = text;
  }
  relocate(value, where);
  return value;
}

std::string name_of(const ConfigTable& table) {
  const ConfigValue* value = table.find("name");
  const auto* name = value != nullptr ? std::get_if<std::string>(&value->value) : nullptr;
  return name != nullptr ? *name : std::string();
}

ConfigTable* named_in(ConfigTable& owner, std::string_view list, const std::string& name,
                      std::vector<std::string>& known) {
  ConfigValue* value = owner.find(list);
  auto* items = value != nullptr ? std::get_if<ConfigArray>(&value->value) : nullptr;
  if (items == nullptr) return nullptr;
  for (ConfigValue& item : *items) {
    auto* table = std::get_if<ConfigTable>(&item.value);
    if (table == nullptr) continue;
    if (name_of(*table) == name) return table;
    known.push_back(name_of(*table));
  }
  return nullptr;
}

void assign(ConfigTable& table, std::vector<std::string> path, ConfigValue value, const SourceLocation& where) {
  if (path.size() == 1) {
    table.set(path.front(), std::move(value));
    return;
  }
  ConfigValue* inner = table.find(path.front());
  if (inner == nullptr) {
    table.set(path.front(), {ConfigTable{{}, value.where}, value.where});
    inner = table.find(path.front());
  }
  auto* sub = std::get_if<ConfigTable>(&inner->value);
  if (sub == nullptr) throw ConfigError(where, path.front() + " is not a table");
  assign(*sub, {path.begin() + 1, path.end()}, std::move(value), where);
}

void set_in_segment(ConfigTable& segment, const std::vector<std::string>& path, ConfigValue value,
                    const SourceLocation& where) {
  std::vector<std::string> known{"launch", "array", "modulation", "symbol_rate", "lanes", "spare_lanes", "wavelength"};
  for (const std::string_view list : {"stage", "coupling"}) {
    ConfigTable* owner = path.size() > 1 ? named_in(segment, list, path.front(), known) : nullptr;
    if (owner == nullptr) continue;
    assign(*owner, {path.begin() + 1, path.end()}, std::move(value), where);
    return;
  }
  if (path.size() > 1 && path.front() != "launch" && path.front() != "array")
    throw ConfigError(where, "segment " + name_of(segment) + " has no stage, coupling or table \"" + path.front() +
                                 "\"" + suggestion(path.front(), known));
  assign(segment, path, std::move(value), where);
}

}  // namespace

void apply_override(ConfigTable& tree, const std::string& path, ConfigValue value, const SourceLocation& where) {
  const std::vector<std::string> words = split(path);
  if (words.size() < 2 || std::any_of(words.begin(), words.end(), [](const std::string& w) { return w.empty(); }))
    throw ConfigError(where, "a path must read segment.stage.parameter, segment.key or link.key, got \"" + path + "\"");
  const std::vector<std::string> rest(words.begin() + 1, words.end());
  std::vector<std::string> known{"link"};
  if (words.front() == "link") {
    ConfigValue* link = tree.find("link");
    auto* table = link != nullptr ? std::get_if<ConfigTable>(&link->value) : nullptr;
    if (table == nullptr) throw ConfigError(tree.where, "a link file must have a table [link]");
    assign(*table, rest, std::move(value), where);
  } else if (words.front() == "overhead" && rest.size() > 1) {
    ConfigTable* owner = named_in(tree, "overhead", rest.front(), known = {});
    if (owner == nullptr)
      throw ConfigError(where, "no overhead \"" + rest.front() + "\"" + suggestion(rest.front(), known));
    assign(*owner, {rest.begin() + 1, rest.end()}, std::move(value), where);
  } else if (words.front() == "density") {
    assign(tree, words, std::move(value), where);
  } else if (ConfigTable* segment = named_in(tree, "segment", words.front(), known)) {
    set_in_segment(*segment, rest, std::move(value), where);
  } else {
    throw ConfigError(where, "no segment \"" + words.front() + "\"" + suggestion(words.front(), known));
  }
}

void apply_override(ConfigTable& tree, const std::string& set) {
  const SourceLocation where{"--set " + set, 0, 0};
  const std::size_t equals = set.find('=');
  const std::vector<std::string> path = split(set.substr(0, equals));
  if (equals == std::string::npos || path.size() < 2 ||
      std::any_of(path.begin(), path.end(), [](const std::string& w) { return w.empty(); }))
    throw ConfigError(where,
                      "an override must read PATH=VALUE with PATH segment.stage.parameter, segment.key or link.key");
  apply_override(tree, set.substr(0, equals), override_value(set.substr(equals + 1), where), where);
}

void apply_override(ConfigTable& tree, const std::string& set, const std::string& header, const std::string& list) {
  const SourceLocation where{"--set " + set, 0, 0};
  const std::size_t equals = set.find('=');
  const std::vector<std::string> path = split(set.substr(0, equals));
  if (equals == std::string::npos || path.size() != 2 || path[0].empty() || path[1].empty())
    throw ConfigError(where,
                      "an override must read PATH=VALUE with PATH " + header + ".key or NAME.key, NAME a " + list);
  ConfigValue value = override_value(set.substr(equals + 1), where);
  std::vector<std::string> known{header};
  ConfigTable* owner = named_in(tree, list, path[0], known);
  if (path[0] == header) {
    ConfigValue* found = tree.find(header);
    owner = found != nullptr ? std::get_if<ConfigTable>(&found->value) : nullptr;
  }
  if (owner == nullptr) throw ConfigError(where, "no " + list + " \"" + path[0] + "\"" + suggestion(path[0], known));
  owner->set(path[1], std::move(value));
}

}  // namespace tessera
