#include "phy/io/csv_file.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>

#include "phy/core/nearest_name.hpp"
#include "phy/core/quantity_text.hpp"
#include "phy/io/text_file.hpp"

namespace tessera {
namespace {

constexpr std::uintmax_t kMostBytes = std::uintmax_t{64} << 20;
constexpr std::size_t kMostColumns = 64;

struct Field {
  std::string text;
  int offset = 0;  // 1-based column of the line
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string printable(std::string_view text) {
  std::string out = "\"";
  for (const char c : text.substr(0, 32)) out += c >= 0x20 && c < 0x7f ? c : '?';
  return out + "\"";
}

class Parser {
 public:
  Parser(std::string_view text, const std::string& name) : rest_(text), table_{name, {}} {
    if (rest_.starts_with("\xef\xbb\xbf")) rest_.remove_prefix(3);
  }

  CsvTable parse() {
    while (!rest_.empty()) {
      ++line_;
      const std::size_t end = rest_.find('\n');
      const std::string_view line = rest_.substr(0, end);
      rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
      const std::string_view content = trimmed(line);
      if (content.empty() || content.front() == '#') continue;
      if (table_.columns.empty())
        headings(split(line));
      else
        row(split(line));
    }
    if (table_.columns.empty())
      throw ConfigError({table_.file, 0, 0}, "the file has no line of headings such as frequency [GHz]");
    return std::move(table_);
  }

 private:
  [[noreturn]] void fail(int offset, const std::string& message) const {
    throw ConfigError({table_.file, line_, offset}, message);
  }

  std::vector<Field> split(std::string_view line) const {
    std::vector<Field> fields;
    std::size_t at = 0;
    for (;;) {
      while (at < line.size() && (line[at] == ' ' || line[at] == '\t')) ++at;
      fields.push_back(at < line.size() && line[at] == '"' ? quoted(line, at) : plain(line, at));
      if (at >= line.size()) return fields;
      ++at;  // the comma
    }
  }

  Field plain(std::string_view line, std::size_t& at) const {
    const std::size_t end = std::min(line.find(',', at), line.size());
    Field field{std::string(trimmed(line.substr(at, end - at))), static_cast<int>(at) + 1};
    at = end;
    return field;
  }

  Field quoted(std::string_view line, std::size_t& at) const {
    Field field{{}, static_cast<int>(at) + 1};
    for (++at; at < line.size(); ++at) {
      if (line[at] != '"') {
        field.text += line[at];
      } else if (at + 1 < line.size() && line[at + 1] == '"') {
        field.text += line[at++];
      } else {
        break;
      }
    }
    if (at >= line.size()) fail(field.offset, "a text in quotes must end on its line");
    const std::size_t end = std::min(line.find(',', at), line.size());
    if (!trimmed(line.substr(at + 1, end - at - 1)).empty())
      fail(static_cast<int>(at) + 2, "nothing may follow the closing quote of a field");
    at = end;
    return field;
  }

  void headings(const std::vector<Field>& fields) {
    if (fields.size() > kMostColumns)
      fail(1, "at most 64 columns are read, the line has " + std::to_string(fields.size()));
    for (const Field& field : fields) {
      const std::size_t open = field.text.find('[');
      const std::string name(trimmed(std::string_view(field.text).substr(0, open)));
      if (name.empty()) fail(field.offset, "a column must have a name");
      if (open == std::string::npos || field.text.back() != ']')
        fail(field.offset, "column " + printable(field.text) +
                               " must name its unit in brackets, e.g. \"frequency [GHz]\"; \"[1]\" for a pure number");
      const std::string unit(trimmed(std::string_view(field.text).substr(open + 1, field.text.size() - open - 2)));
      if (unit.find_first_of("[]") != std::string::npos)
        fail(field.offset, "a heading names one unit in brackets, got " + printable(field.text) +
                               "; columns have a comma between them");
      if (unit.empty())
        fail(field.offset, "the unit of column " + printable(name) + " must not be empty; \"1\" for a pure number");
      if (table_.find(name) != nullptr) fail(field.offset, "column " + printable(name) + " stands twice");
      table_.columns.push_back({name, unit, {table_.file, line_, field.offset}, {}, {}, {}});
    }
  }

