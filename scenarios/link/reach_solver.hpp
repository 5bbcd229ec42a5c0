#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace tessera {

/// Margin of a link at one length of the stage that is varied.
struct MarginSample {
  double length_m = 0.0;
  double margin_q = 0.0;
};

/// Lengths between which the required margin is met.
struct ClosingInterval {
  double begin_m = 0.0, end_m = 0.0;
};

/// How far a link goes at a required margin.
///
/// `reach_m` is empty when no scanned length closes and when the first closing interval runs into the search limit;
/// `beyond_limit` tells the two apart. `later` are further closing intervals behind a gap (resonances, overload).
struct Reach {
  std::optional<double> reach_m;
  bool beyond_limit = false;
  std::optional<ClosingInterval> first;
  std::vector<ClosingInterval> later;
};

/// Lengths of a scan: geometric from limit/ratio to limit, both included. [m]
///
/// Valid for: limit > 0, ratio > 1, count >= 2.
/// @throws ConfigError outside.
std::vector<double> scan_lengths(double limit_m, int count = 24, double ratio = 500.0);

/// First length interval whose margin is at least `required_margin_q`, its ends refined on the margin's logarithm.
///
///   reach = end of the first interval of { L : margin_q(L) >= required }
///
/// Conventions: `scan` is sorted by length and its last length is the search limit. An interval that begins at the
/// first scanned length begins there.
/// Valid for: gaps and intervals wider than the scan's spacing; narrower ones are not seen.
/// Source: none, elementary.
/// Theory: docs/guides/output_formats.md
/// @throws ConfigError for an empty or unsorted scan or a requirement that is not positive; passes on what `margin_q`
/// throws.
Reach find_reach(std::span<const MarginSample> scan, double required_margin_q,
                 const std::function<double(double)>& margin_q, double relative_tolerance = 1e-3);

}  // namespace tessera
