#pragma once

#include <functional>
#include <vector>

namespace tessera::test {

/// Exact symbol error ratio by running through every pattern of the interfering symbols; written without any part of
/// the engines.
struct Enumeration {
  double main = 1.0;               // cursor of the symbol itself
  std::vector<double> others;      // cursors of the neighbours, M^size patterns
  std::vector<double> levels;      // lowest first; their mean is removed
  std::vector<double> noise_rms;   // one per level
  std::vector<double> thresholds;  // empty: the best one of each eye by golden section
  std::vector<double> aggressor;   // cursors of one more stream with the levels below
  std::vector<double> aggressor_levels;
  std::function<double(double)> noise_of_sample;  // in place of noise_rms: of the pattern's own noise-free sample
};

struct EnumerationResult {
  double symbol_error_ratio = 0.0;
  std::vector<double> thresholds;
};

EnumerationResult enumerate_patterns(const Enumeration& e);

/// Every sum of interference, one per pattern.
std::vector<double> interference_sums(const Enumeration& e);

}  // namespace tessera::test
