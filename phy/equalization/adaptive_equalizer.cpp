#include "phy/equalization/adaptive_equalizer.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>
#include <string>

#include "phy/core/error.hpp"
#include "phy/core/multiversion.hpp"
#include "phy/equalization/decision_feedback.hpp"

#pragma GCC diagnostic ignored "-Wpsabi"  // vectors never cross a call: every helper below is inlined

namespace tessera {
namespace {

using Lanes __attribute__((vector_size(32))) = float;
constexpr std::size_t kLanes = 8, kMostTaps = 64, kRun = 1024, kWindows = 1024;
constexpr double kOneDecibel = 1.2589254117941673;

struct View {
  const float* x;  // window of the first symbol: `reversed` samples that end with it
  const std::uint8_t* known;
  std::uint8_t* decisions;
  float* slicer_input;
  std::size_t count;
  const float* added;  // to the slicer's input; null for nothing
};

enum class Learning { nothing, lms, signs };

__attribute__((always_inline)) inline float sum_of(const Lanes& sum) {
  Lanes v = sum;
  v += __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3);
  v += __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5);
  return v[0] + v[1];
}

__attribute__((always_inline)) inline float sign(float x) { return static_cast<float>((x > 0.0F) - (x < 0.0F)); }

__attribute__((always_inline)) inline Lanes load(const float* p) {
  Lanes v;
  std::memcpy(&v, p, sizeof(v));
  return v;
}

// V vectors of FFE taps in registers; the mask keeps the padding ahead of them at zero. Returns the sum of squared
// errors of the window of the trajectory so far, added up symbol by symbol: it does not depend on where blocks end.
template <std::size_t V, Learning kLearning>
__attribute__((always_inline)) inline double adapt(AdaptiveEqualizer& s, const View& b) {
  Lanes w[V], used[V];
  for (std::size_t i = 0; i < V; ++i) {
    w[i] = load(s.reversed.data() + i * kLanes);
    used[i] = s.ffe_step * load(s.mask.data() + i * kLanes);
  }
  const std::size_t feedback = s.dfe.size(), eyes = s.thresholds.size();
  float* taps = s.dfe.data();
  std::uint8_t* past = s.past.data();
  const float *levels = s.levels.data(), *thresholds = s.thresholds.data();
  const float *low = s.dfe_low.data(), *high = s.dfe_high.data();
  constexpr bool kSign = kLearning == Learning::signs;
  double squares = s.trajectory.sum;
  for (std::size_t n = 0; n < b.count; ++n) {
    const float* x = b.x + n;
    Lanes sum = w[0] * load(x);
    for (std::size_t i = 1; i < V; ++i) sum += w[i] * load(x + i * kLanes);
    float fed = 0.0F;
    for (std::size_t j = 0; j < feedback; ++j) fed += taps[j] * levels[past[j]];
    const float z = sum_of(sum) - fed + (b.added != nullptr ? b.added[n] : 0.0F);
    std::uint32_t d = 0;
    for (std::size_t e = 0; e < eyes; ++e) d += z > thresholds[e] ? 1U : 0U;
    b.decisions[n] = static_cast<std::uint8_t>(d);
    if (b.slicer_input != nullptr) b.slicer_input[n] = z;
    const auto target = b.known != nullptr ? b.known[n] : static_cast<std::uint8_t>(d);
    const float e = levels[target] - z;
    squares += static_cast<double>(e * e);
    const float step = kSign ? sign(e) : e;
    for (std::size_t i = 0; i < V && kLearning != Learning::nothing; ++i) {
      Lanes v = load(x + i * kLanes);
      if (kSign) {
        const Lanes one = Lanes{} + 1.0F, zero = {};
        v = v > zero ? one : (v < zero ? -one : zero);
      }
      w[i] += (used[i] * step) * v;
    }
    for (std::size_t j = feedback; j-- > 0;) {
      if (kLearning != Learning::nothing) {
        const float l = levels[past[j]];
        const float tap = taps[j] - (j < s.dfe_held ? 0.0F : s.dfe_step * step * (kSign ? sign(l) : l));
        taps[j] = std::min(std::max(tap, low[j]), high[j]);
      }
      past[j] = j > 0 ? past[j - 1] : target;
    }
  }
  for (std::size_t i = 0; i < V; ++i) std::memcpy(s.reversed.data() + i * kLanes, &w[i], sizeof(Lanes));
  return squares;
}

template <std::size_t V>
__attribute__((always_inline)) inline double adapt(AdaptiveEqualizer& s, const View& b) {
  if (s.ffe_step == 0.0F && s.dfe_step == 0.0F) return adapt<V, Learning::nothing>(s, b);
  return s.update == TapUpdate::lms ? adapt<V, Learning::lms>(s, b) : adapt<V, Learning::signs>(s, b);
}

TESSERA_MULTIVERSION double adapt_8(AdaptiveEqualizer& s, const View& b) { return adapt<1>(s, b); }
TESSERA_MULTIVERSION double adapt_16(AdaptiveEqualizer& s, const View& b) { return adapt<2>(s, b); }
TESSERA_MULTIVERSION double adapt_32(AdaptiveEqualizer& s, const View& b) { return adapt<4>(s, b); }
TESSERA_MULTIVERSION double adapt_64(AdaptiveEqualizer& s, const View& b) { return adapt<8>(s, b); }

