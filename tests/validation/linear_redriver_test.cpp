#include "devices/processing/linear_redriver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>

#include "channels/electrical/twinax_cable.hpp"
#include "devices/receiver/serdes_receiver.hpp"
#include "devices/transmitter/serdes_driver.hpp"
#include "phy/link/prepare.hpp"
#include "tests/support/small_signal.hpp"

namespace tessera {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kBoltzmann = 1.380649e-23;
const FrequencyGrid kGrid{53.125e9, 1024, 32};

double db(double ratio) { return 20.0 * std::log10(ratio); }

LinearRedriver redriver(double gain_db, double peaking_db, double low_frequency_db = 0.0, double pole = 26.5625e9,
                        double bandwidth = 45e9) {
  LinearRedriver::Params p;
  p.gain = {gain_db};
  p.peaking = {peaking_db};
  p.low_frequency_peaking = {low_frequency_db};
  p.peaking_pole = Frequency::from_si(pole);
  p.bandwidth = Frequency::from_si(bandwidth);
  p.input_noise = VoltageNoisePsd::from_si(9e-18);
  p.saturation_swing = Voltage::from_si(100.0);
  return LinearRedriver(p);
}

// |H|^2 of one shelf over its value at DC: (1 + (f/(g f_p))^2)/(1 + (f/f_p)^2).
double shelf(double f, double pole, double peaking_db) {
  const double x = f / pole, g = std::pow(10.0, -peaking_db / 20.0);
  return (1.0 + x * x / (g * g)) / (1.0 + x * x);
}

double butterworth(double f, double corner, int order) { return 1.0 / (1.0 + std::pow(f / corner, 2 * order)); }

TEST(LinearRedriver, MagnitudeIsTwoShelvesAndAButterworth) {
  const StageResponse r = redriver(16.0, 16.0, 2.0).respond(kGrid, {});
  for (std::size_t k = 0; k < kGrid.frequency_count(); k += 37) {
    const double f = kGrid.frequency(k);
    const double expected = shelf(f, 26.5625e9, 16.0) * shelf(f, 0.6640625e9, 2.0) * butterworth(f, 45e9, 3);
    EXPECT_NEAR(std::norm(r.at(k, 0, 0)) / expected, 1.0, 1e-9) << f;
  }
}

// Far above both shelves and far below the roll-off all peaking is there, and the gain is the shelf's.
TEST(LinearRedriver, GainOfTheShelfIsTheGainParameter) {
  const LinearRedriver part = redriver(6.0, 14.0, 2.0, 1e9, 1e12);
  EXPECT_NEAR(db(part.dc_gain()), 6.0 - 16.0, 1e-9);
  const StageResponse r = part.respond(kGrid, {});
  const std::size_t k = 2048;  // 106.25 GHz
  EXPECT_NEAR(db(part.dc_gain() * std::abs(r.at(k, 0, 0))), 6.0, 0.01);
}

// A line that ends in one pole at the redriver's zero is inverted exactly: what is left is one pole at f_p.
TEST(LinearRedriver, InvertsAChannelOfOnePoleDownToItsOwnPole) {
  const double peaking = 12.0, zero = 26.5625e9 * std::pow(10.0, -peaking / 20.0);
  const StageResponse r = redriver(0.0, peaking, 0.0, 26.5625e9, 1e12).respond(kGrid, {});
  for (std::size_t k = 1; k < kGrid.frequency_count(); k += 53) {
    const double f = kGrid.frequency(k);
    const Complex equalised = r.at(k, 0, 0) / Complex(1.0, f / zero), left = 1.0 / Complex(1.0, f / 26.5625e9);
    const double roll_off = std::sqrt(butterworth(f, 1e12, 3));
    EXPECT_NEAR(std::abs(equalised), std::abs(left) * roll_off, 1e-9);
  }
}

// The ideal inverse of a cable is e^{+alpha l}. The setting whose gain follows it best has about the cable's own loss
// as the peaking of its two shelves, and follows it to less than 1 dB rms up to Nyquist.
TEST(LinearRedriver, PeakingThatFollowsTheInverseOfACableIsAboutTheCablesLoss) {
  for (const double length : {2.0, 3.0, 4.0}) {
    TwinaxCable::Params c;
    c.gauge = 26;
    c.length = Length::from_si(length);
    std::vector<double> frequency;
    for (std::size_t k = 4; k <= 512; ++k) frequency.push_back(kGrid.frequency(k));  // 0.2 GHz to Nyquist
    const SParameters line = TwinaxCable(c).s_parameters(frequency);
    const double loss = -db(std::abs(line.at(frequency.size() - 1, 1, 0)));

    double best = 0.0, best_rms = 1e9;
    for (double peaking = 0.0; peaking <= 24.0; peaking += 0.5) {
      const StageResponse r = redriver(0.0, peaking, 2.0).respond(kGrid, {});
      double sum = 0.0, squares = 0.0;
      for (std::size_t k = 0; k < frequency.size(); ++k) {
        const double difference = db(std::abs(r.at(k + 4, 0, 0))) + db(std::abs(line.at(k, 1, 0)));
        sum += difference, squares += difference * difference;
      }
      const double n = static_cast<double>(frequency.size());
      const double rms = std::sqrt(squares / n - std::pow(sum / n, 2));
      if (rms < best_rms) best_rms = rms, best = peaking;
    }
    std::printf("%.0f m of 26 AWG: loss %.1f dB, best peaking %.1f dB, %.2f dB rms from the inverse\n", length, loss,
                best, best_rms);
    EXPECT_NEAR(best + 2.0, loss, 2.0) << length;  // both shelves
    EXPECT_LT(best_rms, 1.0) << length;
  }
}

Link lane_with(const LinearRedriver& part, double first_m, double second_m) {
  TwinaxCable::Params a, b;
  a.length = Length::from_si(first_m);
  b.length = Length::from_si(second_m);
  Segment s;
  s.name = "lane";
  s.modulation = Modulation::pam(4);
  s.symbol_rate = 53.125e9;
  s.stages = {{"tx", SerdesDriver(), Boundary::host, ""},
              {"cable", TwinaxCable(a), Boundary::module, ""},
              {"redriver", part, Boundary::lane_electronics, ""},
              {"tail", TwinaxCable(b), Boundary::module, ""},
              {"rx", SerdesReceiver(), Boundary::host, ""}};
  Link link;
  link.name = "lane";
  link.segments = {s};
  link.payload_rate = 100e9;
  return link;
}

// Friis: referred to a matched source of 100 ohm at 290 K, F = 1 + S_redriver/(k T R) + S_receiver/(k T R |A|^2), with
// A the gain of the redriver and the loss of the cable behind it.
TEST(LinearRedriver, NoiseFigureOfTheLaneFollowsFriis) {
  const double second = 1.5, matched = kBoltzmann * 290.0 * 100.0;
  const PreparedLink prepared = prepare(lane_with(redriver(8.0, 14.0), 2.0, second));
  const PreparedSegment& s = prepared.segments[0];
  const NoiseInjection* own = nullptr;
  const NoiseInjection* receiver = nullptr;
  for (const NoiseInjection& n : s.noise) (n.stage == "redriver" ? own : receiver) = &n;
  ASSERT_NE(own, nullptr);
  ASSERT_NE(receiver, nullptr);
  EXPECT_NEAR(10.0 * std::log10(1.0 + own->s0[5] / matched), 13.7, 0.05);  // 9e-9 V^2/GHz

  TwinaxCable::Params c;
  c.length = Length::from_si(second);
  const TwinaxCable tail(c);
  const double step = s.grid.frequency_step();
  for (const double ghz : {1.0, 13.28, 26.56}) {
    const auto k = static_cast<std::size_t>(std::lround(ghz * 1e9 / step));
    const double f = s.grid.frequency(k);
    const double from_input = std::norm(own->to_decision.values[k]);
    const double got = 1.0 + (own->s0[k] * from_input + receiver->s0[k] * std::norm(receiver->to_decision.values[k])) /
                                 (matched * from_input);
    const std::vector<double> at{f};
    const double dc = std::pow(10.0, (8.0 - 14.0) / 10.0);
    const double gain = dc * shelf(f, 26.5625e9, 14.0) * butterworth(f, 45e9, 3);
    const double behind = std::norm(tail.s_parameters(at).at(0, 1, 0));
    const double expected = 1.0 + 9e-18 / matched + 8.2e-18 / (matched * gain * behind);
    EXPECT_NEAR(got / expected, 1.0, 0.01) << ghz;
  }
}

// A step through an infinitely fast shelf jumps to G and falls to G g with the pole's time constant.
TEST(LinearRedriver, StepOvershootsByThePeakingAndSettlesWithThePole) {
  LinearRedriver::Params p;
  p.gain = {6.0};
  p.peaking = {12.0};
  p.low_frequency_peaking = {0.0};
  p.peaking_pole = Frequency::from_si(1e9);
  p.bandwidth = Frequency::from_si(400e9);
  p.saturation_swing = Voltage::from_si(100.0);
  const double step = 1.0 / (53.125e9 * 32.0);
  std::vector<double> in(20000, 0.1);
  std::fill(in.begin(), in.begin() + 100, -0.1);
  const auto out = testing::stream({LinearRedriver(p).make_processor(step, {Port::voltage, {-0.1, -0.1}, {}})},
                                   {Port::voltage}, in, 4096);
  const double shelf_gain = std::pow(10.0, 0.3), low = shelf_gain * std::pow(10.0, -0.6);
  EXPECT_NEAR(out[50], -0.1 * low, 1e-7);
  for (const std::size_t i : {std::size_t{200}, std::size_t{300}, std::size_t{500}, std::size_t{1000}}) {
    // The roll-off delays by its group delay, 2/(2 pi B) for three poles of Butterworth.
    const double t = (static_cast<double>(i) - 99.5) * step - 2.0 / (2.0 * kPi * 400e9);
    const double expected = -0.1 * low + 0.2 * (low + (shelf_gain - low) * std::exp(-2.0 * kPi * 1e9 * t));
    EXPECT_NEAR(out[i], expected, 2e-3) << i;
  }
  EXPECT_NEAR(out.back(), 0.1 * low, 1e-6);
}

// After the peaking, so that an overshoot is cut where a slow level of the same drive is not.
TEST(LinearRedriver, OutputIsLimitedBehindThePeaking) {
  LinearRedriver::Params p;
  p.gain = {14.0};
  p.peaking = {14.0};
  p.low_frequency_peaking = {0.0};
  p.peaking_pole = Frequency::from_si(1e9);
  p.bandwidth = Frequency::from_si(400e9);
  p.saturation_swing = Voltage::from_si(1.0);
  const double step = 1.0 / (53.125e9 * 32.0);
  std::vector<double> in(20000, 0.1);
  std::fill(in.begin(), in.begin() + 100, -0.1);
  const auto out = testing::stream({LinearRedriver(p).make_processor(step, {Port::voltage, {-0.1, -0.1}, {}})},
                                   {Port::voltage}, in, 4096);
  const double peak = *std::max_element(out.begin(), out.end());
  // Linear it would reach 0.1 (2 * 5.01 - 1) = 0.90 V; the limit makes 0.5 tanh(0.90/0.5) of it.
  EXPECT_NEAR(peak, 0.5 * std::tanh(0.1 * (2.0 * std::pow(10.0, 0.7) - 1.0) / 0.5), 0.01);
  EXPECT_NEAR(out.back(), 0.5 * std::tanh(0.1 / 0.5), 1e-6);
}

TEST(LinearRedriver, CompressionBeyondFivePerCentIsNoted) {
  LinearRedriver::Params p;
  p.gain = {10.0};
  p.peaking = {10.0};
  p.low_frequency_peaking = {0.0};
  p.saturation_swing = Voltage::from_si(1.0);
  const LinearRedriver part(p);
  const LaneState small{Port::voltage, {-0.1, 0.1}, {}}, large{Port::voltage, {-0.3, 0.3}, {}};
  EXPECT_TRUE(part.validity(kGrid, small).empty());
  const auto notes = part.validity(kGrid, large);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0].quantity, "compression of the outer levels");
  EXPECT_NEAR(notes[0].value, 100.0 * (1.0 - std::tanh(0.6) / 0.6), 1e-9);
}

