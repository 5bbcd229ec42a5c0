#include <cmath>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "phy/core/constants.hpp"
#include "phy/signal/transmission_line.hpp"

namespace tessera {
namespace {

constexpr double kSlowness = 6e-9;  // s/m

const LineLaw kLossless{0.0, 0.0, 0.0, kSlowness};
const std::vector<double> kLengths{0.031, 0.047};  // m

std::vector<double> axis() {
  std::vector<double> f(1001);
  for (std::size_t k = 0; k < f.size(); ++k) f[k] = 4e7 * static_cast<double>(k);
  return f;
}

// Power transmission of a lossless line of impedance z between matched ends z0: 1/(1 + ((z/z0 - z0/z)/2)^2 sin^2(beta
// l)).
double ripple(double f, double length) {
  const double z = 40.0, z0 = 50.0;
  const double mismatch = 0.5 * (z / z0 - z0 / z), sine = std::sin(2.0 * constants::kPi * f * kSlowness * length);
  return 1.0 / (1.0 + mismatch * mismatch * sine * sine);
}

TEST(ReReflection, CascadeOfTwo40OhmSectionsBetween50OhmEndsShowsTheAnalyticRipple) {
  const std::vector<double> f = axis();
  const std::vector<SParameters> sections{transmission_line(f, kLossless, kLengths[0], 80.0),
                                          transmission_line(f, kLossless, kLengths[1], 80.0)};
  const SParameters chain = cascade_in_order(sections);
  for (std::size_t k = 0; k < f.size(); ++k)
    EXPECT_NEAR(std::norm(chain.at(k, 1, 0)), ripple(f[k], kLengths[0] + kLengths[1]), 1e-9) << f[k];
}

TEST(ReReflection, ProductOfTheTransfersIsNotTheCascade) {
  const std::vector<double> f = axis();
  const SParameters a = transmission_line(f, kLossless, kLengths[0], 80.0),
                    b = transmission_line(f, kLossless, kLengths[1], 80.0);
  double worst_db = 0.0;
  for (std::size_t k = 0; k < f.size(); ++k) {
    const double product = std::norm(a.at(k, 1, 0) * b.at(k, 1, 0));
    worst_db = std::max(worst_db, std::abs(10.0 * std::log10(product / ripple(f[k], kLengths[0] + kLengths[1]))));
  }
  // ((40/50 - 50/40)/2)^2 = 0.0506: where both halves ripple at their worst and the whole does not, the product is 0.43
  // dB off.
  EXPECT_GT(worst_db, 0.4);
}

}  // namespace
}  // namespace tessera
