#pragma once

#include <functional>
#include <string>
#include <vector>

namespace tessera::validation {

/// One comparison of the library with something it did not come from.
///
/// Conventions: `tolerance` is absolute, in the unit of `expected`. `kind` is measured | standard | independent-code |
/// closed-form | arithmetic; the headline counts the first three only.
struct ValidationRow {
  std::string id, kind, quantity;
  double expected = 0.0, tolerance = 0.0, got = 0.0;
  std::string source;

  bool within() const;  // false for a value that is not finite
};

bool counts_in_headline(const ValidationRow& row);

std::vector<ValidationRow> fec_rows();
std::vector<ValidationRow> modulation_rows();
std::vector<ValidationRow> fibre_rows();
std::vector<ValidationRow> package_rows();

/// Every row, topic by topic.
std::vector<ValidationRow> validation_rows();

}  // namespace tessera::validation
