#include <fmt/core.h>

#include <cmath>

#include "phy/core/quantity_text.hpp"
#include "scenarios/link/part_library.hpp"
#include "tools/report/text_table.hpp"
#include "tools/tessera/commands.hpp"

namespace tessera::cli {
namespace {

using report::TextTable;

std::string range_text(const ParameterRow& row) {
  const bool low = std::isfinite(row.minimum), high = std::isfinite(row.maximum);
  if (row.unit.empty() || (!low && !high)) return "";
  return fmt::format("{} … {}", low ? format_number(row.minimum) : "", high ? format_number(row.maximum) : "");
}

std::string value_text(const ParameterText& text) {
  const auto* words = std::get_if<std::string>(&text.value);
  return words != nullptr ? *words : to_toml(text);
}

}  // namespace

int list_models(const Console& console, const std::string& name) {
  const std::vector<ModelInfo> models = all_models();
  if (name.empty()) {
    TextTable table{{{"model", false}, {"kind", false}, {"folder", false}, {"parameters"}}, {}};
    for (const ModelInfo& m : models)
      table.rows.push_back({std::string(m.type), std::string(to_string(m.kind)), std::string(m.family),
                            std::to_string(m.parameters.size())});
    print(table.text(console.colour_out()));
    return kDone;
  }
  const ModelInfo& model = find_model(models, name);
  TextTable table{{{"parameter", false}, {"unit", false}, {"default"}, {"range", false}, {"meaning", false}}, {}};
  for (const ParameterRow& row : model.parameters)
    table.rows.push_back({row.name, row.unit, row.default_text, range_text(row), row.text});
  print(fmt::format("{}: {} in {}{}\n\n", model.type, to_string(model.kind), model.family,
                    model.causal ? "" : " (zero-phase approximation, see its page in docs/models)") +
        table.text(console.colour_out()));
  return kDone;
}

int list_parts(const Console& console, const std::optional<std::filesystem::path>& folder, const std::string& name) {
  const Library library = find_library(folder);
  const std::vector<ModelInfo> models = all_models();
  if (name.empty()) {
    TextTable table{{{"part", false}, {"model", false}, {"numbers"}, {"description", false}}, {}};
    for (const std::string& entry : names_in(library, "parts")) {
      const Part part = find_part(library, entry, models);
      table.rows.push_back({part.name, part.model, std::to_string(part.parameters.size()), part.description});
    }
    print(table.text(console.colour_out()));
    return kDone;
  }
  const Part part = find_part(library, name, models);
  TextTable table{{{"parameter", false}, {"value"}, {"status", false}, {"source", false}}, {}};
  for (const auto& [key, text] : part.parameters) {
    table.rows.push_back({key, value_text(text), text.status, text.source});
    for (const auto& [corner, values] : part.corners)
      if (const auto it = values.find(key); it != values.end())
        table.rows.push_back({key + ", " + std::string(to_string(corner)), value_text(it->second), it->second.status,
                              it->second.source});
  }
  print(fmt::format("{}: {} ({})\n\n", part.name, part.description, part.model) + table.text(console.colour_out()));
  return kDone;
}

}  // namespace tessera::cli
