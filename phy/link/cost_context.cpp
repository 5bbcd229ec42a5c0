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

// dB at Nyquist of the network runs that end or begin at a stage.
double loss_beside(const Segment& segment, const PreparedSegment& prepared, std::size_t stage) {
  const auto network = [&](std::size_t i) { return segment.stages[i].model.kind() == ModelKind::network_stage; };
  const auto loss_from = [&](std::size_t first) {
    const auto it = prepared.insertion_loss_db.find(segment.stages[first].name);
    return it == prepared.insertion_loss_db.end() ? 0.0 : it->second;
  };
  double loss = 0.0;
  if (stage > 0 && network(stage - 1)) {
    std::size_t first = stage - 1;
    while (first > 0 && network(first - 1)) --first;
    loss += loss_from(first);
  }
  if (stage + 1 < segment.stages.size() && network(stage + 1)) loss += loss_from(stage + 1);
  return loss;
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
  context.insertion_loss_db = loss_beside(link.link.segments[segment], prepared, stage);
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
