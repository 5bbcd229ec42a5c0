#include "tests/support/measured_csv.hpp"

#include <fmt/format.h>

#include <cmath>

namespace tessera::test {

std::vector<double> log_axis(double low, double high, int per_decade) {
  std::vector<double> axis;
  const int count = static_cast<int>(std::lround(per_decade * std::log10(high / low)));
  for (int i = 0; i <= count; ++i) axis.push_back(low * std::pow(high / low, static_cast<double>(i) / count));
  return axis;
}

std::string csv_text(const std::string& headings, const std::vector<std::vector<double>>& columns) {
  std::string text = headings + "\n";
  for (std::size_t row = 0; row < columns.front().size(); ++row) {
    for (std::size_t i = 0; i < columns.size(); ++i)
      text += fmt::format("{}{:.15g}", i == 0 ? "" : ", ", columns[i][row]);
    text += '\n';
  }
  return text;
}

}  // namespace tessera::test
