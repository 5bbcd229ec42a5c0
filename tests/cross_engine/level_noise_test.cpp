// RIN, shot and thermal noise of each PAM4 level through a TIA and an adapted FFE: the engine's frequency-domain result
// against a direct sum over time and symbols, written from the definition.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "phy/core/constants.hpp"
#include "phy/engine/statistical_engine.hpp"
#include "phy/signal/fft.hpp"

namespace tessera {
namespace {

constexpr int kUi = 64;
constexpr int kSamples = 32;
constexpr double kBaud = 53.125e9;
const FrequencyGrid kGrid{kBaud, kUi, kSamples};
constexpr int kCount = kUi * kSamples;

int wrap(int n) { return ((n % kCount) + kCount) % kCount; }

Response two_poles(double corner, double gain) {
  Response r = Response::flat(kGrid);
  for (std::size_t k = 0; k < r.values.size(); ++k) {
    const Complex pole = 1.0 / Complex(1.0, kGrid.frequency(k) / corner);
    r.values[k] = gain * pole * pole;
  }
  return r;
}

// Symbol response before the photodiode: hold and modulator bandwidth.
Response symbol_to_light() {
  Response r = two_poles(60e9, 1.0);
  for (std::size_t k = 1; k < r.values.size(); ++k) {
    const double x = constants::kPi * kGrid.frequency(k) / kBaud;
    r.values[k] *= std::sin(x) / x;
  }
  return r;
}

struct Optics {
  std::vector<double> current{40e-6, 110e-6, 190e-6, 270e-6};  // A, unequal as a modulator makes them
  double transimpedance = 2000.0;                              // V/A
  double thermal = std::pow(18e-12, 2);                        // A^2/Hz
  double shot = 2.0 * constants::kElementaryCharge;            // A^2/Hz per A
  double rin = std::pow(10.0, -13.6);                          // 1/Hz
};

PreparedSegment make_segment(const Optics& o) {
  const double mean = std::accumulate(o.current.begin(), o.current.end(), 0.0) / 4.0;
  PreparedSegment s;
  s.name = "optical";
  s.modulation = Modulation::pam(4);
  s.grid = kGrid;
  s.lane_classes = {{1, {}}};
  for (double level : o.current) s.levels.push_back((level - mean) * o.transimpedance);
  const Response light = symbol_to_light();
  const Response tia = two_poles(45e9, o.transimpedance);
  s.channel = light;
  for (std::size_t k = 0; k < s.channel.values.size(); ++k) s.channel.values[k] *= tia.values[k] / o.transimpedance;
  s.noise.push_back({"tia", "thermal", std::vector<double>(kGrid.frequency_count(), o.thermal), 0.0, 0.0, tia, {}, {}});
  s.noise.push_back({"pd", "shot", {}, o.shot, 0.0, tia, o.current, light});
  s.noise.push_back({"laser", "rin", {}, 0.0, o.rin, tia, o.current, light});
  s.receiver.front_end = Response::flat(kGrid);
  s.receiver.ffe = {5, 2, 1e9};
  return s;
}

std::vector<double> time_response(const Response& r, double scale) {
  std::vector<double> h = inverse_real_fft(r.values, kCount);
  for (double& v : h) v *= scale;
  return h;
}

std::vector<double> through_ffe(const std::vector<double>& h, const std::vector<double>& taps, int pre) {
  std::vector<double> out(h.size(), 0.0);
  for (int n = 0; n < kCount; ++n)
    for (int i = 0; i < static_cast<int>(taps.size()); ++i)
      out[static_cast<std::size_t>(n)] +=
          taps[static_cast<std::size_t>(i)] * h[static_cast<std::size_t>(wrap(n - (i - pre) * kSamples))];
  return out;
}

TEST(LevelNoise, RinShotAndThermalPerLevelEqualADirectSum) {
  const Optics o;
  const PreparedSegment segment = make_segment(o);
  const SegmentResult result = run_statistical(segment);
  const std::vector<double>& taps = result.equalizer.ffe;
  ASSERT_EQ(taps.size(), 5u);

  const double dt = kGrid.time_step();
  const std::vector<double> g =
      through_ffe(time_response(two_poles(45e9, o.transimpedance), 1.0 / dt), taps, 2);  // 1/s V/A
  const std::vector<double> pulse = through_ffe(time_response(segment.channel, kSamples), taps, 2);
  const std::vector<double> light = time_response(symbol_to_light(), kSamples);
  const std::vector<double> bare = time_response(segment.channel, kSamples);
  const int peak = static_cast<int>(std::max_element(bare.begin(), bare.end()) - bare.begin());
  const double position = peak + result.equalizer.phase_ui * kSamples;
  const int sample = static_cast<int>(std::lround(position));
  ASSERT_NEAR(position, sample, 1e-9) << "the direct sum samples on the grid";

  const double mean = std::accumulate(o.current.begin(), o.current.end(), 0.0) / 4.0;
  double level_variance = 0.0;
  for (double level : o.current) level_variance += 0.25 * (level - mean) * (level - mean);

  for (std::size_t m = 0; m < 4; ++m) {
    double variance = 0.0;
    for (int n = 0; n < kCount; ++n) {  // tau = n dt: noise that entered n samples before the decision
      const auto at = static_cast<std::size_t>(wrap(sample - n));
      double others = 0.0;
      for (int k = 1; k < kUi; ++k)
        others += std::pow(light[static_cast<std::size_t>(wrap(sample - n - k * kSamples))], 2);
      const double x = mean + (o.current[m] - mean) * light[at];
      const double x2 = x * x + level_variance * others;
      variance += 0.5 * (o.thermal + o.shot * x + o.rin * x2) * g[static_cast<std::size_t>(n)] *
                  g[static_cast<std::size_t>(n)] * dt;
    }
    const double cursor = pulse[static_cast<std::size_t>(wrap(sample))];
    const double half_distance =
        0.5 * cursor * (o.current[1] - o.current[0]) * o.transimpedance;  // the smallest of the three
    EXPECT_NEAR(result.level_noise_rms[m] / result.cursor, std::sqrt(variance) / half_distance,
                1e-6 * std::sqrt(variance) / half_distance)
        << "level " << m;
  }
  EXPECT_GT(result.level_noise_rms[3], 1.1 * result.level_noise_rms[0]) << "the brightest level must be noisier";
}

}  // namespace
}  // namespace tessera
