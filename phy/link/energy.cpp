#include "phy/link/energy.hpp"

#include <cmath>

#include "phy/link/cost_context.hpp"

namespace tessera {
namespace {

void append_rows(EnergyBreakdown& breakdown, const Stage& stage, const std::string& prefix, const CostContext& context,
                 int powered_lanes) {
  for (const PowerItem& item : stage.model.power(context)) {
    const std::string name = prefix + stage.name + "." + item.component;
    if (!(item.watts >= 0.0 && std::isfinite(item.watts)))
      throw NumericError("power of " + name + " must be finite and not negative, got " + std::to_string(item.watts) +
                         " W");
    const int count = item.scope == Scope::per_lane ? powered_lanes : 1;
    breakdown.rows.push_back({name, stage.boundary, item.watts, count, item.watts * count, item.constant});
  }
}

EnergyTotal total_within(const std::vector<EnergyRow>& rows, Boundary boundary, double payload_rate) {
  EnergyTotal total;
  double constant = 0.0;
  for (const EnergyRow& row : rows) {
    if (row.boundary > boundary) continue;
    total.watts += row.watts;
    if (row.constant) constant += row.watts;
  }
  total.constant_share = total.watts > 0.0 ? constant / total.watts : 0.0;
  total.joules_per_bit = total.watts / payload_rate;
  return total;
}

}  // namespace

EnergyBreakdown energy(const PreparedLink& prepared, const EnergyOptions& options) {
  const Link& link = prepared.link;
  if (!(link.payload_rate > 0.0))
    throw ConfigError("payload_rate must be positive, got " + std::to_string(link.payload_rate) + " bit/s");
  const auto powered = [&](int lanes, int spare_lanes) { return lanes + (options.spares_powered ? spare_lanes : 0); };
  EnergyBreakdown breakdown;
  for (std::size_t s = 0; s < link.segments.size(); ++s) {
    const Segment& segment = link.segments[s];
    const std::string prefix = link.segments.size() > 1 ? segment.name + "." : "";
    for (std::size_t i = 0; i < segment.stages.size(); ++i)
      append_rows(breakdown, segment.stages[i], prefix, cost_context(prepared, s, i),
                  powered(segment.lanes, segment.spare_lanes));
  }
  CostContext context = overhead_context(prepared);
  for (const Stage& stage : link.overhead) {
    context.module_watts = total_within(breakdown.rows, Boundary::module, link.payload_rate).watts;
    append_rows(breakdown, stage, "", context, powered(context.lanes, context.spare_lanes));
  }
  breakdown.lane_electronics = total_within(breakdown.rows, Boundary::lane_electronics, link.payload_rate);
  breakdown.module = total_within(breakdown.rows, Boundary::module, link.payload_rate);
  breakdown.module_and_host = total_within(breakdown.rows, Boundary::host, link.payload_rate);
  return breakdown;
}

}  // namespace tessera
