#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "phy/engine/decision_point.hpp"
#include "phy/engine/statistical_engine.hpp"
#include "phy/link/received_power.hpp"
#include "scenarios/link/scenario_reader.hpp"
#include "scenarios/link/waterfall.hpp"
#include "tests/support/locations.hpp"
#include "tests/support/synthetic_segment.hpp"

namespace tessera {
namespace {

constexpr double kElectron = 1.602176634e-19;

// PAM4 light of a quiet laser on a diode of 0.6 A/W and an amplifier so fast that nothing is left of a symbol in the
// next one: noise of the amplifier, shot noise, and no interference.
constexpr const char* kOptical = R"([link]
name = "quiet"
technology = "lpo"
payload_rate = "100 Gbit/s"
fec = { code = "kp4", interleave = 1 }

[[segment]]
name = "light"
modulation = "pam4"
symbol_rate = "56 GBd"
lanes = 1
launch = { stage = "modulator", average_power = "AVERAGE" }

[[segment.stage]]
name = "tx"
model = "serdes_driver"
swing = "0.8 V"
level_mismatch = 1.0
rise_time = "0 ps"
transmitter_snr = "200 dB"
random_jitter = 0.0
dual_dirac_jitter = 0.0

[[segment.stage]]
name = "laser"
model = "dfb_laser"
relative_intensity_noise = "-200 dB/Hz"

[[segment.stage]]
name = "modulator"
model = "mach_zehnder"
half_wave_voltage = "HALFWAVE"
bandwidth = "10000 GHz"

[[segment.stage]]
name = "photodiode"
model = "pin_photodiode"
responsivity = "0.6 A/W"
dark_current = "0 nA"
transit_bandwidth = "10000 GHz"
capacitance = "0 fF"

[[segment.stage]]
name = "tia"
model = "transimpedance_amplifier"
bandwidth = "BANDWIDTH"
order = 1
noise_density = "NOISE"
low_cut = "0 kHz"

[[segment.stage]]
name = "rx"
model = "serdes_receiver"
bandwidth = "1000 GHz"
input_noise = "0 V^2/GHz"
ctle_zero = "0 GHz"
phase = "mueller_muller"
)";

LinkScenario quiet(const std::string& average, const std::string& noise, const std::string& half_wave = "5.5 V") {
  std::string text = kOptical;
  for (const auto& [key, value] : {std::pair<std::string, std::string>{"AVERAGE", average},
                                   {"NOISE", noise},
                                   {"HALFWAVE", half_wave},
                                   {"BANDWIDTH", "200 GHz"}})
    text.replace(text.find(key), key.size(), value);
  return read_link(parse_config(text, "quiet.toml"), {}, {test::library_dir()}, all_models());
}

PreparedSegment prepared(const LinkScenario& scenario) { return prepare(scenario.link).segments.at(0); }

// Noise bandwidth of one pole at 200 GHz (no overshoot, nothing left after a symbol) and the receiver's fourth-order
// Butterworth of 1000 GHz, up to the grid's end at 16 symbol rates.
double noise_bandwidth() {
  constexpr int kSteps = 100000;
  const double step = 16.0 * 56e9 / kSteps;
  double sum = 0.0;
  for (int i = 0; i < kSteps; ++i) {
    const double f = (i + 0.5) * step;
    sum += step / ((1.0 + std::pow(f / 200e9, 2)) * (1.0 + std::pow(f / 1000e9, 8)));
  }
  return sum;
}

double gaussian_tail_probability(double q) { return 0.5 * std::erfc(q / std::numbers::sqrt2); }

// Levels of light [W], thresholds where both errors of an eye are equal; Gray.
double closed_form_ber(const std::vector<double>& light, double ratio, double thermal_density) {
  std::vector<double> sigma, current;
  for (const double power : light) {
    current.push_back(0.6 * ratio * power);
    sigma.push_back(
        std::sqrt((thermal_density * thermal_density + 2.0 * kElectron * current.back()) * noise_bandwidth()));
  }
  double ser = 0.0;
  for (std::size_t m = 0; m + 1 < light.size(); ++m)
    ser += 2.0 * gaussian_tail_probability((current[m + 1] - current[m]) / (sigma[m] + sigma[m + 1])) / 4.0;
  return ser / 2.0;
}

const std::vector<double>& light_of(const PreparedSegment& segment) {
  return segment.states[*received_light(segment)].levels;
}

TEST(Waterfall, BerAgainstOmaIsTheClosedFormOfThermalAndShotNoise) {
  const LinkScenario scenario = quiet("-4 dBm", "18 pA/sqrt(Hz)");
  const PreparedSegment own = prepared(scenario);
  int compared = 0;
  for (double db = -6.0; db <= 6.0; db += 1.0) {
    const double ratio = std::pow(10.0, 0.1 * db);
    const SegmentResult r = run_statistical(attenuated(scenario.link.segments[0], own, ratio));
    const double expected = closed_form_ber(light_of(own), ratio, 18e-12);
    if (expected < 1e-15 || expected > 1e-2) continue;
    EXPECT_NEAR(r.pre_fec_ber.log10(), std::log10(expected), 0.02 + 0.004 * std::abs(std::log10(expected))) << db;
    ++compared;
  }
  EXPECT_GE(compared, 3);
}

// With thermal noise alone Q is proportional to OMA: 6 nA/sqrt(Hz) leave shot noise at 3e-3 of the variance, and a
// small drive leaves the levels equally spaced.
TEST(Waterfall, InTheThermalLimitQIsProportionalToOma) {
  const LinkScenario scenario = quiet("26 dBm", "6000 pA/sqrt(Hz)", "24 V");
  const PreparedSegment own = prepared(scenario);
  const double q = run_statistical(own).q;
  for (const double ratio : {0.5, 0.8, 1.5, 2.0})
    EXPECT_NEAR(run_statistical(attenuated(scenario.link.segments[0], own, ratio)).q / q, ratio, 3e-3 * ratio);
  // OMA = 6 Q sigma/R
  EXPECT_NEAR(received_oma(own) / (6.0 * q * 6000e-12 * std::sqrt(noise_bandwidth()) / 0.6), 1.0, 5e-3);
}

// Attenuation by arithmetic on the prepared segment and by 3 dB more loss of a connector in the link, prepared anew:
// amplifier in and out of gain control, RIN, shot and thermal noise, receiver behind.
TEST(Waterfall, AttenuationIsThatOfALossInTheLink) {
  const std::filesystem::path library = test::library_dir();
  const auto read = [&](const std::vector<std::string>& sets) {
    ScenarioOptions options;
    options.sets = sets;
    return read_link(library / "links/lpo_dr8_800g.toml", {library}, all_models(), options).link;
  };
  for (const std::string power : {"1.5 dBm", "-12 dBm"}) {
    const std::string launch = "lpo.launch.average_power=" + power;
    const Link link = read({launch, "lpo.patch.insertion_loss=0.25 dB"});
    const Link weaker = read({launch, "lpo.patch.insertion_loss=1 dB"});
    const PreparedSegment a = attenuated(link.segments[0], prepare(link).segments[0], std::pow(10.0, -0.3));
    const PreparedSegment b = prepare(weaker).segments[0];
    EXPECT_NEAR(received_oma(a) / received_oma(b), 1.0, 1e-9);
    for (std::size_t m = 0; m < a.levels.size(); ++m) EXPECT_NEAR(a.levels[m] / b.levels[m], 1.0, 1e-9);
    const AdaptedReceiver receiver = adapt_receiver(b, nullptr);
    const DecisionNoise x = noise_at_decision(a, receiver), y = noise_at_decision(b, receiver);
    ASSERT_EQ(x.mechanism_rms.size(), y.mechanism_rms.size());
    for (const auto& [mechanism, rms] : y.mechanism_rms)
      EXPECT_NEAR(x.mechanism_rms.at(mechanism) / rms, 1.0, 1e-9) << mechanism;
    for (std::size_t m = 0; m < 4; ++m) EXPECT_NEAR(x.level_variance[m] / y.level_variance[m], 1.0, 1e-9);
  }
}

// copper facts: SNR 17.66 dB at 2.4e-4 and 20.42 dB at 1e-6 for Gray PAM4 in Gaussian noise.
TEST(Waterfall, Pam4WithoutInterferenceMeetsTheTableOfSnr) {
  test::SyntheticSegment s;
  s.levels = Modulation::pam(4).levels;
  s.pulse = test::held_pulse({1.0}, 0);
  s.noise_rms = 0.1;
  const PreparedSegment own = test::make_segment(s);
  for (const auto& [ber, snr] : {std::pair{2.4e-4, 17.66}, std::pair{1e-6, 20.42}}) {
    double low = 0.1, high = 10.0;
    for (int i = 0; i < 50; ++i) {
      const double factor = std::sqrt(low * high);
      (run_statistical(with_noise_scaled(own, factor)).pre_fec_ber.value() > ber ? high : low) = factor;
    }
    const PreparedSegment at = with_noise_scaled(own, std::sqrt(low * high));
    EXPECT_NEAR(decision_snr_db(at, run_statistical(at)), snr, 0.005);
  }
}

TEST(Waterfall, CurvesFallAndMeetTheRequiredErrorRatio) {
  const LinkScenario scenario = quiet("-4 dBm", "18 pA/sqrt(Hz)");
  const Log10Probability required = required_bit_error_ratio(scenario.link);
  const auto curves = waterfalls(scenario.link, {}, required);
  ASSERT_EQ(curves.size(), 2u);
  EXPECT_EQ(curves[0].axis, Waterfall::Axis::received_oma);
  for (const Waterfall& curve : curves) {
    ASSERT_GE(curve.points.size(), 18u);
    for (std::size_t i = 1; i < curve.points.size(); ++i) {
      EXPECT_LE(curve.points[i - 1].x, curve.points[i].x);
      EXPECT_GE(curve.points[i - 1].pre_fec_ber.log10(), curve.points[i].pre_fec_ber.log10());
    }
    ASSERT_TRUE(curve.required);
  }
  // Sensitivity against the closed form, solved here.
  const PreparedSegment own = prepared(scenario);
  double low = -10.0, high = 10.0;
  for (int i = 0; i < 60; ++i) {
    const double db = 0.5 * (low + high), ratio = std::pow(10.0, 0.1 * db);
    (closed_form_ber(light_of(own), ratio, 18e-12) > std::pow(10.0, required.log10()) ? low : high) = db;
  }
  EXPECT_NEAR(*curves[0].required, 10.0 * std::log10(received_oma(own) * 1e3) + low, 0.02);
  // BER = 3/8 erfc(sqrt(SNR/10)) for equal noise; shot noise spreads the levels' a little.
  const double snr = std::pow(10.0, 0.1 * *curves[1].required);
  EXPECT_NEAR(std::log10(0.375 * std::erfc(std::sqrt(snr / 10.0))), required.log10(), 0.3);
}

// Whatever draws straight lines from point to point may do so: no step is longer than half a decibel of light.
TEST(Waterfall, PointsGoOnFromTheCriterionToTheLinkItself) {
  for (const char* power : {"6 dBm", "-20 dBm"}) {  // far better and far worse than required
    SCOPED_TRACE(power);
    const LinkScenario scenario = quiet(power, "18 pA/sqrt(Hz)");
    const Waterfall curve = waterfalls(scenario.link, {}, required_bit_error_ratio(scenario.link)).front();
    ASSERT_TRUE(curve.required);
    ASSERT_GT(std::abs(curve.own - *curve.required), 5.0);
    EXPECT_LE(curve.points.front().x, curve.own);
    EXPECT_GE(curve.points.back().x, curve.own);
    for (std::size_t i = 1; i < curve.points.size(); ++i)
      EXPECT_LT(curve.points[i].x - curve.points[i - 1].x, 0.5 + 1e-6) << curve.points[i].x;
  }
}

TEST(Waterfall, NoLightOrNoSenseIsRefused) {
  test::SyntheticSegment s;
  s.pulse = test::held_pulse({1.0}, 0);
  const PreparedSegment dark = test::make_segment(s);
  EXPECT_FALSE(received_light(dark));
  EXPECT_THROW(attenuated(Segment{}, dark, 0.5), ConfigError);
  EXPECT_THROW(with_noise_scaled(dark, 0.0), ConfigError);
}

}  // namespace
}  // namespace tessera
