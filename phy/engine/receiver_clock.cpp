#include "phy/engine/receiver_clock.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "phy/core/constants.hpp"
#include "phy/core/error.hpp"
#include "phy/equalization/cdr.hpp"

namespace tessera {
namespace {

constexpr double kSlewedAmplitude = 0.1;  // UI

double sign(double x) { return static_cast<double>((x > 0.0) - (x < 0.0)); }

double detected(const ReceiverClock& c, double z, double level, double crossing) {
  if (c.mode == ClockMode::mueller_muller) return (z * c.last_level - c.last_z * level) / c.variance - c.target;
  if (level == c.last_level) return 0.0;
  // Past the crossing the sample lies on the new symbol's side: the clock is late.
  return -sign(crossing - c.crossing.weight * (level + c.last_level)) * sign(level - c.last_level);
}

// Mean of |dx/dt| at the crossing over all pairs of symbols, those alike counting nothing; towards the newer symbol.
double mean_crossing_slope(const ClockSignal& s, double u) {
  const double newer = s.pulse.slope(u), older = s.pulse.slope(u + 1.0);
  double sum = 0.0;
  for (const double a : s.levels)
    for (const double b : s.levels) sum += sign(a - b) * (newer * a + older * b);
  return sum / static_cast<double>(s.levels.size() * s.levels.size());
}

}  // namespace

double crossing_density(const ClockSignal& s, const EqualizedPulse::Crossing& crossing) {
  constexpr int kBefore = 16, kBehind = 64, kSteps = 600;
  constexpr double kReach = 12.0;  // over the standard deviation
  const int window = s.pulse.pulse->ui_count / 4;
  std::vector<double> cursors;
  const double power = level_variance({s.levels.begin(), s.levels.end()});
  double variance = s.noise_variance;
  for (int k = -std::min(kBefore, window); k <= std::min(kBehind, window); ++k) {
    if (k == 0 || k == 1) continue;
    const auto tap = static_cast<std::size_t>(k - 1);
    cursors.push_back(s.pulse.at(crossing.u + k) - (k > 1 && tap < s.dfe.size() ? s.dfe[tap] * s.cursor : 0.0));
    variance += cursors.back() * cursors.back() * power;
  }
  const double step = kReach / std::sqrt(variance) / kSteps;
  double sum = 0.5;
  for (int i = 1; i <= kSteps; ++i) {
    const double w = i * step;
    double product = std::exp(-0.5 * s.noise_variance * w * w);
    for (const double c : cursors) {
      double mean = 0.0;
      for (const double level : s.levels) mean += std::cos(w * c * level);
      product *= mean / static_cast<double>(s.levels.size());
    }
    sum += product;
  }
  return sum * step / constants::kPi;
}

void start_clock(ReceiverClock& c, const ClockSignal& signal, const ReceiverOptions& options) {
  c.running = c.mode != ClockMode::none;
  if (!c.running) return;
  const EqualizedPulse& pulse = signal.pulse;
  const double cursor = signal.cursor, order = static_cast<double>(signal.levels.size());
  const double rate = 2.0 * constants::kPi * options.bandwidth,
               ratio = rate / (4.0 * options.damping * options.damping);
  const double first = signal.dfe.empty() ? 0.0 : signal.dfe.front();
  if (c.mode == ClockMode::bang_bang) {
    c.crossing = pulse.crossing(first * cursor);
    c.gain = 2.0 * crossing_density(signal, c.crossing) * mean_crossing_slope(signal, c.crossing.u);
    c.crossing.weight /= cursor;
    c.proportional = kSlewedAmplitude * rate / (1.0 - 1.0 / order);
    c.integral = c.proportional * ratio;
    return;
  }
  c.target = (pulse.at(1.0) - pulse.at(-1.0)) / cursor - first;
  c.gain = mueller_muller_gain(1.0 / cursor, pulse.slope(-1.0), pulse.slope(0.0), pulse.slope(1.0));
  if (!(c.gain > 0.0))
    throw NumericError("a Mueller-Muller clock does not lock: its detector has a gain of " + std::to_string(c.gain) +
                       " per UI at the settled phase");
  c.proportional = rate / c.gain;
  c.integral = c.proportional * ratio;
}

bool wants_crossing(const ReceiverClock& c, double level) {
  return c.running && c.mode == ClockMode::bang_bang && c.primed && level != c.last_level;
}

void step_clock(ReceiverClock& c, double z, double level, double crossing) {
  const double error = c.running && c.primed ? detected(c, z, level, crossing) : 0.0;
  c.last_z = z;
  c.last_level = level;
  c.primed = true;
  c.phase_ui += c.offset;
  if (c.running) c.phase_ui += clock_change(c.proportional, c.integral, error, c.frequency);
}

}  // namespace tessera
