#include "scenarios/link/ber_overlay.hpp"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <cmath>

#include "phy/engine/budget_engine.hpp"
#include "phy/link/received_power.hpp"

namespace tessera {
namespace {

EvaluationOptions silent(const EvaluationOptions& options) {
  EvaluationOptions own = options;
  own.eye = own.reach = false;
  own.planned = {};
  return own;
}

Log10Probability at_length(const Link& link, double length_m, const EvaluationOptions& options) {
  return evaluate_own_length(with_length(link, length_m), options).verdict.pre_fec_ber;
}

// The one segment of a link whose light a power can be meant of.
std::size_t lit_segment(const Link& link, const PreparedLink& prepared) {
  std::optional<std::size_t> lit;
  for (std::size_t i = 0; i < prepared.segments.size(); ++i) {
    if (!received_light(prepared.segments[i])) continue;
    if (lit) throw ConfigError("link " + link.name + " has several segments with light: a received power is ambiguous");
    lit = i;
  }
  if (!lit) throw ConfigError("link " + link.name + " has no segment with light that a received power could belong to");
  return *lit;
}

Log10Probability at_power(const Segment& segment, const PreparedSegment& prepared, BerAxis axis, double dbm,
                          const EvaluationOptions& options) {
  if (options.stop && options.stop()) throw Interrupted();
  const double own =
      axis == BerAxis::received_oma ? received_oma(prepared) : prepared.states[*received_light(prepared)].mean();
  const PreparedSegment weaker = attenuated(segment, prepared, 1e-3 * std::pow(10.0, 0.1 * dbm) / own);
  StatisticalOptions statistical = options.statistical;
  statistical.eye = false;
  const SegmentResult result =
      options.engine == Engine::budget ? run_budget(weaker) : run_statistical(weaker, statistical);
  if (options.finished) options.finished(1);
  return result.pre_fec_ber;
}

template <class ModelAt>
BerOverlay overlay_of(const MeasuredBer& measured, const ModelAt& model_at) {
  BerOverlay overlay{measured.file, measured.axis, std::vector<BerResidual>(measured.points.size())};
  tbb::this_task_arena::isolate([&] {
    tbb::parallel_for(std::size_t{0}, measured.points.size(),
                      [&](std::size_t i) { overlay.points[i] = {measured.points[i], model_at(measured.points[i].x)}; });
  });
  return overlay;
}

}  // namespace

BerOverlay compare_with_measured(const Link& link, const MeasuredBer& measured, const EvaluationOptions& options) {
  if (options.planned) options.planned(static_cast<int>(measured.points.size()));
  const EvaluationOptions own = silent(options);
  if (measured.axis == BerAxis::length)
    return overlay_of(measured, [&](double length_m) { return at_length(link, length_m, own); });
  const PreparedLink prepared = prepare(link);
  const std::size_t lit = lit_segment(link, prepared);
  return overlay_of(measured, [&](double dbm) {
    return at_power(link.segments[lit], prepared.segments[lit], measured.axis, dbm, own);
  });
}

}  // namespace tessera
