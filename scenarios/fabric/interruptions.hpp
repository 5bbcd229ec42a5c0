#pragma once

#include <cstdint>
#include <optional>

#include "phy/core/log10_probability.hpp"

namespace tessera {

/// Mean time between failures of `count` parts in series, hours: 1e9/(count FIT).
/// @throws ConfigError unless both are positive.
double hours_between_failures(double count, double fit);

/// FIT of a part of which a share fails in one month of `hours`: -ln(1 - share) is not taken, rates in print are
/// counts.
double fit_of_monthly_share(double share, double month_hours);

/// Share of the time that a part is down which fails with `fit` and is repaired in `repair_hours` on average.
///
/// Equation: MTTR/(MTBF + MTTR)
Log10Probability unavailability(double fit, double repair_hours);

/// Parts of which `spares` of `count` may be down.
struct SparedParts {
  Log10Probability too_few;             // more than `spares` down at one moment
  double available = 1.0;               // 1 - too_few, summed by itself where too_few is not small
  double interruptions_per_hour = 0.0;  // transitions from enough to too few
};

/// k-of-n with repair.
///
/// Equation: q = unavailability; too_few = sum_{i > s} C(n, i) q^i (1-q)^{n-i}; interruptions (n - s) lambda P(s down)/
///   P(at most s down).
/// Conventions: lambda = FIT 1e-9 per hour; the tail is summed itself, not as 1 - CDF.
/// Valid for: independent failures, a repair crew for each.
/// Source: closed form
/// Theory: docs/theory/fabric.md
/// @throws ConfigError for count < 1, spares outside [0, count), FIT or repair time not positive.
SparedParts spared_parts(std::int64_t count, std::int64_t spares, double fit, double repair_hours);

/// Time between checkpoints that loses least to first order: sqrt(2 C M) [s].
/// Conventions: M mean time between interruptions, C time of writing a checkpoint.
/// Source: young1974
/// Theory: docs/theory/fabric.md
double young_interval(double mean_time, double checkpoint);

/// Share of the time that a job moves on.
///
/// Equation: tau/(M e^{R/M} (e^{(tau + C)/M} - 1))
/// Conventions: seconds; R from interruption to the first new step; work since the last checkpoint is lost.
/// Valid for: exponential interruptions, also during restart and checkpoint.
/// Source: daly2006
/// Theory: docs/theory/fabric.md
/// @throws ConfigError unless all are positive (C and R may be 0).
double effective_time(double mean_time, double interval, double checkpoint, double restart);

/// Probability that an outage of mean `mean_outage` outlasts the budget of retries: e^{-budget/mean}.
Log10Probability outage_kills(double budget, double mean_outage);

}  // namespace tessera
