#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "phy/core/log10_probability.hpp"

namespace tessera {

/// What the measured points are drawn over: the length of the reach stage, or the light on the photodiode.
enum class BerAxis { length, received_oma, received_power };

/// Name with its unit, as in results: length_m, received_oma_dbm, received_power_dbm.
std::string_view axis_name(BerAxis axis);
std::string_view axis_unit(BerAxis axis);

/// A measured bit error ratio, with its confidence interval where the file has one.
struct MeasuredBerPoint {
  double x = 0.0;  // m or dBm
  Log10Probability ber;
  std::optional<Log10Probability> low, high;
};

struct MeasuredBer {
  std::string file;
  BerAxis axis = BerAxis::length;
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
  BerAxis axis = BerAxis::length;
  std::vector<BerResidual> points;

  double mean_decades() const;
  double rms_decades() const;
};

/// Reads measured bit error ratios before the FEC from a CSV file: `ber [1]`, optional `ber_low [1]` and `ber_high
/// [1]`, over one of `length [m]`, `received_oma [dBm]` (outer OMA) and `received_power [dBm]` (average).
///
/// Conventions: ratios lie in (0, 1]; a point without errors is left out, since its ratio has no logarithm.
/// Valid for: 1 to 1000 points, lengths of the link's reach stage, light on its photodiode.
/// Source: rfc4180
/// Theory: docs/guides/your_own_data.md
/// @throws IoError; ConfigError file:line:col for what the file says wrongly.
MeasuredBer read_measured_ber(const std::filesystem::path& path);

}  // namespace tessera
