#include "tools/tessera/validation/rows.hpp"

#include <cmath>
#include <utility>

namespace tessera::validation {

bool ValidationRow::within() const { return std::isfinite(got) && std::abs(got - expected) <= tolerance; }

bool counts_in_headline(const ValidationRow& row) {
  return row.kind == "measured" || row.kind == "standard" || row.kind == "independent-code";
}

ValidationRow relative_row(std::string id, std::string kind, std::string quantity, double expected,
                           double relative_tolerance, double got, std::string source) {
  return {std::move(id), std::move(kind),  std::move(quantity), expected, relative_tolerance * std::abs(expected),
          got,           std::move(source)};
}

}  // namespace tessera::validation
