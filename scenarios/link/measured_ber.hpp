#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "phy/core/log10_probability.hpp"

namespace tessera {

/// A measured bit error ratio, with its confidence interval where the file has one.
struct MeasuredBerPoint {
  double length_m = 0.0;
  Log10Probability ber;
  std::optional<Log10Probability> low, high;
};

struct MeasuredBer {
  std::string file;
  std::vector<MeasuredBerPoint> points;  // in the order of the file
};

/// A measured point beside what the model says there.
struct BerResidual {
  MeasuredBerPoint measured;
  Log10Probability model;

  /// log10 of measured over modelled; above 0 the link is worse than its model.
  double decades() const { return measured.ber.log10() - model.log10(); }
  bool within_interval() const {
    return measured.low && measured.high && model.log10() >= measured.low->log10() &&
           model.log10() <= measured.high->log10();
  }
};

struct BerOverlay {
  std::string file;
  std::vector<BerResidual> points;

  double mean_decades() const;
  double rms_decades() const;
};

/// Reads measured bit error ratios before the FEC from a CSV file: `length [m]`, `ber [1]`, optional `ber_low [1]` and
/// `ber_high [1]`.
///
/// Conventions: ratios lie in (0, 1]; a point without errors is left out, since its ratio has no logarithm.
/// Valid for: 1 to 1000 points, lengths of the link's reach stage.
/// Source: rfc4180
/// Theory: docs/guides/your_own_data.md
/// @throws IoError; ConfigError file:line:col for what the file says wrongly.
MeasuredBer read_measured_ber(const std::filesystem::path& path);

}  // namespace tessera
