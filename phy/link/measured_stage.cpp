#include "phy/link/measured_stage.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "phy/link/measured_processor.hpp"

namespace tessera {
namespace {

constexpr double kFadedEdge = 1e-3;    // -60 dB: a response that has faded this far loses nothing by the taper
constexpr double kNyquistSpan = 1.5;   // of the symbol's Nyquist frequency that a receiver looks at
constexpr double kLowestShare = 0.01;  // of the symbol rate, below which the way to DC is short
constexpr double kLargestPeak = 2.0;   // over |H| at DC; more is a low cut that DC was taken from

// A state that any stage accepts: its port lit, biased and driven.
LaneState probe_state(const AnyModel& model) {
  LaneState state;
  state.port = model.input();
  state.levels = model.input() == Port::voltage ? std::vector<double>{-0.1, 0.1} : std::vector<double>{1e-4, 2e-4};
  state.carrier.wavelength = 1310e-9;
  return state;
}

bool only_places_light(const AnyModel& model) {
  if (model.input() != Port::voltage || model.output() != Port::voltage) return false;
  try {
    return model.operate(probe_state(model)).carrier.power > 0.0;
  } catch (const ConfigError&) {
    return false;  // asks for light itself
  }
}

// The sources of a stage at the probe's operating point; their kinds do not depend on it.
std::vector<NoiseSource> probed_noise(const AnyModel& model) {
  try {
    return model.noise({1e9, 16, 2}, probe_state(model));
  } catch (const ConfigError&) {
    return {};
  }
}

std::vector<ValidityNote> response_notes(const MeasuredResponse& h, const FrequencyGrid& grid) {
  std::vector<ValidityNote> notes;
  const double edge = std::exp(h.log_magnitude.back());
  if (h.frequency.back() < kNyquistSpan * grid.nyquist() && edge > kFadedEdge)
    notes.push_back({"", "|H| at the last frequency of measured_response", 20.0 * std::log10(edge), "dB",
                     "below -60 dB, or a file beyond 1.5 times the Nyquist frequency"});
  if (!h.reaches_dc && h.frequency.front() > kLowestShare * grid.symbol_rate)
    notes.push_back(
        {"", "lowest frequency of measured_response", h.frequency.front(), "Hz", "at most 1 % of the symbol rate"});
  const double peak = std::exp(*std::max_element(h.log_magnitude.begin(), h.log_magnitude.end()));
  if (peak > kLargestPeak)
    notes.push_back({"", "largest |H| of measured_response over DC", 20.0 * std::log10(peak), "dB",
                     "at most 6 dB: DC is taken from the lowest points, lowest_frequency leaves a low cut out"});
  return notes;
}

std::vector<ValidityNote> noise_notes(const MeasuredNoise& noise, const FrequencyGrid& grid) {
  std::vector<ValidityNote> notes;
  if (noise.frequency.back() < grid.nyquist())
    notes.push_back({"", "last frequency of measured_noise", noise.frequency.back(), "Hz",
                     "at least the Nyquist frequency; the last density holds above"});
  if (noise.frequency.front() > kLowestShare * grid.symbol_rate)
    notes.push_back({"", "lowest frequency of measured_noise", noise.frequency.front(), "Hz",
                     "at most 1 % of the symbol rate; the first density holds below"});
  return notes;
}

template <class Notes>
auto with_notes(const AnyModel& model, const Notes& own) {
  return [model, own](const FrequencyGrid& grid, const LaneState& in, const LaneState& out) {
    std::vector<ValidityNote> notes = model.validity(grid, in, out);
    for (ValidityNote& note : own(grid)) notes.push_back(std::move(note));
    return notes;
  };
}

Response on_grid(const MeasuredResponse& h, const FrequencyGrid& grid) {
  Response response = Response::flat(grid);
  for (std::size_t k = 0; k < response.values.size(); ++k) response.values[k] = h.at(grid.frequency(k));
  response.bulk_delay = std::max(0.0, h.delay);
  return response;
}

StageResponse replaced(StageResponse own, const MeasuredResponse& h, const FrequencyGrid& grid) {
  const StageResponse model = own;
  for (std::size_t k = 0; k < grid.frequency_count(); ++k) {
    // Where the model's own response has died out, its paths stand in the ratio that they have at DC.
    const std::size_t from = std::abs(model.at(k, 0, 0)) > 1e-9 ? k : 0;
    const Complex scale = h.at(grid.frequency(k)) / model.at(from, 0, 0);
    for (int r = 0; r < own.rows; ++r)
      for (int c = 0; c < own.cols; ++c) own.at(k, r, c) = scale * model.at(from, r, c);
  }
  if (h.delay != 0.0) own.bulk_delay = std::max(0.0, h.delay);
  return own;
}

Dimension density_dimension(Port port) {
  const Dimension unit = port == Port::voltage ? dim::kVoltage : port == Port::current ? dim::kCurrent : dim::kPower;
  return unit * unit / dim::kFrequency;
}

Port injection_port(const AnyModel& model, const std::string& mechanism) {
  if (model.kind() == ModelKind::receiver) return Port::voltage;
  for (const NoiseSource& source : probed_noise(model))
    if (source.name == mechanism) return source.at_input ? model.input() : model.output();
  return model.input();
}

std::string chosen_mechanism(const AnyModel& model, const std::string& asked) {
  const std::vector<std::string> known = replaceable_noise(model);
  std::string list;
  for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
  if (known.empty())
    throw ConfigError(std::string(model.type()) + " has no noise density that a measured one could replace");
  if (asked.empty() && known.size() == 1) return known.front();
  if (asked.empty()) throw ConfigError("mechanism must be one of: " + list);
  if (std::find(known.begin(), known.end(), asked) != known.end()) return asked;
  throw ConfigError(std::string(model.type()) + " has no noise mechanism \"" + asked + "\"; it has: " + list);
}

}  // namespace

bool takes_response(const AnyModel& model) {
  switch (model.kind()) {
    case ModelKind::transmitter:
    case ModelKind::receiver:
      return true;
    case ModelKind::signal_stage:
      return !(model.input() == Port::optical_field && model.output() == Port::optical_field) &&
             !only_places_light(model);
    default:
      return false;
  }
}

std::vector<std::string> replaceable_noise(const AnyModel& model) {
  if (model.kind() == ModelKind::receiver) return {"input"};
  if (model.kind() != ModelKind::signal_stage) return {};
  std::vector<std::string> names;
  for (const NoiseSource& source : probed_noise(model))
    if (!source.s0.empty()) names.emplace_back(source.name);
  return names;
}

AnyModel with_measured_response(const AnyModel& model, const std::shared_ptr<const MeasuredResponse>& h) {
  if (!takes_response(model))
    throw ConfigError(std::string(model.type()) + " has no response that a measured one could replace");
  AnyModel::Functions f;
  f.validity = with_notes(model, [h](const FrequencyGrid& grid) { return response_notes(*h, grid); });
  if (model.kind() == ModelKind::transmitter) {
    f.transmitter = [model, h](const Modulation& modulation, const FrequencyGrid& grid) {
      TransmitterSpec spec = model.describe_transmitter(modulation, grid);
      spec.edge = on_grid(*h, grid);
      return spec;
    };
  } else if (model.kind() == ModelKind::receiver) {
    f.receiver = [model, h](const FrequencyGrid& grid) {
      ReceiverSpec spec = model.describe_receiver(grid);
      spec.front_end = on_grid(*h, grid);
      return spec;
    };
  } else {
    f.respond = [model, h](const FrequencyGrid& grid, const LaneState& in) {
      return replaced(model.respond(grid, in), *h, grid);
    };
    f.make_processor = [model, h](double step, const LaneState& in) {
      return make_measured_processor(model, *h, step, in);
    };
  }
  return model.with(std::move(f));
}

AnyModel with_measured_noise(const AnyModel& model, const std::shared_ptr<const MeasuredNoise>& noise) {
  const std::string mechanism = chosen_mechanism(model, noise->mechanism);
  const Port port = injection_port(model, mechanism);
  if (!(noise->dimension == density_dimension(port))) {
    const std::string unit = port == Port::voltage ? "V" : port == Port::current ? "A" : "W";
    throw ConfigError("the noise \"" + mechanism + "\" of " + std::string(model.type()) + " enters at a port of " +
                      std::string(to_string(port)) + ": its density must be in " + unit + "/sqrt(Hz) or " + unit +
                      "^2/Hz");
  }
  const auto on = [noise](const FrequencyGrid& grid) {
    std::vector<double> density(grid.frequency_count());
    for (std::size_t k = 0; k < density.size(); ++k) density[k] = noise->at(grid.frequency(k));
    return density;
  };
  AnyModel::Functions f;
  f.validity = with_notes(model, [noise](const FrequencyGrid& grid) { return noise_notes(*noise, grid); });
  if (model.kind() == ModelKind::receiver) {
    f.receiver = [model, on](const FrequencyGrid& grid) {
      ReceiverSpec spec = model.describe_receiver(grid);
      spec.input_noise_psd = on(grid);
      return spec;
    };
  } else {
    f.noise = [model, on, mechanism](const FrequencyGrid& grid, const LaneState& in) {
      std::vector<NoiseSource> sources = model.noise(grid, in);
      for (NoiseSource& source : sources)
        if (source.name == mechanism) source.s0 = on(grid);
      return sources;
    };
  }
  return model.with(std::move(f));
}

AnyModel with_measured(AnyModel model, const std::vector<MeasuredTable>& tables) {
  for (const MeasuredTable& table : tables) {
    const std::string type(model.type());
    if (const auto* curve = std::get_if<std::shared_ptr<const LivCurve>>(&table)) {
      if (!model.takes_liv()) throw ConfigError(type + " has no light-current curve that a measured one could replace");
      model = model.with_liv(*curve);
    } else if (const auto* spectrum = std::get_if<std::shared_ptr<const OpticalSpectrum>>(&table)) {
      if (!model.takes_spectrum()) throw ConfigError(type + " has no spectrum that a measured one could replace");
      model = model.with_spectrum(*spectrum);
    }
  }
  for (const MeasuredTable& table : tables) {
    if (const auto* response = std::get_if<std::shared_ptr<const MeasuredResponse>>(&table))
      model = with_measured_response(model, *response);
    else if (const auto* noise = std::get_if<std::shared_ptr<const MeasuredNoise>>(&table))
      model = with_measured_noise(model, *noise);
  }
  return model;
}

}  // namespace tessera
