#include "scenarios/link/waterfall.hpp"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "phy/engine/budget_engine.hpp"
#include "phy/link/received_power.hpp"

namespace tessera {
namespace {

constexpr double kReachDb = 30.0, kCoarseDb = 2.0, kToleranceDb = 0.002;
constexpr double kAroundDb = 4.0, kStepDb = 0.5;

SegmentResult judged(const PreparedSegment& segment, const EvaluationOptions& options) {
  if (options.stop && options.stop()) throw Interrupted();
  if (options.engine == Engine::budget) return run_budget(segment);
  StatisticalOptions statistical = options.statistical;
  statistical.eye = false;
  return run_statistical(segment, statistical);
}

// A point of a curve, `db` better than the link itself.
using PointAt = std::function<WaterfallPoint(double db)>;

// dB at which the bit error ratio is met, by steps from the link itself and halving; none within kReachDb.
std::optional<double> required_db(const PointAt& at, double own_log10, double required_log10) {
  const double direction = own_log10 > required_log10 ? 1.0 : -1.0;
  double inside = 0.0, outside = 0.0;
  for (;;) {
    inside = outside;
    outside += direction * kCoarseDb;
    if (std::abs(outside) > kReachDb) return std::nullopt;
    const bool worse = at(outside).pre_fec_ber.log10() > required_log10;
    if (worse != (direction > 0.0)) break;
  }
  while (std::abs(outside - inside) > kToleranceDb) {
    const double middle = 0.5 * (inside + outside);
    const bool worse = at(middle).pre_fec_ber.log10() > required_log10;
    (worse == (direction > 0.0) ? inside : outside) = middle;
  }
  return 0.5 * (inside + outside);
}

void trace(const PointAt& at, Waterfall& curve) {
  const WaterfallPoint own = at(0.0);
  curve.own = own.x;
  const auto centre = required_db(at, own.pre_fec_ber.log10(), curve.required_ber.log10());
  if (centre) curve.required = at(*centre).x;
  // Around the criterion and on to the link itself: a straight line over decades of a waterfall would be a wrong one.
  const double middle = centre.value_or(0.0);
  const auto steps = static_cast<int>(std::lround(kAroundDb / kStepDb));
  const int first = std::min(-steps, static_cast<int>(std::ceil(-middle / kStepDb))),
            last = std::max(steps, static_cast<int>(std::floor(-middle / kStepDb)));
  std::vector<double> places;
  for (int i = first; i <= last; ++i) places.push_back(middle + i * kStepDb);
  curve.points.resize(places.size());
  tbb::this_task_arena::isolate([&] {
    tbb::parallel_for(std::size_t{0}, places.size(), [&](std::size_t i) { curve.points[i] = at(places[i]); });
  });
  if (centre) curve.points.push_back(own);
  std::sort(curve.points.begin(), curve.points.end(),
            [](const WaterfallPoint& a, const WaterfallPoint& b) { return a.x < b.x; });
}

Waterfall against_oma(const Segment& segment, const PreparedSegment& prepared, const EvaluationOptions& options,
                      Log10Probability required_ber) {
  Waterfall curve{segment.name, Waterfall::Axis::received_oma, {}, 0.0, {}, required_ber};
  trace(
      [&](double db) {
        const PreparedSegment weaker = attenuated(segment, prepared, std::pow(10.0, 0.1 * db));
        return WaterfallPoint{10.0 * std::log10(received_oma(weaker) * 1e3), judged(weaker, options).pre_fec_ber};
      },
      curve);
  return curve;
}

Waterfall against_snr(const PreparedSegment& prepared, const EvaluationOptions& options,
                      Log10Probability required_ber) {
  Waterfall curve{prepared.name, Waterfall::Axis::decision_snr, {}, 0.0, {}, required_ber};
  trace(
      [&](double db) {
        const PreparedSegment noisier = with_noise_scaled(prepared, std::pow(10.0, -0.05 * db));
        const SegmentResult result = judged(noisier, options);
        return WaterfallPoint{decision_snr_db(noisier, result), result.pre_fec_ber};
      },
      curve);
  return curve;
}

}  // namespace

double decision_snr_db(const PreparedSegment& prepared, const SegmentResult& result) {
  const std::vector<double>& levels = prepared.levels;
  const double count = static_cast<double>(levels.size());
  const double mean = std::accumulate(levels.begin(), levels.end(), 0.0) / count;
  double power = 0.0, least = levels.back() - levels.front();
  for (const double level : levels) power += (level - mean) * (level - mean) / count;
  for (std::size_t m = 0; m + 1 < levels.size(); ++m) least = std::min(least, levels[m + 1] - levels[m]);
  const double cursor = result.cursor / (0.5 * least);
  if (!(result.noise_rms > 0.0)) throw NumericError("segment " + prepared.name + " has no noise: no SNR");
  return 10.0 * std::log10(power * cursor * cursor / (result.noise_rms * result.noise_rms));
}

std::vector<Waterfall> waterfalls(const Link& link, const EvaluationOptions& options, Log10Probability required_ber) {
  std::vector<Waterfall> curves;
  const PreparedLink prepared = prepare(link, options.cache);
  for (std::size_t i = 0; i < link.segments.size(); ++i) {
    const PreparedSegment& segment = prepared.segments[i];
    if (received_light(segment)) curves.push_back(against_oma(link.segments[i], segment, options, required_ber));
    curves.push_back(against_snr(segment, options, required_ber));
  }
  return curves;
}

void add_waterfalls(const Link& link, const EvaluationOptions& options, LinkReport& report) {
  report.waterfalls = waterfalls(link, options, report.verdict.required_ber);
}

}  // namespace tessera
