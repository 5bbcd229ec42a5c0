#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "phy/core/error.hpp"
#include "phy/core/version.hpp"
#include "phy/io/atomic_file.hpp"
#include "tools/report/text_table.hpp"
#include "tools/tessera/commands.hpp"
#include "tools/tessera/validation/rows.hpp"

namespace tessera::cli {
namespace {

using validation::ValidationRow;

std::string headline(const std::vector<ValidationRow>& rows) {
  int counted = 0, within = 0;
  std::map<std::string, std::string> against{
      {"measured", "measurements"}, {"standard", "standards"}, {"independent-code", "independent codes"}};
  std::set<std::string> met;
  for (const ValidationRow& row : rows) {
    if (!counts_in_headline(row)) continue;
    ++counted;
    within += row.within() ? 1 : 0;
    met.insert(against[row.kind]);
  }
  return fmt::format("{} of {} rows against {} are within tolerance", within, counted, fmt::join(met, " and "));
}

std::string by_kind(const std::vector<ValidationRow>& rows) {
  std::map<std::string, std::pair<int, int>> kinds;
  for (const ValidationRow& row : rows) {
    ++kinds[row.kind].second;
    kinds[row.kind].first += row.within() ? 1 : 0;
  }
  std::string out;
  for (const auto& [kind, count] : kinds)
    out += fmt::format("{}{} {}/{}", out.empty() ? "" : ", ", kind, count.first, count.second);
  return out;
}

std::string table_text(const std::vector<ValidationRow>& rows, bool bold) {
  report::TextTable table{
      {{"row", false}, {"kind", false}, {"quantity", false}, {"expected"}, {"tolerance"}, {"got"}, {"", false}}, {}};
  for (const ValidationRow& row : rows)
    table.rows.push_back({row.id, row.kind, row.quantity, fmt::format("{:.6g}", row.expected),
                          fmt::format("{:.2g}", row.tolerance), fmt::format("{:.6g}", row.got),
                          row.within() ? "ok" : "OUTSIDE"});
  return table.text(bold);
}

std::string json_text(const std::vector<ValidationRow>& rows) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const ValidationRow& row : rows) {
    if (!std::isfinite(row.got)) throw NumericError("validation row " + row.id + " is not finite");
    list.push_back({{"id", row.id},
                    {"kind", row.kind},
                    {"quantity", row.quantity},
                    {"expected", row.expected},
                    {"tolerance", row.tolerance},
                    {"got", row.got},
                    {"within", row.within()},
                    {"source", row.source}});
  }
  return list.dump(2) + "\n";
}

std::string page_text(const std::vector<ValidationRow>& rows) {
  std::string out =
      "# Validation\n\nWritten by `tessera validate --docs docs/validation`.\n\n" + headline(rows) +
      ".\nBy kind: " + by_kind(rows) +
      ".\nRows of kind closed-form and arithmetic show that formulas are evaluated rightly, not that the world obeys "
      "them.\n\n"
      "| row | kind | quantity | expected | tolerance | got | within | source |\n|---|---|---|---|---|---|---|---|\n";
  for (const ValidationRow& row : rows) {
    out += fmt::format("| {} | {} | {} | {:.6g} | {:.2g} | {:.6g} | {} | {} |\n", row.id, row.kind, row.quantity,
                       row.expected, row.tolerance, row.got, row.within() ? "yes" : "**no**", row.source);
  }
  return out;
}

}  // namespace

int validate(const ValidateOptions& options) {
  const std::vector<ValidationRow> rows = validation::validation_rows();
  const bool to_stdout = options.json && *options.json == "-";
  if (!options.console.quiet && !to_stdout)
    print(table_text(rows, options.console.colour_out()) + "\n" + headline(rows) + "\nby kind: " + by_kind(rows) +
          "\n");
  if (to_stdout)
    print(json_text(rows));
  else if (options.json)
    write_file_atomically(*options.json, json_text(rows));
  if (options.docs) {
    std::error_code error;
    std::filesystem::create_directories(*options.docs, error);
    if (error) throw IoError("cannot make folder " + options.docs->string() + ": " + error.message());
    write_file_atomically(*options.docs / "index.md", page_text(rows));
  }
  const bool all = std::all_of(rows.begin(), rows.end(), [](const ValidationRow& row) { return row.within(); });
  return all ? kDone : kNumericalFailure;
}

}  // namespace tessera::cli
