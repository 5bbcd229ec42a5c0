#pragma once

#include <complex>
#include <cstdint>

namespace tessera {

/// Mean, rms and one spectral line of a stream of phases, in constant memory.
///
/// Equation: x_n = c + Re(line e^{2 pi j frequency n}) + rest, c and line by least squares: with e = e^{-2 pi j frequency n},
///   P = sum e, Q = sum e^2, R = sum x e - P sum x/N, a = (N - |P|^2/N)/2, b = (Q - P^2/N)/2:
///   line = (a R - b R*)/(a^2 - |b|^2)
/// Conventions: x in UI, frequency in cycles a symbol; 0 for no line; rms about the mean.
/// Valid for: a period or more, N frequency >= 1; a sine alone is found exactly, its period finished or not.
/// Source: closed form
/// Theory: docs/theory/bit_by_bit_engine.md
class PhaseStatistics {
 public:
  explicit PhaseStatistics(double frequency = 0.0) : frequency_(frequency) {}

  void add(std::uint64_t n, double x) {
    ++count_;
    sum_ += x;
    squares_ += x * x;
    if (frequency_ != 0.0) add_to_line(n, x);
  }

  double mean() const;
  double rms() const;
  std::complex<double> line() const;
  /// Whether a whole period has been seen.
  bool has_line() const { return frequency_ > 0.0 && frequency_ * static_cast<double>(count_) >= 1.0; }

 private:
  void add_to_line(std::uint64_t n, double x);

  double frequency_ = 0.0;
  std::uint64_t count_ = 0;
  double sum_ = 0.0, squares_ = 0.0;
  std::complex<double> products_, phasors_, squared_phasors_;
};

}  // namespace tessera
