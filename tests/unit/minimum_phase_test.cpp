#include "phy/signal/minimum_phase.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <functional>
#include <numbers>

#include "phy/core/error.hpp"
#include "tests/support/measured_csv.hpp"

namespace tessera {
namespace {

constexpr double kPi = std::numbers::pi;
using Complex = std::complex<double>;
using test::log_axis;

// Largest distance between the phase from |H| alone and the phase of H over `at`.
double worst(const std::function<Complex(double)>& h, const std::vector<double>& axis, const std::vector<double>& at) {
  std::vector<double> y;
  for (const double f : axis) y.push_back(std::log(std::abs(h(f))));
  const std::vector<double> phase = minimum_phase(axis, y, at);
  double largest = 0.0;
  for (std::size_t i = 0; i < at.size(); ++i)
    largest = std::max(largest, std::abs(std::arg(h(at[i]) * std::polar(1.0, -phase[i]))));
  return largest;
}

TEST(MinimumPhase, SinglePoleTurnsByItsArcTangent) {
  const auto pole = [](double f) { return 1.0 / Complex(1.0, f / 1e9); };
  EXPECT_LT(worst(pole, log_axis(1e6, 1e11, 50), log_axis(1e7, 1e10, 17)), 1e-3);
}

TEST(MinimumPhase, FileThatEndsAtThreeTimesThePoleIsContinuedWithItsSlope) {
  const auto pole = [](double f) { return 1.0 / Complex(1.0, f / 1e9); };
  EXPECT_LT(worst(pole, log_axis(1e6, 3e9, 50), log_axis(1e7, 1e9, 17)), 0.03);
  EXPECT_LT(worst(pole, log_axis(1e6, 3e10, 50), log_axis(1e7, 1e9, 17)), 1e-3);
}

TEST(MinimumPhase, PeakedPairOfPoles) {
  const auto pair = [](double f) { return 1.0 / Complex(1.0 - f * f / 1e18, 0.5 * f / 1e9); };
  EXPECT_LT(worst(pair, log_axis(1e6, 1e11, 100), log_axis(1e7, 1e10, 23)), 1e-3);
}

TEST(MinimumPhase, PowerLawTurnsByAQuarterTurnForEachPower) {
  const std::vector<double> axis = log_axis(1e3, 1e15, 5);
  std::vector<double> y;
  for (const double f : axis) y.push_back(-2.0 * std::log(f / axis.front()));
  EXPECT_NEAR(minimum_phase(axis, y, std::vector<double>{1e9}).front(), -kPi, 1e-5);
}

TEST(MinimumPhase, FlatMagnitudeHasNoPhase) {
  EXPECT_EQ(minimum_phase(std::vector<double>{1.0, 2.0, 4.0}, std::vector<double>(3, 0.0), std::vector<double>{3.0})[0],
            0.0);
}

TEST(MinimumPhase, BadAxesAreRefused) {
  const std::vector<double> y(2, 0.0), at{1.0};
  EXPECT_THROW(minimum_phase(std::vector<double>{1.0}, std::vector<double>{0.0}, at), ConfigError);
  EXPECT_THROW(minimum_phase(std::vector<double>{0.0, 1.0}, y, at), ConfigError);
  EXPECT_THROW(minimum_phase(std::vector<double>{2.0, 1.0}, y, at), ConfigError);
  EXPECT_THROW(minimum_phase(std::vector<double>{1.0, 2.0}, y, std::vector<double>{0.0}), ConfigError);
}

}  // namespace
}  // namespace tessera
