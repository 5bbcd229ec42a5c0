#include "phy/fec/code_gain.hpp"

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "phy/core/error.hpp"
#include "phy/fec/binomial.hpp"

namespace tessera {
namespace {

constexpr double kLn10 = std::numbers::ln10;
constexpr double kLowestLog10 = -1e6;  // far below any error ratio that a link can have

double log_add(double a, double b) {
  const double high = std::max(a, b), low = std::min(a, b);
  return std::isinf(low) ? high : high + std::log1p(std::exp(low - high));
}

double log_one_minus(double log_p) {
  if (log_p >= 0.0) return -HUGE_VAL;
  return log_p < -std::numbers::ln2 ? std::log1p(-std::exp(log_p)) : std::log(-std::expm1(log_p));
}

// ln(1 - (1-p)^power). Below e^-40 the power series ends after its first term.
double log_any_of(double log_p, double power) {
  if (log_p >= 0.0) return 0.0;
  if (log_p < -40.0) return log_p + std::log(power);
  return std::log(-std::expm1(power * std::log1p(-std::exp(log_p))));
}

template <class F>
Log10Probability solve_error_ratio(F&& log10_result, double target) {
  const auto difference = [&](double log10_ber) {
    return log10_result(Log10Probability::from_log10(log10_ber)) - target;
  };
  std::uintmax_t iterations = 200;
  const double high = std::log10(0.5);
  if (difference(high) < 0.0) throw NumericError("no bit error ratio below 1/2 gives an error ratio that high");
  const auto bracket = boost::math::tools::toms748_solve(difference, kLowestLog10, high,
                                                         boost::math::tools::eps_tolerance<double>(50), iterations);
  return Log10Probability::from_log10(0.5 * (bracket.first + bracket.second));
}

// Positions of a codeword with the same symbol error ratio, tilted by theta.
struct Positions {
  int count = 0;
  double log_s = 0.0, log_not_s = 0.0;

