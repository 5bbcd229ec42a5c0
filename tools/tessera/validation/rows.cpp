#include "tools/tessera/validation/rows.hpp"

#include <cmath>

namespace tessera::validation {

bool ValidationRow::within() const { return std::isfinite(got) && std::abs(got - expected) <= tolerance; }

bool counts_in_headline(const ValidationRow& row) {
  return row.kind == "measured" || row.kind == "standard" || row.kind == "independent-code";
}

std::vector<ValidationRow> validation_rows() {
  std::vector<ValidationRow> all;
  for (const auto& topic : {modulation_rows, fec_rows, package_rows, fibre_rows}) {
    for (ValidationRow& row : topic()) all.push_back(std::move(row));
  }
  return all;
}

}  // namespace tessera::validation
