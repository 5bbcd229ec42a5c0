#include "phy/engine/semi_analytic.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "phy/engine/jitter_mixing.hpp"
#include "phy/engine/stage_signal.hpp"
#include "phy/engine/symbol_decider.hpp"
#include "phy/modulation/prbs.hpp"
#include "phy/noise/tail_kernel.hpp"

namespace tessera {
namespace {

constexpr double kFewest = 100.0;  // effective samples
constexpr double kMostPatterns = 4'194'304.0;

// Sums probabilities by their logarithms, and their squares.
struct LogSum {
  double largest = -std::numeric_limits<double>::infinity(), sum = 0.0, squares = 0.0;

  void add(double log_p) {
    if (log_p > largest) {
      const double shrink = std::exp(largest - log_p);
      sum *= shrink;
      squares *= shrink * shrink;
      largest = log_p;
    }
    const double p = std::exp(log_p - largest);
    sum += p;
    squares += p * p;
  }
  double log_total() const { return largest + std::log(sum); }
  double effective() const { return squares > 0.0 ? sum * sum / squares : 0.0; }
};

double log_tail_of(double x) {
  const double far = scaled_gaussian_tail(std::abs(x));
  return x >= 0.0 ? std::log(far) - 0.5 * x * x : std::log1p(-far * std::exp(-0.5 * x * x));
}

void refuse_few(const PreparedSegment& segment, const SemiAnalyticResult& r) {
  if (r.effective_samples < kFewest)
    throw NumericError("segment " + segment.name + ": the error ratio rests on " +
                       std::to_string(static_cast<int>(r.effective_samples)) +
                       " effective samples, at least 100 are needed: take more symbols");
}

// ln of both tails of the interference plus Gaussian, read from a table that is linear in the logarithm's cubic.
class TailTable {
 public:
  TailTable(const InterferenceTails& tails, bool above, double variance, double low, double high)
      : low_(low), step_((high - low) / (kPoints - 3)) {
    for (int i = -1; i < kPoints - 1; ++i) {
      const double d = low + i * step_;
      values_.push_back(above ? tails.log_above(d, variance) : tails.log_below(d, variance));
    }
  }

  double at(double d) const {
    const double x = std::clamp((d - low_) / step_, 0.0, static_cast<double>(kPoints - 3) - 1e-9);
    const auto i = static_cast<std::size_t>(x);
    const double t = x - static_cast<double>(i);
    const double a = values_[i], b = values_[i + 1], c = values_[i + 2], e = values_[i + 3];
    return b + 0.5 * t * (c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - e + t * (3.0 * (b - c) + e - a)));
  }

 private:
  static constexpr int kPoints = 1025;
  double low_, step_;
  std::vector<double> values_;
};

// The own interference split: the largest cursors by place, the rest left in place.
struct Split {
  std::vector<double> cursors;  // main one first
  Interference rest;
};

Split split(Interference x, std::size_t count) {
  Split s;
  std::vector<double>& own = x.synchronous.front().cursors;
  std::vector<std::size_t> order(own.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const std::size_t others = std::min(count - 1, own.size() - 1);
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(others), order.end(),
                    [&](std::size_t a, std::size_t b) { return std::abs(own[a]) > std::abs(own[b]); });
  s.cursors.push_back(x.cursor);
  for (std::size_t i = 0; i < others; ++i) {
    if (own[order[i]] == 0.0) break;
    s.cursors.push_back(own[order[i]]);
    own[order[i]] = 0.0;
  }
  s.rest = std::move(x);
  return s;
}

int cursors_that_fit(int order) {
  return static_cast<int>(std::floor(std::log(kMostPatterns) / std::log(static_cast<double>(order)) + 1e-9));
}

LogSum sum_over_patterns(const PreparedSegment& segment, const DecisionPoint& point, const Split& s,
                         const std::vector<double>& thresholds, const std::vector<std::uint8_t>& sequence, int bins) {
  const Decision& d = point.decision;
  const std::size_t m_count = d.amplitudes.size(), k_count = s.cursors.size();
  const std::vector<double> levels = level_amplitudes(segment.levels, 1.0);
  double reach = 0.0;
  for (std::size_t k = 1; k < k_count; ++k) reach += std::abs(s.cursors[k]) * std::max(-levels.front(), levels.back());
  const InterferenceTails tails = tails_at(point, s.rest, bins);
  std::vector<TailTable> above, below;
  for (std::size_t m = 0; m < m_count; ++m) {
    const double a = levels[m] * s.cursors.front();
    const auto table = [&](bool up, double distance) {
      return TailTable(tails, up, d.variances[m], distance - reach, distance + reach + 1e-12 * std::abs(distance));
    };
    above.push_back(table(true, m + 1 < m_count ? thresholds[m] - a : 0.0));
    below.push_back(table(false, m > 0 ? a - thresholds[m - 1] : 0.0));
  }
  LogSum sum;
  const std::size_t n = sequence.size();
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t m = sequence[i];
    double x = 0.0;
    for (std::size_t k = 1; k < k_count; ++k) x += s.cursors[k] * levels[sequence[(i + n - k) % n]];
    const double a = levels[m] * s.cursors.front();
    if (m + 1 < m_count) sum.add(above[m].at(thresholds[m] - a - x));
    if (m > 0) sum.add(below[m].at(a - thresholds[m - 1] + x));
  }
  return sum;
}

}  // namespace

