#include "phy/engine/pattern_noise.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tessera {
namespace {

constexpr double kMostBins = 2048.0;
constexpr int kRounds = 3;  // of the saddle point, which the slopes move little

Interference moved(Interference x, const std::vector<double>& slopes, double by) {
  std::vector<double>& h = x.synchronous.front().cursors;
  for (std::size_t k = 0; k < h.size(); ++k) h[k] += by * slopes[k];
  return x;
}

// One level beside one threshold, `up` the one above it.
struct Side {
  double plain, patterned;  // ln of the error probability
  double tilt;              // by how much ln patterned falls with the distance
};

Side side_of(const Interference& x, const std::vector<double>& slopes, double distance, double variance, bool up,
             double step) {
  const double sign = up ? 1.0 : -1.0, plain_tilt = saddle_tilt(x, distance, variance);
  double tilt = plain_tilt;
  for (int i = 0; i < kRounds; ++i) tilt = saddle_tilt(moved(x, slopes, sign * tilt), distance, variance);
  const Interference patterned = moved(x, slopes, sign * 0.5 * tilt);
  // Where there was hardly any interference the neighbours' noise may be wider than it.
  const double width = std::max(step, interference_span(patterned) / kMostBins);
  const auto tail = [&](const Interference& sum, double at) {
    const InterferenceTails tails(sum, width, std::min(at, 1.0 / width));
    return up ? tails.log_above(distance, variance) : tails.log_below(distance, variance);
  };
  return {tail(x, plain_tilt), tail(patterned, tilt), tilt};
}

Side side_at(const Decision& decision, std::size_t eye, bool up, const Interference& x,
             const std::vector<std::vector<double>>& slopes, double step) {
  const std::size_t m = up ? eye : eye + 1;
  const double distance = std::abs(decision.thresholds[eye] - decision.amplitudes[m]) - decision.threshold_error;
  return side_of(x, slopes[m], distance, decision.variances[m], up, step);
}

}  // namespace

double log_pattern_noise(const PreparedSegment& segment, const DecisionPoint& point, const Decision& decision,
                         const Interference& interference, double step) {
  const std::vector<std::vector<double>> slopes = neighbour_noise(segment, point.receiver);
  if (slopes.empty()) return 0.0;
  double plain = -std::numeric_limits<double>::infinity(), patterned = plain;
  for (std::size_t eye = 0; eye < decision.thresholds.size(); ++eye) {
    for (const bool up : {true, false}) {
      const Side side = side_at(decision, eye, up, interference, slopes, step);
      plain = log_add(plain, side.plain);
      patterned = log_add(patterned, side.patterned);
    }
  }
  return patterned - plain;
}

std::vector<double> pattern_thresholds(const PreparedSegment& segment, const DecisionPoint& point,
                                       const Decision& decision, const Interference& interference, double step) {
  std::vector<double> thresholds = decision.thresholds;
  const std::vector<std::vector<double>> slopes = neighbour_noise(segment, point.receiver);
  if (slopes.empty()) return thresholds;
  for (std::size_t eye = 0; eye < thresholds.size(); ++eye) {
    const Side below = side_at(decision, eye, true, interference, slopes, step),
               above = side_at(decision, eye, false, interference, slopes, step);
    const double shift = (below.patterned - below.plain - above.patterned + above.plain) / (below.tilt + above.tilt);
    const double low = decision.amplitudes[eye], high = decision.amplitudes[eye + 1];
    if (std::isfinite(shift) && low + std::abs(shift) < thresholds[eye] && thresholds[eye] < high - std::abs(shift))
      thresholds[eye] += shift;
  }
  return thresholds;
}

}  // namespace tessera
