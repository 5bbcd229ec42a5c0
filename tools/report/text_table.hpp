#pragma once

#include <string>
#include <vector>

namespace tessera::report {

/// A table for terminals: columns as wide as their longest cell, numbers to the right, a rule below the heading.
struct TextTable {
  struct Column {
    std::string heading;
    bool right = true;
  };
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;  // as many cells as columns; missing cells are empty

  /// @param bold_heading wraps the heading in the terminal's bold escape.
  std::string text(bool bold_heading = false) const;
};

/// Columns that a terminal needs for `text` in UTF-8 (each code point counts one).
std::size_t display_width(const std::string& text);

}  // namespace tessera::report
