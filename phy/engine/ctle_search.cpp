#include "phy/engine/ctle_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "phy/core/multiversion.hpp"
#include "phy/engine/noise_density.hpp"
#include "phy/equalization/mmse_ranking.hpp"
#include "phy/signal/fft.hpp"

namespace tessera {
namespace {

constexpr std::size_t kExhaustiveLimit = 1024;
constexpr std::size_t kPeakReach = 16;  // UI: no gains move the peak further from that of the first pair

/// How a pair's phase is settled: the coarse raster ranks all of them, the fine one those that come near.
enum class Raster { coarse, fine };
constexpr std::size_t kFinalists = 40;
constexpr double kNear = 1.1;          // times the least error on the coarse raster: settling gains less than that
constexpr std::size_t kLagsKept = 64;  // so that receivers with more or fewer taps share correlations
constexpr int kSearchSamples = 16;     // per UI, what the fine raster needs

using Weights = std::array<double, 3>;

TESSERA_MULTIVERSION double dot(const double* a, const double* b, std::size_t n) {
  double lanes[16] = {};
  std::size_t i = 0;
  for (; i + 16 <= n; i += 16)
    for (std::size_t k = 0; k < 16; ++k) lanes[k] += a[i + k] * b[i + k];
  double sum = 0.0;
  for (; i < n; ++i) sum += a[i] * b[i];
  for (double lane : lanes) sum += lane;
  return sum;
}

struct Gains {
  std::size_t i, j;
  double error = std::numeric_limits<double>::max();
  double position = 0.0;  // samples, where the coarsest raster settles
};

int samples_for(const PreparedSegment& segment) {
  const int own = segment.grid.samples_per_ui;
  return segment.receiver.phase != PhasePolicy::mueller_muller && own % kSearchSamples == 0 ? kSearchSamples : own;
}

using Pulses = std::array<std::vector<double>, 3>;

// Of the channel through the CTLE's poles, times 1, j k and (j k)^2 for bin k.
Pulses pulses_behind(const Response& channel, const std::vector<Complex>& poles, int samples_per_ui, bool second) {
  Response response{channel.grid, std::vector<Complex>(poles.size()), 0.0};
  for (std::size_t k = 0; k < poles.size(); ++k) {
    const double pr = poles[k].real(), pi = poles[k].imag(), hr = channel.values[k].real(),
                 hi = channel.values[k].imag();
    response.values[k] = {pr * hr - pi * hi, pr * hi + pi * hr};
  }
  Pulses pulses;
  for (std::size_t order = 0; order < 3; ++order) {
    pulses[order] = order < 2 || second
                        ? pulse_response(response, samples_per_ui).samples
                        : std::vector<double>(static_cast<std::size_t>(channel.grid.ui_count * samples_per_ui), 0.0);
    for (std::size_t k = 0; k < poles.size(); ++k) {
      const double x = static_cast<double>(k);
      response.values[k] = {-x * response.values[k].imag(), x * response.values[k].real()};
    }
  }
  return pulses;
}

// Circular correlations of every two of three pulses at one phase, both directions added for unlike ones: even
// sequences, the transforms of real ones. [6 x lags]
std::vector<double> correlations_at(const Pulses& pulses, std::size_t phase, std::size_t step, std::size_t ui,
                                    std::size_t lags) {
  std::array<std::vector<Complex>, 3> h;
  std::vector<double> cursors(ui), r;
  for (std::size_t order = 0; order < 3; ++order) {
    for (std::size_t k = 0; k < ui; ++k) cursors[k] = pulses[order][phase + k * step];
    h[order] = real_fft(cursors);
  }
  std::vector<Complex> product(h[0].size());
  r.reserve(6 * lags);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = i; j < 3; ++j) {
      for (std::size_t k = 0; k < product.size(); ++k)
        product[k] = (i == j ? 1.0 : 2.0) * (h[i][k].real() * h[j][k].real() + h[i][k].imag() * h[j][k].imag());
      inverse_real_fft(product, cursors);
      for (std::size_t lag = 0, at = 0; lag < lags; ++lag) {
        r.push_back(cursors[at]);
        if (++at == ui) at = 0;
      }
    }
  return r;
}

// Everything that does not change while the gains do.
class GainSearch {
 public:
  GainSearch(const PreparedSegment& segment, const std::vector<Complex>& poles, const std::vector<double>& noise)
      : segment_(segment),
        spec_(segment.receiver.ctle),
        limits_(tap_limits(segment.receiver)),
        variance_(level_variance(segment.levels)),
        lags_(static_cast<std::size_t>(limits_.ffe_taps)),
        kept_((lags_ + kLagsKept - 1) / kLagsKept * kLagsKept),
        spu_(samples_for(segment)),
        correlations_(static_cast<std::size_t>(spu_)) {
    const bool second = spec_.low_frequency_pole > 0.0;
    pulses_ = remembered<Pulses>("pulses", [&] { return pulses_behind(segment.channel, poles, spu_, second); });
    std::vector<double> density(noise);
    for (std::size_t k = 0; k < density.size(); ++k)
      density[k] *= poles[k].real() * poles[k].real() + poles[k].imag() * poles[k].imag();
    for (std::size_t order = 0; order < 3; ++order) {
      const bool used = order < 2 || second;
      noise_[order] =
          used ? baud_autocorrelation(density, segment.grid, lags_, 1.0 / variance_) : std::vector<double>(lags_, 0.0);
      for (std::size_t k = 0; k < density.size(); ++k) density[k] *= static_cast<double>(k) * static_cast<double>(k);
    }
  }

