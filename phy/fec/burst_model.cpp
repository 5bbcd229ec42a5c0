#include "phy/fec/burst_model.hpp"

#include <algorithm>
#include <array>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>

#include "phy/core/error.hpp"
#include "phy/fec/binomial.hpp"
#include "phy/fec/wide_number.hpp"

namespace tessera {
namespace {

constexpr double kLn10 = std::numbers::ln10;

using Wide = WideNumber;

Wide from_ln(double ln) { return Wide::from_ln(ln); }

Wide wide(double p) { return Wide::from_value(p); }

// Mass and first moment of the number of wrong line symbols: (mass, moment) with (m, n)(p, q) = (mp, mq + np).
struct Dual {
  Wide mass, moment;

  friend Dual operator*(const Dual& a, const Dual& b) {
    return {a.mass * b.mass, a.mass * b.moment + a.moment * b.mass};
  }
  friend Dual operator+(const Dual& a, const Dual& b) { return {a.mass + b.mass, a.moment + b.moment}; }
};

using State = std::array<Dual, 2>;                  // right, wrong
using Matrix = std::array<std::array<Dual, 2>, 2>;  // [from][to]

Matrix multiply(const Matrix& a, const Matrix& b) {
  Matrix product;
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = 0; j < 2; ++j) product[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j];
  return product;
}

State multiply(const State& v, const Matrix& m) {
  return {v[0] * m[0][0] + v[1] * m[1][0], v[0] * m[0][1] + v[1] * m[1][1]};
}

State add(const State& a, const State& b) { return {a[0] + b[0], a[1] + b[1]}; }

Matrix add(const Matrix& a, const Matrix& b) {
  Matrix sum;
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = 0; j < 2; ++j) sum[i][j] = a[i][j] + b[i][j];
  return sum;
}

Matrix identity() {
  Matrix one;
  one[0][0].mass = one[1][1].mass = wide(1.0);
  return one;
}

// Paths through one code symbol without a wrong line symbol, paths with some, and paths through the others' symbols.
struct Steps {
  Matrix right = identity(), wrong, between = identity();
  State start;
  Wide symbol_error;  // of the line, stationary
};

void check(const RsCode& code, const BurstChannel& c) {
  if (!(c.continuation >= 0.0 && c.continuation < 1.0))
    throw ConfigError("the chance that an error burst goes on must be in [0, 1), got " +
                      std::to_string(c.continuation));
  if (c.interleave < 1)
    throw ConfigError("fec interleave must be at least 1 codeword, got " + std::to_string(c.interleave));
  if (c.bits_per_line_symbol < 1 || code.bits_per_symbol % c.bits_per_line_symbol != 0)
    throw ConfigError("the bits of a line symbol must divide the " + std::to_string(code.bits_per_symbol) +
                      " bits of a code symbol, got " + std::to_string(c.bits_per_line_symbol));
  if (!(c.bit_error_ratio.log10() + std::log10(c.bits_per_line_symbol) < 0.0))
    throw NumericError("line symbols with one wrong bit each reach a bit error ratio of 1/" +
                       std::to_string(c.bits_per_line_symbol) + " at most");
}

Steps steps_of(const RsCode& code, const BurstChannel& c) {
  Steps s;
  const double ln_error = c.bit_error_ratio.log10() * kLn10 + std::log(c.bits_per_line_symbol);
  const double error = std::exp(ln_error);
  // p_s = SER (1-a)/(1-SER)
  const double ln_start = ln_error + std::log1p(-c.continuation) - std::log1p(-error);
  if (ln_start >= 0.0) throw NumericError("a mean burst that long makes fewer errors than this bit error ratio");
  std::array<std::array<Wide, 2>, 2> line{};
  line[0] = {from_ln(std::log1p(-std::exp(ln_start))), from_ln(ln_start)};
  line[1] = {wide(1.0 - c.continuation), wide(c.continuation)};
  Matrix right, wrong;  // of one line symbol
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = 0; j < 2; ++j) {
      const bool counts = c.precoded ? i != j : j == 1;
      (counts ? wrong : right)[i][j].mass = line[i][j];
      if (counts) wrong[i][j].moment = line[i][j];
    }
  const Matrix any = add(right, wrong);
  const int length = code.bits_per_symbol / c.bits_per_line_symbol;
  for (int i = 0; i < length; ++i) {
    s.wrong = add(multiply(s.wrong, any), multiply(s.right, wrong));
    s.right = multiply(s.right, right);
  }
  Matrix others = any;
  for (auto& row : others)
    for (Dual& entry : row) entry.moment = {};
  for (int i = 0; i < length * (c.interleave - 1); ++i) s.between = multiply(s.between, others);
  s.symbol_error = from_ln(ln_error);
  s.start[0].mass = from_ln(std::log1p(-error));
  s.start[1].mass = s.symbol_error;
  return s;
}

// How many code symbols are wrong: exactly 0 … t of them, or more.
template <typename Element>
struct Counts {
  std::vector<Element> exactly;
  Element more;
};

// Those of two runs of code symbols, one behind the other. All terms are positive: nothing cancels. O(t^2)
template <typename Element>
Counts<Element> joined(const Counts<Element>& a, const Counts<Matrix>& b) {
  const std::size_t t = b.exactly.size() - 1;
  std::vector<Matrix> at_least(t + 2);  // of b
  at_least[t + 1] = b.more;
  for (std::size_t k = t + 1; k-- > 0;) at_least[k] = add(at_least[k + 1], b.exactly[k]);
  Counts<Element> both{std::vector<Element>(t + 1), multiply(a.more, at_least[0])};
  for (std::size_t i = 0; i <= t; ++i) {
    for (std::size_t j = 0; i + j <= t; ++j)
      both.exactly[i + j] = add(both.exactly[i + j], multiply(a.exactly[i], b.exactly[j]));
    both.more = add(both.more, multiply(a.exactly[i], at_least[t + 1 - i]));
  }
  return both;
}

