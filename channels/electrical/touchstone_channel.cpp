#include "channels/electrical/touchstone_channel.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "phy/core/error.hpp"
#include "phy/io/touchstone.hpp"
#include "phy/signal/s_parameter_quality.hpp"

namespace tessera {
namespace {

// Notes speak of decibels at the edge; a file that has faded this far loses nothing by the taper.
constexpr double kFadedEdge = 1e-3;        // -60 dB
constexpr double kNyquistSpan = 1.5;       // of the symbol's Nyquist frequency that a receiver looks at
constexpr double kPassivityLimit = 1.01;   // measured files exceed 1 by their noise
constexpr double kLowestFrequency = 50e6;  // Hz, above which the point at 0 Hz is a guess
constexpr double kLegImpedance = 50.0;     // ohm, of one leg
constexpr double kLargestStep = 20e6;      // Hz; Annex 93A recommends 10 MHz, a 50 ns window holds two of them

SParameters load(const TouchstoneChannel::Params& params) {
  SParameters raw = read_touchstone(params.file);
  if (raw.reference_impedance != kLegImpedance) raw = renormalize(raw, kLegImpedance);  // what its neighbours refer to
  const SourceLocation where{params.file, 0, 0};
  if (raw.ports == 2) {
    SParameters pair = raw;
    pair.reference_impedance = 2.0 * raw.reference_impedance;  // each leg as measured, no coupling between them
    return pair;
  }
  if (raw.ports != 4)
    throw ConfigError(where, "a channel needs 2 or 4 ports, the file has " + std::to_string(raw.ports));
  try {
    return to_differential(raw, resolve_port_order(raw, params.port_order));
  } catch (const ConfigError& error) {
    throw ConfigError(where, error.what());
  }
}

}  // namespace

TouchstoneChannel::TouchstoneChannel(Params params) : params_(std::move(params)) {
  check_parameters<TouchstoneChannel>(params_);
  if (params_.file.empty()) return;
  Loaded loaded;
  loaded.network = load(params_);
  loaded.largest_singular_value = largest_singular_value(loaded.network).value;
  const int far = loaded.network.ports / 2;
  loaded.edge_magnitude = std::abs(loaded.network.at(loaded.network.frequency.size() - 1, far, 0));
  loaded_ = std::make_shared<const Loaded>(std::move(loaded));
}

SParameters TouchstoneChannel::s_parameters(std::span<const double> frequency) const {
  if (!loaded_) throw ConfigError("touchstone_channel needs a file: file = \"channel.s4p\"");
  return resample(loaded_->network, frequency);
}

std::vector<ValidityNote> TouchstoneChannel::validity(const FrequencyGrid& grid, const LaneState&) const {
  std::vector<ValidityNote> notes;
  if (!loaded_) return notes;
  const double edge = loaded_->network.frequency.back(), first = loaded_->network.frequency.front();
  if (edge < kNyquistSpan * grid.nyquist() && loaded_->edge_magnitude > kFadedEdge) {
    notes.push_back({"", "|H| at the channel file's last frequency", 20.0 * std::log10(loaded_->edge_magnitude), "dB",
                     "below -60 dB, or a file beyond 1.5 times the Nyquist frequency"});
  }
  if (first > kLowestFrequency)
    notes.push_back({"", "lowest frequency of the channel file", first, "Hz", "at most 50 MHz"});
  double step = 0.0;
  for (std::size_t k = 1; k < loaded_->network.frequency.size(); ++k)
    step = std::max(step, loaded_->network.frequency[k] - loaded_->network.frequency[k - 1]);
  if (step > kLargestStep)
    notes.push_back({"", "largest frequency step of the channel file", step, "Hz",
                     "at most 20 MHz: responses longer than the inverse step alias"});
  if (loaded_->largest_singular_value > kPassivityLimit)
    notes.push_back(
        {"", "largest singular value of the channel file", loaded_->largest_singular_value, "1", "at most 1.01"});
  return notes;
}

std::vector<PowerItem> TouchstoneChannel::power(const CostContext&) const { return {}; }

std::vector<FitItem> TouchstoneChannel::fit(const CostContext&) const {
  if (params_.fit == 0.0) return {};
  return {{"touchstone channel", params_.fit, Scope::per_lane}};
}

// The delay of a network is in its response.
double TouchstoneChannel::latency(const CostContext&) const { return 0.0; }

}  // namespace tessera
