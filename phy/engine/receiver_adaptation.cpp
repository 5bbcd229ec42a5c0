#include "phy/engine/receiver_adaptation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "phy/core/error.hpp"
#include "phy/engine/noise_density.hpp"
#include "phy/equalization/ctle.hpp"

namespace tessera {
namespace {

constexpr int kSearchSamplesPerUi = 4;
constexpr std::size_t kExhaustiveLimit = 12;

CtleCorners corners_of(const CtleSpec& spec) { return {spec.zero, spec.pole_1, spec.pole_2, spec.low_frequency_pole}; }

TapLimits tap_limits(const ReceiverSpec& receiver) {
  return {receiver.ffe.taps, receiver.ffe.pre_taps, receiver.ffe.limit, receiver.dfe.minimum, receiver.dfe.maximum};
}

// Everything that does not change while the gains do.
class GainSearch {
 public:
  GainSearch(const PreparedSegment& segment, const std::vector<Complex>& poles, const std::vector<double>& noise)
      : segment_(segment),
        spec_(segment.receiver.ctle),
        limits_(tap_limits(segment.receiver)),
        variance_(level_variance(segment.levels)) {
    g_ = spec_.zero > 0.0 && !spec_.dc_gains_db.empty() ? spec_.dc_gains_db : std::vector<double>{0.0};
    g2_ = spec_.zero > 0.0 && spec_.low_frequency_pole > 0.0 && !spec_.dc_gains2_db.empty() ? spec_.dc_gains2_db
                                                                                            : std::vector<double>{0.0};
    if (g_.size() * g2_.size() == 1) return;
    base_ = poles;
    noise_ = noise;
    for (std::size_t k = 0; k < base_.size(); ++k) {
      const double pr = base_[k].real(), pi = base_[k].imag(), hr = segment.channel.values[k].real(),
                   hi = segment.channel.values[k].imag();
      base_[k] = {pr * hr - pi * hi, pr * hi + pi * hr};
      noise_[k] *= pr * pr + pi * pi;
    }
    response_ = {segment.grid, std::vector<Complex>(base_.size()), 0.0};
    density_.assign(base_.size(), 0.0);
    used_ = band_in_use();
  }

  std::pair<double, double> best_gains() {
    if (g_.size() * g2_.size() == 1) return {g_[0], g2_[0]};
    std::pair<std::size_t, std::size_t> best;
    if (g_.size() * g2_.size() <= kExhaustiveLimit) {
      double least = std::numeric_limits<double>::infinity();
      for (std::size_t i = 0; i < g_.size(); ++i)
        for (std::size_t j = 0; j < g2_.size(); ++j)
          if (error(i, j) < least) least = error(i, j), best = {i, j};
    } else {
      best = pattern_search();
    }
    return {g_[best.first], g2_[best.second]};
  }

 private:
  // Whole symbol rates that hold all but a ten-thousandth of signal and noise, as the zeros' gradients leave them at
  // most: ranking the gains needs no more.
  std::size_t band_in_use() const {
    const auto period = static_cast<std::size_t>(segment_.grid.ui_count);
    const auto weight = [&](std::size_t k, double& signal, double& noise) {
      const double x = static_cast<double>(k) / static_cast<double>(period),
                   x2 = x * x * (spec_.low_frequency_pole > 0.0 ? x * x : 1.0);
      signal += x2 * std::norm(base_[k]);
      noise += x2 * noise_[k];
    };
    double signal = 0.0, noise = 0.0, signal_above = 0.0, noise_above = 0.0;
    for (std::size_t k = 0; k < base_.size(); ++k) weight(k, signal, noise);
    std::size_t used = base_.size();
    while (used > 2 * period) {
      for (std::size_t k = used - period; k < used; ++k) weight(k, signal_above, noise_above);
      if (signal_above > 1e-4 * signal || noise_above > 1e-4 * noise) break;
      used -= period;
    }
    return used;
  }

  std::pair<std::size_t, std::size_t> pattern_search() {
    std::ptrdiff_t i = static_cast<std::ptrdiff_t>(g_.size()) / 2, j = static_cast<std::ptrdiff_t>(g2_.size()) / 2;
    std::ptrdiff_t si = std::max<std::ptrdiff_t>(1, i / 2), sj = std::max<std::ptrdiff_t>(1, j / 2);
    const auto at = [&](std::ptrdiff_t a, std::ptrdiff_t b) {
      const bool inside = a >= 0 && b >= 0 && a < std::ssize(g_) && b < std::ssize(g2_);
      return inside ? error(static_cast<std::size_t>(a), static_cast<std::size_t>(b))
                    : std::numeric_limits<double>::infinity();
    };
    for (;;) {
      const std::pair<std::ptrdiff_t, std::ptrdiff_t> moves[] = {{si, 0}, {-si, 0}, {0, sj}, {0, -sj}};
      bool moved = false;
      for (const auto& [di, dj] : moves) {
        if (at(i + di, j + dj) >= at(i, j)) continue;
        i += di, j += dj, moved = true;
        break;
      }
      if (moved) continue;
      if (si == 1 && sj == 1) return {static_cast<std::size_t>(i), static_cast<std::size_t>(j)};
      si = std::max<std::ptrdiff_t>(1, si / 2), sj = std::max<std::ptrdiff_t>(1, sj / 2);
    }
  }

