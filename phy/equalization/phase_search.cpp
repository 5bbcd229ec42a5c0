#include "phy/equalization/phase_search.hpp"

#include <cmath>
#include <optional>

namespace tessera {
namespace {

double equalised(const SampledPulse& sampled, const EqualizerTaps& taps, int k) {
  double sum = 0.0;
  for (std::size_t i = 0; i < taps.ffe.size(); ++i)
    sum += taps.ffe[i] * sampled.cursor(k + taps.pre_taps - static_cast<int>(i));
  return sum;
}

bool better(const PhaseChoice& a, const PhaseChoice& b) {
  return a.taps.cursor > 0.0 && (!(b.taps.cursor > 0.0) || a.taps.mean_square_error < b.taps.mean_square_error);
}

int steps_of(const PhaseRange& range) {
  return static_cast<int>(std::floor((range.end_ui - range.begin_ui) / range.step_ui + 1e-9));
}

struct ZeroSearch {
  std::optional<PhaseChoice> zero;
  PhaseChoice smallest;
};

ZeroSearch zeros_in(const PhaseSolver& solve, int samples_per_ui, bool has_ffe, const PhaseRange& range) {
  ZeroSearch result;
  PhaseChoice before;
  for (int i = 0; i <= steps_of(range); ++i) {
    PhaseChoice here = solve(range.centre + (range.begin_ui + i * range.step_ui) * samples_per_ui);
    if (i == 0 || std::abs(here.residual) < std::abs(result.smallest.residual)) result.smallest = here;
    if (i > 0 && (before.residual < 0.0) != (here.residual < 0.0)) {
      const double share = before.residual / (before.residual - here.residual);
      PhaseChoice crossing = solve(before.position + share * (here.position - before.position));
      const auto preferred = [&] {
        return !result.zero || (has_ffe ? better(crossing, *result.zero) : crossing.position <= range.centre);
      };
      if (crossing.taps.cursor > 0.0 && preferred()) result.zero = std::move(crossing);
    }
    before = std::move(here);
  }
  return result;
}

}  // namespace

double mueller_muller_residual(std::span<const double> cursors, double first_dfe_tap) {
  return cursors.back() - (cursors[1] - first_dfe_tap * cursors[0]);
}

PhaseChoice solve_phase(const SampledPulse& sampled, const TapLimits& limits, double position) {
  PhaseChoice choice{position, solve_mmse(sampled, limits)};
  const auto& dfe = choice.taps.dfe;
  const double near[] = {equalised(sampled, choice.taps, 0), equalised(sampled, choice.taps, 1),
                         equalised(sampled, choice.taps, -1)};
  choice.residual = mueller_muller_residual(near, dfe.empty() ? 0.0 : dfe.front());
  return choice;
}

PhaseSolver phase_solver(const PulseResponse& pulse, std::span<const double> noise, const TapLimits& limits) {
  return [&pulse, noise, &limits](double position) {
    return solve_phase(sample_pulse(pulse.cursors(position), noise, limits), limits, position);
  };
}

PhaseChoice minimum_mse_phase(const PhaseSolver& solve, int samples_per_ui, const PhaseRange& range) {
  const auto at = [&](double ui) { return solve(range.centre + ui * samples_per_ui); };
  const int last = steps_of(range);
  int best_step = 0;
  PhaseChoice best;
  const auto visit = [&](int i) {
    PhaseChoice choice = at(range.begin_ui + i * range.step_ui);
    if (!better(choice, best)) return;
    best = std::move(choice);
    best_step = i;
  };
  for (int i = 0; i <= last; ++i) visit(i);
  for (int i = -1; best_step == i + 1 && range.begin_ui + i * range.step_ui >= -range.most_ui; --i) visit(i);
  for (int i = last + 1; best_step == i - 1 && range.begin_ui + i * range.step_ui <= range.most_ui; ++i) visit(i);
  return best.taps.cursor > 0.0 ? best : at(0.0);
}

PhaseChoice mueller_muller_phase(const PhaseSolver& solve, int samples_per_ui, bool has_ffe, const PhaseRange& range) {
  ZeroSearch near = zeros_in(solve, samples_per_ui, has_ffe, range);
  if (near.zero) return *near.zero;
  if (range.begin_ui <= -range.most_ui) return near.smallest;
  const PhaseRange wide{range.centre, -range.most_ui, range.most_ui, range.step_ui};
  return zeros_in(solve, samples_per_ui, has_ffe, wide).zero.value_or(near.smallest);
}

}  // namespace tessera