  void row(const std::vector<Field>& fields) {
    if (fields.size() != table_.columns.size())
      fail(1, "the headings name " + std::to_string(table_.columns.size()) + " columns, this line has " +
                  std::to_string(fields.size()));
    for (std::size_t i = 0; i < fields.size(); ++i) {
      CsvColumn& column = table_.columns[i];
      column.values.push_back(number(fields[i], column.name));
      column.lines.push_back(line_);
      column.offsets.push_back(fields[i].offset);
    }
  }

  double number(const Field& field, const std::string& column) const {
    const char* first = field.text.data();
    const char* last = first + field.text.size();
    if (first != last && *first == '+') ++first;
    double value = 0.0;
    const auto [stop, error] = std::from_chars(first, last, value);
    if (error != std::errc() || stop != last || !std::isfinite(value))
      fail(field.offset, "column " + printable(column) + " expects a finite number, got " + printable(field.text));
    return value;
  }

  std::string_view rest_;
  CsvTable table_;
  int line_ = 0;
};

}  // namespace

const CsvColumn* CsvTable::find(std::string_view name) const {
  const auto it = std::find_if(columns.begin(), columns.end(), [&](const CsvColumn& c) { return c.name == name; });
  return it == columns.end() ? nullptr : &*it;
}

const CsvColumn& CsvTable::require(std::string_view name) const {
  if (const CsvColumn* column = find(name)) return *column;
  std::string known;
  for (const CsvColumn& column : columns) known += (known.empty() ? "" : ", ") + column.name;
  throw ConfigError(columns.front().where,
                    "the file must have a column \"" + std::string(name) + "\", it has: " + known);
}

CsvTable parse_csv(std::string_view text, const std::string& name) { return Parser(text, name).parse(); }

CsvTable read_csv(const std::filesystem::path& path) {
  return parse_csv(read_text_file(path, kMostBytes), path.string());
}

std::vector<double> si_values(const CsvColumn& column, Dimension dimension) {
  ParsedUnit unit;
  try {
    unit = parse_unit(column.unit);
  } catch (const ConfigError& error) {
    throw ConfigError(column.where, "column \"" + column.name + "\": " + error.what());
  }
  if (!(unit.dimension == dimension))
    throw ConfigError(column.where, "column \"" + column.name + "\" must be " + dimension_name(dimension) +
                                        ", its unit is " + column.unit);
  std::vector<double> values;
  values.reserve(column.values.size());
  const double scale = unit.scale();
  for (const double v : column.values) values.push_back(v * scale + unit.offset);
  return values;
}

void check_columns(const CsvTable& table, const std::vector<std::string>& known) {
  for (const CsvColumn& column : table.columns) {
    if (std::find(known.begin(), known.end(), column.name) == known.end())
      throw ConfigError(column.where, "unknown column \"" + column.name + "\"" + suggestion(column.name, known));
  }
}

void require_rows(const CsvTable& table, std::size_t least) {
  if (table.rows() >= least) return;
  throw ConfigError({table.file, 0, 0}, "at least " + std::to_string(least) + " rows of numbers are needed, got " +
                                            std::to_string(table.rows()));
}

void require_rising(const CsvColumn& column) {
  for (std::size_t i = 1; i < column.values.size(); ++i) {
    if (column.values[i] > column.values[i - 1]) continue;
    throw ConfigError(column.at(i), column.name + " must rise from row to row: " + format_number(column.values[i]) +
                                        " comes after " + format_number(column.values[i - 1]) + " " + column.unit);
  }
}

}  // namespace tessera
