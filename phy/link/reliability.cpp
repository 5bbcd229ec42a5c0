#include "phy/link/reliability.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include "phy/fec/binomial.hpp"
#include "phy/link/cost_context.hpp"

namespace tessera {
namespace {

void require(bool holds, const char* rule, double value, const char* unit) {
  if (!holds) throw ConfigError(std::string(rule) + ", got " + std::to_string(value) + unit);
}

void check_group(int lanes, int spare_lanes, double lane_fit) {
  require(lanes >= 1, "lanes must be at least 1", lanes, "");
  require(spare_lanes >= 0, "spare_lanes must not be negative", spare_lanes, "");
  require(lane_fit > 0.0, "the failure rate of a lane must be positive", lane_fit, " FIT");
}

double checked_fit(const std::string& name, double fit) {
  if (!(fit >= 0.0 && std::isfinite(fit)))
    throw NumericError("FIT of " + name + " must be finite and not negative, got " + std::to_string(fit));
  return fit;
}

void append_segment(Reliability& result, const PreparedLink& prepared, std::size_t index) {
  const Segment& segment = prepared.link.segments[index];
  const std::string prefix = prepared.link.segments.size() > 1 ? segment.name + "." : "";
  const std::size_t first = result.rows.size();
  double lane_fit = 0.0;
  for (std::size_t i = 0; i < segment.stages.size(); ++i) {
    for (const FitItem& item : segment.stages[i].model.fit(cost_context(prepared, index, i))) {
      const std::string name = prefix + segment.stages[i].name + "." + item.component;
      const bool per_lane = item.scope == Scope::per_lane;
      const bool spared = per_lane && segment.spare_lanes > 0;
      const double each = checked_fit(name, item.fit);
      if (spared) lane_fit += each;
      const int count = per_lane ? segment.lanes + segment.spare_lanes : 1;
      result.rows.push_back({name, each, count, spared, spared ? 0.0 : each * count});
    }
  }
  if (!(lane_fit > 0.0)) return;
  const SparedLanes group = spared_lanes(segment.lanes, segment.spare_lanes, lane_fit, result.mission_hours);
  result.groups.push_back({segment.name, segment.lanes, segment.spare_lanes, lane_fit, group});
  for (std::size_t r = first; r < result.rows.size(); ++r)
    if (result.rows[r].spared) result.rows[r].fit = group.fit * result.rows[r].fit_each / lane_fit;
}

void append_overhead(Reliability& result, const PreparedLink& prepared) {
  const CostContext context = overhead_context(prepared);
  for (const Stage& stage : prepared.link.overhead) {
    for (const FitItem& item : stage.model.fit(context)) {
      const std::string name = stage.name + "." + item.component;
      const int count = item.scope == Scope::per_lane ? context.lanes : 1;
      const double each = checked_fit(name, item.fit);
      result.rows.push_back({name, each, count, false, each * count});
    }
  }
}

}  // namespace

SparedLanes spared_lanes(int lanes, int spare_lanes, double lane_fit, double mission_hours) {
  check_group(lanes, spare_lanes, lane_fit);
  require(mission_hours > 0.0, "mission_hours must be positive", mission_hours, " h");
  const double exponent = lane_fit * 1e-9 * mission_hours;
  const auto lane_failure = Log10Probability::from_log10(std::log10(-std::expm1(-exponent)));
  const auto failure = binomial_more_than(lanes + spare_lanes, spare_lanes, lane_failure);
  if (spare_lanes == 0) return {failure, lanes * lane_fit};
  // -ln(1-P): P itself where it is small, the survival's own sum where it is not.
  const double hazard =
      failure.log10() < -3.0
          ? -std::log1p(-failure.value())
          : -std::numbers::ln10 * binomial_at_most(lanes + spare_lanes, spare_lanes, lane_failure).log10();
  return {failure, hazard / mission_hours * 1e9};
}

double mean_time_to_failure_hours(int lanes, int spare_lanes, double lane_fit) {
  check_group(lanes, spare_lanes, lane_fit);
  double hours = 0.0;
  for (int i = lanes; i <= lanes + spare_lanes; ++i) hours += 1e9 / (i * lane_fit);
  return hours;
}

double Reliability::mtbf_hours() const { return fit > 0.0 ? 1e9 / fit : std::numeric_limits<double>::infinity(); }

double Reliability::annual_failure_ratio() const { return kHoursPerYear * fit * 1e-9; }

double Reliability::failures_per_month() const { return kHoursPerMonth * fit * 1e-9; }

Reliability reliability(const PreparedLink& link, const ReliabilityOptions& options) {
  Reliability result;
  result.mission_hours = options.mission_hours;
  for (std::size_t s = 0; s < link.link.segments.size(); ++s) append_segment(result, link, s);
  append_overhead(result, link);
  for (const FitRow& row : result.rows)
    if (!row.spared) result.fit_common += row.fit;
  result.fit = result.fit_common;
  for (const SparedGroup& group : result.groups) result.fit += group.result.fit;
  return result;
}

}  // namespace tessera
