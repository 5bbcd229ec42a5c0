#include "phy/engine/ctle_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include "phy/core/multiversion.hpp"
#include "phy/engine/noise_density.hpp"

namespace tessera {
namespace {

constexpr std::size_t kExhaustiveLimit = 1024;
constexpr std::size_t kFinalists = 12;
constexpr double kNear = 1.15;      // times the least error on the coarse raster: settling gains less than that
constexpr int kSamplesPerStep = 4;  // of the search for the peak

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

TESSERA_MULTIVERSION void combine(const double* a, const double* b, const double* c, const double* w, double* out,
                                  std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) out[i] = std::abs(w[0] * a[i] + w[1] * b[i] + w[2] * c[i]);
}

struct Gains {
  std::size_t i, j;
  double error = std::numeric_limits<double>::max();
};

// Everything that does not change while the gains do.
class GainSearch {
 public:
  GainSearch(const PreparedSegment& segment, const std::vector<Complex>& poles, const std::vector<double>& noise)
      : segment_(segment),
        spec_(segment.receiver.ctle),
        limits_(tap_limits(segment.receiver)),
        variance_(level_variance(segment.levels)),
        lags_(static_cast<std::size_t>(limits_.ffe_taps)),
        spu_(segment.grid.samples_per_ui),
        correlations_(static_cast<std::size_t>(spu_)) {
    std::vector<Complex> base(poles.size());
    std::vector<double> density(noise);
    for (std::size_t k = 0; k < base.size(); ++k) {
      const double pr = poles[k].real(), pi = poles[k].imag(), hr = segment.channel.values[k].real(),
                   hi = segment.channel.values[k].imag();
      base[k] = {pr * hr - pi * hi, pr * hi + pi * hr};
      density[k] *= pr * pr + pi * pi;
    }
    Response response{segment.grid, std::move(base), 0.0};
    for (std::size_t order = 0; order < 3; ++order) {
      const bool used = order < 2 || spec_.low_frequency_pole > 0.0;
      pulses_[order] = used ? pulse_response(response).samples : std::vector<double>(segment.grid.sample_count(), 0.0);
      noise_[order] =
          used ? baud_autocorrelation(density, segment.grid, lags_, 1.0 / variance_) : std::vector<double>(lags_, 0.0);
      for (std::size_t n = 0; n < pulses_[order].size(); n += kSamplesPerStep)
        thinned_[order].push_back(pulses_[order][n]);
      for (std::size_t k = 0; k < density.size(); ++k) {
        const double x = static_cast<double>(k);
        response.values[k] = {-x * response.values[k].imag(), x * response.values[k].real()};
        density[k] *= x * x;
      }
    }
    thinned_sum_.resize(thinned_[0].size());
  }

  /// Squared error at the slicer relative to the symbol variance, on phases 1/4 UI apart or as the receiver settles.
  double error(double gain_db, double gain2_db, bool settled) {
    const double a = std::pow(10.0, gain_db / 20.0);
    const bool second = spec_.low_frequency_pole > 0.0;
    const double b = second ? std::pow(10.0, gain2_db / 20.0) : 1.0, step = segment_.grid.frequency_step();
    const double u = step / spec_.zero, v = second ? step / spec_.low_frequency_pole : 0.0;
    const Weights pulse{a * b, b * u + a * v, u * v};
    const Weights noise{a * a * b * b, b * b * u * u + a * a * v * v, u * u * v * v};
    const PhaseSolver solve = [&](double position) {
      return solve_phase(sample(pulse, noise, position), limits_, position);
    };
    const double centre = static_cast<double>(peak(pulse));
    PhaseChoice choice;
    if (settled)
      choice = settled_phase(segment_.receiver, solve, centre, spu_);
    else if (segment_.receiver.phase == PhasePolicy::mueller_muller)
      choice = mueller_muller_phase(solve, spu_, limits_.ffe_taps > 1, {centre, -0.75, 0.5, coarse_step(), 1.5});
    else
      choice = minimum_mse_phase(solve, spu_, {centre, -0.5, 0.5, 0.25, 1.5});
    if (!(choice.taps.cursor > 0.0)) return std::numeric_limits<double>::max();
    const double slicer = segment_.receiver.slicer_noise_rms / choice.taps.cursor;
    return choice.taps.mean_square_error + slicer * slicer / variance_;
  }

 private:
  // The criterion has one zero without FFE but several with it, and costs next to nothing without.
  double coarse_step() const { return limits_.ffe_taps > 1 ? 0.125 : 1.0 / 32.0; }

