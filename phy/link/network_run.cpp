#include "phy/link/network_run.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include "phy/core/constants.hpp"
#include "phy/link/prepare_key.hpp"

namespace tessera {
namespace {

// A stage known only in its differential mode joins a mixed-mode cascade with the same network for the common mode and
// no conversion: what a measured neighbour converts is kept, what an analytic stage would convert is unknown.
SParameters promote_to_mixed_mode(const SParameters& two_port) {
  // A mixed-mode four-port states the impedance of one leg, its differential two-port twice that.
  SParameters mixed{two_port.frequency, 4, 0.5 * two_port.reference_impedance,
                    std::vector<Complex>(two_port.frequency.size() * 16)};
  for (std::size_t k = 0; k < two_port.frequency.size(); ++k)
    for (int to = 0; to < 2; ++to)
      for (int from = 0; from < 2; ++from)
        for (int mode = 0; mode < 2; ++mode) mixed.at(k, 2 * to + mode, 2 * from + mode) = two_port.at(k, to, from);
  return mixed;
}

std::string cache_key(const AnyModel& model, std::span<const double> frequency) {
  return model_key(model) + "|" + std::to_string(frequency.size()) + "|" + std::to_string(frequency.front()) + "|" +
         std::to_string(frequency.back());
}

std::shared_ptr<const SParameters> network_of(const AnyModel& model, std::span<const double> frequency,
                                              PrepareCache* cache) {
  if (cache == nullptr) return std::make_shared<SParameters>(model.s_parameters(frequency));
  const std::string key = cache_key(model, frequency);
  if (auto hit = cache->find(key)) return hit;
  auto made = std::make_shared<SParameters>(model.s_parameters(frequency));
  cache->store(key, made);
  return made;
}

SParameters cascade_run(const Segment& segment, const NetworkRun& run, std::span<const double> frequency,
                        PrepareCache* cache, const AnyModel* replacement, std::size_t replaced) {
  std::vector<std::shared_ptr<const SParameters>> networks;
  bool mixed = false;
  for (std::size_t i = run.first; i < run.last; ++i) {
    const AnyModel& model = (replacement != nullptr && i == replaced) ? *replacement : segment.stages[i].model;
    networks.push_back(network_of(model, frequency, cache));
    mixed = mixed || networks.back()->ports == 4;
  }
  const auto in_mode = [mixed](const SParameters& s) { return mixed && s.ports == 2 ? promote_to_mixed_mode(s) : s; };
  SParameters total = in_mode(*networks.front());
  for (std::size_t i = 1; i < networks.size(); ++i) total = cascade(total, in_mode(*networks[i]));
  return total;
}

// The grid is too coarse to unwrap the phase of a long medium, so the delay is read from pairs of frequencies 0.5 MHz
// apart.
double group_delay(const std::function<std::vector<Complex>(std::span<const double>)>& transfer, double symbol_rate) {
  constexpr int kPairs = 16;
  constexpr double kStep = 0.5e6;
  std::vector<double> frequency;
  for (int i = 0; i < kPairs; ++i) {
    const double f = symbol_rate * (0.02 + 0.28 * i / (kPairs - 1));
    frequency.push_back(f);
    frequency.push_back(f + kStep);
  }
  const std::vector<Complex> h = transfer(frequency);
  double weighted = 0.0, weight = 0.0;
  for (std::size_t i = 0; i < h.size(); i += 2) {
    const double w = std::abs(h[i]) * std::abs(h[i + 1]);
    weighted += w * -std::arg(h[i + 1] * std::conj(h[i])) / (2.0 * constants::kPi * kStep);
    weight += w;
  }
  return weight > 0.0 ? std::max(0.0, weighted / weight) : 0.0;
}

}  // namespace

std::vector<NetworkRun> find_network_runs(const Segment& segment) {
  std::vector<NetworkRun> runs;
  const auto& stages = segment.stages;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    if (stages[i].model.kind() != ModelKind::network_stage) continue;
    NetworkRun run{i, i, 100.0, 100.0};
    while (run.last < stages.size() && stages[run.last].model.kind() == ModelKind::network_stage) ++run.last;
    if (run.first > 0) run.source_resistance = stages[run.first - 1].model.output_resistance();
    if (run.last < stages.size()) run.load_resistance = stages[run.last].model.input_resistance();
    runs.push_back(run);
    i = run.last;
  }
  return runs;
}

RunTransfer transfer_of_run(const Segment& segment, const NetworkRun& run, const FrequencyGrid& grid,
                            PrepareCache* cache, const AnyModel* replacement, std::size_t replaced) {
  const auto transfer = [&](std::span<const double> frequency, PrepareCache* used) {
    return terminated_transfer(cascade_run(segment, run, frequency, used, replacement, replaced), run.source_resistance,
                               run.load_resistance);
  };
  RunTransfer result;
  result.values.assign(grid.frequency_count(), Complex(0.0));
  result.bulk_delay = group_delay([&](std::span<const double> f) { return transfer(f, nullptr); }, grid.symbol_rate);

  // One symbol rate of bandwidth at a time; a passive run that has fallen below kNegligible over a whole symbol rate
  // stays zero.
  constexpr double kNegligible = 1e-12;
  const auto block = static_cast<std::size_t>(grid.ui_count);
  for (std::size_t begin = 0; begin < result.values.size(); begin += block) {
    std::vector<double> frequency(std::min(block, result.values.size() - begin));
    for (std::size_t k = 0; k < frequency.size(); ++k) frequency[k] = grid.frequency(begin + k);
    const std::vector<Complex> h = transfer(frequency, cache);
    double largest = 0.0;
    for (std::size_t k = 0; k < h.size(); ++k) {
      const double magnitude = std::abs(h[k]);
      if (!std::isfinite(magnitude))
        throw NumericError("the network run from stage " + segment.stages[run.first].name + " is not finite at " +
                           std::to_string(frequency[k]) + " Hz");
      largest = std::max(largest, magnitude);
      result.values[begin + k] = h[k] * std::polar(1.0, 2.0 * constants::kPi * frequency[k] * result.bulk_delay);
    }
    if (largest < kNegligible) break;
  }
  result.dc_gain = result.values.front().real();
  const auto nyquist_bin = static_cast<std::size_t>(std::lround(grid.nyquist() / grid.frequency_step()));
  const double at_nyquist = std::abs(result.values[nyquist_bin]);
  if (!(at_nyquist > 0.0))
    throw ConfigError("the network run from stage " + segment.stages[run.first].name +
                      " passes nothing at the Nyquist frequency, " + std::to_string(grid.nyquist() * 1e-9) +
                      " GHz: a measured file must reach beyond it");
  result.insertion_loss_db = -20.0 * std::log10(at_nyquist);
  return result;
}

}  // namespace tessera
