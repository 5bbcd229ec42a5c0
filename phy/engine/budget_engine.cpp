#include "phy/engine/budget_engine.hpp"

#include <cmath>
#include <numbers>

#include "phy/engine/decision_point.hpp"
#include "phy/noise/tail_kernel.hpp"

namespace tessera {
namespace {

double log_q(double u) {
  if (u < 0.0) return std::log1p(-std::exp(log_q(-u)));
  return std::log(scaled_gaussian_tail(u)) - 0.5 * u * u;
}

// Worst of the thresholds' sums with everything that is not level noise taken as one Gaussian.
double log_error(const Decision& d, double shared_variance) {
  double total = -std::numeric_limits<double>::infinity();
  for (std::size_t eye = 0; eye + 1 < d.amplitudes.size(); ++eye) {
    const double a = std::sqrt(d.variances[eye] + shared_variance),
                 b = std::sqrt(d.variances[eye + 1] + shared_variance);
    const double low = d.amplitudes[eye], high = d.amplitudes[eye + 1];
    if (!(a + b > 0.0)) continue;
    // Equal Q on both sides of the threshold, which is the optimum to first order in the difference of the deviations.
    const double t = (b * low + a * high) / (a + b);
    const auto at = [&](double threshold) {
      return log_add(log_q((threshold - low) / std::max(a, 1e-300)), log_q((high - threshold) / std::max(b, 1e-300)));
    };
    total = log_add(total, std::max(at(t + d.threshold_error), at(t - d.threshold_error)));
  }
  return std::max(-1e15, std::min(0.0, total - std::log(static_cast<double>(d.amplitudes.size()))));
}

struct Contribution {
  std::string name;
  double rms;
  std::string reason;
};

std::vector<BudgetRow> rows_of(const PreparedSegment& segment, const DecisionPoint& point, const SegmentResult& r) {
  std::vector<BudgetRow> rows;
  rows.push_back({"signal", 20.0 * std::log10(r.cursor), "dBV", "half the smallest level distance at the slicer"});
  const double ideal = 0.5 * std::abs(point.decision.amplitudes.back() - point.decision.amplitudes.front()) /
                       static_cast<double>(segment.levels.size() - 1);
  rows.push_back({"level mismatch", 20.0 * std::log10(ideal / r.cursor), "dB",
                  "smallest level distance against equal spacing of the same span"});

  std::vector<Contribution> parts = {
      {"isi", r.isi_rms, "intersymbol interference left by the equaliser, as Gaussian"},
      {"crosstalk", r.crosstalk_rms, "all aggressors, mean square over phase, as Gaussian"},
      {"jitter", r.jitter_rms, "dual-Dirac and random jitter times the rms slope of the signal"}};
  for (const auto& [name, rms] : r.noise_rms_by_mechanism)
    parts.push_back({name, rms, "noise through front end, CTLE and FFE, mean over levels"});
  double total = 0.0;
  for (const Contribution& part : parts) total += part.rms * part.rms;
  for (const Contribution& part : parts) {
    if (!(part.rms > 0.0)) continue;
    const double rest = total - part.rms * part.rms;
    const double penalty = rest > 1e-30 * total ? 10.0 * std::log10(total / rest) : 300.0;
    rows.push_back({part.name, penalty, "dB", part.reason + ": what the signal-to-noise ratio gains without it"});
  }
  rows.push_back({"signal to noise", total > 0.0 ? 10.0 * std::log10(r.cursor * r.cursor / total) : 300.0, "dB",
                  "half level distance squared over the sum of all variances"});
  if (segment.receiver.slicer_threshold_error != 0.0 && std::abs(segment.receiver.slicer_threshold_error) < r.cursor)
    rows.push_back({"threshold error",
                    -20.0 * std::log10(1.0 - std::abs(segment.receiver.slicer_threshold_error) / r.cursor), "dB",
                    "residual slicer offset, adverse"});
  return rows;
}

struct ClassBudget {
  SegmentResult result;
  double log_error;
};

ClassBudget budget_of(const PreparedSegment& segment) {
  // Ratios of errors need densities, which this engine has none of: it settles on least mean-square error.
  const DecisionPoint point(segment, adapt_receiver(segment, nullptr), 4);
  ClassBudget done;
  describe(segment, point, done.result);
  const SegmentResult& r = done.result;
  const double shared = r.isi_rms * r.isi_rms + r.crosstalk_rms * r.crosstalk_rms + r.jitter_rms * r.jitter_rms;
  done.log_error = log_error(point.decision, shared);
  done.result.rows = rows_of(segment, point, r);
  return done;
}

}  // namespace

SegmentResult run_budget(const PreparedSegment& segment) {
  check_segment(segment);
  std::vector<ClassBudget> classes;
  if (segment.lane_classes.size() == 1)
    classes.push_back(budget_of(segment));
  else
    for (std::size_t i = 0; i < segment.lane_classes.size(); ++i)
      classes.push_back(budget_of(with_lane_class(segment, i)));
  double lanes = 0.0;
  for (const LaneClass& c : segment.lane_classes) lanes += c.lanes;
  std::size_t worst = 0;
  double total = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (classes[i].log_error > classes[worst].log_error) worst = i;
    const double share = std::log(segment.lane_classes[i].lanes / lanes) + classes[i].log_error;
    total = i == 0 ? share : log_add(total, share);
  }
  SegmentResult result = std::move(classes[worst].result);
  result.symbol_error_ratio = Log10Probability::from_log10(total / std::numbers::ln10);
  result.pre_fec_ber = result.symbol_error_ratio.scaled(segment.modulation.bit_errors_per_symbol_error());
  result.numerical_floor = Log10Probability::from_log10(-300.0);
  const double m = static_cast<double>(segment.levels.size());
  result.q = gaussian_quantile(total - std::log(2.0 * (m - 1.0) / m));
  return result;
}

EngineResult run_budget(const PreparedLink& link) {
  EngineResult result{"budget", {}, link.notes};
  for (const PreparedSegment& segment : link.segments) result.segments.push_back(run_budget(segment));
  return result;
}

}  // namespace tessera
