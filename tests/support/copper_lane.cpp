#include "tests/support/copper_lane.hpp"

#include <cmath>
#include <numbers>

#include "phy/equalization/ctle.hpp"

namespace tessera::test {

PreparedSegment copper_lane(bool with_crosstalk) {
  PreparedSegment s;
  s.name = "copper";
  s.modulation = Modulation::pam(4).with_level_mismatch(0.95);
  s.grid = {53.125e9, 1024, 32};
  s.lane_classes = {{1, {}}};
  for (double level : s.modulation.levels) s.levels.push_back(0.4 * level);
  s.transmitter.levels = s.levels;
  s.transmitter.ffe_taps = {1.0};
  s.transmitter.snr_db = 33.0;
  s.jitter = {0.02, 0.01};
  s.receiver.ffe = {16, 5, 1e9};
  s.receiver.dfe = {{0.0}, {0.85}};
  s.receiver.ctle = {
      s.grid.symbol_rate / 2.5, s.grid.symbol_rate / 2.5, s.grid.symbol_rate, s.grid.symbol_rate / 80.0, {}, {}};
  for (int g = 0; g <= 10; g += 2) s.receiver.ctle.dc_gains_db.push_back(-g);
  s.receiver.ctle.dc_gains2_db = {-2.0, 0.0};

  const double nyquist = s.grid.nyquist(), loss = 26.0 * std::numbers::ln10 / 20.0;  // Np
  s.channel.grid = s.grid;
  s.receiver.front_end.grid = s.grid;
  NoiseInjection noise;
  noise.stage = "receiver";
  noise.mechanism = "thermal";
  noise.to_decision.grid = s.grid;
  for (std::size_t k = 0; k < s.grid.frequency_count(); ++k) {
    const double f = s.grid.frequency(k), x = std::numbers::pi * f / s.grid.symbol_rate;
    const Complex filter = butterworth_noise_filter(f, 0.75 * s.grid.symbol_rate);
    const double root = std::sqrt(f / nyquist);
    const Complex line = std::exp(-Complex(0.65 * loss * root + 0.35 * loss * f / nyquist, 0.65 * loss * root));
    const Complex edge = std::exp(-2.0 * std::pow(std::numbers::pi * f * 7.5e-12 / 1.6832, 2));
    s.channel.values.push_back((k == 0 ? 1.0 : std::sin(x) / x) * edge * line * filter);
    s.receiver.front_end.values.push_back(filter);
    noise.to_decision.values.push_back(filter);
    noise.s0.push_back(8.2e-18);  // 8.2e-9 V^2/GHz
  }
  s.noise.push_back(noise);
  if (!with_crosstalk) return s;
  CrosstalkPath far{"fext", s.channel, {0.4, 0.4, 0.4}, false};
  for (std::size_t k = 0; k < far.response.values.size(); ++k)
    far.response.values[k] *= 0.01 * s.grid.frequency(k) / nyquist;
  s.crosstalk.push_back(far);
  return s;
}

}  // namespace tessera::test
