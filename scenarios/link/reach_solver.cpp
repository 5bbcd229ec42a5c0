#include "scenarios/link/reach_solver.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

// A margin of 0 (closed eye) has no logarithm; -20 keeps the bracket's sign and lets the bisection guard take over.
double log_excess(double margin_q, double required) {
  return margin_q > 0.0 ? std::max(std::log(margin_q / required), -20.0) : -20.0;
}

struct Bracket {
  double low, value_low, high, value_high;
};

// Illinois false position: margin is close to a power law of length, so few steps reach the tolerance; the halving
// fallback bounds the number of evaluations where it is not.
double refine(Bracket b, double required, const std::function<double(double)>& margin_q, double tolerance) {
  int last_side = 0;
  for (int step = 0; step < 40 && b.high - b.low > tolerance * b.high; ++step) {
    double x = (b.low * b.value_high - b.high * b.value_low) / (b.value_high - b.value_low);
    const double guard = 0.05 * (b.high - b.low);
    x = step % 4 == 3 ? 0.5 * (b.low + b.high) : std::clamp(x, b.low + guard, b.high - guard);
    const double value = log_excess(margin_q(x), required);
    if (std::abs(value) < 1e-6) return x;
    const int side = (value > 0.0) == (b.value_low > 0.0) ? -1 : 1;
    if (side < 0) {
      b.low = x;
      b.value_low = value;
      if (last_side == side) b.value_high *= 0.5;
    } else {
      b.high = x;
      b.value_high = value;
      if (last_side == side) b.value_low *= 0.5;
    }
    last_side = side;
  }
  return 0.5 * (b.low + b.high);
}

void check(std::span<const MarginSample> scan, double required) {
  if (!(required > 0.0)) throw ConfigError("required margin_q must be positive, got " + std::to_string(required));
  if (scan.empty()) throw ConfigError("the length scan must hold at least one length");
  const auto later = [](const MarginSample& a, const MarginSample& b) { return a.length_m >= b.length_m; };
  if (std::adjacent_find(scan.begin(), scan.end(), later) != scan.end())
    throw ConfigError("scan lengths must increase");
}

}  // namespace

std::vector<double> scan_lengths(double limit_m, int count, double ratio) {
  if (!(limit_m > 0.0)) throw ConfigError("reach search limit must be positive, got " + std::to_string(limit_m) + " m");
  if (!(ratio > 1.0) || count < 2) throw ConfigError("a length scan needs a ratio above 1 and at least 2 points");
  std::vector<double> lengths(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i)
    lengths[static_cast<std::size_t>(i)] = limit_m * std::pow(ratio, static_cast<double>(i) / (count - 1) - 1.0);
  lengths.back() = limit_m;
  return lengths;
}

Reach find_reach(std::span<const MarginSample> scan, double required_margin_q,
                 const std::function<double(double)>& margin_q, double relative_tolerance) {
  check(scan, required_margin_q);
  std::vector<ClosingInterval> intervals;
  bool open = false;
  for (std::size_t i = 0; i < scan.size(); ++i) {
    const bool closes = scan[i].margin_q >= required_margin_q;
    if (closes == open) continue;
    double edge = scan[i].length_m;
    if (i > 0) {
      edge = refine({scan[i - 1].length_m, log_excess(scan[i - 1].margin_q, required_margin_q), scan[i].length_m,
                     log_excess(scan[i].margin_q, required_margin_q)},
                    required_margin_q, margin_q, relative_tolerance);
    }
    if (closes) intervals.push_back({edge, scan.back().length_m});
    if (!closes) intervals.back().end_m = edge;
    open = closes;
  }
  Reach reach;
  if (intervals.empty()) return reach;
  reach.first = intervals.front();
  reach.beyond_limit = open && intervals.size() == 1;
  if (!reach.beyond_limit) reach.reach_m = intervals.front().end_m;
  reach.later.assign(intervals.begin() + 1, intervals.end());
  return reach;
}

}  // namespace tessera