// Symbols by repeated squaring. O(t^2 log n)
Counts<State> count_wrong_symbols(const RsCode& code, const Steps& s) {
  const auto limit = static_cast<std::size_t>(code.correctable);
  Counts<Matrix> run{std::vector<Matrix>(limit + 1), {}};  // of a power of two symbols
  run.exactly[0] = multiply(s.between, s.right);
  (limit > 0 ? run.exactly[1] : run.more) = multiply(s.between, s.wrong);
  Counts<State> counts{std::vector<State>(limit + 1), {}};
  counts.exactly[0] = s.start;
  for (int left = code.symbols; left > 0; left /= 2) {
    if (left % 2 == 1) counts = joined(counts, run);
    if (left > 1) run = joined(run, run);
  }
  return counts;
}

Log10Probability probability(Wide p) {
  if (p.is_zero()) throw NumericError("a burst result is the impossible event");
  return Log10Probability::from_log10(p.ln() / kLn10);
}

}  // namespace

BurstResult decode_bursts(const RsCode& code, const BurstChannel& channel) {
  check(code, channel);
  const Steps steps = steps_of(code, channel);
  const Counts<State> counts = count_wrong_symbols(code, steps);
  const Wide failed = counts.more[0].mass + counts.more[1].mass;
  const Wide wrong_symbols = counts.more[0].moment + counts.more[1].moment;
  const int line_symbols = code.codeword_bits() / channel.bits_per_line_symbol;
  Wide input = steps.symbol_error;
  // Behind the precoder every change of state is an error: into and out of the wrong state, equally often.
  if (channel.precoded) input = input * wide(2.0 * (1.0 - channel.continuation));
  const Wide per_bit = wide(1.0 / channel.bits_per_line_symbol);
  return {probability(failed), probability(wrong_symbols * wide(1.0 / line_symbols) * per_bit),
          probability(input * per_bit)};
}

std::vector<Log10Probability> wrong_symbol_distribution(const RsCode& code, const BurstChannel& channel) {
  check(code, channel);
  const Counts<State> counts = count_wrong_symbols(code, steps_of(code, channel));
  std::vector<Log10Probability> result;
  for (const State& state : counts.exactly) result.push_back(probability(state[0].mass + state[1].mass));
  result.push_back(probability(counts.more[0].mass + counts.more[1].mass));
  return result;
}

Log10Probability codeword_error_ratio(const RsCode& code, std::span<const BurstChannel> segments) {
  if (segments.empty()) throw NumericError("a path needs at least one segment");
  const auto limit = static_cast<std::size_t>(code.correctable);
  std::vector<Wide> sum(limit + 2);  // 0 … t, more
  sum[0] = wide(1.0);
  for (const BurstChannel& segment : segments) {
    const std::vector<Log10Probability> counts = wrong_symbol_distribution(code, segment);
    std::vector<Wide> next(limit + 2);
    for (std::size_t i = 0; i < sum.size(); ++i)
      for (std::size_t j = 0; j < counts.size(); ++j) {
        const Wide both = sum[i] * from_ln(counts[j].log10() * kLn10);
        if (both.is_zero()) continue;  // no segment before the first
        const bool lost = i > limit || j > limit;
        for (std::size_t common = 0; common <= (lost ? 0 : std::min(i, j)); ++common) {
          Wide& slot = next[std::min(i + j - common, limit + 1)];
          slot = slot + (lost ? both
                              : both * from_ln(ln_hypergeometric(code.symbols, static_cast<int>(i), static_cast<int>(j),
                                                                 static_cast<int>(common))));
        }
      }
    sum = std::move(next);
  }
  return probability(sum[limit + 1]);
}

Log10Probability bit_error_ratio_for_codeword_error(const RsCode& code, BurstChannel channel,
                                                    Log10Probability codeword_error_ratio) {
  if (!(codeword_error_ratio.log10() < 0.0))
    throw NumericError("a codeword error ratio of 1 belongs to no single bit error ratio");
  const auto difference = [&](double log10_ber) {
    channel.bit_error_ratio = Log10Probability::from_log10(log10_ber);
    return decode_bursts(code, channel).codeword_error_ratio.log10() - codeword_error_ratio.log10();
  };
  double high = std::log10(0.1 / channel.bits_per_line_symbol), low = high - 1.0;
  if (difference(high) < 0.0) throw NumericError("no bit error ratio below 0.1 loses that many codewords");
  while (difference(low) > 0.0) {
    high = low;
    low *= 2.0;
  }
  std::uintmax_t iterations = 100;
  const auto bracket = boost::math::tools::toms748_solve(difference, low, high,
                                                         boost::math::tools::eps_tolerance<double>(40), iterations);
  return Log10Probability::from_log10(0.5 * (bracket.first + bracket.second));
}

double continuation_of_mean(double burst_mean) {
  if (!(burst_mean >= 1.0))
    throw ConfigError("a mean burst must be at least 1 symbol, got " + std::to_string(burst_mean));
  return 1.0 - 1.0 / burst_mean;
}

}  // namespace tessera
