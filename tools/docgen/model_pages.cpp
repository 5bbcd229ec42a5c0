#include "tools/docgen/model_pages.hpp"

#include <fmt/format.h>

#include <cmath>

namespace tessera::docgen {

namespace {

constexpr std::string_view kMark = "<!-- parameters -->";
constexpr std::string_view kBegin = "<!-- parameters:begin -->";
constexpr std::string_view kEnd = "<!-- parameters:end -->";

std::string cell(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string range(const ParameterRow& row) {
  if (row.unit.empty()) return "";
  const bool below = std::isfinite(row.minimum), above = std::isfinite(row.maximum);
  if (below && above) return fmt::format("{:g} … {:g}", row.minimum, row.maximum);
  if (below) return fmt::format("≥ {:g}", row.minimum);
  if (above) return fmt::format("≤ {:g}", row.maximum);
  return "any";
}

}  // namespace

std::string parameter_table(const ModelInfo& info) {
  if (info.parameters.empty()) return "This model has no parameters.\n";
  std::string table = "| parameter | unit | default | range | meaning |\n|---|---|---|---|---|\n";
  for (const ParameterRow& row : info.parameters) {
    table += fmt::format("| `{}` | {} | `{}` | {} | {} |\n", row.name, cell(row.unit), cell(row.default_text),
                         range(row), cell(row.text));
  }
  return table;
}

std::string with_parameter_table(const std::string& page, const ModelInfo& info) {
  const std::string block = fmt::format("{}\n{}{}", kBegin, parameter_table(info), kEnd);
  if (const auto mark = page.find(kMark); mark != std::string::npos)
    return std::string(page).replace(mark, kMark.size(), block);
  const auto begin = page.find(kBegin);
  if (begin == std::string::npos) throw ConfigError(fmt::format("there is no line {}", kMark));
  const auto end = page.find(kEnd, begin);
  if (end == std::string::npos) throw ConfigError(fmt::format("{} has no {}", kBegin, kEnd));
  return std::string(page).replace(begin, end + kEnd.size() - begin, block);
}

std::string model_index(const std::vector<ModelInfo>& models, const std::vector<std::string>& summaries) {
  std::string page =
      "# Models\n\nGenerated from the folder listing by `tools/docgen`. A model is one header in `channels/` or "
      "`devices/`, its source "
      "and its page.\n";
  std::string_view family;
  for (std::size_t i = 0; i < models.size(); ++i) {
    if (summaries[i].empty()) continue;
    if (models[i].family != family) {
      family = models[i].family;
      page += fmt::format("\n## {}\n\n| model | kind | parameters | what it is |\n|---|---|---|---|\n", family);
    }
    page += fmt::format("| [`{0}`]({0}.md) | {1} | {2} | {3} |\n", models[i].type, to_string(models[i].kind),
                        models[i].parameters.size(), cell(summaries[i]));
  }
  return page;
}

}  // namespace tessera::docgen
