#include "phy/signal/s_parameters.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include <Eigen/Dense>

#include "phy/core/constants.hpp"
#include "phy/core/error.hpp"
#include "phy/signal/s_parameter_quality.hpp"

namespace tessera {
namespace {

constexpr Complex kJ(0.0, 1.0);
constexpr double kTwoPi = 2.0 * constants::kPi;

std::vector<double> axis(double first, double step, std::size_t count) {
  std::vector<double> f(count);
  for (std::size_t k = 0; k < count; ++k) f[k] = first + step * static_cast<double>(k);
  return f;
}

// Chain matrix to scattering matrix, the textbook conversion for equal real impedances.
void set_from_chain(SParameters& s, std::size_t k, Complex a, Complex b, Complex c, Complex d) {
  const double z = s.reference_impedance;
  const Complex sum = a + b / z + c * z + d;
  s.at(k, 0, 0) = (a + b / z - c * z - d) / sum;
  s.at(k, 0, 1) = 2.0 * (a * d - b * c) / sum;
  s.at(k, 1, 0) = 2.0 / sum;
  s.at(k, 1, 1) = (-a + b / z - c * z + d) / sum;
}

SParameters line(const std::vector<double>& f, double impedance, double delay, double loss_nepers,
                 double reference = 50.0) {
  SParameters s = SParameters::zeros(f, 2, reference);
  for (std::size_t k = 0; k < f.size(); ++k) {
    const Complex g = loss_nepers * std::sqrt(f[k] / 1e9) + kJ * kTwoPi * f[k] * delay;
    set_from_chain(s, k, std::cosh(g), impedance * std::sinh(g), std::sinh(g) / impedance, std::cosh(g));
  }
  return s;
}

// Two uncoupled legs in the order near plus, near minus, far plus, far minus.
SParameters pair_of(const SParameters& plus, const SParameters& minus, const PortOrder& order) {
  SParameters s = SParameters::zeros(plus.frequency, 4, plus.reference_impedance);
  for (std::size_t k = 0; k < plus.frequency.size(); ++k) {
    for (int i = 0; i < 2; ++i) {
      for (int j = 0; j < 2; ++j) {
        const auto at = [&](int leg, int end) { return order[static_cast<std::size_t>(2 * end + leg)] - 1; };
        s.at(k, at(0, i), at(0, j)) = plus.at(k, i, j);
        s.at(k, at(1, i), at(1, j)) = minus.at(k, i, j);
      }
    }
  }
  return s;
}

SParameters random_network(const std::vector<double>& f, int ports, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  SParameters s = SParameters::zeros(f, ports, 50.0);
  for (Complex& value : s.data) value = 0.2 * Complex(normal(random), normal(random));
  return s;
}

std::string message_of(auto&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(SParameters, CascadeOfTwoHalvesIsTheWholeLine) {
  const auto f = axis(0, 50e6, 400);
  const SParameters half = line(f, 40.0, 70e-12, 0.05), whole = line(f, 40.0, 140e-12, 0.1);
  const SParameters joined = cascade(half, half);
  for (std::size_t i = 0; i < whole.data.size(); ++i) EXPECT_LT(std::abs(joined.data[i] - whole.data[i]), 1e-13);
}

// Independent: all eight waves of both networks solved as one linear system.
TEST(SParameters, FourPortCascadeSolvesTheJointWaves) {
  const auto f = axis(1e9, 1e9, 20);
  const SParameters a = random_network(f, 4, 1), b = random_network(f, 4, 2);
  const SParameters joined = cascade(a, b);
  for (std::size_t k = 0; k < f.size(); ++k) {
    for (int from = 0; from < 4; ++from) {
      // Unknown: x = waves into a's right ports (0, 1) and into b's left ports (2, 3).
      Eigen::Matrix4cd m = Eigen::Matrix4cd::Identity();
      Eigen::Vector4cd rhs = Eigen::Vector4cd::Zero();
      for (int i = 0; i < 2; ++i) {
        for (int j = 0; j < 2; ++j) {
          m(i, 2 + j) -= b.at(k, i, j);          // into a's right = out of b's left
          m(2 + i, j) -= a.at(k, 2 + i, 2 + j);  // into b's left = out of a's right
        }
        if (from < 2) rhs(2 + i) = a.at(k, 2 + i, from);
        if (from >= 2) rhs(i) = b.at(k, i, from);
      }
      const Eigen::Vector4cd x = m.fullPivLu().solve(rhs);
      for (int to = 0; to < 4; ++to) {
        Complex expected =
            to < 2 && from < 2 ? a.at(k, to, from) : (to >= 2 && from >= 2 ? b.at(k, to, from) : Complex());
        for (int j = 0; j < 2; ++j) expected += to < 2 ? a.at(k, to, 2 + j) * x(j) : b.at(k, to, j) * x(2 + j);
        EXPECT_LT(std::abs(joined.at(k, to, from) - expected), 1e-13);
      }
    }
  }
}

TEST(SParameters, CascadeRefusesWhatDoesNotFit) {
  const auto f = axis(0, 1e9, 3);
  const SParameters s = line(f, 50, 1e-12, 0);
  EXPECT_THROW(cascade(s, line(f, 50, 1e-12, 0, 75)), ConfigError);
  EXPECT_THROW(cascade(s, line(axis(0, 2e9, 3), 50, 1e-12, 0)), ConfigError);
  EXPECT_THROW(cascade(s, random_network(f, 4, 1)), ConfigError);
  EXPECT_THROW(cascade(random_network(f, 3, 1), random_network(f, 3, 1)), ConfigError);
  SParameters open = SParameters::zeros(f, 2, 50.0);
  for (std::size_t k = 0; k < 3; ++k) open.at(k, 0, 0) = open.at(k, 1, 1) = 1.0;
  EXPECT_EQ(message_of([&] { cascade(open, open); }),
            "the cascade is singular at 0 Hz: two total reflections face each other");
}

// Voltage divider: the load sees E R_L/(R_S + Z + R_L), and H counts from half the open-circuit voltage.
TEST(SParameters, TerminatedTransferIsTheVoltageDivider) {
  const auto f = axis(1e9, 1e9, 5);
  SParameters s = SParameters::zeros(f, 2, 100.0);
  for (std::size_t k = 0; k < f.size(); ++k) set_from_chain(s, k, 1.0, 30.0 + kJ * kTwoPi * f[k] * 1e-9, 0.0, 1.0);
  const auto h = terminated_transfer(s, 80.0, 130.0);
  for (std::size_t k = 0; k < f.size(); ++k)
    EXPECT_LT(std::abs(h[k] - 2.0 * 130.0 / (80.0 + 30.0 + kJ * kTwoPi * f[k] * 1e-9 + 130.0)), 1e-13);
  const auto matched = terminated_transfer(s, 100.0, 100.0);
  EXPECT_EQ(matched[2], s.at(2, 1, 0));
  EXPECT_THROW(terminated_transfer(s, -1.0, 100.0), ConfigError);
  EXPECT_THROW(terminated_transfer(s, NAN, 100.0), ConfigError);
}

TEST(SParameters, RenormalisedSeriesImpedanceIsItsClosedForm) {
  const auto f = axis(1e9, 1e9, 3);
  SParameters s = SParameters::zeros(f, 2, 50.0);
  for (std::size_t k = 0; k < 3; ++k) set_from_chain(s, k, 1.0, 25.0, 0.0, 1.0);
  const SParameters moved = renormalize(s, 75.0);
  EXPECT_NEAR(moved.at(1, 0, 0).real(), 25.0 / (25.0 + 150.0), 1e-14);
  EXPECT_NEAR(moved.at(1, 1, 0).real(), 150.0 / (25.0 + 150.0), 1e-14);
  EXPECT_EQ(moved.reference_impedance, 75.0);
  const SParameters back = renormalize(moved, 50.0);
  for (std::size_t i = 0; i < s.data.size(); ++i) EXPECT_LT(std::abs(back.data[i] - s.data[i]), 1e-14);
  EXPECT_THROW(renormalize(s, 0.0), ConfigError);
}

TEST(SParameters, UncoupledLegsKeepTheirTransferAndConvertByTheirDifference) {
  const auto f = axis(0, 1e9, 20);
  const SParameters plus = line(f, 45, 100e-12, 0.1), minus = line(f, 45, 104e-12, 0.1);
  const SParameters mixed = to_differential(pair_of(plus, minus, {1, 3, 2, 4}), {1, 3, 2, 4});
  const SParameters two_port = differential_two_port(mixed);
  EXPECT_EQ(two_port.reference_impedance, 100.0);
  for (std::size_t k = 0; k < f.size(); ++k) {
    EXPECT_LT(std::abs(mixed.at(k, 2, 0) - 0.5 * (plus.at(k, 1, 0) + minus.at(k, 1, 0))), 1e-15);
    EXPECT_LT(std::abs(mixed.at(k, 3, 0) - 0.5 * (plus.at(k, 1, 0) - minus.at(k, 1, 0))), 1e-15);
    EXPECT_EQ(two_port.at(k, 1, 0), mixed.at(k, 2, 0));
    EXPECT_EQ(two_port.at(k, 0, 1), mixed.at(k, 0, 2));
  }
  EXPECT_THROW(to_differential(plus, {1, 3, 2, 4}), ConfigError);
  EXPECT_THROW(to_differential(mixed, {1, 3, 2, 2}), ConfigError);
}

TEST(SParameters, MixedModeConversionKeepsPower) {
  const SParameters s = random_network(axis(0, 1e9, 5), 4, 9);
  EXPECT_NEAR(largest_singular_value(to_differential(s, {1, 3, 2, 4})).value, largest_singular_value(s).value, 1e-13);
}

TEST(PortOrder, IsFoundFromTransmissionNearDcForEveryNumbering) {
  const auto f = axis(10e6, 10e6, 50);
  const SParameters leg = line(f, 48, 1e-9, 0.05);
  for (const PortOrder& order : {PortOrder{1, 3, 2, 4}, PortOrder{1, 2, 3, 4}, PortOrder{1, 2, 4, 3}}) {
    const SParameters s = pair_of(leg, leg, order);
    const PortPairing pairing = detect_port_order(s);
    EXPECT_TRUE(pairing.through);
    const SParameters mixed = to_differential(s, pairing.order);
    for (std::size_t k = 0; k < f.size(); ++k) EXPECT_LT(std::abs(mixed.at(k, 2, 0) - leg.at(k, 1, 0)), 1e-15);
  }
}

TEST(PortOrder, SwappedPortsAreAnErrorThatNamesThem) {
  const auto f = axis(10e6, 10e6, 50);
  const SParameters leg = line(f, 50, 1e-9, 0.0);
  const SParameters s = pair_of(leg, leg, {1, 3, 2, 4});
  EXPECT_EQ(resolve_port_order(s, "1 3 2 4"), (PortOrder{1, 3, 2, 4}));
  EXPECT_EQ(resolve_port_order(s, "[3, 1, 4, 2]"), (PortOrder{3, 1, 4, 2}));
  EXPECT_EQ(resolve_port_order(s, "2 4 1 3"), (PortOrder{2, 4, 1, 3}));
  EXPECT_EQ(resolve_port_order(s, "auto"), (PortOrder{1, 3, 2, 4}));
  EXPECT_EQ(message_of([&] { resolve_port_order(s, "1 2 3 4"); }),
            "port_order \"1 2 3 4\" contradicts the file: near 10 MHz port 1 leads to port 2 (0 dB), but the order "
            "leads it to "
            "port 3 (-300 dB)");
  for (const char* bad : {"1 2 3", "1 2 3 5", "1 1 2 3", "1 2 3 4 1", "one", "-1 2 3 4", "12345"})
    EXPECT_THROW(resolve_port_order(s, bad), ConfigError) << bad;
  SParameters nothing = SParameters::zeros(f, 4, 50.0);
  EXPECT_NE(message_of([&] { detect_port_order(nothing); }).find("cannot be told"), std::string::npos);
}

SParameters low_pass(const std::vector<double>& f, double corner, double delay) {
  SParameters s = SParameters::zeros(f, 2, 100.0);
  for (std::size_t k = 0; k < f.size(); ++k)
    s.at(k, 1, 0) = s.at(k, 0, 1) = std::exp(-kJ * kTwoPi * f[k] * delay) / (1.0 + kJ * f[k] / corner);
  return s;
}

TEST(Resample, LongDelayIsKeptOnTheStepThatTellsItApart) {
  const SParameters s = low_pass(axis(10e6, 10e6, 4000), 20e9, 70e-9);  // 0.7 turns a step
  EXPECT_NEAR(bulk_delay(s, 1, 0), 70e-9, 20e-12);
  ResampleReport report;
  const auto f = axis(0, 13.7e6, 2500);
  const SParameters out = resample(s, f, &report);
  const SParameters expected = low_pass(f, 20e9, 70e-9);
  for (std::size_t k = 0; k < f.size(); ++k) EXPECT_LT(std::abs(out.at(k, 1, 0) - expected.at(k, 1, 0)), 1e-4) << f[k];
  EXPECT_TRUE(report.dc_extrapolated);
  EXPECT_FALSE(report.beyond_edge);
  EXPECT_EQ(out.at(0, 1, 0).imag(), 0.0);
}

TEST(Resample, GivesBackTheFilesOwnPoints) {
  const SParameters s = low_pass(axis(0, 25e6, 1000), 8e9, 5e-9);
  const SParameters out = resample(s, s.frequency);
  for (std::size_t i = 0; i < s.data.size(); ++i) EXPECT_LT(std::abs(out.data[i] - s.data[i]), 1e-10);
}

TEST(Resample, DcOfASkinEffectLineIsExtrapolatedReal) {
  SParameters s = line(axis(10e6, 10e6, 500), 50.0, 3e-9, 0.3);  // loss goes as sqrt(f); exp(-0.03) at the first point
  const SParameters out = resample(s, axis(0, 1e6, 1));
  EXPECT_EQ(out.at(0, 1, 0).imag(), 0.0);
  EXPECT_NEAR(out.at(0, 1, 0).real(), 1.0, 1e-3);
  for (Complex& value : s.data) value = -value;  // an inverted pair stays inverted
  EXPECT_NEAR(resample(s, axis(0, 1e6, 1)).at(0, 1, 0).real(), -1.0, 1e-3);
}

TEST(Resample, AboveTheEdgeIsACosineTaperToZero) {
  const SParameters s = low_pass(axis(0, 10e6, 1001), 10e9, 1e-9);  // to 10 GHz, |H| = 1/sqrt(2)
  ResampleReport report;
  const SParameters out = resample(s, axis(10e9, 0.5e9, 4), &report);
  EXPECT_NEAR(std::abs(out.at(0, 1, 0)), std::sqrt(0.5), 1e-12);
  EXPECT_NEAR(std::abs(out.at(1, 1, 0)), std::sqrt(0.5) * 0.5, 1e-12);  // cos^2(pi/4)
  EXPECT_EQ(std::abs(out.at(2, 1, 0)), 0.0);
  EXPECT_EQ(std::abs(out.at(3, 1, 0)), 0.0);
  EXPECT_TRUE(report.beyond_edge);
  EXPECT_EQ(report.edge_frequency, 10e9);
  EXPECT_NEAR(report.edge_magnitude, std::sqrt(0.5), 1e-12);
  EXPECT_THROW(resample(s, axis(-1.0, 1.0, 2)), ConfigError);
  EXPECT_THROW(resample(SParameters{}, axis(0, 1.0, 2)), ConfigError);
}

TEST(Quality, SingularValueAndReciprocityAreReported) {
  const auto f = axis(0, 1e9, 30);
  SParameters s = line(f, 80.0, 50e-12, 0.0);  // lossless: unitary
  EXPECT_NEAR(largest_singular_value(s).value, 1.0, 1e-13);
  EXPECT_LT(reciprocity_error(s).value, 1e-15);
  s.at(7, 1, 0) += 0.1;
  EXPECT_NEAR(reciprocity_error(s).value, 0.1, 1e-14);
  EXPECT_EQ(reciprocity_error(s).frequency, 7e9);
  EXPECT_GT(largest_singular_value(s).value, 1.001);
}

TEST(Quality, EnergyBeforeZeroTellsACausalFromAnAnticausalResponse) {
  SParameters s = low_pass(axis(0, 10e6, 4001), 5e9, 1e-9);
  EXPECT_LT(energy_before_zero(s, 1, 0), 1e-4);
  for (Complex& value : s.data) value = std::conj(value);
  EXPECT_GT(energy_before_zero(s, 1, 0), 0.99);
  EXPECT_THROW(energy_before_zero(low_pass(axis(0, 1e9, 4), 5e9, 0), 1, 0), ConfigError);
}

}  // namespace
}  // namespace tessera
