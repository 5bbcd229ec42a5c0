#include "phy/engine/interference.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <ranges>

#include "phy/core/multiversion.hpp"
#include "phy/engine/noise_density.hpp"
#include "phy/noise/tail_kernel.hpp"

namespace tessera {
namespace {

PulseResponse equalised_pulse(const Response& response, const AdaptedReceiver& receiver) {
  Response r{response.grid, std::vector<Complex>(response.values.size()), response.bulk_delay};
  for (std::size_t k = 0; k < r.values.size(); ++k) r.values[k] = response.values[k] * receiver.ctle[k];
  return pulse_response(r);
}

// Behind the FFE too: its transfer repeats with the symbol rate.
PulseResponse pulse_at_decision(const Response& response, const AdaptedReceiver& receiver,
                                const std::vector<Complex>& ffe, int samples_per_ui) {
  Response r{response.grid, std::vector<Complex>(response.values.size()), response.bulk_delay};
  for (std::size_t k = 0; k < r.values.size(); ++k)
    r.values[k] = response.values[k] * receiver.ctle[k] * ffe[k % ffe.size()];
  return pulse_response(r, samples_per_ui);
}

// An aggressor's cursors in any order: those below a millionth of the largest hold less than 1e-8 of the variance on
// the longest window.
std::vector<double> noticeable(std::vector<double> cursors) {
  double largest = 0.0;
  for (double h : cursors) largest = std::max(largest, std::abs(h));
  std::erase_if(cursors, [&](double h) { return std::abs(h) < 1e-6 * largest; });
  return cursors;
}

std::vector<double> scaled(std::vector<double> v, double gain) {
  for (double& value : v) value *= gain;
  return v;
}

bool is_symmetric(const std::vector<double>& levels) {
  const double span = levels.back() - levels.front();
  for (std::size_t i = 0; i < levels.size(); ++i)
    if (std::abs(levels[i] + levels[levels.size() - 1 - i]) > 1e-12 * span) return false;
  return true;
}

double half_range(const CursorSet& set) { return 0.5 * (set.levels.back() - set.levels.front()); }

// A symmetric cursor with tilt x range below 0.25 is a Gaussian of its variance but for its fourth cumulant, 4e-6 neper
// in the tail
// (-0.026 range^4 for PAM4), which is counted; the sixth leaves 1e-8. An asymmetric one has a third cumulant as well
// and is followed down to half a bin.
double smallest_resolved(const CursorSet& set, double limit, double step, double tilt) {
  return std::max(0.5 * step, is_symmetric(set.levels) && tilt > 0.0 ? limit / tilt : 0.0);
}

double fourth_cumulant(const std::vector<double>& levels) {
  const double variance = level_variance(levels);
  double fourth = 0.0;
  for (double level : levels) fourth += level * level * level * level / static_cast<double>(levels.size());
  return fourth - 3.0 * variance * variance;
}

struct Moments {
  double squares = 0.0, fourths = 0.0;
};

TESSERA_MULTIVERSION double sum_of_magnitudes(const double* h, std::size_t n) {
  constexpr std::size_t kLanes = 8;
  double parts[kLanes] = {}, sum = 0.0;
  std::size_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (std::size_t k = 0; k < kLanes; ++k) parts[k] += std::abs(h[i + k]);
  for (; i < n; ++i) sum += std::abs(h[i]);
  for (double part : parts) sum += part;
  return sum;
}

// Of the cursors below `limit`.
TESSERA_MULTIVERSION Moments moments_below(const double* h, std::size_t n, double limit) {
  constexpr std::size_t kLanes = 8;
  double squares[kLanes] = {}, fourths[kLanes] = {};
  Moments sum;
  std::size_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (std::size_t k = 0; k < kLanes; ++k) {
      const double square = std::abs(h[i + k]) < limit ? h[i + k] * h[i + k] : 0.0;
      squares[k] += square;
      fourths[k] += square * square;
    }
  for (; i < n; ++i) {
    const double square = std::abs(h[i]) < limit ? h[i] * h[i] : 0.0;
    sum.squares += square;
    sum.fourths += square * square;
  }
  for (std::size_t k = 0; k < kLanes; ++k) {
    sum.squares += squares[k];
    sum.fourths += fourths[k];
  }
  return sum;
}

// Small cursors go into their Gaussian; the rest is convolved, smallest first.
void add_cursors(const CursorSet& set, double sign, double limit, Pdf& pdf, SmallCursors& small) {
  const double range = set.levels.back() - set.levels.front();
  const double resolved = smallest_resolved(set, limit, pdf.step(), pdf.tilt()) / range;
  const Moments below = moments_below(set.cursors.data(), set.cursors.size(), resolved);
  small.variance += below.squares * level_variance(set.levels);
  if (pdf.tilt() > 0.0 && is_symmetric(set.levels))
    small.log_correction += std::pow(pdf.tilt(), 4) / 24.0 * below.fourths * fourth_cumulant(set.levels);
  std::vector<double> sorted;
  for (double h : set.cursors)
    if (!(std::abs(h) < resolved)) sorted.push_back(h);
  std::sort(sorted.begin(), sorted.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
  const Impulses plus(set.levels), minus = plus.negated();
  for (double h : sorted) pdf.add_impulses(sign * h > 0.0 ? plus : minus, std::abs(h));
}

double full_span(const CursorSet& set) {
  return 2.0 * half_range(set) * sum_of_magnitudes(set.cursors.data(), set.cursors.size());
}

std::size_t bins_of(const CursorSet& set, double step) {
  double sum = 0.0;
  std::size_t count = 0;
  for (double h : set.cursors) {
    const double range = 2.0 * std::abs(h) * half_range(set);
    if (range < 0.5 * step) continue;
    sum += range;
    ++count;
  }
  // Every shift of an alphabet of M may round up by one bin per power of two.
  return static_cast<std::size_t>(sum / step) + 4 * count + 8;
}

struct Axis {
  double step, tilt, negligible;
};

// Symbols of aggressors are symmetric about zero, so one density serves both tails.
Pdf density_of(const AsynchronousAggressor& aggressor, const Axis& axis, SmallCursors& small) {
  std::vector<Pdf> parts;
  SmallCursors sum;
  for (const CursorSet& phase : aggressor.phases) {
    Pdf part(axis.step, axis.tilt, bins_of(phase, axis.step), axis.negligible);
    add_cursors(phase, 1.0, 0.05, part, sum);  // their variances differ between phases: keep them small
    parts.push_back(std::move(part));
  }
  const double share = aggressor.count / static_cast<double>(aggressor.phases.size());
  small.variance += share * sum.variance;
  small.log_correction += share * sum.log_correction;
  return Pdf::mixture(parts);
}

Pdf total_density(const Interference& x, double sign, const Axis& axis, SmallCursors& small) {
  std::size_t capacity = 16;
  for (const CursorSet& set : x.synchronous) capacity += bins_of(set, axis.step);
  Pdf pdf(axis.step, axis.tilt, capacity, axis.negligible);
  for (const CursorSet& set : std::views::reverse(x.synchronous)) add_cursors(set, sign, 0.25, pdf, small);
  if (x.asynchronous == nullptr || x.asynchronous->empty()) return pdf;
  const AggressorDensity* known = x.prepared;
  std::optional<AggressorDensity> fresh;
  if (known == nullptr || known->pdf.step() != axis.step || known->pdf.tilt() != axis.tilt ||
      known->negligible != axis.negligible) {
    fresh = aggressor_density(*x.asynchronous, axis.step, axis.tilt, axis.negligible);
    known = &*fresh;
  }
  small.variance += known->small.variance;
  small.log_correction += known->small.log_correction;
  Pdf sum(axis.step, axis.tilt, pdf.weights().size() + known->pdf.weights().size(), axis.negligible);
  sum.add(pdf);
  sum.add(known->pdf);
  return sum;
}

bool all_symmetric(const Interference& x) {
  for (const CursorSet& set : x.synchronous)
    if (!is_symmetric(set.levels)) return false;
  if (x.asynchronous != nullptr)
    for (const AsynchronousAggressor& a : *x.asynchronous)
      if (!is_symmetric(a.phases.front().levels)) return false;
  return true;
}

// Of levels whose mean is 0.
double third_cumulant(const std::vector<double>& levels) {
  double third = 0.0;
  for (double level : levels) third += level * level * level / static_cast<double>(levels.size());
  return third;
}

// Mean and variance of the cursors under the tilt s.
void add_tilted_moments(const CursorSet& set, double s, double& mean, double& variance) {
  const double k2 = level_variance(set.levels), k3 = third_cumulant(set.levels), k4 = fourth_cumulant(set.levels);
  // Where a series to the fourth cumulant is right to 5e-4 of that cursor's share.
  const double small = 0.5 / (2.0 * half_range(set));
  for (double h : set.cursors) {
    const double t = s * h;
    if (std::abs(t) < small) {
      mean += h * t * (k2 + t * (k3 / 2.0 + t * k4 / 6.0));
      variance += h * h * (k2 + t * (k3 + t * k4 / 2.0));
      continue;
    }
    double p0 = 0.0, p1 = 0.0, p2 = 0.0;
    const double top = std::max(t * set.levels.front(), t * set.levels.back());
    for (double level : set.levels) {
      const double w = std::exp(t * level - top);
      p0 += w, p1 += w * level, p2 += w * level * level;
    }
    p1 /= p0, p2 /= p0;
    mean += h * p1;
    variance += h * h * (p2 - p1 * p1);
  }
}

}  // namespace

AggressorDensity aggressor_density(const std::vector<AsynchronousAggressor>& aggressors, double step, double tilt,
                                   double negligible) {
  SmallCursors small;
  std::vector<Pdf> each;
  std::size_t capacity = 16;
  for (const AsynchronousAggressor& a : aggressors) {
    each.push_back(density_of(a, {step, tilt, negligible}, small));
    capacity += static_cast<std::size_t>(a.count) * each.back().weights().size();
  }
  Pdf all(step, tilt, capacity, negligible);
  for (std::size_t i = 0; i < each.size(); ++i) all.add(each[i], aggressors[i].count);
  return {std::move(all), small, negligible};
}

std::vector<AsynchronousAggressor> asynchronous_aggressors(const PreparedSegment& segment,
                                                           const AdaptedReceiver& receiver, int phases) {
  std::vector<AsynchronousAggressor> result;
  const std::vector<Complex> ffe = ffe_transfer(receiver.taps, segment.grid.ui_count);
  for (const CrosstalkPath& path : segment.crosstalk) {
    if (path.synchronous) continue;
    std::vector<double> gains = aggressor_gains(path, segment.lane_classes.front());
    if (gains.empty()) continue;
    // Phases that fall on samples need no others.
    const int samples = path.response.grid.samples_per_ui % phases == 0 ? phases : 0;
    const PulseResponse pulse = pulse_at_decision(path.response, receiver, ffe, samples);
    std::vector<std::vector<double>> cursors;
    for (int i = 0; i < phases; ++i)
      cursors.push_back(noticeable(pulse.cursors(static_cast<double>(i) * pulse.samples_per_ui / phases)));
    for (double& gain : gains) gain = std::abs(gain);  // symbols are symmetric about zero
    std::sort(gains.begin(), gains.end());
    for (std::size_t i = 0; i < gains.size(); ++i) {
      if (gains[i] == 0.0) continue;
      if (i > 0 && gains[i] == gains[i - 1]) {
        ++result.back().count;
        continue;
      }
      AsynchronousAggressor aggressor;
      for (const auto& c : cursors) aggressor.phases.push_back({scaled(c, gains[i]), segment.modulation.levels});
      result.push_back(std::move(aggressor));
    }
  }
  return result;
}

std::vector<SynchronousAggressor> synchronous_aggressors(const PreparedSegment& segment,
                                                         const AdaptedReceiver& receiver) {
  std::vector<SynchronousAggressor> result;
  for (const CrosstalkPath& path : segment.crosstalk) {
    const auto& gains = aggressor_gains(path, segment.lane_classes.front());
    if (path.synchronous && !gains.empty()) result.push_back({equalised_pulse(path.response, receiver), gains});
  }
  return result;
}

Interference interference_at(const PreparedSegment& segment, const AdaptedReceiver& receiver,
                             const std::vector<SynchronousAggressor>& synchronous, double offset_ui) {
  const double position = receiver.position + offset_ui * receiver.pulse.samples_per_ui;
  Interference x;
  CursorSet own{apply_ffe(receiver.pulse.cursors(position), receiver.taps), segment.levels};
  const double mean =
      std::accumulate(own.levels.begin(), own.levels.end(), 0.0) / static_cast<double>(own.levels.size());
  for (double& level : own.levels) level -= mean;
  x.cursor = own.cursors.front();
  for (std::size_t n = 0; n < receiver.taps.dfe.size(); ++n)
    own.cursors[n + 1] -= receiver.taps.dfe[n] * receiver.taps.cursor;
  own.cursors.front() = 0.0;
  x.synchronous.push_back(std::move(own));
  for (const SynchronousAggressor& aggressor : synchronous) {
    const auto cursors = apply_ffe(aggressor.pulse.cursors(position), receiver.taps);
    for (double gain : aggressor.gains) x.synchronous.push_back({scaled(cursors, gain), segment.modulation.levels});
  }
  return x;
}

InterferenceTails::InterferenceTails(const Interference& x, double step, double tilt, double negligible)
    : symmetric_(all_symmetric(x)),
      upper_(total_density(x, 1.0, {step, tilt, negligible}, small_)),
      lower_(step, tilt, 1) {
  SmallCursors again;
  if (!symmetric_) lower_ = total_density(x, -1.0, {step, tilt, negligible}, again);
}

double InterferenceTails::log_above(double distance, double variance) const {
  return std::min(0.0, log_tail(upper_, distance, variance + small_.variance) + small_.log_correction);
}

double InterferenceTails::log_below(double distance, double variance) const {
  return std::min(0.0,
                  log_tail(symmetric_ ? upper_ : lower_, distance, variance + small_.variance) + small_.log_correction);
}

double interference_span(const Interference& x) {
  double span = 0.0;
  for (const CursorSet& set : x.synchronous) span += full_span(set);
  if (x.asynchronous != nullptr) {
    for (const AsynchronousAggressor& a : *x.asynchronous) {
      double widest = 0.0;
      for (const CursorSet& phase : a.phases) widest = std::max(widest, full_span(phase));
      span += a.count * widest;
    }
  }
  return span;
}

double interference_variance(const CursorSet& set) {
  const double all = std::numeric_limits<double>::infinity();
  return moments_below(set.cursors.data(), set.cursors.size(), all).squares * level_variance(set.levels);
}

double asynchronous_variance(const std::vector<AsynchronousAggressor>& aggressors) {
  double total = 0.0;
  for (const AsynchronousAggressor& a : aggressors)
    for (const CursorSet& phase : a.phases)
      total += a.count * interference_variance(phase) / static_cast<double>(a.phases.size());
  return total;
}

double saddle_tilt(const Interference& x, double distance, double variance) {
  if (!(distance > 0.0)) return 0.0;
  const double gaussian = variance + (x.asynchronous != nullptr ? asynchronous_variance(*x.asynchronous) : 0.0);
  double total = gaussian;
  for (const CursorSet& set : x.synchronous) total += interference_variance(set);
  if (!(total > 0.0)) return 0.0;
  double low = distance / total, high = gaussian > 0.0 ? distance / gaussian : 1e6 * low, s = low;
  low = 0.0;
  // Newton on K'(s) = distance kept inside its bracket; a tenth of a percent is more than the tilt needs.
  for (int i = 0; i < 40; ++i) {
    double mean = s * gaussian, spread = gaussian;
    for (const CursorSet& set : x.synchronous) add_tilted_moments(set, s, mean, spread);
    (mean > distance ? high : low) = s;
    const double next = spread > 0.0 ? s - (mean - distance) / spread : high;
    const double kept = next > low && next < high ? next : 0.5 * (low + high);
    if (std::abs(kept - s) < 1e-3 * s) return kept;
    s = kept;
  }
  return s;
}

}  // namespace tessera
