#include "channels/electrical/pcb_trace.hpp"

#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

PcbTrace::Params line(double constant, double a1, double a2, double tau) {  // units of Annex 93A: mm, GHz, ns
  PcbTrace::Params p;
  p.constant_loss = Quantity<dim::kOne / dim::kLength>::from_si(constant * 1e3);
  p.skin_loss = SkinLoss::from_si(a1 * 1e3 / std::sqrt(1e9));
  p.dielectric_loss = DelayPerLength::from_si(a2 * 1e-6);
  p.delay = DelayPerLength::from_si(tau * 1e-6);
  p.impedance = Resistance::from_si(100.0);
  p.length = Length::from_si(0.0254);
  return p;
}

double db(const PcbTrace::Params& p, double frequency) {
  return -20.0 * std::log10(std::abs(PcbTrace(p).s_parameters(std::vector<double>{frequency}).at(0, 1, 0)));
}

// dB per inch at 12.89, 13.28, 26.56 and 53.125 GHz, worked out apart from this code from the standards' constants.
TEST(PcbTrace, LossesPerInchAreThoseOfTheStandardsLines) {
  const std::array<double, 4> f{12.890625e9, 13.28125e9, 26.5625e9, 53.125e9};
  const auto check = [&](const PcbTrace::Params& p, const std::array<double, 4>& expected) {
    for (std::size_t i = 0; i < f.size(); ++i) EXPECT_NEAR(db(p, f[i]), expected[i], 0.006) << f[i];
  };
  check(line(5e-4, 8.9e-4, 2e-4, 6.141e-3), {1.38, 1.41, 2.29, 3.89});
  check(line(0.0, 9.909e-4, 2.772e-4, 6.141e-3), {1.57, 1.61, 2.75, 4.84});
  check(line(0.0, 4.114e-4, 2.547e-4, 6.191e-3), {1.05, 1.08, 1.96, 3.65});
}

TEST(PcbTrace, DefaultIsTheBoardOfTable92Dash12) {
  PcbTrace::Params p;
  EXPECT_DOUBLE_EQ(p.length.si(), 0.151);
  p.impedance = Resistance::from_si(100.0);
  p.length = Length::from_si(0.0254);
  EXPECT_NEAR(db(p, 26.5625e9), 1.96, 0.006);
}

TEST(PcbTrace, ParametersReadInTheUnitsOfAnnex93a) {
  const ParameterMap map{{"skin_loss", {std::string("9.909e-4 1/(mm*sqrt(GHz))"), {}, {}, {}}},
                         {"dielectric_loss", {std::string("2.772e-4 1/(mm*GHz)"), {}, {}, {}}},
                         {"delay", {std::string("6.141e-3 ns/mm"), {}, {}, {}}}};
  const LineLaw law = PcbTrace(read_parameters<PcbTrace>(map)).law();
  EXPECT_NEAR(law.skin / (0.9909 / std::sqrt(1e9)), 1.0, 1e-14);
  EXPECT_NEAR(law.dielectric / 2.772e-10, 1.0, 1e-14);
  EXPECT_NEAR(law.delay / 6.141e-9, 1.0, 1e-14);
}

TEST(PcbTrace, NyquistBeyondTheDomainIsNoted) {
  const PcbTrace trace;
  EXPECT_TRUE(trace.validity({106.25e9}, {}).empty());
  ASSERT_EQ(trace.validity({224e9}, {}).size(), 1u);
  EXPECT_EQ(trace.validity({224e9}, {}).front().quantity, "Nyquist frequency");
}

TEST(PcbTrace, ImpedanceOfZeroIsRefused) {
  PcbTrace::Params p;
  p.impedance = {};
  EXPECT_THROW(PcbTrace{p}, ConfigError);
}

}  // namespace
}  // namespace tessera