  std::size_t peak(const Weights& w) {
    combine(thinned_[0].data(), thinned_[1].data(), thinned_[2].data(), w.data(), thinned_sum_.data(),
            thinned_sum_.size());
    const auto top = std::max_element(thinned_sum_.begin(), thinned_sum_.end()) - thinned_sum_.begin();
    const std::size_t n = pulses_[0].size(), near = static_cast<std::size_t>(top) * kSamplesPerStep;
    std::size_t best = near;
    double most = 0.0;
    for (std::size_t i = near + n - kSamplesPerStep; i <= near + n + kSamplesPerStep; ++i) {
      const double value = std::abs(at(w, i % n));
      if (value > most) most = value, best = i % n;
    }
    return best;
  }

  double at(const Weights& w, std::size_t n) const {
    return w[0] * pulses_[0][n] + w[1] * pulses_[1][n] + w[2] * pulses_[2][n];
  }

  SampledPulse sample(const Weights& pulse, const Weights& noise, double position) {
    const auto n = static_cast<std::ptrdiff_t>(pulses_[0].size());
    const std::ptrdiff_t near = ((std::llround(position) % n) + n) % n;
    const auto& r = correlation(static_cast<std::size_t>(near % spu_));
    SampledPulse sampled{std::vector<double>(lags_), {}, first_cursor(limits_)};
    const std::array<double, 6> w{pulse[0] * pulse[0], pulse[0] * pulse[1], pulse[0] * pulse[2],
                                  pulse[1] * pulse[1], pulse[1] * pulse[2], pulse[2] * pulse[2]};
    for (std::size_t lag = 0; lag < lags_; ++lag) {
      double sum = noise[0] * noise_[0][lag] + noise[1] * noise_[1][lag] + noise[2] * noise_[2][lag];
      for (std::size_t p = 0; p < w.size(); ++p) sum += w[p] * r[p * lags_ + lag];
      sampled.correlation[lag] = sum;
    }
    for (int k = sampled.first; k <= last_cursor(limits_); ++k)
      sampled.cursors.push_back(at(pulse, static_cast<std::size_t>((((near + k * spu_) % n) + n) % n)));
    return sampled;
  }

  // Circular correlations of every two of the three pulses at one phase, both directions added for unlike ones.
  const std::vector<double>& correlation(std::size_t phase) {
    std::vector<double>& r = correlations_[phase];
    if (!r.empty()) return r;
    const auto ui = static_cast<std::size_t>(segment_.grid.ui_count), step = static_cast<std::size_t>(spu_);
    std::array<std::vector<double>, 3> h;
    for (std::size_t order = 0; order < 3; ++order)
      for (std::size_t k = 0; k < ui + lags_; ++k) h[order].push_back(pulses_[order][phase + (k % ui) * step]);
    for (std::size_t i = 0; i < 3; ++i)
      for (std::size_t j = i; j < 3; ++j)
        for (std::size_t lag = 0; lag < lags_; ++lag)
          r.push_back(dot(h[i].data(), h[j].data() + lag, ui) +
                      (i == j ? 0.0 : dot(h[j].data(), h[i].data() + lag, ui)));
    return r;
  }

  const PreparedSegment& segment_;
  const CtleSpec& spec_;
  TapLimits limits_;
  double variance_;
  std::size_t lags_;
  int spu_;
  std::array<std::vector<double>, 3> pulses_, noise_, thinned_;
  std::vector<double> thinned_sum_;
  std::vector<std::vector<double>> correlations_;
};

std::vector<std::size_t> every(std::size_t count, std::size_t stride) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < count; i += stride) indices.push_back(i);
  if (indices.back() + 1 != count) indices.push_back(count - 1);
  return indices;
}

void keep_best(std::vector<Gains>& candidates) {
  std::sort(candidates.begin(), candidates.end(), [](const Gains& x, const Gains& y) { return x.error < y.error; });
  candidates.resize(std::min(candidates.size(), kFinalists));
  while (candidates.back().error > kNear * candidates.front().error) candidates.pop_back();
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
  const auto rank = [&](std::vector<Gains>& candidates, bool settled) {
    for (Gains& c : candidates) c.error = search.error(g[c.i], g2[c.j], settled);
    keep_best(candidates);
  };
  const std::size_t stride = stride_for(g.size(), g2.size());
  std::vector<Gains> candidates;
  for (std::size_t i : every(g.size(), stride))
    for (std::size_t j : every(g2.size(), stride)) candidates.push_back({i, j});
  rank(candidates, false);
  if (stride > 1) {
    candidates = neighbours(candidates, stride, g.size(), g2.size());
    rank(candidates, false);
  }
  rank(candidates, true);
  return {g[candidates[0].i], g2[candidates[0].j]};
}

}  // namespace tessera
