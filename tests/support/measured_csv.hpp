#pragma once

#include <string>
#include <vector>

namespace tessera::test {

/// Frequencies from `low` to `high`, `per_decade` in each decade.
std::vector<double> log_axis(double low, double high, int per_decade);

/// A file of columns with full precision below `headings`.
std::string csv_text(const std::string& headings, const std::vector<std::vector<double>>& columns);

}  // namespace tessera::test
