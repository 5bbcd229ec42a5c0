#include "phy/link/received_power.hpp"

#include <algorithm>
#include <cmath>

#include "phy/link/dc_walk.hpp"

namespace tessera {
namespace {

bool light(const LaneState& state) { return state.port == Port::optical_power || state.port == Port::optical_field; }

void scale(Response& response, double factor) {
  for (Complex& value : response.values) value *= factor;
}

// How much more a volt at the decision a unit at a port is worth than before.
double gain_change(const std::vector<LaneState>& before, const std::vector<LaneState>& after, std::size_t port) {
  return after.back().swing() / after[port].swing() * before[port].swing() / before.back().swing();
}

// Injections stand in the order in which the stages name their sources.
void walk_noise_again(const Segment& segment, const std::vector<LaneState>& before, PreparedSegment& prepared) {
  auto injection = prepared.noise.begin();
  for (std::size_t i = 1; i + 1 < segment.stages.size(); ++i) {
    if (segment.stages[i].model.kind() != ModelKind::signal_stage) continue;
    for (NoiseSource& source : segment.stages[i].model.noise(prepared.grid, prepared.states[i - 1])) {
      const std::size_t port = source.at_input ? i - 1 : i;
      injection->s0 = std::move(source.s0);
      injection->s1 = source.s1;
      injection->s2 = source.s2;
      scale(injection->to_decision, gain_change(before, prepared.states, port));
      if (!injection->levels.empty()) injection->levels = prepared.states[port].levels;
      ++injection;
    }
  }
}

// Neighbours are copies of the victim and fade with it; a near-end transmitter behind the photodiode does not.
void walk_crosstalk_again(const Segment& segment, const std::vector<LaneState>& before, std::size_t last,
                          PreparedSegment& prepared) {
  const double signal = prepared.states.back().swing() / before.back().swing();
  for (std::size_t c = 0; c < prepared.crosstalk.size(); ++c) {
    const Coupling& coupling = segment.couplings[c];
    const auto stage = std::find_if(segment.stages.begin(), segment.stages.end(),
                                    [&](const Stage& s) { return s.name == coupling.injection; });
    const auto at = static_cast<std::size_t>(stage - segment.stages.begin());
    const bool own = coupling.direction == Coupling::Direction::near && at > last;
    scale(prepared.crosstalk[c].response, own ? gain_change(before, prepared.states, at) : signal);
  }
}

}  // namespace

std::optional<std::size_t> received_light(const PreparedSegment& prepared) {
  for (std::size_t i = prepared.states.size(); i-- > 0;)
    if (light(prepared.states[i])) return i;
  return std::nullopt;
}

double received_oma(const PreparedSegment& prepared) {
  const auto last = received_light(prepared);
  if (!last) throw ConfigError("segment " + prepared.name + " carries no light");
  return std::abs(prepared.states[*last].swing());
}

PreparedSegment attenuated(const Segment& segment, const PreparedSegment& prepared, double ratio) {
  const auto last = received_light(prepared);
  if (!last) throw ConfigError("segment " + prepared.name + " carries no light");
  if (!(ratio > 0.0 && std::isfinite(ratio)))
    throw ConfigError("a ratio of optical powers must be positive, got " + std::to_string(ratio));
  LaneState weaker = prepared.states[*last];
  for (double& level : weaker.levels) level *= ratio;
  weaker.carrier.power *= ratio;
  PreparedSegment result = prepared;
  result.states = walk_on(segment, prepared.states, *last, weaker);
  result.levels = result.states.back().levels;
  const double mean = result.states.back().mean();
  for (double& level : result.levels) level -= mean;
  std::sort(result.levels.begin(), result.levels.end());
  walk_noise_again(segment, prepared.states, result);
  walk_crosstalk_again(segment, prepared.states, *last, result);
  return result;
}

PreparedSegment with_noise_scaled(const PreparedSegment& prepared, double factor) {
  if (!(factor > 0.0 && std::isfinite(factor)))
    throw ConfigError("a factor of noise must be positive, got " + std::to_string(factor));
  PreparedSegment result = prepared;
  const double power = factor * factor;
  for (NoiseInjection& injection : result.noise) {
    for (double& density : injection.s0) density *= power;
    injection.s1 *= power;
    injection.s2 *= power;
  }
  result.transmitter.snr_db -= 20.0 * std::log10(factor);
  result.receiver.slicer_noise_rms *= factor;
  result.receiver.adc_crest_factor *= factor;  // the step of the converter, hence its noise
  result.high_pass *= power;
  return result;
}

}  // namespace tessera
