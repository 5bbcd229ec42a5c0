// Light that the receivers of the shipped retimed links need: prepare and the statistical engine on the shipped parts,
// against closed forms of thermal noise and against the receiver clauses of IEEE 802.3.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <string>

#include "tools/tessera/validation/optical_receiver.hpp"

namespace tessera::validation {
namespace {

// OMA = 6 Q sigma/R, sigma^2 = i_n^2 B, with 18 pA/sqrt(Hz), 0.6 A/W and B half the symbol rate, in dBm.
double thermal_limit(double symbol_rate, double q) {
  return to_dbm(6.0 * q * 18e-12 * std::sqrt(0.5 * symbol_rate) / 0.6);
}

struct ThermalRow {
  const char* link;
  double symbol_rate, symbol_error_ratio, published;
};

class ThermalSensitivity : public testing::TestWithParam<ThermalRow> {};

// Photodiode, amplifier and slicer of the shipped links; noise bandwidth of half the symbol rate, set by the receiver's
// noise filter alone, and a transmitter without faults. What is left beside thermal noise is shot noise and the offset
// loop.
TEST_P(ThermalSensitivity, SimulatedReceiverNeedsTheLightOfTheClosedForm) {
  const ThermalRow& row = GetParam();
  const double oma = thermally_limited_oma(row.link, row.symbol_rate, row.symbol_error_ratio);
  std::printf("%s %.4f GBd, SER %.1e: %.2f dBm, published %.2f\n", row.link, row.symbol_rate * 1e-9,
              row.symbol_error_ratio, oma, row.published);
  EXPECT_NEAR(oma, row.published, 0.3);
}

INSTANTIATE_TEST_SUITE_P(Rows, ThermalSensitivity,
                         testing::Values(ThermalRow{"dr8_dsp_800g", 53.125e9, 4.8e-4, -10.0},
                                         ThermalRow{"retimed_2xfr4_800g", 53.125e9, 4.8e-4, -10.0},
                                         ThermalRow{"dr8_dsp_1600g", 106.25e9, 4.8e-4, -8.5},
                                         ThermalRow{"dr8_dsp_1600g", 113.4375e9, 9.6e-3, -9.7}));

// --------------------------------------------------------------------------------------- the shipped receiver as it is

// Rectangular pulses are not free of penalty in any receiver with baud-spaced taps: TDECQ of an ideal rectangular PAM4
// is 0.35 +- 0.1 dB behind a 0.5 baud Bessel filter and five taps.
TEST(OpticalSensitivity, ShippedReceiverNeedsItsEqualisersAndConvertersPartMore) {
  const double limit = thermal_limit(53.125e9, 3.4141);
  EXPECT_NEAR(limit, -10.0, 0.05);
  const double shipped_oma = required_oma(behind_ideal_light("dr8_dsp_800g"), 4.8e-4);
  const double analogue = required_oma(behind_ideal_light("dr8_dsp_800g", {"optical.dsp_rx.adc_bits=0"}), 4.8e-4);
  const double shot = 5.0 * std::log10(1.0 + 2.0 * 1.602176634e-19 * 0.3e-3 * std::pow(10.0, 0.1 * analogue) /
                                                 (18e-12 * 18e-12));  // of the mean level, 0.6 A/W
  std::printf(
      "ideal rectangular light: %.2f dBm as shipped, %.2f without quantisation, of which shot noise %.2f dB; "
      "closed form %.2f\n",
      shipped_oma, analogue, shot, limit);
  EXPECT_GT(shipped_oma, analogue);
  EXPECT_NEAR(analogue - shot - limit, 0.35, 0.2);
}

// ------------------------------------------------------------------------------------------------- clauses of 802.3

struct ReceiverClause {
  const char* link;
  double sensitivity;  // OMA, dBm
};

class ReceiveClause : public testing::TestWithParam<ReceiverClause> {};

TEST_P(ReceiveClause, NeedsLessLightThanTheClauseAllows) {
  const ReceiverClause& row = GetParam();
  const auto [oma, best] = required_at_tp3(row.link, 2.4e-4);
  std::printf("%-20s OMA at TP3 for BER 2.4e-4: %.2f dBm (clause %.1f); log10 BER without patch loss %.1f\n", row.link,
              oma, row.sensitivity, best);
  EXPECT_LT(oma, row.sensitivity);
  EXPECT_GT(oma, thermal_limit(53.125e9, 3.4141));  // nothing beats thermal noise
}

// max(-3.9, SECQ - 5.3) and max(-4.6, SECQ - 6.0) dBm for transmitters of SECQ below 1.4 dB.
INSTANTIATE_TEST_SUITE_P(Clauses, ReceiveClause,
                         testing::Values(ReceiverClause{"dr8_dsp_800g", -3.9}, ReceiverClause{"lro_dr8_800g", -3.9},
                                         ReceiverClause{"retimed_2xfr4_800g", -4.6}),
                         [](const auto& info) { return std::string(info.param.link); });

}  // namespace
}  // namespace tessera::validation
