#include "phy/signal/transmission_line.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "phy/core/constants.hpp"
#include "phy/core/error.hpp"

namespace tessera {
namespace {

using constants::kPi;

const LineLaw kLaw{0.5, 2.8e-5, 2.0e-10, 6.141e-9};

std::vector<double> axis() { return {0.0, 1e7, 1e9, 13.28e9, 26.5625e9, 53.125e9}; }

TEST(TransmissionLine, LawIsTheFormulaOfAnnex93aInGigahertzAndMillimetres) {
  const double f = 26.5625, g0 = 5e-4, a1 = 8.9e-4, a2 = 2e-4, tau = 6.141e-3;
  const Complex expected =
      g0 + a1 * Complex(1, 1) * std::sqrt(f) + Complex(a2, -a2 * 2 / kPi * std::log(f) + 2 * kPi * tau) * f;
  const Complex got = LineLaw{g0 * 1e3, a1 * 1e3 / std::sqrt(1e9), a2 * 1e-6, tau * 1e-6}.propagation(f * 1e9) * 1e-3;
  EXPECT_NEAR(got.real(), expected.real(), 1e-14);
  EXPECT_NEAR(got.imag(), expected.imag(), 1e-12);
}

TEST(TransmissionLine, PropagationAtDcIsTheConstantLoss) { EXPECT_EQ(kLaw.propagation(0.0), Complex(0.5, 0.0)); }

TEST(TransmissionLine, MatchedLineReflectsNothingAndHasTheExponential) {
  const SParameters s = transmission_line(axis(), kLaw, 0.2, 100.0);
  for (std::size_t k = 0; k < s.frequency.size(); ++k) {
    EXPECT_EQ(s.at(k, 0, 0), Complex(0.0));
    EXPECT_NEAR(std::abs(s.at(k, 1, 0) - std::exp(-kLaw.propagation(s.frequency[k]) * 0.2)), 0.0, 1e-15);
  }
}

TEST(TransmissionLine, TwoSectionsInChainAreOneSectionOfTheirLength) {
  const std::vector<SParameters> halves{transmission_line(axis(), kLaw, 0.03, 84.0),
                                        transmission_line(axis(), kLaw, 0.07, 84.0)};
  const SParameters chain = cascade_in_order(halves), whole = transmission_line(axis(), kLaw, 0.10, 84.0);
  for (std::size_t k = 0; k < chain.data.size(); ++k) EXPECT_NEAR(std::abs(chain.data[k] - whole.data[k]), 0.0, 1e-13);
}

TEST(TransmissionLine, ChainOfShuntAndSeriesEqualsTheProductOfChainMatrices) {
  const double f = 20e9, c = 120e-15, l = 120e-12, reference = 100.0;
  const std::vector<double> at{f};
  const std::vector<SParameters> elements{shunt_capacitor(at, c), series_inductor(at, l)};
  const SParameters s = cascade_in_order(elements);
  // ABCD of a differential shunt admittance jwC/2 followed by a differential series impedance jw 2L.
  const Complex y(0.0, kPi * f * c), z(0.0, 4 * kPi * f * l);
  const Complex a = 1.0, b = z, cc = y, d = 1.0 + y * z;
  const Complex sum = a + b / reference + cc * reference + d;
  EXPECT_NEAR(std::abs(s.at(0, 0, 0) - (a + b / reference - cc * reference - d) / sum), 0.0, 1e-14);
  EXPECT_NEAR(std::abs(s.at(0, 1, 0) - 2.0 / sum), 0.0, 1e-14);
  EXPECT_NEAR(std::abs(s.at(0, 0, 1) - 2.0 / sum), 0.0, 1e-14);
  EXPECT_NEAR(std::abs(s.at(0, 1, 1) - (-a + b / reference - cc * reference + d) / sum), 0.0, 1e-14);
}

TEST(TransmissionLine, ChainRefusesAxesThatDiffer) {
  const std::vector<SParameters> elements{shunt_capacitor(std::vector<double>{1e9}, 1e-15),
                                          shunt_capacitor(std::vector<double>{2e9}, 1e-15)};
  EXPECT_THROW(cascade_in_order(elements), ConfigError);
  EXPECT_THROW(cascade_in_order(std::span<const SParameters>{}), ConfigError);
}

TEST(TransmissionLine, FitGivesBackTheLawThatMadeTheData) {
  const LineLaw law{0.0, 2.1e-5, 6.4e-11, 5.9e-9};
  std::vector<double> f;
  std::vector<Complex> t;
  for (int i = 1; i <= 400; ++i) {
    f.push_back(i * 1e8);
    t.push_back(std::exp(-law.propagation(f.back()) * 0.119));
  }
  const LineFit fit = fit_line_law(f, t, 0.119);
  EXPECT_NEAR(fit.law.skin / law.skin, 1.0, 1e-10);
  EXPECT_NEAR(fit.law.dielectric / law.dielectric, 1.0, 1e-10);
  EXPECT_NEAR(fit.law.delay / law.delay, 1.0, 1e-10);
  EXPECT_LT(fit.rms_db_per_m, 1e-9);
}

TEST(TransmissionLine, FitRefusesDcAndShortData) {
  const std::vector<Complex> ones(3, Complex(1.0));
  EXPECT_THROW(fit_line_law(std::vector<double>{0.0, 1e9, 2e9}, ones, 1.0), NumericError);
  EXPECT_THROW(fit_line_law(std::vector<double>{1e9, 2e9}, std::vector<Complex>(2, 1.0), 1.0), NumericError);
  EXPECT_THROW(fit_line_law(std::vector<double>{1e9, 2e9, 3e9}, ones, 0.0), NumericError);
}

}  // namespace
}  // namespace tessera
