#include "phy/engine/error_ratio.hpp"

#include <algorithm>
#include <boost/math/tools/minima.hpp>
#include <cmath>

namespace tessera {
namespace {

// Equal distances and variances recur in every eye of a regular constellation; each is summed once.
class Memory {
 public:
  explicit Memory(const InterferenceTails& tails) : tails_(tails) {}

  double above(double distance, double variance) { return find(true, distance, variance); }
  double below(double distance, double variance) { return find(tails_.symmetric(), distance, variance); }

 private:
  struct Entry {
    bool upper;
    double distance, variance, value;
  };

  double find(bool upper, double distance, double variance) {
    for (const Entry& e : seen_)
      if (e.upper == upper && std::abs(e.distance - distance) <= 1e-12 * std::abs(distance) &&
          std::abs(e.variance - variance) <= 1e-12 * variance)
        return e.value;
    const double value = upper ? tails_.log_above(distance, variance) : tails_.log_below(distance, variance);
    seen_.push_back({upper, distance, variance, value});
    return value;
  }

  const InterferenceTails& tails_;
  std::vector<Entry> seen_;
};

double eye_log_sum(const Decision& d, Memory& memory, std::size_t eye, double threshold) {
  return log_add(memory.above(threshold - d.amplitudes[eye], d.variances[eye]),
                 memory.below(d.amplitudes[eye + 1] - threshold, d.variances[eye + 1]));
}

// The two tails cross once; the sum is at most twice its minimum there. Near a closed eye the tails are staircases on
// which a plain minimiser stops at the wrong step, so the crossing comes first.
double least_error_threshold(const InterferenceTails& tails, double low, double high, double below, double above) {
  const auto up = [&](double t) { return tails.log_above(t - low, below); };
  const auto down = [&](double t) { return tails.log_below(high - t, above); };
  double a = low, b = high;
  for (int i = 0; i < 24; ++i) {
    const double t = 0.5 * (a + b);
    (up(t) > down(t) ? a : b) = t;
  }
  const double crossing = 0.5 * (a + b), reach = std::sqrt(std::max(below, above));
  const auto cost = [&](double t) { return log_add(up(t), down(t)); };
  const auto [t, value] = boost::math::tools::brent_find_minima(cost, std::max(low, crossing - reach),
                                                                std::min(high, crossing + reach), 20);
  return value < cost(crossing) ? t : crossing;
}

}  // namespace

double log_add(double a, double b) { return std::max(a, b) + std::log1p(std::exp(-std::abs(a - b))); }

std::vector<double> best_thresholds(const Decision& d, const InterferenceTails& tails) {
  std::vector<double> thresholds;
  for (std::size_t eye = 0; eye + 1 < d.amplitudes.size(); ++eye) {
    const double low = d.amplitudes[eye], high = d.amplitudes[eye + 1];
    const double vl = d.variances[eye], vh = d.variances[eye + 1];
    if ((tails.symmetric() && std::abs(vl - vh) <= 1e-9 * (vl + vh)) || !(high > low)) {
      thresholds.push_back(0.5 * (low + high));
      continue;
    }
    thresholds.push_back(least_error_threshold(tails, low, high, vl, vh));
  }
  return thresholds;
}

std::vector<double> offset_thresholds(const Decision& d, const InterferenceTails& tails) {
  std::vector<double> thresholds = d.thresholds;
  if (d.threshold_error == 0.0) return thresholds;
  Memory memory(tails);
  for (std::size_t eye = 0; eye < thresholds.size(); ++eye) {
    const double up = thresholds[eye] + d.threshold_error, down = thresholds[eye] - d.threshold_error;
    thresholds[eye] = eye_log_sum(d, memory, eye, up) >= eye_log_sum(d, memory, eye, down) ? up : down;
  }
  return thresholds;
}

double log_symbol_error_ratio(const Decision& d, const InterferenceTails& tails) {
  Memory memory(tails);
  double total = -std::numeric_limits<double>::infinity();
  for (std::size_t eye = 0; eye < d.thresholds.size(); ++eye) {
    double worst = eye_log_sum(d, memory, eye, d.thresholds[eye] + d.threshold_error);
    if (d.threshold_error != 0.0)
      worst = std::max(worst, eye_log_sum(d, memory, eye, d.thresholds[eye] - d.threshold_error));
    total = log_add(total, worst);
  }
  return std::min(0.0, total - std::log(static_cast<double>(d.amplitudes.size())));
}

double log_eye_error(const Decision& d, const InterferenceTails& tails, std::size_t eye) {
  const double t = d.thresholds[eye];
  return std::max(tails.log_above(t - d.amplitudes[eye], d.variances[eye]),
                  tails.log_below(d.amplitudes[eye + 1] - t, d.variances[eye + 1]));
}

}  // namespace tessera
