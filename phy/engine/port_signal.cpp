#include "phy/engine/port_signal.hpp"

#include <array>
#include <cmath>
#include <optional>

#include "phy/engine/noise_density.hpp"
#include "phy/link/network_run.hpp"

namespace tessera {
namespace {

constexpr double kInstrument = 100.0;  // ohm, differential

// What an element does between the ports of its neighbours: normalised dynamics, and levels behind it.
struct Element {
  StageResponse response;
  std::vector<double> levels;
  std::size_t from = 0;  // the port that it begins at: that before its run inside one, else that of the stage before
};

using State = std::array<Complex, 2>;

State apply(const StageResponse& response, std::size_t k, const State& in) {
  State out{};
  for (int r = 0; r < response.rows; ++r)
    for (int c = 0; c < response.cols; ++c)
      out[static_cast<std::size_t>(r)] += response.at(k, r, c) * in[static_cast<std::size_t>(c)];
  return out;
}

StageResponse one_state(const FrequencyGrid& grid, std::vector<Complex> values, double gain) {
  StageResponse response = StageResponse::zeros(grid, 1, 1);
  for (std::size_t k = 0; k < response.values.size(); ++k) response.values[k] = values[k] / gain;
  return response;
}

double swing(const std::vector<double>& levels) { return levels.back() - levels.front(); }

class Ports {
 public:
  Ports(const Segment& segment, const PreparedSegment& prepared, PrepareCache* cache)
      : segment_(segment),
        prepared_(prepared),
        grid_{prepared.grid.symbol_rate, prepared.grid.ui_count, 2},  // ends at the symbol rate
        variance_(segment.stages.size(), 0.0) {
    elements_.push_back({{}, prepared.states.front().levels, 0});
    std::optional<NetworkRun> run;
    const std::vector<NetworkRun> runs = find_network_runs(segment);
    for (std::size_t i = 1; i < segment.stages.size(); ++i) {
      for (const NetworkRun& r : runs)
        if (r.first == i) run = r;
      elements_.push_back(element(i, run, cache));
    }
  }

  std::vector<PortSignal> signals() {
    std::size_t injection = 0;
    const auto& stages = segment_.stages;
    for (std::size_t i = 1; i + 1 < stages.size(); ++i) {
      if (stages[i].model.kind() != ModelKind::signal_stage) continue;
      for (const NoiseSource& source : stages[i].model.noise(grid_, prepared_.states[i - 1]))
        add(i, source, signal_density(prepared_.noise.at(injection++)));
    }
    add_receiver();
    std::vector<PortSignal> result;
    for (std::size_t i = 0; i < stages.size(); ++i)
      result.push_back({stages[i].name, prepared_.states[i].port, elements_[i].levels, std::sqrt(variance_[i]),
                        prepared_.grid.symbol_rate});
    return result;
  }

 private:
  Element element(std::size_t i, const std::optional<NetworkRun>& run, PrepareCache* cache) const {
    const Stage& stage = segment_.stages[i];
    const std::vector<double>& levels = prepared_.states[i].levels;
    if (stage.model.kind() == ModelKind::signal_stage)
      return {stage.model.respond(grid_, prepared_.states[i - 1]), levels, i - 1};
    if (stage.model.kind() == ModelKind::receiver)
      return {one_state(grid_, stage.model.describe_receiver(grid_).front_end.values, 1.0), levels, i - 1};
    NetworkRun part = run.value();
    if (i + 1 < part.last) {
      part.last = i + 1;
      part.load_resistance = kInstrument;
    }
    const RunTransfer transfer = transfer_of_run(segment_, part, grid_, cache);
    Element result{one_state(grid_, transfer.values, transfer.dc_gain), prepared_.states[part.first - 1].levels,
                   part.first - 1};
    for (double& level : result.levels) level *= transfer.dc_gain;
    return result;
  }

  // Carries a density from the port it enters at to every port behind `stage`, whose source it is.
  void add(std::size_t stage, const NoiseSource& source, double signal) {
    const std::size_t port = source.at_input ? stage - 1 : stage;
    if (swing(elements_[port].levels) == 0.0) return;
    std::vector<std::vector<State>> states(elements_.size());
    states[port].assign(grid_.frequency_count(), State{Complex(1.0), Complex(0.0)});
    for (std::size_t i = port; i < elements_.size(); ++i) {
      if (i > port) {
        const std::vector<State>& before = states[elements_[i].from];
        if (before.empty()) continue;
        for (std::size_t k = 0; k < before.size(); ++k) states[i].push_back(apply(elements_[i].response, k, before[k]));
      }
      if (i < stage) continue;
      const double gain = swing(elements_[i].levels) / swing(elements_[port].levels);
      double sum = 0.0;
      for (std::size_t k = 0; k < states[i].size(); ++k)
        sum += weight(k) * ((source.s0.empty() ? 0.0 : source.s0[k]) + signal) * std::norm(states[i][k][0]);
      variance_[i] += gain * gain * sum;
    }
  }

  void add_receiver() {
    const ReceiverSpec receiver = segment_.stages.back().model.describe_receiver(grid_);
    for (std::size_t k = 0; k < receiver.input_noise_psd.size(); ++k)
      variance_.back() += weight(k) * receiver.input_noise_psd[k] * std::norm(receiver.front_end.values[k]);
  }

  double weight(std::size_t k) const {
    return grid_.frequency_step() * (k == 0 || k + 1 == grid_.frequency_count() ? 0.5 : 1.0);
  }

  const Segment& segment_;
  const PreparedSegment& prepared_;
  FrequencyGrid grid_;
  std::vector<Element> elements_;
  std::vector<double> variance_;
};

}  // namespace

std::vector<PortSignal> port_signals(const Segment& segment, const PreparedSegment& prepared, PrepareCache* cache) {
  return Ports(segment, prepared, cache).signals();
}

}  // namespace tessera
