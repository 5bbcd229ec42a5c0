#include "phy/core/binomial_interval.hpp"

#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <string>

#include "phy/core/error.hpp"

namespace tessera {

Interval clopper_pearson(std::uint64_t errors, std::uint64_t trials, double confidence) {
  if (errors > trials)
    throw NumericError("errors must not exceed trials, got " + std::to_string(errors) + " of " +
                       std::to_string(trials));
  return effective_clopper_pearson(static_cast<double>(errors), static_cast<double>(trials), confidence);
}

Interval effective_clopper_pearson(double errors, double trials, double confidence) {
  if (!(trials > 0.0)) throw NumericError("an interval needs at least 1 trial");
  if (!(errors >= 0.0 && errors <= trials)) throw NumericError("errors must lie between 0 and the trials");
  if (!(confidence > 0.0 && confidence < 1.0))
    throw NumericError("a confidence must lie between 0 and 1, got " + std::to_string(confidence));
  const double alpha = 1.0 - confidence;
  // One-sided where the other end is exact; in these two cases the quantiles are elementary.
  if (errors == 0.0) return {0.0, -std::expm1(std::log(alpha) / trials)};
  if (errors == trials) return {std::exp(std::log(alpha) / trials), 1.0};
  return {boost::math::ibeta_inv(errors, trials - errors + 1.0, 0.5 * alpha),
          boost::math::ibetac_inv(errors + 1.0, trials - errors, 0.5 * alpha)};
}

}  // namespace tessera
