#include "phy/engine/port_signal.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numeric>

#include "phy/engine/noise_density.hpp"
#include "scenarios/link/scenario_reader.hpp"
#include "tests/support/locations.hpp"

// Noise and levels at ports against closed forms of the shipped parts, worked out here.
namespace tessera {
namespace {

constexpr double kElectron = 1.602176634e-19;

struct Lane {
  Segment segment;
  PreparedSegment prepared;
  std::vector<PortSignal> ports;

  const PortSignal& at(const std::string& stage) const {
    for (const PortSignal& port : ports)
      if (port.stage == stage) return port;
    throw std::runtime_error("no stage " + stage);
  }
};

Lane lane(const std::string& name, const std::vector<std::string>& sets = {}) {
  const Library library{test::library_dir()};
  const Link link =
      read_link(library.folder / "links" / (name + ".toml"), library, all_models(), {sets, std::nullopt}).link;
  Lane result{link.segments[0], prepare(link).segments[0], {}};
  result.ports = port_signals(result.segment, result.prepared);
  return result;
}

double mean(const std::vector<double>& levels) {
  return std::accumulate(levels.begin(), levels.end(), 0.0) / static_cast<double>(levels.size());
}

double integral(double from, double to, const std::function<double(double)>& f) {
  const int n = 20000;
  double sum = 0.5 * (f(from) + f(to));
  for (int i = 1; i < n; ++i) sum += f(from + (to - from) * i / n);
  return sum * (to - from) / n;
}

// -145 dB/Hz of light that is hardly modulated, nothing else on it: P sqrt(RIN B) at TP2, B = 53.125 GHz.
TEST(PortNoise, RelativeIntensityNoiseAtTheTransmitterOutput) {
  const Lane l = lane("lpo_dr8_800g", {"lpo.tx.swing=0.001 V", "lpo.driver.input_noise=0 V^2/Hz"});
  const double power = std::pow(10.0, 0.15) * 1e-3;  // 1.5 dBm behind the coupler
  EXPECT_NEAR(mean(l.at("coupler").levels) / power, 1.0, 1e-9);
  EXPECT_NEAR(l.at("coupler").noise_rms / (power * std::sqrt(std::pow(10.0, -14.5) * 53.125e9)), 1.0, 1e-4);
  EXPECT_EQ(l.at("laser").noise_rms, 0.0);  // the electrical lane that carries its light
  // 2 dB of connectors and 0.25 dB of fibre take the noise along with the light.
  EXPECT_NEAR(l.at("patch").noise_rms / l.at("coupler").noise_rms, std::pow(10.0, -0.2), 1e-9);
}

// 2 q (I + I_d) over B = 2 GHz at the diode; at the amplifier that and 2 pA/sqrt(Hz) (1 + (f/2.5 GHz)^2) through a
// second-order Butterworth of 1.3 GHz and 80 kohm.
TEST(PortNoise, ShotAtTheDiodeAndThermalBehindTheAmplifier) {
  const Lane l = lane("microled_800g");
  const double current = mean(l.at("photodiode").levels), band = 2e9;
  const double shot = 2.0 * kElectron * (current + 0.01e-9);
  EXPECT_NEAR(l.at("photodiode").noise_rms / std::sqrt(shot * band), 1.0, 1e-9);
  const double variance = integral(0.0, band, [&](double f) {
    return (shot + 4e-24 * (1.0 + std::pow(f / 2.5e9, 2))) / (1.0 + std::pow(f / 1.3e9, 4));
  });
  EXPECT_NEAR(l.at("tia").noise_rms / (80e3 * std::sqrt(variance)), 1.0, 1e-5);
  EXPECT_EQ(l.at("lens_rx").noise_rms, 0.0);  // the LED has no intensity noise of its own
  EXPECT_EQ(l.at("tia").noise_bandwidth, band);
}

// The last port by another route: densities times the responses that the engines use.
class LastPort : public testing::TestWithParam<std::string> {};

TEST_P(LastPort, EqualsTheInjectionsThroughTheirResponses) {
  const Lane l = lane(GetParam());
  const std::size_t top = static_cast<std::size_t>(l.prepared.grid.ui_count);
  double variance = 0.0;
  for (const NoiseInjection& injection : l.prepared.noise) {
    const double signal = signal_density(injection);
    for (std::size_t k = 0; k <= top; ++k)
      variance += ((injection.s0.empty() ? 0.0 : injection.s0[k]) + signal) *
                  std::norm(injection.to_decision.values[k]) * l.prepared.grid.frequency_step() *
                  (k == 0 || k == top ? 0.5 : 1.0);
  }
  EXPECT_NEAR(l.ports.back().noise_rms / std::sqrt(variance), 1.0, 1e-9);
}

INSTANTIATE_TEST_SUITE_P(Links, LastPort, testing::Values("copper_dac_800g", "lpo_dr8_800g", "microled_800g"),
                         [](const auto& info) { return info.param; });

// Inside a run an instrument of 100 ohm stands in place of what follows: the plug sees nothing of the host's line, the
// end of the run does.
TEST(PortNoise, InsideARunOfNetworksDoesNotDependOnWhatFollows) {
  const Lane shorter = lane("lpo_dr8_800g", {"lpo.host_rx.length=100 mm"}),
             longer = lane("lpo_dr8_800g", {"lpo.host_rx.length=300 mm"});
  EXPECT_EQ(shorter.at("connector_rx").levels, longer.at("connector_rx").levels);
  EXPECT_NEAR(shorter.at("connector_rx").noise_rms / longer.at("connector_rx").noise_rms, 1.0, 1e-12);
  EXPECT_GT(shorter.at("package_rx").noise_rms, 1.2 * longer.at("package_rx").noise_rms);
  // The last port of the run is the link's own.
  EXPECT_NEAR(shorter.at("package_rx").levels.back() / shorter.prepared.states.back().levels.back(), 1.0, 1e-12);
}

}  // namespace
}  // namespace tessera