  /// Tells how many pairs will be rated: mutual correlations cost as much as those of nine pairs.
  void expect(std::size_t pairs) { sharing_ = pairs > 9; }

  /// Sets the squared error at the slicer relative to the symbol variance.
  void rate(double gain_db, double gain2_db, Raster raster, Gains& gains) {
    const double a = std::pow(10.0, gain_db / 20.0);
    const bool second = spec_.low_frequency_pole > 0.0;
    const double b = second ? std::pow(10.0, gain2_db / 20.0) : 1.0, step = segment_.grid.frequency_step();
    const double u = step / spec_.zero, v = second ? step / spec_.low_frequency_pole : 0.0;
    const Weights pulse{a * b, b * u + a * v, u * v};
    const Weights noise{a * a * b * b, b * b * u * u + a * a * v * v, u * u * v * v};
    const Settled settled = settle(pulse, noise, raster, gains.position);
    gains.position = settled.position;
    gains.error = std::numeric_limits<double>::max();
    if (!(settled.cursor > 0.0)) return;
    const double slicer = segment_.receiver.slicer_noise_rms / settled.cursor;
    gains.error = settled.error + slicer * slicer / variance_;
  }

 private:
  struct Settled {
    double position, cursor, error;
  };

  bool timing() const { return segment_.receiver.phase == PhasePolicy::mueller_muller; }

  // All pairs share a raster of whole samples, so that they share the correlations too. Mueller–Müller's zeros are
  // steep: a coarser raster than the receiver's own finds others, so that its first ranking is its last.
  Settled settle(const Weights& pulse, const Weights& noise, Raster raster, double coarse) {
    const auto best = static_cast<double>(raster == Raster::coarse || timing() ? peak(pulse) : 0);
    if (timing()) {
      const PhaseSolver solve = [&](double position) {
        return solve_phase(sample(pulse, noise, position), limits_, position);
      };
      const PhaseChoice zero =
          mueller_muller_phase(solve, spu_, limits_.ffe_taps > 1, {std::round(best), -0.75, 0.5, 1.0 / 32.0, 1.5});
      return {zero.position, zero.taps.cursor, zero.taps.mean_square_error};
    }
    return raster == Raster::fine ? settle_finely(pulse, noise, coarse) : settle_coarsely(pulse, noise, best);
  }

  // On 1/4 UI from 1 UI before the peak to 1/2 UI behind it, further while the edge is the best.
  Settled settle_coarsely(const Weights& pulse, const Weights& noise, double peak) {
    constexpr int kBefore = 4, kBehind = 2, kMost = 6;
    const double step = std::max(1.0, 0.25 * spu_), centre = step * std::round(peak / step);
    int first = -kBefore, last = kBehind;
    std::vector<Settled> all = at_phases(pulse, noise, centre + first * step, step, last - first + 1);
    std::size_t best = least(all, 0);
    const auto also = [&](int phase) { return at_phases(pulse, noise, centre + phase * step, step, 1).front(); };
    for (; best == 0 && first > -kMost; best = least(all, 1)) all.insert(all.begin(), also(--first));
    for (; best + 1 == all.size() && last < kMost; best = least(all, best)) all.push_back(also(++last));
    return all[best];
  }

