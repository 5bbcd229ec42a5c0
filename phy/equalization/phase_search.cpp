#include "phy/equalization/phase_search.hpp"

#include <cmath>
#include <limits>
#include <vector>

namespace tessera {
namespace {

double residual_at(const PulseResponse& pulse, const PhaseChoice& choice) {
  const auto equalised = apply_ffe(pulse.cursors(choice.position), choice.taps);
  const auto& dfe = choice.taps.dfe;
  return mueller_muller_residual(equalised, dfe.empty() ? 0.0 : dfe.front());
}

}  // namespace

double mueller_muller_residual(std::span<const double> cursors, double first_dfe_tap) {
  return cursors.back() - (cursors[1] - first_dfe_tap * cursors[0]);
}

PhaseChoice minimum_mse_phase(const PulseResponse& pulse, std::span<const double> noise, const TapLimits& limits,
                              const PhaseRange& range) {
  PhaseChoice best;
  double least = std::numeric_limits<double>::infinity();
  const int steps = static_cast<int>(std::floor((range.end_ui - range.begin_ui) / range.step_ui + 1e-9));
  for (int i = 0; i <= steps; ++i) {
    const double position = range.centre + (range.begin_ui + i * range.step_ui) * pulse.samples_per_ui;
    EqualizerTaps taps = solve_mmse(pulse.cursors(position), noise, limits);
    if (taps.mean_square_error < least && taps.cursor > 0.0) {
      least = taps.mean_square_error;
      best = {position, std::move(taps)};
    }
  }
  if (best.taps.cursor <= 0.0) best = {range.centre, solve_mmse(pulse.cursors(range.centre), noise, limits)};
  return best;
}

PhaseChoice mueller_muller_phase(const PulseResponse& pulse, std::span<const double> noise, const TapLimits& limits,
                                 const PhaseRange& range) {
  const auto choice_at = [&](double position) {
    return PhaseChoice{position, solve_mmse(pulse.cursors(position), noise, limits)};
  };
  const int steps = static_cast<int>(std::floor((range.end_ui - range.begin_ui) / range.step_ui + 1e-9));
  std::vector<PhaseChoice> choices;
  std::vector<double> residuals;
  for (int i = 0; i <= steps; ++i) {
    choices.push_back(choice_at(range.centre + (range.begin_ui + i * range.step_ui) * pulse.samples_per_ui));
    residuals.push_back(residual_at(pulse, choices.back()));
  }
  std::size_t smallest = 0;
  bool found = false;
  PhaseChoice best;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (std::abs(residuals[i]) < std::abs(residuals[smallest])) smallest = i;
    if (i == 0 || (residuals[i - 1] < 0.0) == (residuals[i] < 0.0)) continue;
    const double share = residuals[i - 1] / (residuals[i - 1] - residuals[i]);
    PhaseChoice crossing = choice_at(choices[i - 1].position + share * (choices[i].position - choices[i - 1].position));
    if (crossing.taps.cursor <= 0.0) continue;
    const bool better = limits.ffe_taps == 1 ? crossing.position <= range.centre
                                             : crossing.taps.mean_square_error < best.taps.mean_square_error;
    if (!found || better) best = std::move(crossing);
    found = true;
  }
  return found ? best : choices[smallest];
}

}  // namespace tessera
