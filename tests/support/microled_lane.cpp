#include "tests/support/microled_lane.hpp"

#include <cmath>
#include <filesystem>
#include <numbers>
#include <string>

#include "phy/signal/fft.hpp"
#include "scenarios/link/scenario_reader.hpp"
#include "tests/support/locations.hpp"

namespace tessera::test {
namespace {

constexpr double kNeighbourRatio = 1.9952623149688795e-3;  // -27 dB of power
constexpr int kNeighbours = 6;

Complex equalizer_at(const CtleSpec& ctle, double f) {
  if (ctle.zero == 0.0) return 1.0;
  Complex h = Complex(1.0, f / ctle.zero) / Complex(1.0, f / ctle.pole_1);
  return ctle.pole_2 == 0.0 ? h : h / Complex(1.0, f / ctle.pole_2);
}

double variance(const PreparedSegment& segment, const std::vector<Complex>& equalizer, std::size_t level) {
  const double df = segment.grid.frequency_step();
  double sum = 0.0;
  for (const NoiseInjection& noise : segment.noise) {
    for (std::size_t k = 0; k < equalizer.size(); ++k) {
      const double white = noise.s1 == 0.0 ? 0.0 : noise.s1 * noise.levels[level];
      const double coloured = noise.s0.empty() ? 0.0 : noise.s0[k];
      sum += (white + coloured) * std::norm(noise.to_decision.values[k] * equalizer[k]) * (k == 0 ? 0.5 : 1.0) * df;
    }
  }
  return sum;
}

}  // namespace

Link shipped_microled(double bit_rate, double length) {
  const Library library{test::library_dir()};
  ScenarioOptions options;
  options.sets = {"link.payload_rate=100 Gbit/s", "optical.symbol_rate=" + std::to_string(bit_rate) + " Bd",
                  "optical.fiber.length=" + std::to_string(length) + " m"};
  return read_link(library.folder / "links" / "microled_800g.toml", library, all_models(), options).link;
}

MicroledLane microled_lane(double bit_rate, double length) { return microled_lane(shipped_microled(bit_rate, length)); }

MicroledLane microled_lane(const Link& link) {
  MicroledLane lane{link, prepare(link).segments.front(), {}, {}, 0.0, 0.0, 0.0};
  const FrequencyGrid& grid = lane.segment.grid;
  std::vector<Complex> spectrum(grid.frequency_count());
  for (std::size_t k = 0; k < spectrum.size(); ++k) {
    lane.equalizer.push_back(equalizer_at(lane.segment.receiver.ctle, grid.frequency(k)));
    spectrum[k] =
        lane.segment.channel.values[k] * lane.equalizer[k] *
        std::polar(static_cast<double>(grid.samples_per_ui), -std::numbers::pi * grid.frequency(k) / grid.symbol_rate);
  }
  lane.pulse = inverse_real_fft(spectrum, grid.sample_count());
  lane.amplitude = lane.segment.levels.back() - lane.segment.levels.front();
  lane.sigma_0 = std::sqrt(variance(lane.segment, lane.equalizer, 0));
  lane.sigma_1 = std::sqrt(variance(lane.segment, lane.equalizer, 1));
  return lane;
}

NrzResult linear_error_ratio(const MicroledLane& lane) {
  return best_phase(lane.segment.grid, lane.pulse, lane.amplitude, lane.sigma_0, lane.sigma_1, kNeighbourRatio,
                    kNeighbours);
}

NrzResult large_signal_error_ratio(const MicroledLane& lane, int order) {
  const std::vector<int> bits = de_bruijn(order);
  const FrequencyGrid grid{lane.segment.grid.symbol_rate, static_cast<int>(bits.size()),
                           lane.segment.grid.samples_per_ui};
  const std::vector<Stage>& stages = lane.link.segments.front().stages;
  const std::vector<LaneState>& states = lane.segment.states;
  constexpr std::size_t kLed = 1;

  std::vector<double> current, light;
  for (const int bit : bits)
    current.insert(current.end(), static_cast<std::size_t>(grid.samples_per_ui), states[0].levels[bit ? 1 : 0]);
  light.resize(current.size());
  Processor led = stages[kLed].model.make_processor(grid.time_step(), states[kLed - 1]);
  led.process(current, light);
  led.process(current, light);  // second period: steady state of the repeated pattern

  std::vector<Complex> spectrum = real_fft(light);
  const double volts_per_watt =
      (states.back().levels[1] - states.back().levels[0]) / (states[kLed].levels[1] - states[kLed].levels[0]);
  for (std::size_t i = kLed + 1; i + 1 < stages.size(); ++i) {
    const StageResponse h = stages[i].model.respond(grid, states[i - 1]);
    for (std::size_t k = 0; k < spectrum.size(); ++k) spectrum[k] *= h.values[k];
  }
  for (std::size_t k = 0; k < spectrum.size(); ++k)
    spectrum[k] *= volts_per_watt * equalizer_at(lane.segment.receiver.ctle, grid.frequency(k));
  const std::vector<double> waveform = inverse_real_fft(spectrum, light.size());
  return waveform_error_ratio(bits, waveform, grid.samples_per_ui, lane.pulse, lane.segment.grid.samples_per_ui,
                              lane.amplitude, lane.sigma_0, lane.sigma_1, kNeighbourRatio, kNeighbours);
}

}  // namespace tessera::test