// Watts by hand: 2.5 V x 0.3 V x 2 pi 60 fF x 4 x 10^(6/80) x 45 GHz, and 2.5 V x 1.2 V/50 ohm.
TEST(LinearRedriver, WattsFollowGainBandwidthSwingAndTemperature) {
  CostContext context;
  const auto watts = [&](const LinearRedriver::Params& p, std::size_t row) {
    return LinearRedriver(p).power(context).at(row).watts;
  };
  LinearRedriver::Params p;
  EXPECT_NEAR(watts(p, 0), 2.5 * 0.3 * 2.0 * kPi * 60e-15 * 4.0 * std::pow(10.0, 6.0 / 80.0) * 45e9, 1e-9);
  EXPECT_NEAR(watts(p, 1), 0.06, 1e-12);
  LinearRedriver::Params wider = p, louder = p, stronger = p;
  wider.bandwidth = Frequency::from_si(90e9);
  louder.saturation_swing = Voltage::from_si(2.4);
  stronger.gain = {18.0};
  EXPECT_NEAR(watts(wider, 0), 2.0 * watts(p, 0), 1e-12);
  EXPECT_NEAR(watts(louder, 1), 2.0 * watts(p, 1), 1e-12);
  EXPECT_NEAR(watts(stronger, 0) / watts(p, 0), std::pow(10.0, 12.0 / 80.0), 1e-12);
  context.case_temperature = 343.15;
  const double hot = watts(p, 0);
  context.case_temperature = 313.15;
  EXPECT_NEAR(hot / watts(p, 0), 343.15 / 313.15, 1e-12);
}

TEST(LinearRedriver, RefusesWhatIsOutOfRangeInOneLine) {
  LinearRedriver::Params p;
  p.peaking = {-1.0};
  try {
    const LinearRedriver part(p);
    FAIL() << "accepted a negative peaking";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("peaking must be"));
  }
}

}  // namespace
}  // namespace tessera
