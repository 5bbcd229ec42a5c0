#pragma once

#include <string>
#include <vector>

namespace tessera::validation {

/// One comparison of the library with something it did not come from.
///
/// Conventions: `tolerance` is absolute, in the unit of `expected`. `kind` is measured | standard | independent-code |
/// closed-form | arithmetic | calibrated (measured, but inputs were set to it) | modelled (by others) | own-model; the
/// headline counts the first three only.
struct ValidationRow {
  std::string id, kind, quantity;
  double expected = 0.0, tolerance = 0.0, got = 0.0;
  std::string source;

  bool within() const;  // false for a value that is not finite
};

bool counts_in_headline(const ValidationRow& row);

/// Every row, topic by topic. The listing of this folder is the registry: `TOPIC_rows.cpp` defines
/// `std::vector<ValidationRow> TOPIC_rows()`, and the build calls them all in the order of their names.
std::vector<ValidationRow> validation_rows();

/// A row whose tolerance is a share of the expected value.
ValidationRow relative_row(std::string id, std::string kind, std::string quantity, double expected,
                           double relative_tolerance, double got, std::string source);

}  // namespace tessera::validation