  // Least error over phases a quarter of a UI apart from half a UI before the peak.
  double error(std::size_t i, std::size_t j) {
    const auto [it, fresh] = seen_.try_emplace({i, j}, 0.0);
    if (!fresh) return it->second;
    const FrequencyGrid& grid = segment_.grid;
    const double a = std::pow(10.0, g_[i] / 20.0), b = std::pow(10.0, g2_[j] / 20.0);
    const bool second = spec_.low_frequency_pole > 0.0;
    const double u = grid.frequency_step() / spec_.zero,
                 v = second ? grid.frequency_step() / spec_.low_frequency_pole : 0.0;
    for (std::size_t k = 0; k < used_; ++k) {
      const double x = static_cast<double>(k) * u, y = static_cast<double>(k) * v;
      const double real = second ? a * b - x * y : a, imaginary = second ? a * y + b * x : x;
      const double re = base_[k].real(), im = base_[k].imag();
      response_.values[k] = {re * real - im * imaginary, re * imaginary + im * real};
      density_[k] = noise_[k] * (real * real + imaginary * imaginary);
    }
    const int spu = grid.samples_per_ui % kSearchSamplesPerUi == 0 ? kSearchSamplesPerUi : grid.samples_per_ui;
    const PulseResponse pulse = pulse_response(response_, spu);
    const auto noise =
        baud_autocorrelation(density_, grid, static_cast<std::size_t>(limits_.ffe_taps), 1.0 / variance_);
    const double slicer = segment_.receiver.slicer_noise_rms;
    const PhaseRange range{static_cast<double>(pulse.peak()), -0.5, 0.25, 0.25};
    const PhaseChoice choice = minimum_mse_phase(pulse, noise, limits_, range);
    if (!(choice.taps.cursor > 0.0)) return it->second = std::numeric_limits<double>::max();
    it->second =
        choice.taps.mean_square_error + slicer * slicer / (variance_ * choice.taps.cursor * choice.taps.cursor);
    return it->second;
  }

  const PreparedSegment& segment_;
  const CtleSpec& spec_;
  TapLimits limits_;
  double variance_;
  std::vector<double> noise_, density_, g_, g2_;
  std::vector<Complex> base_;
  Response response_;
  std::size_t used_ = 0;
  std::map<std::pair<std::size_t, std::size_t>, double> seen_;
};

// Downhill in steps of 1/32 UI from the least mean-square error, 8 steps at most either way.
PhaseChoice best_error_phase(AdaptedReceiver receiver, const std::vector<double>& noise, const TapLimits& limits,
                             const ErrorMeasure& measure) {
  const double step = receiver.pulse.samples_per_ui / 32.0;
  const auto at = [&](double position) {
    receiver.position = position;
    receiver.taps = solve_mmse(receiver.pulse.cursors(position), noise, limits);
    return receiver.taps.cursor > 0.0 ? measure(receiver) : 0.0;
  };
  const double start = receiver.position;
  double best_position = start, best = at(start);
  for (const double direction : {1.0, -1.0}) {
    int misses = 0;
    for (int i = 1; i <= 8 && misses < 2; ++i) {
      const double position = start + direction * i * step, value = at(position);
      misses = value < best ? 0 : misses + 1;
      if (value < best) best = value, best_position = position;
    }
    if (best_position != start) break;
  }
  at(best_position);
  return {best_position, receiver.taps};
}

}  // namespace

double level_variance(const std::vector<double>& levels) {
  const double n = static_cast<double>(levels.size());
  const double mean = std::accumulate(levels.begin(), levels.end(), 0.0) / n;
  double sum = 0.0;
  for (double level : levels) sum += (level - mean) * (level - mean);
  return sum / n;
}

AdaptedReceiver adapt_receiver(const PreparedSegment& segment, const ErrorMeasure& error_measure) {
  AdaptedReceiver result;
  const FrequencyGrid& grid = segment.grid;
  const CtleCorners corners = corners_of(segment.receiver.ctle);
  auto poles = ctle_poles(corners, grid.frequency_step(), grid.frequency_count());
  auto density = averaged_noise_density(segment);
  std::tie(result.ctle_dc_gain_db, result.ctle_dc_gain2_db) = GainSearch(segment, poles, density).best_gains();
  result.ctle = ctle_with_zeros(corners, grid.frequency_step(), result.ctle_dc_gain_db, result.ctle_dc_gain2_db,
                                std::move(poles));
  Response response = segment.channel;
  for (std::size_t k = 0; k < response.values.size(); ++k) {
    response.values[k] *= result.ctle[k];
    density[k] *= std::norm(result.ctle[k]);
  }
  result.pulse = pulse_response(response);
  result.peak = static_cast<double>(result.pulse.peak());

  const TapLimits limits = tap_limits(segment.receiver);
  const auto noise = baud_autocorrelation(density, segment.grid, static_cast<std::size_t>(limits.ffe_taps),
                                          1.0 / level_variance(segment.levels));
  PhaseChoice choice;
  if (segment.receiver.phase == PhasePolicy::mueller_muller) {
    choice = mueller_muller_phase(result.pulse, noise, limits, {result.peak, -0.75, 0.5, 1.0 / 32.0});
  } else {
    choice = minimum_mse_phase(result.pulse, noise, limits, {result.peak, -0.625, 0.5, 0.125});
    choice = minimum_mse_phase(result.pulse, noise, limits, {choice.position, -0.09375, 0.09375, 1.0 / 32.0});
  }
  if (!(choice.taps.cursor > 0.0))
    throw NumericError("segment " + segment.name + ": the equaliser finds no positive cursor");
  result.position = choice.position;
  result.taps = std::move(choice.taps);
  if (segment.receiver.phase == PhasePolicy::best_ber && error_measure) {
    choice = best_error_phase(result, noise, limits, error_measure);
    result.position = choice.position;
    result.taps = std::move(choice.taps);
  }
  return result;
}

}  // namespace tessera
