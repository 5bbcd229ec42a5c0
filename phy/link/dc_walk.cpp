#include "phy/link/dc_walk.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

namespace tessera {
namespace {

void require_port(const Stage& stage, Port expected, Port got) {
  if (expected == got) return;
  throw ConfigError("stage " + stage.name + " (" + std::string(stage.model.type()) + ") takes " +
                    std::string(to_string(expected)) + " but the stage before it delivers " +
                    std::string(to_string(got)));
}

LaneState pass(const Stage& stage, const LaneState& in, double run_gain, double light_scale) {
  LaneState out = in;
  switch (stage.model.kind()) {
    case ModelKind::network_stage:
      require_port(stage, Port::voltage, in.port);
      for (double& level : out.levels) level *= run_gain;
      return out;
    case ModelKind::signal_stage:
      require_port(stage, stage.model.input(), in.port);
      out = stage.model.operate(in);
      out.port = stage.model.output();
      out.case_temperature = in.case_temperature;
      if (in.carrier.power == 0.0) out.carrier.power *= light_scale;  // the stage that puts light on the lane
      return out;
    case ModelKind::receiver:
      require_port(stage, Port::voltage, in.port);
      return out;
    default:
      throw ConfigError("stage " + stage.name + " (" + std::string(stage.model.type()) +
                        ") cannot stand inside a segment");
  }
}

std::vector<LaneState> walk(const Segment& segment, const LaneState& first, const RunGains& run_gains,
                            double light_scale) {
  std::vector<LaneState> states{first};
  for (std::size_t i = 1; i < segment.stages.size(); ++i)
    states.push_back(pass(segment.stages[i], states.back(), run_gains[i], light_scale));
  return states;
}

std::size_t find_launch(const Segment& segment) {
  for (std::size_t i = 0; i < segment.stages.size(); ++i)
    if (segment.stages[i].name == segment.launch->stage) return i;
  throw ConfigError("launch names stage " + segment.launch->stage + ", which segment " + segment.name +
                    " does not have");
}

}  // namespace

std::vector<LaneState> walk_operating_points(const Segment& segment, const TransmitterSpec& transmitter,
                                             const RunGains& run_gains, double case_temperature) {
  LaneState first;
  first.port = segment.stages.front().model.output();
  first.levels = transmitter.levels;
  first.carrier.wavelength = segment.wavelength;
  first.case_temperature = case_temperature;
  const double ffe_gain = std::accumulate(transmitter.ffe_taps.begin(), transmitter.ffe_taps.end(), 0.0);
  for (double& level : first.levels) level *= ffe_gain;

  std::vector<LaneState> states = walk(segment, first, run_gains, 1.0);
  if (!segment.launch) return states;

  const std::size_t target = find_launch(segment);
  const bool optical = states[target].port == Port::optical_field || states[target].port == Port::optical_power;
  if (!optical || !(states[target].mean() > 0.0))
    throw ConfigError("launch target " + segment.launch->stage + " of segment " + segment.name + " carries no light");
  const double scale = segment.launch->average_power / states[target].mean();
  states = walk(segment, first, run_gains, scale);
  if (std::abs(states[target].mean() / segment.launch->average_power - 1.0) > 1e-9)
    throw ConfigError("launch target " + segment.launch->stage + " of segment " + segment.name +
                      " cannot be met by scaling a laser: the light does not come from one");
  return states;
}

std::vector<LaneState> walk_on(const Segment& segment, std::vector<LaneState> states, std::size_t from,
                               const LaneState& changed) {
  LaneState before = states[from];  // as it was, for the gain of the network behind it
  states[from] = changed;
  for (std::size_t i = from + 1; i < segment.stages.size(); ++i) {
    const bool network = segment.stages[i].model.kind() == ModelKind::network_stage;
    const double gain = network && before.swing() != 0.0 ? states[i].swing() / before.swing() : 1.0;
    before = states[i];
    states[i] = pass(segment.stages[i], states[i - 1], gain, 1.0);
  }
  return states;
}

double level_nonlinearity(const LaneState& input, const LaneState& output) {
  const std::size_t n = input.levels.size();
  if (n < 3 || input.swing() == 0.0 || output.swing() == 0.0) return 0.0;
  double smallest = std::numeric_limits<double>::infinity();
  double worst = 0.0;
  for (std::size_t m = 0; m + 1 < n; ++m)
    smallest = std::min(smallest, std::abs(output.levels[m + 1] - output.levels[m]));
  for (std::size_t m = 0; m < n; ++m) {
    const double line =
        output.levels.front() + output.swing() * (input.levels[m] - input.levels.front()) / input.swing();
    worst = std::max(worst, std::abs(output.levels[m] - line));
  }
  return worst / (0.5 * smallest);
}

}  // namespace tessera
