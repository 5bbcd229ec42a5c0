#include "phy/engine/receiver_adaptation.hpp"

#include <cmath>
#include <numeric>
#include <tuple>
#include <utility>

#include "phy/core/error.hpp"
#include "phy/engine/ctle_search.hpp"
#include "phy/engine/noise_density.hpp"
#include "phy/equalization/ctle.hpp"

namespace tessera {
namespace {

CtleCorners corners_of(const CtleSpec& spec) { return {spec.zero, spec.pole_1, spec.pole_2, spec.low_frequency_pole}; }

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

TapLimits tap_limits(const ReceiverSpec& receiver) {
  const double step = receiver.adc_bits > 0.0 ? 2.0 * receiver.adc_crest_factor * std::exp2(-receiver.adc_bits) : 0.0;
  return {receiver.ffe.taps,    receiver.ffe.pre_taps, receiver.ffe.limit,
          receiver.dfe.minimum, receiver.dfe.maximum,  step * step / 12.0};
}

PhaseChoice settled_phase(const ReceiverSpec& receiver, const PhaseSolver& solve, double peak, int samples_per_ui) {
  const double reach = 1.5;
  if (receiver.phase == PhasePolicy::mueller_muller)
    return mueller_muller_phase(solve, samples_per_ui, receiver.ffe.taps > 1, {peak, -0.75, 0.5, 1.0 / 32.0, reach});
  const double coarse = minimum_mse_phase(solve, samples_per_ui, {peak, -1.25, 0.75, 0.125, reach}).position;
  return minimum_mse_phase(solve, samples_per_ui, {coarse, -0.09375, 0.09375, 1.0 / 32.0});
}

AdaptedReceiver adapt_receiver(const PreparedSegment& segment, const ErrorMeasure& error_measure) {
  AdaptedReceiver result;
  const FrequencyGrid& grid = segment.grid;
  const CtleCorners corners = corners_of(segment.receiver.ctle);
  auto poles = ctle_poles(corners, grid.frequency_step(), grid.frequency_count());
  auto density = averaged_noise_density(segment);
  std::tie(result.ctle_dc_gain_db, result.ctle_dc_gain2_db) = best_ctle_gains(segment, poles, density);
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
  PhaseChoice choice = settled_phase(segment.receiver, phase_solver(result.pulse, noise, limits), result.peak,
                                     result.pulse.samples_per_ui);
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
