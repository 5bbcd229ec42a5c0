#include "phy/link/cost_context.hpp"

#include <string>

namespace tessera {
namespace {

CostContext segment_context(const Link& link, const Segment& segment) {
  CostContext context;
  context.symbol_rate = segment.symbol_rate;
  context.bits_per_symbol = segment.modulation.bits_per_symbol;
  context.lanes = segment.lanes;
  context.spare_lanes = segment.spare_lanes;
  context.case_temperature = link.case_temperature;
  context.line_rate = link.line_rate();
  context.payload_rate = link.payload_rate;
  return context;
}

void check(const PreparedLink& link) {
  if (link.link.segments.empty()) throw ConfigError("link " + link.link.name + " has no segment");
  if (link.segments.size() != link.link.segments.size())
    throw ConfigError("link " + link.link.name + " has " + std::to_string(link.link.segments.size()) +
                      " segments, but " + std::to_string(link.segments.size()) + " are prepared");
}

}  // namespace

CostContext cost_context(const PreparedLink& link, std::size_t segment, std::size_t stage) {
  check(link);
  const PreparedSegment& prepared = link.segments.at(segment);
  CostContext context = segment_context(link.link, link.link.segments.at(segment));
  context.insertion_loss_db = prepared.insertion_loss_total_db;
  if (stage > 0 && stage - 1 < prepared.states.size()) context.input = prepared.states[stage - 1];
  context.output = stage < prepared.states.size() ? prepared.states[stage] : context.input;
  return context;
}

CostContext overhead_context(const PreparedLink& link) {
  check(link);
  const Segment* widest = &link.link.segments.front();
  for (const Segment& s : link.link.segments)
    if (s.lanes > widest->lanes) widest = &s;
  return segment_context(link.link, *widest);
}

}  // namespace tessera
