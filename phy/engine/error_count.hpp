#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "phy/core/binomial_interval.hpp"
#include "phy/modulation/pam.hpp"

namespace tessera {

/// Symbols of one level, and how many of them were taken for another.
struct LevelErrors {
  std::uint64_t sent = 0, errors = 0;
};

/// What a run of the bit-by-bit engine counted, and how sure it is.
///
/// Conventions: intervals are those of Clopper and Pearson for errors/clustering events in symbols/clustering trials,
///   so that errors which come together are not taken for independent ones. Bit error ratios are bit errors over
///   symbols x bits per symbol; where nothing was wrong the intervals begin at 0 and end at an upper bound.
struct ErrorCount {
  std::uint64_t symbols = 0, symbol_errors = 0;
  double bit_errors = 0.0;            // whole, but for PAM6, whose five bits lie on two symbols
  std::vector<LevelErrors> levels;    // lowest first
  std::vector<std::uint64_t> bursts;  // [i] = bursts of i + 1 symbols, first to last error; the last entry: or longer
  double clustering = 1.0;            // mean number of errors in the burst of an error
  Interval symbol_error_95, symbol_error_999, bit_error_95, bit_error_999;
  std::string path;     // baud_rate | waveform | stages
  std::string stopped;  // errors | symbols | time | interrupt
  std::string pattern;
  std::uint64_t seed = 0;

  bool is_bound() const { return symbol_errors == 0; }
  double symbol_error_ratio() const;  // the upper end of the 95 % interval where nothing was wrong
};

/// Counts the errors of one stream of decisions.
///
/// A burst goes on while no more than `reach` - 1 right decisions stand between two wrong ones; reach is the number of
/// feedback taps, one without feedback.
class ErrorCounter {
 public:
  static constexpr std::size_t kBurstBins = 64;

  ErrorCounter(const Modulation& modulation, std::size_t reach);

  /// Compares decisions with the symbols that were sent, both as levels, lowest 0. Cutting a stream changes nothing.
  void add(std::span<const std::uint8_t> sent, std::span<const std::uint8_t> decided);

  std::uint64_t symbols() const { return position_; }
  std::uint64_t errors() const { return errors_; }
  /// Adds what another counter has seen of an independent stream. Open bursts of both are closed.
  void merge(ErrorCounter other);
  /// The counts so far, with intervals; `path` and the like stay empty. @throws NumericError without a symbol.
  ErrorCount result() const;

 private:
  void wrong(std::uint8_t sent, std::uint8_t decided, std::uint64_t at);
  void close();

  Modulation modulation_;
  std::size_t reach_;
  std::uint64_t position_ = 0, errors_ = 0, bits_ = 0;
  std::uint64_t burst_first_ = 0, burst_last_ = 0, burst_errors_ = 0;  // open burst; burst_errors_ = 0 for none
  double squares_ = 0.0;                                               // of the errors in each closed burst
  std::vector<LevelErrors> levels_;
  std::array<std::uint64_t, kBurstBins> bursts_{};
};

}  // namespace tessera
