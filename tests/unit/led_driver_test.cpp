#include "devices/transmitter/led_driver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace tessera {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

const FrequencyGrid kGrid{2e9, 64, 16};

double watts(const std::vector<PowerItem>& items) {
  return std::accumulate(items.begin(), items.end(), 0.0, [](double sum, const PowerItem& i) { return sum + i.watts; });
}

TEST(LedDriver, NrzLevelsAreOffAndOnCurrent) {
  const TransmitterSpec spec = LedDriver().describe(Modulation{}, kGrid);
  ASSERT_EQ(spec.levels.size(), 2U);
  EXPECT_DOUBLE_EQ(spec.levels[0], 0.13e-3);
  EXPECT_DOUBLE_EQ(spec.levels[1], 0.65e-3);
}

TEST(LedDriver, Pam4LevelsDivideTheSwingInThirds) {
  Modulation pam4;
  pam4.order = 4;
  pam4.levels = {-1.0, -1.0 / 3.0, 1.0 / 3.0, 1.0};
  const std::vector<double> levels = LedDriver().describe(pam4, kGrid).levels;
  for (int m = 0; m < 4; ++m) EXPECT_NEAR(levels[static_cast<std::size_t>(m)], 0.13e-3 + 0.52e-3 * m / 3.0, 1e-18);
}

TEST(LedDriver, EdgeFallsToOneOverRootTwoAtItsBandwidth) {
  LedDriver::Params p;
  p.edge_bandwidth = Frequency::from_si(kGrid.frequency(100));
  EXPECT_NEAR(std::abs(LedDriver(p).describe(Modulation{}, kGrid).edge.values[100]), 1.0 / std::sqrt(2.0), 1e-12);
  EXPECT_EQ(LedDriver().describe(Modulation{}, kGrid).edge.values[100], Complex(1.0));
}

// 0.39 mA x 0.4 V + 25 fF (0.911 V)^2 x 2 GBd x 0.5 + 0.1 mW, worked out by hand.
TEST(LedDriver, WattsAreHeadroomChargingAndBias) {
  LedDriver::Params p;
  p.load_resistance = Resistance::from_si(0.911 / 0.52e-3);
  CostContext context;
  context.symbol_rate = 2e9;
  context.output = {Port::current, {0.13e-3, 0.65e-3}, {}};
  EXPECT_NEAR(watts(LedDriver(p).power(context)), 0.156e-3 + 25e-15 * 0.911 * 0.911 * 1e9 + 0.1e-3, 1e-12);
}

TEST(LedDriver, OnlyTheChargingFollowsTheSymbolRate) {
  CostContext slow, fast;
  slow.symbol_rate = 1e9;
  fast.symbol_rate = 2e9;
  slow.output = fast.output = {Port::current, {0.13e-3, 0.65e-3}, {}};
  const auto a = LedDriver().power(slow), b = LedDriver().power(fast);
  EXPECT_DOUBLE_EQ(a[0].watts, b[0].watts);
  EXPECT_NEAR(b[1].watts, 2.0 * a[1].watts, 1e-15);
  EXPECT_TRUE(b[2].constant);
}

TEST(LedDriver, RefusesAnOnCurrentBelowTheOffCurrent) {
  LedDriver::Params p;
  p.current_on = Current::from_si(0.1e-3);
  EXPECT_THAT([&] { LedDriver{p}; },
              ThrowsMessage<ConfigError>(HasSubstr("current_on must exceed current_off = 0.13 mA, got 0.1 mA")));
}

}  // namespace
}  // namespace tessera
