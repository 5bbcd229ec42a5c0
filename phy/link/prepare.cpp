#include "phy/link/prepare.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "phy/core/constants.hpp"
#include "phy/link/crosstalk_paths.hpp"
#include "phy/link/dc_walk.hpp"
#include "phy/link/network_run.hpp"
#include "phy/link/prepare_key.hpp"
#include "phy/link/transfer_chain.hpp"
#include "phy/link/transmitter_response.hpp"
#include "phy/signal/fft.hpp"

namespace tessera {
namespace {

constexpr int kMaximumUiCount = 16384;
// Skin effect makes the tail of any cable fall as a power of time: a limit of 1e-9 is never met, and this one moves Q
// by less than 0.1 %.
constexpr double kTailEnergyLimit = 1e-6;
constexpr double kNonlinearityLimit = 0.05;
// Of the largest response, at the upper end of a grid of half the usual samples. Signals are sampled there, so what
// lies beyond comes back as an alias of that size; noise only loses its power beyond, 1e-6 of the whole at most.
constexpr double kSignalEdge = 1e-5, kNoiseEdge = 1e-3;

void check_terminals(const Segment& segment) {
  const auto require = [&](bool ok, const std::string& rule) {
    if (!ok) throw ConfigError("segment " + segment.name + ": " + rule);
  };
  require(segment.stages.size() >= 2, "needs a transmitter and a receiver");
  require(segment.stages.front().model.kind() == ModelKind::transmitter, "the first stage must be a transmitter");
  require(segment.stages.back().model.kind() == ModelKind::receiver, "the last stage must be a receiver");
  require(segment.symbol_rate > 0.0 && std::isfinite(segment.symbol_rate), "symbol_rate must be positive");
  require(segment.lanes > 0, "lanes must be positive");
}

StageResponse identity(const FrequencyGrid& grid, int states) {
  StageResponse response = StageResponse::zeros(grid, states, states);
  for (std::size_t k = 0; k < grid.frequency_count(); ++k)
    for (int s = 0; s < states; ++s) response.at(k, s, s) = 1.0;
  return response;
}

StageResponse from_run(const RunTransfer& run, const FrequencyGrid& grid, const std::string& stage) {
  if (!(std::abs(run.dc_gain) > 1e-9))
    throw NumericError("the network run from stage " + stage + " passes nothing at DC");
  StageResponse response = StageResponse::zeros(grid, 1, 1);
  response.values = run.values;
  for (Complex& value : response.values) value /= run.dc_gain;
  response.bulk_delay = run.bulk_delay;
  return response;
}

double tail_energy(const Response& channel) {
  const std::vector<double> h = inverse_real_fft(channel.values, channel.grid.sample_count());
  // The window is circular: what precedes t = 0 sits at its end, so the emptiest tenth of a clean response is the one
  // before the last twentieth, kept for pre-cursors.
  const std::size_t n = h.size();
  double total = 0.0, tail = 0.0;
  for (std::size_t i = 0; i < n; ++i) total += h[i] * h[i];
  for (std::size_t i = n - n / 20 - n / 10; i < n - n / 20; ++i) tail += h[i] * h[i];
  return total > 0.0 ? tail / total : 0.0;
}

// A response that has died out before the last eighth of the grid loses nothing to it.
bool band_limited(const Response& response, double edge) {
  const std::size_t count = response.values.size();
  double largest = 0.0, last = 0.0;
  for (std::size_t k = 0; k < count; ++k) {
    const double square = std::norm(response.values[k]);
    largest = std::max(largest, square);
    if (k >= count - count / 8) last = std::max(last, square);
  }
  return last <= edge * edge * largest;
}

struct Lowering {
  const Segment& segment;
  FrequencyGrid grid;
  TransmitterSpec transmitter;
  ReceiverSpec receiver;
  std::vector<NetworkRun> runs;
  std::vector<RunTransfer> run_transfers;
  std::vector<LaneState> states;
  std::vector<StageResponse> elements;
};

Lowering lower(const Segment& segment, const FrequencyGrid& grid, double case_temperature, PrepareCache* cache) {
  Lowering low{segment, grid, {}, {}, find_network_runs(segment), {}, {}, {}};
  low.transmitter = segment.stages.front().model.describe_transmitter(segment.modulation, grid);
  low.receiver = segment.stages.back().model.describe_receiver(grid);

  RunGains gains(segment.stages.size(), 1.0);
  for (const NetworkRun& run : low.runs) {
    low.run_transfers.push_back(transfer_of_run(segment, run, grid, cache));
    gains[run.first] = low.run_transfers.back().dc_gain;
  }
  low.states = walk_operating_points(segment, low.transmitter, gains, case_temperature);

  low.elements.push_back(transmitter_response(low.transmitter, grid));
  std::size_t next_run = 0;
  for (std::size_t i = 1; i + 1 < segment.stages.size(); ++i) {
    const Stage& stage = segment.stages[i];
    if (stage.model.kind() == ModelKind::signal_stage) {
      low.elements.push_back(stage.model.respond(grid, low.states[i - 1]));
    } else if (next_run < low.runs.size() && low.runs[next_run].first == i) {
      low.elements.push_back(from_run(low.run_transfers[next_run++], grid, stage.name));
    } else {
      low.elements.push_back(identity(grid, 1));
    }
  }
  StageResponse front_end = StageResponse::zeros(grid, 1, 1);
  front_end.values = low.receiver.front_end.values;
  front_end.bulk_delay = low.receiver.front_end.bulk_delay;
  low.elements.push_back(std::move(front_end));
  return low;
}

// Response from a port (the output of stage `index`) to the equaliser's input, in V per unit of the port.
Response to_decision(const Lowering& low, const TransferChain& chain, std::size_t index) {
  const double swing = low.states[index].swing();
  if (swing == 0.0)
    throw NumericError("segment " + low.segment.name + ": stage " + low.segment.stages[index].name +
                       " delivers no signal");
  Response response = chain.to_end(index + 1);
  const double gain = low.states.back().swing() / swing;
  for (Complex& value : response.values) value *= gain;
  return response;
}

std::vector<NoiseInjection> gather_noise(const Lowering& low, const TransferChain& chain) {
  std::vector<NoiseInjection> result;
  const auto& stages = low.segment.stages;
  for (std::size_t i = 1; i + 1 < stages.size(); ++i) {
    if (stages[i].model.kind() != ModelKind::signal_stage) continue;
    for (NoiseSource& source : stages[i].model.noise(low.grid, low.states[i - 1])) {
      const std::size_t port = source.at_input ? i - 1 : i;
      NoiseInjection injection{stages[i].name,
                               std::string(source.name),
                               std::move(source.s0),
                               source.s1,
                               source.s2,
                               to_decision(low, chain, port),
                               {},
                               {}};
      if (source.s1 != 0.0 || source.s2 != 0.0) {
        injection.levels = low.states[port].levels;
        injection.from_symbol = chain.from_start(port + 1);
      }
      result.push_back(std::move(injection));
    }
  }
  return result;
}

std::vector<double> centred_levels(const LaneState& state) {
  std::vector<double> levels = state.levels;
  const double mean = state.mean();
  for (double& level : levels) level -= mean;
  std::sort(levels.begin(), levels.end());
  return levels;
}

void note_nonlinearity(const Segment& segment, const std::vector<LaneState>& states, std::vector<ValidityNote>& notes) {
  for (std::size_t i = 1; i + 1 < segment.stages.size(); ++i) {
    if (segment.stages[i].model.kind() != ModelKind::signal_stage) continue;
    const double value = level_nonlinearity(states[i - 1], states[i]);
    if (value > kNonlinearityLimit)
      notes.push_back({segment.name + "." + segment.stages[i].name, "drive non-linearity before a band limit", value,
                       "1", "<= 0.05 of the half eye: levels are large-signal, dynamics are linear"});
  }
}

void gather_validity(const Segment& segment, const PreparedSegment& prepared, std::vector<ValidityNote>& notes) {
  const std::vector<LaneState>& states = prepared.states;
  for (std::size_t i = 0; i < segment.stages.size(); ++i) {
    const Stage& stage = segment.stages[i];
    for (ValidityNote& note : stage.model.validity(prepared.grid, states[i == 0 ? 0 : i - 1], states[i])) {
      note.stage = segment.name + "." + stage.name;
      notes.push_back(std::move(note));
    }
  }
}

// All of a segment that its receiver's equaliser, noise and jitter do not enter; its front end does.
PreparedSegment lower_to_receiver(const Segment& segment, double case_temperature, PrepareCache* cache) {
  FrequencyGrid grid{segment.symbol_rate};
  const int most_samples = grid.samples_per_ui;
  grid.samples_per_ui /= 2;
  for (;;) {
    Lowering low = lower(segment, grid, case_temperature, cache);
    const TransferChain chain(low.elements);
    Response channel = chain.from_start(chain.size());
    const bool limited = band_limited(channel, kSignalEdge) && band_limited(low.receiver.front_end, kNoiseEdge);
    if (grid.samples_per_ui < most_samples && !limited) {
      grid.samples_per_ui = most_samples;
      continue;
    }
    if (tail_energy(channel) > kTailEnergyLimit && grid.ui_count < kMaximumUiCount) {
      grid.ui_count *= 2;
      continue;
    }

    PreparedSegment prepared;
    prepared.name = segment.name;
    prepared.modulation = segment.modulation;
    prepared.grid = grid;
    prepared.lanes = segment.lanes;
    prepared.levels = centred_levels(low.states.back());
    prepared.channel = std::move(channel);
    prepared.noise = gather_noise(low, chain);
    prepared.crosstalk = gather_crosstalk(segment, low.runs, low.states, chain, low.transmitter, cache);
    prepared.high_pass = chain.high_pass();
    for (std::size_t r = 0; r < low.runs.size(); ++r) {
      prepared.insertion_loss_db[segment.stages[low.runs[r].first].name] = low.run_transfers[r].insertion_loss_db;
      prepared.insertion_loss_total_db += low.run_transfers[r].insertion_loss_db;
    }
    prepared.states = std::move(low.states);
    prepared.transmitter = std::move(low.transmitter);
    prepared.receiver = std::move(low.receiver);
    return prepared;
  }
}

bool same_front_end(const ReceiverSpec& a, const ReceiverSpec& b) {
  return a.front_end.bulk_delay == b.front_end.bulk_delay && a.front_end.values == b.front_end.values;
}

PreparedSegment lowered(const Segment& segment, double case_temperature, PrepareCache* cache) {
  if (cache == nullptr) return lower_to_receiver(segment, case_temperature, nullptr);
  const std::string key = segment_key(segment, case_temperature);
  if (const auto hit = cache->find_segment(key)) {
    ReceiverSpec receiver = segment.stages.back().model.describe_receiver(hit->grid);
    if (same_front_end(receiver, hit->receiver)) {
      PreparedSegment prepared = *hit;
      prepared.receiver = std::move(receiver);
      return prepared;
    }
  }
  PreparedSegment prepared = lower_to_receiver(segment, case_temperature, cache);
  prepared.memo = std::make_shared<Memo>();
  cache->store_segment(key, std::make_shared<const PreparedSegment>(prepared));
  return prepared;
}

PreparedSegment prepare_segment(const Segment& segment, double case_temperature, PrepareCache* cache,
                                std::vector<ValidityNote>& notes) {
  check_terminals(segment);
  PreparedSegment prepared = lowered(segment, case_temperature, cache);
  if (prepared.grid.ui_count >= kMaximumUiCount)
    notes.push_back({segment.name, "response window", static_cast<double>(prepared.grid.ui_count), "UI",
                     "< 16384: the response is very long"});
  note_nonlinearity(segment, prepared.states, notes);
  gather_validity(segment, prepared, notes);

  const ReceiverSpec& receiver = prepared.receiver;
  const JitterSpec& transmitted = prepared.transmitter.jitter;
  prepared.lane_classes = segment.lane_gains.empty()
                              ? std::vector<LaneClass>{{segment.lanes, {}}}
                              : lane_classes(segment.lanes + segment.spare_lanes, segment.lane_gains);
  if (!receiver.input_noise_psd.empty())
    prepared.noise.push_back(
        {segment.stages.back().name, "input", receiver.input_noise_psd, 0.0, 0.0, receiver.front_end, {}, {}});
  prepared.jitter = {transmitted.dual_dirac_ui + receiver.jitter.dual_dirac_ui,
                     std::hypot(transmitted.random_rms_ui, receiver.jitter.random_rms_ui)};
  return prepared;
}

}  // namespace

PreparedLink prepare(const Link& link, PrepareCache* cache) {
  PreparedLink prepared;
  prepared.link = link;
  if (link.segments.empty()) throw ConfigError("link " + link.name + " has no segment");
  for (const Segment& segment : link.segments)
    prepared.segments.push_back(prepare_segment(segment, link.case_temperature, cache, prepared.notes));
  return prepared;
}

}  // namespace tessera
