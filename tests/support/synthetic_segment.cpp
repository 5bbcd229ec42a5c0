#include "tests/support/synthetic_segment.hpp"

#include <cmath>

#include "phy/signal/fft.hpp"

namespace tessera::test {

Response response_of(const FrequencyGrid& grid, const std::function<double(double)>& pulse) {
  const std::size_t n = grid.sample_count();
  std::vector<double> samples(n);
  for (std::size_t i = 0; i < n; ++i) {
    double t = static_cast<double>(i) / grid.samples_per_ui;
    if (t >= 0.75 * grid.ui_count) t -= grid.ui_count;
    samples[i] = pulse(t) / grid.samples_per_ui;
  }
  return {grid, real_fft(samples), 0.0};
}

NoiseInjection white_noise(const FrequencyGrid& grid, double rms) {
  const double band = grid.frequency_step() * static_cast<double>(grid.frequency_count() - 1);
  NoiseInjection noise;
  noise.stage = "receiver";
  noise.mechanism = "thermal";
  noise.s0.assign(grid.frequency_count(), rms * rms / band);
  noise.to_decision = Response::flat(grid);
  return noise;
}

PreparedSegment make_segment(const SyntheticSegment& synthetic) {
  PreparedSegment segment;
  segment.name = "synthetic";
  segment.modulation = Modulation::pam(static_cast<int>(synthetic.levels.size()));
  segment.grid = synthetic.grid;
  segment.lane_classes = {{1, {}}};
  segment.levels = synthetic.levels;
  segment.transmitter.levels = synthetic.levels;
  segment.transmitter.ffe_taps = {1.0};
  segment.receiver.front_end = Response::flat(synthetic.grid);
  segment.channel = response_of(synthetic.grid, synthetic.pulse);
  if (synthetic.noise_rms > 0.0) segment.noise.push_back(white_noise(synthetic.grid, synthetic.noise_rms));
  return segment;
}

std::function<double(double)> held_pulse(std::vector<double> cursors, int first) {
  return [cursors = std::move(cursors), first](double t) {
    const auto k = static_cast<std::ptrdiff_t>(std::floor(t + 0.5)) + first;
    return k >= 0 && k < std::ssize(cursors) ? cursors[static_cast<std::size_t>(k)] : 0.0;
  };
}

std::function<double(double)> low_pass_pulse(double tau) {
  const auto step = [tau](double t) { return t <= 0.0 ? 0.0 : 1.0 - (1.0 + t / tau) * std::exp(-t / tau); };
  return [step](double t) { return step(t + 1.0) - step(t); };
}

}  // namespace tessera::test
