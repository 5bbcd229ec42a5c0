#pragma once

#include <cstddef>

#include "phy/engine/decision_point.hpp"
#include "phy/engine/link_report.hpp"

namespace tessera {

/// Histogram of slicer inputs over the sampling phase.
///
/// Equation: density[p][i] = (samples of phase p in bin i)/(samples of phase p, step)
/// Conventions: phases -1/2 … 1/2 UI from the instant of decision; amplitudes reach half an eye beyond the outer levels'
///   eyes, samples beyond are counted in no bin.
/// Valid for: any samples
/// Source: none (counting)
/// Theory: docs/theory/bit_by_bit_engine.md
class EyeCounter {
 public:
  static constexpr int kPhases = 40;
  static constexpr std::size_t kBins = 200;
  static constexpr std::size_t kSymbols = 20'000;  // that make a picture

  explicit EyeCounter(const DecisionPoint& point);

  static double offset_ui(int phase) { return static_cast<double>(phase) / kPhases - 0.5; }

  void add(int phase, double y);
  /// Samples of the last phase.
  std::size_t symbols() const { return samples_.back(); }
  EyeDensity density() const;

 private:
  double reach_, step_;
  std::vector<std::size_t> samples_, counts_;  // [phase], [phase][bin]
};

}  // namespace tessera