double adapt_any(AdaptiveEqualizer& s, const View& b) {
  const std::size_t vectors = s.reversed.size() / kLanes;
  return vectors == 1 ? adapt_8(s, b) : vectors == 2 ? adapt_16(s, b) : vectors == 4 ? adapt_32(s, b) : adapt_64(s, b);
}

// @param squares of the window up to here
void record(ErrorTrajectory& t, double squares, std::size_t count) {
  t.sum = squares;
  t.filled += count;
  if (t.filled < t.window) return;
  t.mean_square.push_back(t.sum / static_cast<double>(t.window));
  t.sum = 0.0;
  t.filled = 0;
  if (t.mean_square.size() < kWindows) return;
  for (std::size_t i = 0; i < kWindows / 2; ++i)
    t.mean_square[i] = 0.5 * (t.mean_square[2 * i] + t.mean_square[2 * i + 1]);
  t.mean_square.resize(kWindows / 2);
  t.window *= 2;
}

}  // namespace

double ErrorTrajectory::settled() const {
  if (mean_square.empty()) throw NumericError("an equaliser has not seen a full window of symbols");
  const auto last = static_cast<std::ptrdiff_t>((mean_square.size() + 3) / 4);
  return std::accumulate(mean_square.end() - last, mean_square.end(), 0.0) / static_cast<double>(last);
}

std::optional<std::uint64_t> ErrorTrajectory::converged_at() const {
  const double end = settled();
  std::size_t first = mean_square.size();
  while (first > 0 && mean_square[first - 1] < end * kOneDecibel && mean_square[first - 1] > end / kOneDecibel) --first;
  if (4 * (mean_square.size() - first) <= mean_square.size()) return std::nullopt;
  return first * window;
}

AdaptiveEqualizer::AdaptiveEqualizer(std::span<const float> level_values, std::span<const float> start,
                                     std::size_t dfe_taps)
    : levels(level_values.begin(), level_values.end()),
      thresholds(middle_thresholds(levels)),
      ffe_taps(start.size()),
      dfe(dfe_taps, 0.0F),
      dfe_low(dfe_taps, -std::numeric_limits<float>::infinity()),
      dfe_high(dfe_taps, std::numeric_limits<float>::infinity()),
      past(dfe_taps, 0) {
  if (levels.size() < 2 || levels.size() > 256)
    throw ConfigError("an equaliser needs 2 to 256 levels, got " + std::to_string(levels.size()));
  if (start.empty() || start.size() > kMostTaps)
    throw ConfigError("an adaptive FFE has 1 to 64 taps, got " + std::to_string(start.size()));
  std::size_t padded = kLanes;
  while (padded < start.size()) padded *= 2;
  reversed.assign(padded, 0.0F);
  std::reverse_copy(start.begin(), start.end(), reversed.end() - static_cast<std::ptrdiff_t>(start.size()));
  mask.assign(padded, 0.0F);
  std::fill(mask.end() - static_cast<std::ptrdiff_t>(start.size()), mask.end(), 1.0F);
  window.assign(padded - 1 + kRun, 0.0F);
}

std::vector<float> AdaptiveEqualizer::ffe() const {
  return {reversed.rbegin(), reversed.rbegin() + static_cast<std::ptrdiff_t>(ffe_taps)};
}

void AdaptiveEqualizer::hold(std::size_t tap) { mask[mask.size() - 1 - tap] = 0.0F; }

void equalize(AdaptiveEqualizer& s, std::span<const float> v, std::span<const std::uint8_t> known,
              std::span<std::uint8_t> decisions, std::span<float> slicer_input, std::span<const float> added) {
  if (decisions.size() != v.size() || (!known.empty() && known.size() != v.size()) ||
      (!added.empty() && added.size() != v.size()) || (!slicer_input.empty() && slicer_input.size() != v.size()))
    throw Error("equalize: samples, symbols and decisions differ in number");
  const std::size_t past = s.reversed.size() - 1;
  for (std::size_t done = 0; done < v.size();) {
    // Errors are added up by windows at fixed places of the stream.
    const auto left = static_cast<std::size_t>(kRun - s.trajectory.filled % kRun);
    const std::size_t run = std::min(left, v.size() - done);
    std::copy_n(v.begin() + static_cast<std::ptrdiff_t>(done), run,
                s.window.begin() + static_cast<std::ptrdiff_t>(past));
    const View b{s.window.data(),
                 known.empty() ? nullptr : known.data() + done,
                 decisions.data() + done,
                 slicer_input.empty() ? nullptr : slicer_input.data() + done,
                 run,
                 added.empty() ? nullptr : added.data() + done};
    record(s.trajectory, adapt_any(s, b), run);
    std::copy_n(s.window.begin() + static_cast<std::ptrdiff_t>(run), past, s.window.begin());
    done += run;
  }
}

EqualizedSymbol equalize_symbol(AdaptiveEqualizer& s, std::span<const float> inputs, int known, float added) {
  if (inputs.size() != s.reversed.size()) throw Error("equalize_symbol: inputs and taps differ in number");
  const auto training = static_cast<std::uint8_t>(known);
  EqualizedSymbol result;
  const View b{inputs.data(), known < 0 ? nullptr : &training, &result.decision, &result.z, 1, &added};
  record(s.trajectory, adapt_any(s, b), 1);
  return result;
}

}  // namespace tessera
