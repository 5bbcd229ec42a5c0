#include "phy/link/latency.hpp"

#include <cmath>

#include "phy/fec/code_gain.hpp"
#include "phy/link/cost_context.hpp"

namespace tessera {
namespace {

void append(Latency& latency, const std::string& component, double seconds) {
  if (!(seconds >= 0.0 && std::isfinite(seconds)))
    throw NumericError("latency of " + component + " must be finite and not negative, got " + std::to_string(seconds) +
                       " s");
  if (seconds > 0.0) latency.rows.push_back({component, seconds});
}

}  // namespace

Latency latency(const PreparedLink& prepared) {
  const Link& link = prepared.link;
  Latency result;
  for (std::size_t s = 0; s < link.segments.size(); ++s) {
    const Segment& segment = link.segments[s];
    const std::string prefix = link.segments.size() > 1 ? segment.name + "." : "";
    append(result, prefix + "propagation", prepared.segments.at(s).channel.bulk_delay);
    for (std::size_t i = 0; i < segment.stages.size(); ++i)
      append(result, prefix + segment.stages[i].name, segment.stages[i].model.latency(cost_context(prepared, s, i)));
  }
  if (const auto code = rs_code(link.fec.code))
    append(result, "fec_block", codeword_time(*code, link.fec.interleave, link.line_rate()));
  for (const Stage& stage : link.overhead) append(result, stage.name, stage.model.latency(overhead_context(prepared)));
  for (const LatencyRow& row : result.rows) result.total += row.seconds;
  return result;
}

}  // namespace tessera