SemiAnalyticResult semi_analytic_waveform(const PreparedSegment& segment, const DecisionPoint& point,
                                          const SemiAnalyticOptions& options, const Segment* description) {
  check_segment(segment);
  SymbolDecider decider(segment, point, adverse_thresholds(segment, point, options.bins));
  LaneOptions lane_options = options.lane;
  if (lane_options.instance.empty()) lane_options.instance = segment.name + "/lane0";
  lane_options.noise = false;
  Lane lane(segment, point, lane_options, description);
  if (lane.stages) decider.settle(lane.stages->settling().y, lane.stages->settling().sent, point.decision);
  const double constant = std::max(0.0, lane.linear.constant_variance());
  const std::vector<double>& t = decider.thresholds();
  LogSum sum;
  SemiAnalyticResult result;
  BaudLane::Block block;
  std::vector<double> variance;
  for (std::uint64_t b = 0; result.symbols < options.symbols; ++b) {
    result.interrupted = b > 1 && options.interrupted && options.interrupted();
    if (result.interrupted) break;
    lane.linear.fill(b, block);
    lane.add_stages(block.y);
    lane.linear.variance(b, variance);
    decider.feed_back(block.y, block.sent);
    if (b == 0) continue;  // feedback has settled
    for (std::size_t i = 0; i < block.y.size(); ++i) {
      const double sigma = std::sqrt(constant + variance[i]), y = block.y[i];
      const std::size_t m = block.sent[i];
      if (m < t.size()) sum.add(log_tail_of((t[m] - y) / sigma));
      if (m > 0) sum.add(log_tail_of((y - t[m - 1]) / sigma));
    }
    result.symbols += block.y.size();
  }
  const double log_ratio = sum.log_total() - std::log(static_cast<double>(result.symbols));
  result.symbol_error_ratio = Log10Probability::from_log10(log_ratio / std::numbers::ln10);
  result.effective_samples = sum.effective();
  refuse_few(segment, result);
  return result;
}

SemiAnalyticResult semi_analytic_pattern(const PreparedSegment& segment, const DecisionPoint& point,
                                         const SemiAnalyticOptions& options) {
  check_segment(segment);
  const int order = static_cast<int>(segment.levels.size()), most = cursors_that_fit(order);
  const int count = options.cursors == 0 ? most : options.cursors;
  if (count < 1 || count > most)
    throw ConfigError("a pattern of " + std::to_string(count) + " cursors of " + std::to_string(order) +
                      " levels is none of 1 to " + std::to_string(most) + " (at most 2^22 patterns)");
  const Split here = split(point.at(segment, 0.0), static_cast<std::size_t>(count));
  const std::vector<std::uint8_t> sequence = de_bruijn(order, static_cast<int>(here.cursors.size()));
  const int bins = options.bins;
  const auto thresholds = adverse_thresholds(segment, point, bins);
  const LogSum sum = sum_over_patterns(segment, point, here, thresholds, sequence, bins);
  const double patterns = static_cast<double>(sequence.size());
  const double here_log = sum.log_total() - std::log(patterns);
  const JitterMix mixed = mix_over_jitter(
      [&](double offset) {
        if (offset == 0.0) return here_log;
        const Split moved = split(point.at(segment, offset), here.cursors.size());
        return sum_over_patterns(segment, point, moved, thresholds,
                                 moved.cursors.size() == here.cursors.size()
                                     ? sequence
                                     : de_bruijn(order, static_cast<int>(moved.cursors.size())),
                                 bins)
                   .log_total() -
               std::log(std::pow(static_cast<double>(order), static_cast<double>(moved.cursors.size())));
      },
      segment.jitter);
  // Every pattern occurs, so that there is no sampling error to refuse.
  return {Log10Probability::from_log10(mixed.log_ratio / std::numbers::ln10), sum.effective(), sequence.size()};
}

}  // namespace tessera
