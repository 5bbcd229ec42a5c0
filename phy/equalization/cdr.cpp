#include "phy/equalization/cdr.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "phy/core/error.hpp"
#include "phy/equalization/decision_feedback.hpp"

namespace tessera {
namespace {

constexpr std::uint64_t kBefore = 1, kBehind = 2;  // samples that the interpolation needs around a time

// Cubic through x[-1], x[0], x[1], x[2] at t in [0, 1).
float cubic(const float* x, float t) {
  const float a = x[-1], b = x[0], c = x[1], d = x[2];
  const float c1 = c - b * 0.5F - a * (1.0F / 3.0F) - d * (1.0F / 6.0F);
  const float c2 = 0.5F * (a + c) - b;
  const float c3 = (d - a) * (1.0F / 6.0F) + 0.5F * (b - c);
  return ((c3 * t + c2) * t + c1) * t + b;
}

// The stream as far as it is at hand: data[0] is sample `start`.
struct Samples {
  const float* data;
  std::uint64_t start, end;

  float at(std::uint64_t whole, double fraction) const {
    return cubic(data + (whole - start), static_cast<float>(fraction));
  }
};

double sign(float x) { return static_cast<double>((x > 0.0F) - (x < 0.0F)); }

double detect_phase(const ClockRecovery& c, const Samples& s, float z, float level) {
  if (c.detector == PhaseDetector::mueller_muller) return static_cast<double>(z * c.last_level - c.last_z * level);
  if (level == c.last_level) return 0.0;
  const double half = 0.5 * static_cast<double>(c.samples_per_ui);
  const double middle = static_cast<double>(c.whole - s.start) + c.fraction - half;
  const double whole = std::floor(middle);
  const float edge = s.at(s.start + static_cast<std::uint64_t>(whole), middle - whole);
  // Past the crossing the sample lies on the new symbol's side: the clock is late.
  return -sign(edge - 0.5F * (level + c.last_level)) * sign(level - c.last_level);
}

void step_clock(ClockRecovery& c, double e) {
  const double change = clock_change(c.proportional, c.integral, e, c.frequency);
  c.offset_ui += change;
  const double next = c.fraction + (1.0 + change) * static_cast<double>(c.samples_per_ui);
  const double whole = std::floor(next);
  c.whole += static_cast<std::uint64_t>(whole);
  c.fraction = next - whole;
}

void take_symbol(ClockRecovery& c, const Samples& s, std::vector<RecoveredSymbol>& out) {
  const float y = s.at(c.whole, c.fraction);
  const float z = y - c.feedback * c.last_level;
  std::uint8_t d = 0;
  for (const float t : c.thresholds) d = static_cast<std::uint8_t>(d + (z > t ? 1 : 0));
  const float level = c.levels[d];
  const double e = c.symbols > 0 ? detect_phase(c, s, z, level) : 0.0;
  out.push_back({y, d, c.offset_ui});
  c.last_z = z;
  c.last_level = level;
  ++c.symbols;
  step_clock(c, e);
}

}  // namespace

ClockRecovery::ClockRecovery(std::span<const float> level_values, std::size_t samples_per_unit_interval,
                             double start_ui)
    : samples_per_ui(samples_per_unit_interval),
      levels(level_values.begin(), level_values.end()),
      thresholds(middle_thresholds(level_values)),
      offset_ui(start_ui) {
  if (levels.size() < 2 || levels.size() > 256)
    throw ConfigError(fmt::format("clock recovery needs 2 to 256 levels, got {}", levels.size()));
  if (samples_per_ui < 4)
    throw ConfigError(fmt::format("clock recovery needs at least 4 samples per UI, got {}", samples_per_ui));
  if (!(start_ui >= 1.0)) throw ConfigError(fmt::format("the first sample lies at 1 UI or later, got {} UI", start_ui));
  const double at = start_ui * static_cast<double>(samples_per_ui);
  whole = static_cast<std::uint64_t>(at);
  fraction = at - std::floor(at);
}

void recover(ClockRecovery& c, std::span<const float> samples, std::vector<RecoveredSymbol>& symbols) {
  c.tail.insert(c.tail.end(), samples.begin(), samples.end());
  const Samples s{c.tail.data(), c.tail_start, c.tail_start + c.tail.size()};
  while (c.whole + kBehind < s.end) take_symbol(c, s, symbols);
  // Half a UI and the interpolation's reach are looked at behind the next sample.
  const std::uint64_t needed = c.whole - std::min<std::uint64_t>(c.whole, c.samples_per_ui / 2 + kBefore + 2);
  if (needed <= c.tail_start) return;
  const auto gone = std::min<std::uint64_t>(needed - c.tail_start, c.tail.size());
  c.tail.erase(c.tail.begin(), c.tail.begin() + static_cast<std::ptrdiff_t>(gone));
  c.tail_start += gone;
}

double mueller_muller_gain(double variance, double before, double at, double after, double feedback) {
  return -variance * (after - before - feedback * at);
}

std::complex<double> jitter_transfer(double gain, double proportional, double integral, double frequency,
                                     double delay) {
  const double angle = 2.0 * std::numbers::pi * frequency;
  const auto z = std::polar(1.0, angle);
  const auto g = 0.5 * gain * (1.0 + 1.0 / z) * (proportional + integral * z / (z - 1.0)) / (z - 1.0) *
                 std::polar(1.0, -angle * delay);
  return g / (1.0 + g);
}

std::complex<double> tone(std::span<const double> x, double frequency, std::uint64_t first) {
  const double mean = std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
  std::complex<double> sum;
  for (std::size_t n = 0; n < x.size(); ++n) {
    const double turns = frequency * static_cast<double>(first + n);
    sum += (x[n] - mean) * std::polar(1.0, -2.0 * std::numbers::pi * (turns - std::floor(turns)));
  }
  return 2.0 / static_cast<double>(x.size()) * sum;
}

}  // namespace tessera
