#pragma once

#include <complex>
#include <cstdint>

namespace tessera {

/// Mean, rms and one spectral line of a stream of phases, in constant memory.
///
/// Equation: line = 2/N sum_n (x_n - mean) exp(-2 pi j frequency n)
/// Conventions: x in UI, frequency in cycles a symbol; 0 for no line; rms about the mean.
/// Valid for: many periods, N frequency >> 1.
/// Source: closed form
/// Theory: docs/theory/bit_by_bit_engine.md
class PhaseStatistics {
 public:
  explicit PhaseStatistics(double frequency = 0.0) : frequency_(frequency) {}

  void add(std::uint64_t n, double x);

  double mean() const;
  double rms() const;
  std::complex<double> line() const;

 private:
  double frequency_ = 0.0;
  std::uint64_t count_ = 0;
  double sum_ = 0.0, squares_ = 0.0;
  std::complex<double> products_, phasors_;
};

}  // namespace tessera
