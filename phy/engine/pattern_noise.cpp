#include "phy/engine/pattern_noise.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tessera {
namespace {

constexpr double kMostBins = 2048.0;
constexpr int kRounds = 30, kQuadraticRounds = 8, kThresholdRounds = 4;
constexpr double kSmallShare = 0.1, kStands = 1e-4;  // of the variance
constexpr double kSettled = 0.05;                    // nepers that a threshold's last step changed its tails by

Interference moved(Interference x, const std::vector<double>& slopes, double by) {
  std::vector<double>& h = x.synchronous.front().cursors;
  for (std::size_t k = 0; k < h.size(); ++k) h[k] += by * slopes[k];
  return x;
}

// Cumulant generating function of interference and noise towards a threshold, and its derivatives.
struct Cumulants {
  double value = 0.0, first = 0.0, second = 0.0;
};

// Adds cursors h that are wider by s V'/2: exponents s h + s^2 V'/2. An empty V' is 0.
void add_cursors(const CursorSet& set, const std::vector<double>& slopes, double sign, double s, Cumulants& sum) {
  for (std::size_t k = 0; k < set.cursors.size(); ++k) {
    const double h = sign * set.cursors[k], bend = slopes.empty() ? 0.0 : slopes[k];
    const double exponent = s * (h + 0.5 * s * bend), slope = h + s * bend;
    double top = -std::numeric_limits<double>::infinity(), p0 = 0.0, p1 = 0.0, p2 = 0.0;
    for (const double level : set.levels) top = std::max(top, exponent * level);
    for (const double level : set.levels) {
      const double w = std::exp(exponent * level - top);
      p0 += w, p1 += w * level, p2 += w * level * level;
    }
    const double mean = p1 / p0;
    sum.value += top + std::log(p0 / static_cast<double>(set.levels.size()));
    sum.first += slope * mean;
    sum.second += slope * slope * (p2 / p0 - mean * mean) + bend * mean;
  }
}

Cumulants cumulants(const Interference& x, const std::vector<double>& slopes, double variance, double sign, double s) {
  const double gaussian = variance + (x.asynchronous != nullptr ? asynchronous_variance(*x.asynchronous) : 0.0);
  Cumulants sum{0.5 * s * s * gaussian, s * gaussian, gaussian};
  for (std::size_t i = 0; i < x.synchronous.size(); ++i)
    add_cursors(x.synchronous[i], i == 0 ? slopes : std::vector<double>{}, sign, s, sum);
  return sum;
}

// ln of the tail beyond `distance` by its saddle point, to the same order for everything it is asked of.
struct Saddle {
  double tilt, log_tail;
};

Saddle saddle(const Interference& x, const std::vector<double>& slopes, double variance, double sign, double distance,
              double first_guess) {
  double s = first_guess;
  Cumulants k = cumulants(x, slopes, variance, sign, s);
  for (int i = 0; i < kRounds; ++i) {
    const double step = (distance - k.first) / k.second;
    s = std::max(0.5 * s, s + step);
    k = cumulants(x, slopes, variance, sign, s);
    if (std::abs(step) < 1e-6 * s) break;
  }
  return {s, k.value - s * distance - std::log(s * std::sqrt(k.second))};
}

// V^2 that the quadratic part of the neighbours' noise is more where `cursors` are tilted by `tilt`.
double quadratic_variance(const NeighbourNoise& noise, const CursorSet& cursors, double tilt) {
  const std::size_t n = cursors.cursors.size();
  std::vector<double> means, variances;
  for (const int k : noise.neighbours) {
    const double t = tilt * cursors.cursors[static_cast<std::size_t>(k + static_cast<int>(n)) % n];
    double p0 = 0.0, p1 = 0.0, p2 = 0.0;
    for (const double level : cursors.levels) {
      const double w = std::exp(std::clamp(t * level, -300.0, 300.0));
      p0 += w, p1 += w * level, p2 += w * level * level;
    }
    means.push_back(p1 / p0);
    variances.push_back(p2 / p0 - means.back() * means.back());
  }
  return noise.excess(means, variances, level_variance(cursors.levels));
}

// One level beside one threshold, `up` the one above it.
struct Side {
  double plain, patterned;  // ln of the error probability
  double tilt;              // by how much ln patterned falls with the distance
};

Side side_of(const Interference& x, const NeighbourNoise& noise, std::size_t level, double distance, double variance,
             bool up, double step) {
  const std::vector<double>& slopes = noise.slopes[level];
  // Where there was hardly any interference the neighbours' noise may be wider than it.
  const auto tail = [&](const Interference& sum, double tilt, double gaussian) {
    const double width = std::max(step, interference_span(sum) / kMostBins);
    const InterferenceTails tails(sum, width, std::min(tilt, 1.0 / width));
    return up ? tails.log_above(distance, gaussian) : tails.log_below(distance, gaussian);
  };
  const double sign = up ? 1.0 : -1.0, plain_tilt = saddle_tilt(x, distance, variance),
               plain = tail(x, plain_tilt, variance);
  if (!(plain_tilt > 0.0)) return {plain, plain, 0.0};
  // What is quadratic moves the saddle that it is taken at.
  double widened = variance;
  Saddle bent = saddle(x, slopes, widened, sign, distance, plain_tilt);
  Interference straightened = moved(x, slopes, sign * 0.5 * bent.tilt);
  for (int i = 0; i < kQuadraticRounds && !noise.squares.empty(); ++i) {
    const double more = quadratic_variance(noise, straightened.synchronous.front(), sign * bent.tilt);
    const double last = widened;
    widened = std::abs(more) < kSmallShare * variance ? variance + more
                                                      : std::max(0.5 * (last + variance + more), 0.5 * variance);
    if (std::abs(widened - last) < kStands * variance) break;
    bent = saddle(x, slopes, widened, sign, distance, bent.tilt);
    straightened = moved(x, slopes, sign * 0.5 * bent.tilt);
  }
  const Saddle straight = saddle(straightened, {}, widened, sign, distance, bent.tilt);
  const double patterned = tail(straightened, straight.tilt, widened) + bent.log_tail - straight.log_tail;
  return {plain, std::min(patterned, 0.0), bent.tilt};  // not a number stays one
}

Side side_at(const Decision& decision, std::size_t eye, double threshold, bool up, const Interference& x,
             const NeighbourNoise& noise, double step) {
  const std::size_t m = up ? eye : eye + 1;
  const double distance = up ? threshold - decision.amplitudes[m] : decision.amplitudes[m] - threshold;
  return side_of(x, noise, m, distance, decision.variances[m], up, step);
}

// ln of both errors of an eye, plain and patterned.
struct Both {
  double plain, patterned;
};

Both both_at(const Decision& decision, std::size_t eye, double threshold, const Interference& x,
             const NeighbourNoise& noise, double step) {
  const Side below = side_at(decision, eye, threshold, true, x, noise, step),
             above = side_at(decision, eye, threshold, false, x, noise, step);
  return {log_add(below.plain, above.plain), log_add(below.patterned, above.patterned)};
}

}  // namespace

