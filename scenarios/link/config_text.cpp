#include <algorithm>
#include <cctype>

#include "phy/core/parameter.hpp"
#include "phy/core/toml_text.hpp"
#include "scenarios/link/config_tree.hpp"

namespace tessera {
namespace {

std::string key_text(const std::string& key) {
  const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '-';
  });
  return bare ? key : toml_string(key);
}

bool is_table_array(const ConfigValue& value) {
  const ConfigArray* items = value.array();
  return items != nullptr && !items->empty() &&
         std::all_of(items->begin(), items->end(), [](const ConfigValue& v) { return v.table() != nullptr; });
}

bool holds_tables(const ConfigTable& table) {
  return std::any_of(table.entries.begin(), table.entries.end(),
                     [](const ConfigEntry& e) { return e.value.table() != nullptr || is_table_array(e.value); });
}

std::string inline_text(const ConfigValue& value);

struct InlineText {
  std::string operator()(const std::string& text) const { return toml_string(text); }
  std::string operator()(double number) const { return toml_float(number); }
  std::string operator()(std::int64_t number) const { return std::to_string(number); }
  std::string operator()(bool flag) const { return flag ? "true" : "false"; }
  std::string operator()(const ConfigArray& items) const {
    std::string out = "[";
    for (std::size_t i = 0; i < items.size(); ++i) out += (i ? ", " : "") + inline_text(items[i]);
    return out + "]";
  }
  std::string operator()(const ConfigTable& table) const {
    std::string out = "{ ";
    for (std::size_t i = 0; i < table.entries.size(); ++i)
      out += (i ? ", " : "") + key_text(table.entries[i].key) + " = " + inline_text(table.entries[i].value);
    return out + " }";
  }
};

std::string inline_text(const ConfigValue& value) { return std::visit(InlineText{}, value.value); }

void write_table(const ConfigTable& table, const std::string& path, std::string& out) {
  for (const ConfigEntry& entry : table.entries) {
    const bool nested = entry.value.table() != nullptr && (path.empty() || holds_tables(*entry.value.table()));
    if (!nested && !is_table_array(entry.value)) out += key_text(entry.key) + " = " + inline_text(entry.value) + "\n";
  }
  for (const ConfigEntry& entry : table.entries) {
    const std::string inner = path.empty() ? key_text(entry.key) : path + "." + key_text(entry.key);
    if (is_table_array(entry.value)) {
      for (const ConfigValue& item : *entry.value.array()) {
        out += "\n[[" + inner + "]]\n";
        write_table(*item.table(), inner, out);
      }
    } else if (const ConfigTable* sub = entry.value.table(); sub != nullptr && (path.empty() || holds_tables(*sub))) {
      out += (out.empty() ? "[" : "\n[") + inner + "]\n";
      write_table(*sub, inner, out);
    }
  }
}

}  // namespace

std::string to_toml(const ConfigTable& table) {
  std::string out;
  write_table(table, "", out);
  return out;
}

}  // namespace tessera
