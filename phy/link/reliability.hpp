#pragma once

#include <string>
#include <vector>

#include "phy/core/log10_probability.hpp"
#include "phy/link/prepare.hpp"

namespace tessera {

inline constexpr double kHoursPerYear = 8760.0;  // of annual failure ratios and missions
inline constexpr double kHoursPerMonth = 730.5;  // of rates per month

/// A group of lanes that survives while at least `lanes` of `lanes + spare_lanes` do.
struct SparedLanes {
  Log10Probability failure_probability;  // within the mission
  double fit = 0.0;                      // constant rate with the same probability
};

/// k-of-n redundancy without repair.
///
/// Equation: p = 1 - e^{-lambda T}; P = sum_{f > s} C(k+s, f) p^f (1-p)^{k+s-f}; FIT = -ln(1-P)/T 1e9.
/// Conventions: lane_fit in failures per 1e9 h of one lane; T in hours. Without spares FIT = k lambda exactly.
/// Valid for: independent lanes of constant hazard, spares that age like working lanes, remapping that never fails.
/// Source: closed form
/// Theory: docs/theory/reliability.md
/// @throws ConfigError for lanes < 1, spare_lanes < 0, lane_fit <= 0 or mission_hours <= 0.
SparedLanes spared_lanes(int lanes, int spare_lanes, double lane_fit, double mission_hours);

/// Mean time to the failure of lane s + 1 without repair, hours: sum_{i=k}^{k+s} 1/(i lambda).
double mean_time_to_failure_hours(int lanes, int spare_lanes, double lane_fit);

/// One component in one direction of the link.
struct FitRow {
  std::string component;  // as in the energy breakdown
  double fit_each = 0.0;
  int count = 1;
  bool spared = false;  // protected by spare lanes: enters through its group
  double fit = 0.0;     // in series: fit_each * count; spared: its part of the group's FIT, in proportion to fit_each
};

struct SparedGroup {
  std::string segment;
  int lanes = 1, spare_lanes = 0;
  double lane_fit = 0.0;
  SparedLanes result;
};

struct ReliabilityOptions {
  double mission_hours = 5.0 * kHoursPerYear;  // how long spares must last
};

struct Reliability {
  std::vector<FitRow> rows;
  std::vector<SparedGroup> groups;
  double fit_common = 0.0;  // in series
  double fit = 0.0;         // fit_common + equivalents of the groups
  double mission_hours = 0.0;

  double mtbf_hours() const;            // 1e9/FIT; infinite for a link without any FIT
  double annual_failure_ratio() const;  // 8760 h x FIT x 1e-9
  double failures_per_month() const;    // 730.5 h x FIT x 1e-9
};

/// Failure rate of one direction of a link with one end's overheads, by component.
///
/// Equation: FIT = sum of per-end items + per-lane items x lanes; segments with spares by `spared_lanes` on their
/// per-lane items.
/// Conventions: a duplex link is two such directions in series and has twice the FIT. Flaps are not failures and not
/// in here.
/// Valid for: constant hazards.
/// Source: closed form
/// Theory: docs/theory/reliability.md
/// @throws ConfigError as spared_lanes; NumericError if a part's FIT is negative or not finite.
Reliability reliability(const PreparedLink& link, const ReliabilityOptions& options = {});

}  // namespace tessera
