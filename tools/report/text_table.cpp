#include "tools/report/text_table.hpp"

#include <algorithm>

namespace tessera::report {
namespace {

std::string pad(const std::string& cell, std::size_t width, bool right) {
  const std::string space(width - std::min(width, display_width(cell)), ' ');
  return right ? space + cell : cell + space;
}

std::string without_trailing_space(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

std::size_t display_width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string TextTable::text(bool bold_heading) const {
  std::vector<std::size_t> widths;
  for (const Column& column : columns) widths.push_back(display_width(column.heading));
  for (const auto& row : rows)
    for (std::size_t i = 0; i < std::min(row.size(), widths.size()); ++i)
      widths[i] = std::max(widths[i], display_width(row[i]));
  const auto line = [&](const auto& cell_of) {
    std::string out;
    for (std::size_t i = 0; i < columns.size(); ++i)
      out += (i ? "  " : "") + pad(cell_of(i), widths[i], columns[i].right);
    return without_trailing_space(std::move(out));
  };
  std::string out = line([&](std::size_t i) { return columns[i].heading; });
  if (bold_heading) out = "\x1b[1m" + out + "\x1b[0m";
  out += '\n';
  std::string rule;
  for (std::size_t i = 0; i < columns.size(); ++i) rule += (i ? "  " : "") + std::string(widths[i], '-');
  out += rule + '\n';
  for (const auto& row : rows)
    out += line([&](std::size_t i) { return i < row.size() ? row[i] : std::string(); }) + '\n';
  return out;
}

}  // namespace tessera::report