  double log_norm(double log_theta) const { return log_add(log_not_s, log_s + log_theta); }
  double tilted(double log_theta) const { return std::exp(log_s + log_theta - log_norm(log_theta)); }
};

std::vector<Positions> distribute(int symbols, std::span<const SymbolClass> classes) {
  double total = 0.0;
  for (const SymbolClass& c : classes) total += c.share;
  if (!(std::abs(total - 1.0) < 1e-9))
    throw NumericError("the shares of a codeword's symbols must sum to 1, got " + std::to_string(total));
  std::vector<Positions> positions;
  double left_over = 0.0, log_left_over = -HUGE_VAL;
  int assigned = 0;
  for (const SymbolClass& c : classes) {
    if (!(c.share > 0.0))
      throw NumericError("the share of a symbol class must be positive, got " + std::to_string(c.share));
    const double exact = c.share * symbols;
    const int whole = static_cast<int>(std::floor(exact + 1e-9));
    const double log_s = c.symbol_error_ratio.log10() * kLn10;
    assigned += whole;
    if (whole > 0) positions.push_back({whole, log_s, log_one_minus(log_s)});
    if (exact - whole > 1e-9) {
      left_over += exact - whole;
      log_left_over = log_add(log_left_over, log_s + std::log(exact - whole));
    }
  }
  if (assigned < symbols) {
    const double log_s = std::min(0.0, log_left_over - std::log(left_over));
    positions.push_back({symbols - assigned, log_s, log_one_minus(log_s)});
  }
  return positions;
}

double tilted_mean(const std::vector<Positions>& positions, double log_theta) {
  double mean = 0.0;
  for (const Positions& p : positions) mean += p.count * p.tilted(log_theta);
  return mean;
}

// The tilt that moves the mean number of wrong symbols to `target`, where the terms of interest are then of order one.
double find_tilt(const std::vector<Positions>& positions, double target) {
  double low = 0.0, high = 1.0;
  while (tilted_mean(positions, high) < target) high *= 2.0;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    (tilted_mean(positions, middle) < target ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

// Distribution of the number of wrong symbols, 0 … size-1, by multiplying in one position after the other: all terms
// positive.
std::vector<double> count_distribution(const std::vector<Positions>& positions, double log_theta, std::size_t size) {
  std::vector<double> density(size, 0.0);
  density[0] = 1.0;
  for (const Positions& p : positions) {
    const double wrong = p.tilted(log_theta), right = std::exp(p.log_not_s - p.log_norm(log_theta));
    for (int n = 0; n < p.count; ++n) {
      for (std::size_t j = size; j-- > 1;) density[j] = density[j] * right + density[j - 1] * wrong;
      density[0] *= right;
    }
  }
  return density;
}

Log10Probability tail_of(const RsCode& code, const std::vector<Positions>& positions) {
  const auto limit = static_cast<std::size_t>(code.correctable);
  if (tilted_mean(positions, 0.0) >= code.correctable + 1.0) {
    double correctable = 0.0;
    for (double p : count_distribution(positions, 0.0, limit + 1)) correctable += p;
    return Log10Probability::from_log10(std::log1p(-std::min(correctable, 1.0)) / kLn10);
  }
  const double log_theta = find_tilt(positions, code.correctable + 1.0);
  // The tilted count has mean t + 1 and a variance below that: 64 more terms leave out less than 1e-20 of the sum.
  const std::size_t size = std::min<std::size_t>(limit + 66, static_cast<std::size_t>(code.symbols) + 1);
  const std::vector<double> density = count_distribution(positions, log_theta, size);
  double sum = 0.0;
  for (std::size_t j = size; j-- > limit + 1;)
    sum += density[j] * std::exp(-log_theta * static_cast<double>(j - limit - 1));
  double log_norm = -log_theta * (code.correctable + 1);
  for (const Positions& p : positions) log_norm += p.count * p.log_norm(log_theta);
  return Log10Probability::from_log10((log_norm + std::log(sum)) / kLn10);
}

}  // namespace

std::optional<RsCode> rs_code(std::string_view name) {
  if (name == "none") return std::nullopt;
  if (name == kKp4.name) return kKp4;
  if (name == kKr4.name) return kKr4;
  throw ConfigError("fec code must be none, kr4 or kp4, got " + std::string(name));
}

Log10Probability rs_symbol_error_ratio(Log10Probability bit_error_ratio, int bits_per_symbol) {
  return Log10Probability::from_log10(log_any_of(bit_error_ratio.log10() * kLn10, bits_per_symbol) / kLn10);
}

Log10Probability bit_error_ratio_of_symbols(Log10Probability symbol_error_ratio, int bits_per_symbol) {
  return Log10Probability::from_log10(log_any_of(symbol_error_ratio.log10() * kLn10, 1.0 / bits_per_symbol) / kLn10);
}

Log10Probability codeword_error_ratio(const RsCode& code, Log10Probability symbol_error_ratio) {
  return binomial_more_than(code.symbols, code.correctable, symbol_error_ratio);
}

Log10Probability codeword_error_ratio(const RsCode& code, std::span<const SymbolClass> classes) {
  return tail_of(code, distribute(code.symbols, classes));
}

Log10Probability codeword_error_ratio_of_positions(const RsCode& code, std::span<const Log10Probability> positions) {
  if (positions.size() != static_cast<std::size_t>(code.symbols))
    throw NumericError("a symbol error ratio for each of " + std::to_string(code.symbols) +
                       " positions is needed, got " + std::to_string(positions.size()));
  std::vector<Log10Probability> sorted(positions.begin(), positions.end());
  std::sort(sorted.begin(), sorted.end());
  std::vector<Positions> groups;
  for (const Log10Probability p : sorted) {
    const double log_s = p.log10() * kLn10;
    if (groups.empty() || groups.back().log_s != log_s) groups.push_back({0, log_s, log_one_minus(log_s)});
    ++groups.back().count;
  }
  return tail_of(code, groups);
}

Log10Probability post_fec_bit_error_ratio(const RsCode& code, Log10Probability bit_error_ratio) {
  const Log10Probability symbol = rs_symbol_error_ratio(bit_error_ratio, code.bits_per_symbol);
  return bit_error_ratio * binomial_more_than(code.symbols - 1, code.correctable - 1, symbol);
}

Log10Probability bit_error_ratio_for_codeword_error(const RsCode& code, Log10Probability target) {
  if (!(target.log10() < 0.0)) throw NumericError("a codeword error ratio of 1 belongs to no single bit error ratio");
  const auto log10_cer = [&](Log10Probability ber) {
    return codeword_error_ratio(code, rs_symbol_error_ratio(ber, code.bits_per_symbol)).log10();
  };
  return solve_error_ratio(log10_cer, target.log10());
}

Log10Probability bit_error_ratio_for_post_fec(const RsCode& code, Log10Probability target) {
  return solve_error_ratio([&](Log10Probability ber) { return post_fec_bit_error_ratio(code, ber).log10(); },
                           target.log10());
}

double codeword_time(const RsCode& code, int interleave, double line_rate) {
  return static_cast<double>(code.codeword_bits()) * interleave / line_rate;
}

}  // namespace tessera
