#include "channels/electrical/electrical_connector.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

std::vector<double> axis() {
  std::vector<double> f;
  for (int k = 0; k <= 600; ++k) f.push_back(k * 2e8);
  return f;
}

// Largest singular value of a reciprocal symmetric two-port: the larger of |S11 + S21| and |S11 - S21|.
double largest_singular_value(const SParameters& s, std::size_t k) {
  return std::max(std::abs(s.at(k, 0, 0) + s.at(k, 1, 0)), std::abs(s.at(k, 0, 0) - s.at(k, 1, 0)));
}

TEST(ElectricalConnector, MatchedContactHasTheLossLawOfItsTwoShares) {
  ElectricalConnector::Params p;
  p.impedance = Resistance::from_si(100.0);
  p.pad_capacitance = {};
  const SParameters s = ElectricalConnector(p).s_parameters(std::vector<double>{26.5625e9, 53.125e9});
  EXPECT_NEAR(-20.0 * std::log10(std::abs(s.at(0, 1, 0))), 0.75, 1e-12);
  EXPECT_NEAR(-20.0 * std::log10(std::abs(s.at(1, 1, 0))), 0.75 * (0.4 * std::sqrt(2.0) + 0.6 * 2.0), 1e-12);
}

TEST(ElectricalConnector, IsPassiveAndReciprocalFromDcTo120Gigahertz) {
  const SParameters s = ElectricalConnector().s_parameters(axis());
  for (std::size_t k = 0; k < s.frequency.size(); ++k) {
    EXPECT_LE(largest_singular_value(s, k), 1.0 + 1e-12) << s.frequency[k];
    EXPECT_EQ(s.at(k, 0, 1), s.at(k, 1, 0));
    EXPECT_NEAR(std::abs(s.at(k, 0, 0) - s.at(k, 1, 1)), 0.0, 1e-13);
  }
}

// The default stands for the range given by word of mouth: 0.5 to 1 dB at 26.56 GHz and 1 to 2 dB at 53 GHz.
TEST(ElectricalConnector, DefaultLossLiesInTheEstimatedRanges) {
  const SParameters s = ElectricalConnector().s_parameters(std::vector<double>{26.5625e9, 53.125e9});
  const double at_26 = -20.0 * std::log10(std::abs(s.at(0, 1, 0))), at_53 = -20.0 * std::log10(std::abs(s.at(1, 1, 0)));
  EXPECT_GT(at_26, 0.5);
  EXPECT_LT(at_26, 1.0);
  EXPECT_GT(at_53, 1.0);
  EXPECT_LT(at_53, 2.0);
}

TEST(ElectricalConnector, PadCapacitanceAloneReflectsAsALumpedShunt) {
  ElectricalConnector::Params p;
  p.insertion_loss = {0.0};
  p.delay = {};
  p.impedance = Resistance::from_si(100.0);
  p.pad_capacitance = Capacitance::from_si(20e-15);
  const double f = 30e9;
  const SParameters s = ElectricalConnector(p).s_parameters(std::vector<double>{f});
  const Complex x(0.0, 2.0 * 3.14159265358979323846 * f * 50.0 * 40e-15);  // both pads in parallel
  EXPECT_NEAR(std::abs(s.at(0, 0, 0) + x / (2.0 + x)), 0.0, 1e-12);
}

TEST(ElectricalConnector, NegativeLossIsRefused) {
  ElectricalConnector::Params p;
  p.insertion_loss = {-0.1};
  EXPECT_THROW(ElectricalConnector{p}, ConfigError);
}

}  // namespace
}  // namespace tessera
