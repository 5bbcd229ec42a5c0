#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/link/link_evaluation.hpp"
#include "scenarios/study/sweep.hpp"

namespace tessera {

/// What a sweep keeps of one point. A point that failed has a message and nothing else.
///
/// Conventions: as in LinkReport; power of one end, FIT of one direction, frame loss of 64-byte frames.
struct SweepPoint {
  std::string error;
  double log10_pre_fec_ber = 0.0, log10_frame_loss_ratio = 0.0, margin_q = 0.0;
  double power = 0.0;                                                       // W
  double energy_lane_electronics = 0.0, energy_module = 0.0, energy = 0.0;  // pJ/bit
  double fit = 0.0, latency = 0.0;                                          // FIT, s
  bool closes = false;
  int validity_notes = 0;
  std::string limited_by;
  std::vector<double> probes;  // kProbeReadings of each of the sweep's probes, in its unit

  bool failed() const { return !error.empty(); }
  bool operator==(const SweepPoint&) const = default;
};

/// A number of a point: the name and unit that tables and files give it.
struct SweepQuantity {
  std::string_view name, unit;
  double SweepPoint::* field;
};

inline constexpr std::array<SweepQuantity, 9> kSweepQuantities{
    {{"log10_pre_fec_ber", "1", &SweepPoint::log10_pre_fec_ber},
     {"log10_frame_loss_ratio", "1", &SweepPoint::log10_frame_loss_ratio},
     {"margin_q", "1", &SweepPoint::margin_q},
     {"power_per_end", "W", &SweepPoint::power},
     {"energy_lane_electronics", "pJ/bit", &SweepPoint::energy_lane_electronics},
     {"energy_module", "pJ/bit", &SweepPoint::energy_module},
     {"energy_module_and_host", "pJ/bit", &SweepPoint::energy},
     {"fit", "FIT", &SweepPoint::fit},
     {"latency", "s", &SweepPoint::latency}}};

/// What a probe of a sweep reads, in order.
inline constexpr std::array<std::string_view, 3> kProbeReadings{"mean", "swing", "noise_rms"};

/// The point of an evaluated link, with what its probes read. @throws NumericError naming a number that is not finite.
SweepPoint sweep_point(const LinkReport& report, const std::vector<SweepProbe>& probes = {});

/// The point of a link that could not be evaluated; the message becomes one line.
SweepPoint failed_point(const std::string& message);

}  // namespace tessera
