#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "phy/core/error.hpp"
#include "phy/core/units.hpp"

namespace tessera {

/// One column of numbers with the unit that its heading names.
struct CsvColumn {
  std::string name, unit;  // "frequency [GHz]" -> frequency, GHz
  SourceLocation where;    // of the heading
  std::vector<double> values;
  std::vector<int> lines, offsets;  // place of each value, 1-based

  SourceLocation at(std::size_t row) const { return {where.file, lines[row], offsets[row]}; }
};

/// A file of numbers in columns.
struct CsvTable {
  std::string file;
  std::vector<CsvColumn> columns;

  std::size_t rows() const { return columns.empty() ? 0 : columns.front().values.size(); }
  const CsvColumn* find(std::string_view name) const;
  /// @throws ConfigError at the first line, naming the columns that are there.
  const CsvColumn& require(std::string_view name) const;
};

/// Reads comma-separated numbers below a line of headings `name [unit]`; "1" is the unit of pure numbers.
///
/// Conventions: RFC 4180 with `#` comments: fields may stand in double quotes, blank lines and lines that begin with #
/// are read over, lines end in LF or CRLF, decimals have a point.
/// Valid for: at most 64 MiB and 64 columns.
/// Source: rfc4180
/// Theory: docs/guides/your_own_data.md
/// @throws IoError if the file cannot be read or is too long; ConfigError file:line:col for a heading without a unit or
/// one that stands twice, a line with more or fewer fields, and anything that is not a finite number.
CsvTable read_csv(const std::filesystem::path& path);

/// The same for text in memory; `name` stands in messages.
CsvTable parse_csv(std::string_view text, const std::string& name);

/// The column's values in coherent SI. @throws ConfigError at the heading if its unit has another dimension.
std::vector<double> si_values(const CsvColumn& column, Dimension dimension);

/// Refuses columns beyond the known ones, naming the nearest. @throws ConfigError at the heading.
void check_columns(const CsvTable& table, const std::vector<std::string>& known);

/// Refuses fewer rows than `least`. @throws ConfigError with the file's name.
void require_rows(const CsvTable& table, std::size_t least);

/// Refuses values that do not rise from row to row. @throws ConfigError at the first that does not.
void require_rising(const CsvColumn& column);

}  // namespace tessera
