#include "phy/link/crosstalk_paths.hpp"

#include <algorithm>
#include <cmath>

#include "phy/link/transmitter_response.hpp"

namespace tessera {
namespace {

struct Context {
  const Segment& segment;
  const std::vector<NetworkRun>& runs;
  const std::vector<LaneState>& states;
  const TransferChain& chain;
  const TransmitterSpec& transmitter;
  PrepareCache* cache;

  const FrequencyGrid& grid() const { return chain.grid(); }
};

std::size_t find_stage(const Segment& segment, const Coupling& coupling) {
  for (std::size_t i = 0; i < segment.stages.size(); ++i)
    if (segment.stages[i].name == coupling.injection) return i;
  throw ConfigError("coupling " + coupling.name + " enters at stage " + coupling.injection + ", which segment " +
                    segment.name + " does not have");
}

std::size_t run_holding(const Context& c, std::size_t stage) {
  for (std::size_t r = 0; r < c.runs.size(); ++r)
    if (stage >= c.runs[r].first && stage < c.runs[r].last) return r;
  return c.runs.size();
}

double half_swing(const LaneState& state) { return 0.5 * state.swing(); }

// V at the equaliser's input per V at the output of stage `port`.
void append_path_behind(const Context& c, std::size_t port, std::vector<Complex>& values) {
  const Response behind = c.chain.to_end(port + 1);
  const double gain = c.states.back().swing() / c.states[port].swing();
  for (std::size_t k = 0; k < values.size(); ++k) values[k] *= gain * behind.values[k];
}

void multiply(std::vector<Complex>& values, const std::vector<Complex>& factor) {
  for (std::size_t k = 0; k < values.size(); ++k) values[k] *= factor[k];
}

std::vector<Complex> coupling_shape(const Coupling& coupling, const FrequencyGrid& grid) {
  std::vector<Complex> shape(grid.frequency_count(), Complex(1.0));
  if (coupling.shape != Coupling::Shape::power_law) return shape;
  if (!(coupling.reference_frequency > 0.0))
    throw ConfigError("coupling " + coupling.name + ": reference_frequency must be positive");
  for (std::size_t k = 0; k < shape.size(); ++k) {
    const double ratio = grid.frequency(k) / coupling.reference_frequency;
    // Beyond twice the reference the power law would exceed any passive coupler; it is held there.
    shape[k] = std::pow(std::min(ratio, 2.0), coupling.slope / 20.0);
  }
  return shape;
}

// A far-end aggressor is a copy of the victim where the run begins, but for its amplitude; a near-end one is the bare
// transmitter beside the receiver, without FFE.
std::vector<Complex> aggressor_at_run(const Context& c, const NetworkRun& run, const Coupling& coupling) {
  const double own = c.transmitter.levels.back();
  const double scale = coupling.swing > 0.0 ? coupling.swing / own : 1.0;
  if (coupling.direction == Coupling::Direction::far) {
    std::vector<Complex> values = c.chain.from_start(run.first).values;
    for (Complex& value : values) value *= scale * half_swing(c.states[run.first - 1]);
    return values;
  }
  if (c.states.front().port != Port::voltage || coupling.with_through_loss)
    throw ConfigError("coupling " + coupling.name +
                      ": a near-end aggressor needs a transmitter of voltage and does not go through the victim's run");
  TransmitterSpec bare = c.transmitter;
  bare.ffe_taps = {1.0};
  bare.ffe_main = 0;
  std::vector<Complex> values = transmitter_response(bare, c.grid()).values;
  for (Complex& value : values) value *= scale * own;
  return values;
}

CrosstalkPath electrical_path(const Context& c, const Coupling& coupling, std::size_t stage, std::size_t run_index) {
  const NetworkRun& run = c.runs[run_index];
  const NetworkRun before{run.first, stage + 1, run.source_resistance, 100.0};
  const NetworkRun after{stage + 1, run.last, 100.0, run.load_resistance};
  std::vector<Complex> values = aggressor_at_run(c, run, coupling);
  if (coupling.with_through_loss) multiply(values, transfer_of_run(c.segment, before, c.grid(), c.cache).values);
  multiply(values, coupling_shape(coupling, c.grid()));
  if (after.first < after.last) multiply(values, transfer_of_run(c.segment, after, c.grid(), c.cache).values);
  append_path_behind(c, run.last - 1, values);
  return {coupling.name, {c.grid(), std::move(values), 0.0}, coupling.gains, coupling.synchronous};
}

CrosstalkPath measured_path(const Context& c, const Coupling& coupling, std::size_t stage, std::size_t run_index,
                            const AnyModel& file) {
  const NetworkRun& run = c.runs[run_index];
  std::vector<Complex> values = aggressor_at_run(c, run, coupling);
  multiply(values, transfer_of_run(c.segment, run, c.grid(), c.cache, &file, stage).values);
  append_path_behind(c, run.last - 1, values);
  return {coupling.name, {c.grid(), std::move(values), 0.0}, {1.0}, coupling.synchronous};
}

// Neighbouring lanes of an array carry the same pulse as the victim up to the injection point and share its way from
// there.
CrosstalkPath array_path(const Context& c, const Coupling& coupling) {
  std::vector<Complex> values = c.chain.from_start(c.chain.size()).values;
  for (Complex& value : values) value *= half_swing(c.states.back());
  return {coupling.name, {c.grid(), std::move(values), 0.0}, coupling.gains, coupling.synchronous};
}

}  // namespace

std::vector<CrosstalkPath> gather_crosstalk(const Segment& segment, const std::vector<NetworkRun>& runs,
                                            const std::vector<LaneState>& states, const TransferChain& chain,
                                            const TransmitterSpec& transmitter, PrepareCache* cache) {
  const Context c{segment, runs, states, chain, transmitter, cache};
  std::vector<CrosstalkPath> paths;
  for (const Coupling& coupling : segment.couplings) {
    const std::size_t stage = find_stage(segment, coupling);
    const std::size_t run = run_holding(c, stage);
    if (coupling.shape == Coupling::Shape::touchstone) {
      if (run == runs.size() || !coupling.network)
        throw ConfigError("coupling " + coupling.name + ": a measured coupling replaces an electrical network stage");
      paths.push_back(measured_path(c, coupling, stage, run, *coupling.network));
    } else if (run < runs.size()) {
      paths.push_back(electrical_path(c, coupling, stage, run));
    } else {
      paths.push_back(array_path(c, coupling));
    }
  }
  return paths;
}

}  // namespace tessera