double log_pattern_noise(const NeighbourNoise& noise, const Decision& decision, const Interference& interference,
                         double step) {
  if (noise.empty()) return 0.0;
  double plain = -std::numeric_limits<double>::infinity(), patterned = plain;
  for (std::size_t eye = 0; eye < decision.thresholds.size(); ++eye) {
    const double t = decision.thresholds[eye], offset = decision.threshold_error;
    Both worst = both_at(decision, eye, t + offset, interference, noise, step);
    if (offset != 0.0) {
      const Both other = both_at(decision, eye, t - offset, interference, noise, step);
      worst = {std::max(worst.plain, other.plain), std::max(worst.patterned, other.patterned)};
    }
    plain = log_add(plain, worst.plain);
    patterned = log_add(patterned, worst.patterned);
  }
  return patterned - plain;
}

std::vector<double> adverse_thresholds(const NeighbourNoise& noise, const Decision& decision,
                                       const Interference& interference, const InterferenceTails& tails, double step) {
  if (decision.threshold_error == 0.0) return decision.thresholds;
  if (noise.empty()) return offset_thresholds(decision, tails);
  std::vector<double> thresholds = decision.thresholds;
  for (std::size_t eye = 0; eye < thresholds.size(); ++eye) {
    const double up = thresholds[eye] + decision.threshold_error, down = thresholds[eye] - decision.threshold_error;
    const auto cost = [&](double t) { return both_at(decision, eye, t, interference, noise, step).patterned; };
    thresholds[eye] = cost(up) >= cost(down) ? up : down;
  }
  return thresholds;
}

std::vector<double> pattern_thresholds(const NeighbourNoise& noise, const Decision& decision,
                                       const Interference& interference, double step) {
  std::vector<double> thresholds = decision.thresholds;
  if (noise.empty()) return thresholds;
  for (std::size_t eye = 0; eye < thresholds.size(); ++eye) {
    const double low = decision.amplitudes[eye], high = decision.amplitudes[eye + 1];
    double& t = thresholds[eye];
    for (int i = 0; i < kThresholdRounds; ++i) {
      const Side below = side_at(decision, eye, t, true, interference, noise, step),
                 above = side_at(decision, eye, t, false, interference, noise, step);
      const double slope = below.tilt + above.tilt,
                   balance = std::log(below.tilt) + below.patterned - std::log(above.tilt) - above.patterned;
      const double shift = balance / slope;
      if (!std::isfinite(shift) || low + std::abs(shift) >= t || t >= high - std::abs(shift)) break;
      t += shift;
      if (std::abs(balance) < kSettled) break;
    }
  }
  return thresholds;
}

}  // namespace tessera
