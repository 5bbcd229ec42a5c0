#include "phy/fec/binomial.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

constexpr double kLn10 = std::numbers::ln10;

double log_complement(double log_p) {
  return log_p < -std::numbers::ln2 ? std::log1p(-std::exp(log_p)) : std::log(-std::expm1(log_p));
}

struct Trials {
  int count;
  double log_p, log_not_p;  // natural

  Trials(int n, Log10Probability p)
      : count(n), log_p(p.log10() * kLn10), log_not_p(log_p < 0.0 ? log_complement(log_p) : -HUGE_VAL) {}
};

// ln of C(n, i) p^i (1-p)^{n-i}; the coefficient as a sum of at most n/2 logarithms keeps its last digits, which
// lgamma loses.
double log_term(const Trials& t, int i) {
  double log_coefficient = 0.0;
  for (int j = 0; j < std::min(i, t.count - i); ++j)
    log_coefficient += std::log(static_cast<double>(t.count - j) / (j + 1));
  const double log_failures = i == t.count ? 0.0 : (t.count - i) * t.log_not_p;
  return log_coefficient + i * t.log_p + log_failures;
}

// ln of the sum of terms first, first+1, ... n; terms must fall from `first` on.
double log_sum_upwards(const Trials& t, int first) {
  const double odds = std::exp(t.log_p - t.log_not_p);
  double ratio = 1.0, sum = 1.0;
  for (int i = first; i < t.count && ratio > 1e-18 * sum; ++i) {
    ratio *= odds * (t.count - i) / (i + 1);
    sum += ratio;
  }
  return log_term(t, first) + std::log(sum);
}

// ln of the sum of terms first, first-1, ... 0; terms must fall from `first` down.
double log_sum_downwards(const Trials& t, int first) {
  const double odds = std::exp(t.log_not_p - t.log_p);
  double ratio = 1.0, sum = 1.0;
  for (int i = first; i > 0 && ratio > 1e-18 * sum; --i) {
    ratio *= odds * i / (t.count - i + 1);
    sum += ratio;
  }
  return log_term(t, first) + std::log(sum);
}

void check(int trials, int limit) {
  if (limit < 0 || limit >= trials)
    throw NumericError("a binomial tail needs 0 <= limit < trials, got limit " + std::to_string(limit) + " of " +
                       std::to_string(trials));
}

bool upper_side_falls(const Trials& t, int limit) { return (t.count + 1) * std::exp(t.log_p) < limit + 2; }

}  // namespace

Log10Probability binomial_more_than(int trials, int limit, Log10Probability p) {
  check(trials, limit);
  const Trials t(trials, p);
  const double log_tail =
      upper_side_falls(t, limit) ? log_sum_upwards(t, limit + 1) : log_complement(log_sum_downwards(t, limit));
  return Log10Probability::from_log10(log_tail / kLn10);
}

Log10Probability binomial_at_most(int trials, int limit, Log10Probability p) {
  check(trials, limit);
  if (!(p.log10() < 0.0))
    throw NumericError("at most " + std::to_string(limit) + " of " + std::to_string(trials) +
                       " certain events cannot be");
  const Trials t(trials, p);
  const double log_head =
      upper_side_falls(t, limit) ? log_complement(log_sum_upwards(t, limit + 1)) : log_sum_downwards(t, limit);
  return Log10Probability::from_log10(log_head / kLn10);
}

double ln_hypergeometric(int n, int first, int second, int common) {
  if (common < 0 || common > std::min(first, second) || first + second - common > n) return -HUGE_VAL;
  const auto ln_choose = [](int of, int k) {
    return std::lgamma(of + 1.0) - std::lgamma(k + 1.0) - std::lgamma(of - k + 1.0);
  };
  return ln_choose(first, common) + ln_choose(n - first, second - common) - ln_choose(n, second);
}

}  // namespace tessera
