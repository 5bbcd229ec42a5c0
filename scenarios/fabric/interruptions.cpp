#include "scenarios/fabric/interruptions.hpp"

#include <cmath>
#include <numbers>

#include "phy/core/error.hpp"
#include "phy/fec/binomial.hpp"

namespace tessera {

double hours_between_failures(double count, double fit) {
  if (!(count > 0.0) || !(fit > 0.0)) throw ConfigError("a failure rate needs parts and FIT above 0");
  return 1e9 / (count * fit);
}

double fit_of_monthly_share(double share, double month_hours) { return share / month_hours * 1e9; }

Log10Probability unavailability(double fit, double repair_hours) {
  if (!(fit > 0.0) || !(repair_hours > 0.0)) throw ConfigError("unavailability needs FIT and repair time above 0");
  const double x = fit * 1e-9 * repair_hours;
  return Log10Probability::from_value(x / (1.0 + x));
}

SparedParts spared_parts(std::int64_t count, std::int64_t spares, double fit, double repair_hours) {
  if (count < 1 || spares < 0 || spares >= count)
    throw ConfigError("spares must be at least 0 and fewer than the parts, got " + std::to_string(spares) + " of " +
                      std::to_string(count));
  const Log10Probability q = unavailability(fit, repair_hours);
  const int n = static_cast<int>(count), s = static_cast<int>(spares);
  SparedParts out;
  out.too_few = binomial_more_than(n, s, q);
  const Log10Probability enough = binomial_at_most(n, s, q);
  out.available = enough.value();
  // C(n, s) q^s (1 - q)^{n - s}
  const double dn = n, ds = s;
  const double log_exactly = std::lgamma(dn + 1.0) - std::lgamma(ds + 1.0) - std::lgamma(dn - ds + 1.0) +
                             ds * q.log10() * std::numbers::ln10 + (dn - ds) * std::log1p(-q.value());
  const double at_the_edge = std::exp(log_exactly - enough.log10() * std::numbers::ln10);
  out.interruptions_per_hour = (dn - ds) * fit * 1e-9 * std::min(1.0, at_the_edge);
  return out;
}

double young_interval(double mean_time, double checkpoint) { return std::sqrt(2.0 * checkpoint * mean_time); }

double effective_time(double mean_time, double interval, double checkpoint, double restart) {
  if (!(mean_time > 0.0) || !(interval > 0.0) || !(checkpoint >= 0.0) || !(restart >= 0.0))
    throw ConfigError("effective time needs a mean time and an interval above 0, checkpoint and restart of at least 0");
  return interval / (mean_time * std::exp(restart / mean_time) * std::expm1((interval + checkpoint) / mean_time));
}

Log10Probability outage_kills(double budget, double mean_outage) {
  if (!(mean_outage > 0.0) || !(budget >= 0.0)) throw ConfigError("outages need a mean above 0 s");
  return Log10Probability::from_log10(-budget / mean_outage / std::numbers::ln10);
}

}  // namespace tessera