  // Least error on 1/16 UI around the coarse phase, and between its neighbours by their parabola.
  Settled settle_finely(const Weights& pulse, const Weights& noise, double coarse) {
    constexpr int kReach = 2;
    const double step = std::max(1.0, spu_ / 16.0);
    const std::vector<Settled> near = at_phases(pulse, noise, coarse - kReach * step, step, 2 * kReach + 1);
    const std::size_t best = least(near, kReach);
    Settled result = near[best];
    if (best == 0 || best + 1 == near.size() || !(near[best - 1].cursor > 0.0 && near[best + 1].cursor > 0.0))
      return result;
    const double below = near[best - 1].error - result.error, above = near[best + 1].error - result.error;
    // A vertex below zero is rounding: no equaliser is better than perfect.
    if (below + above > 0.0)
      result.error = std::max(0.0, result.error - (below - above) * (below - above) / (8.0 * (below + above)));
    return result;
  }

  // The first of the least errors; `preferred` where it is as good as any.
  static std::size_t least(const std::vector<Settled>& all, std::size_t preferred) {
    std::size_t best = preferred;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (all[i].cursor > 0.0 && (!(all[best].cursor > 0.0) || all[i].error < all[best].error)) best = i;
    return best;
  }

  std::vector<Settled> at_phases(const Weights& pulse, const Weights& noise, double first, double step, int count) {
    std::vector<Settled> result;
    std::vector<SampledPulse> together;
    std::array<RankedPulse, kRankedTogether> ranked;
    for (int i = 0; i < count; ++i) {
      result.push_back({first + i * step, 0.0, 0.0});
      together.push_back(sample(pulse, noise, result.back().position));
      if (together.size() < kRankedTogether && i + 1 < count) continue;
      rank_mmse(together, limits_, std::span(ranked).first(together.size()));
      const std::size_t begin = result.size() - together.size();
      for (std::size_t k = 0; k < together.size(); ++k) {
        result[begin + k].cursor = ranked[k].cursor;
        result[begin + k].error = ranked[k].mean_square_error;
      }
      together.clear();
    }
    return result;
  }

  double noise_at(const Weights& w, std::size_t lag) const {
    return w[0] * noise_[0][lag] + w[1] * noise_[1][lag] + w[2] * noise_[2][lag];
  }

  std::size_t peak(const Weights& w) {
    const std::size_t n = (*pulses_)[0].size(), reach = kPeakReach * static_cast<std::size_t>(spu_);
    const bool everywhere = !known_peak_ || 2 * reach >= n;
    const std::size_t first = everywhere ? 0 : (*known_peak_ + n - reach) % n, count = everywhere ? n : 2 * reach;
    std::size_t best = first, here = first;
    double most = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
      const double value = std::abs(at(w, here));
      if (value > most) most = value, best = here;
      if (++here == n) here = 0;
    }
    if (!known_peak_) known_peak_ = best;
    return best;
  }

  double at(const Weights& w, std::size_t n) const {
    return w[0] * (*pulses_)[0][n] + w[1] * (*pulses_)[1][n] + w[2] * (*pulses_)[2][n];
  }

  SampledPulse sample(const Weights& pulse, const Weights& noise, double position) {
    const auto n = static_cast<std::ptrdiff_t>((*pulses_)[0].size());
    const std::ptrdiff_t near = ((std::llround(position) % n) + n) % n;
    SampledPulse sampled{autocorrelation(pulse, static_cast<std::size_t>(near % spu_)), {}, first_cursor(limits_)};
    for (std::size_t lag = 0; lag < lags_; ++lag) sampled.correlation[lag] += noise_at(noise, lag);
    const int cursors = last_cursor(limits_) - sampled.first + 1;
    sampled.cursors.reserve(static_cast<std::size_t>(cursors));
    for (int k = sampled.first; k <= last_cursor(limits_); ++k)
      sampled.cursors.push_back(at(pulse, static_cast<std::size_t>((((near + k * spu_) % n) + n) % n)));
    return sampled;
  }

  // Of the combined pulse at one phase: from the mutual correlations where many pairs share them, else its own.
  std::vector<double> autocorrelation(const Weights& w, std::size_t phase) {
    const auto ui = static_cast<std::size_t>(segment_.grid.ui_count), step = static_cast<std::size_t>(spu_);
    std::vector<double> result(lags_);
    if (!sharing_ && !correlations_[phase]) {
      std::vector<double> h(ui + lags_);
      for (std::size_t k = 0; k < ui; ++k) h[k] = at(w, phase + k * step);
      for (std::size_t k = ui; k < h.size(); ++k) h[k] = h[k - ui];
      for (std::size_t lag = 0; lag < lags_; ++lag) result[lag] = dot(h.data(), h.data() + lag, ui);
      return result;
    }
    const auto& r = correlation(phase);
    const std::array<double, 6> products{w[0] * w[0], w[0] * w[1], w[0] * w[2], w[1] * w[1], w[1] * w[2], w[2] * w[2]};
    for (std::size_t lag = 0; lag < lags_; ++lag)
      for (std::size_t p = 0; p < products.size(); ++p) result[lag] += products[p] * r[p * kept_ + lag];
    return result;
  }

  // What the channel and the CTLE's poles decide alone is the same for every number of taps and every noise.
  template <class T, class Make>
  std::shared_ptr<const T> remembered(const std::string& what, const Make& make) const {
    if (!segment_.memo) return std::make_shared<const T>(make());
    std::string key = "ctle_search." + what;
    for (const double corner : {spec_.zero, spec_.pole_1, spec_.pole_2, spec_.low_frequency_pole, 1.0 * spu_})
      key += ' ' + std::to_string(corner);
    return segment_.memo->get<T>(key, make);
  }

  const std::vector<double>& correlation(std::size_t phase) {
    auto& known = correlations_[phase];
    if (!known)
      known =
          remembered<std::vector<double>>("correlations " + std::to_string(phase) + " " + std::to_string(kept_), [&] {
            return correlations_at(*pulses_, phase, static_cast<std::size_t>(spu_),
                                   static_cast<std::size_t>(segment_.grid.ui_count), kept_);
          });
    return *known;
  }

  const PreparedSegment& segment_;
  const CtleSpec& spec_;
  TapLimits limits_;
  double variance_;
  std::size_t lags_, kept_;
  int spu_;
  std::shared_ptr<const Pulses> pulses_;
  std::array<std::vector<double>, 3> noise_;
  std::optional<std::size_t> known_peak_;
  bool sharing_ = true;
  std::vector<std::shared_ptr<const std::vector<double>>> correlations_;
};

std::vector<std::size_t> every(std::size_t count, std::size_t stride) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < count; i += stride) indices.push_back(i);
  if (indices.back() + 1 != count) indices.push_back(count - 1);
  return indices;
}

void keep_best(std::vector<Gains>& candidates) {
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Gains& x, const Gains& y) { return x.error < y.error; });
  candidates.resize(std::min(candidates.size(), kFinalists));
  while (candidates.size() > 1 && candidates.back().error > kNear * candidates.front().error) candidates.pop_back();
}

std::size_t stride_for(std::size_t count, std::size_t count2) {
  std::size_t stride = 1;
  while ((count / stride + 1) * (count2 / stride + 1) > kExhaustiveLimit && count * count2 > kExhaustiveLimit) ++stride;
  return stride;
}

std::vector<Gains> neighbours(const std::vector<Gains>& of, std::size_t stride, std::size_t count, std::size_t count2) {
  std::vector<Gains> result;
  std::vector<std::uint8_t> taken(count * count2, 0);
  for (const Gains& c : of)
    for (std::size_t i = c.i - std::min(c.i, stride); i < std::min(count, c.i + stride + 1); ++i)
      for (std::size_t j = c.j - std::min(c.j, stride); j < std::min(count2, c.j + stride + 1); ++j)
        if (!taken[i * count2 + j]) taken[i * count2 + j] = 1, result.push_back({i, j});
  return result;
}

}  // namespace

std::pair<double, double> best_ctle_gains(const PreparedSegment& segment, const std::vector<Complex>& poles,
                                          const std::vector<double>& noise) {
  const CtleSpec& spec = segment.receiver.ctle;
  const auto gains_or_none = [&](bool used, const std::vector<double>& gains) {
    return used && spec.zero > 0.0 && !gains.empty() ? gains : std::vector<double>{0.0};
  };
  const auto g = gains_or_none(true, spec.dc_gains_db);
  const auto g2 = gains_or_none(spec.low_frequency_pole > 0.0, spec.dc_gains2_db);
  if (g.size() * g2.size() == 1) return {g[0], g2[0]};
  GainSearch search(segment, poles, noise);
  const auto rank = [&](std::vector<Gains>& candidates, Raster raster) {
    search.expect(candidates.size());
    for (Gains& c : candidates) search.rate(g[c.i], g2[c.j], raster, c);
    keep_best(candidates);
  };
  const std::size_t stride = stride_for(g.size(), g2.size());
  std::vector<Gains> candidates;
  for (std::size_t i : every(g.size(), stride))
    for (std::size_t j : every(g2.size(), stride)) candidates.push_back({i, j});
  rank(candidates, Raster::coarse);
  if (stride > 1) {
    candidates = neighbours(candidates, stride, g.size(), g2.size());
    rank(candidates, Raster::coarse);
  }
  if (candidates.size() > 1) rank(candidates, Raster::fine);
  return {g[candidates[0].i], g2[candidates[0].j]};
}

}  // namespace tessera
