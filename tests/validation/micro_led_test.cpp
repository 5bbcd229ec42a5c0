#include "devices/transmitter/micro_led.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <utility>

namespace tessera {
namespace {

// Typical coefficients of blue InGaN in a given effective thickness; the optical -3 dB frequency (|P| = 1/2) is sqrt(3)
// poles.
AbcMaterial typical(double thickness, double auger = 1e-42) { return {1e7, 1e-17, auger, thickness}; }

struct Row {
  double current_density;  // A/cm^2
  double frequency;        // Hz
  double iqe;
};

void expect_row(const AbcMaterial& material, const Row& row) {
  const double n = carrier_density(material, row.current_density * 1e4);
  EXPECT_NEAR(std::sqrt(3.0) * carrier_pole(material, n) / row.frequency, 1.0, 0.03) << row.current_density;
  EXPECT_NEAR(internal_quantum_efficiency(material, n), row.iqe, 0.006) << row.current_density;
}

// Kind: closed form. Typical coefficients of Piprek, PSS(a) 2010, and Shen et al., APL 91, 141101 (2007), worked out
// apart.
TEST(MicroLedTables, ThinWellColumn) {
  for (const Row& row :
       {Row{10, 33e6, 0.61}, {100, 140e6, 0.48}, {1000, 631e6, 0.29}, {5000, 1.84e9, 0.18}, {10000, 2.91e9, 0.15}})
    expect_row(typical(3e-9), row);
}

TEST(MicroLedTables, ThreeWellColumn) {
  for (const Row& row :
       {Row{10, 17e6, 0.59}, {100, 69e6, 0.56}, {1000, 306e6, 0.37}, {5000, 885e6, 0.25}, {10000, 1.40e9, 0.21}})
    expect_row(typical(9e-9), row);
}

TEST(MicroLedTables, StrongAugerColumn) {
  for (const Row& row :
       {Row{10, 61e6, 0.26}, {100, 289e6, 0.15}, {1000, 1.35e9, 0.07}, {5000, 3.94e9, 0.04}, {10000, 6.25e9, 0.04}})
    expect_row(typical(3e-9, 1e-41), row);
}

TEST(MicroLedTables, EffectiveThicknessAtSixKiloampere) {
  for (const auto& [thickness, high, low] :
       {std::array{3e-9, 2.07e9, 0.63e9}, {4e-9, 1.71e9, 0.52e9}, {5e-9, 1.48e9, 0.45e9}, {6e-9, 1.31e9, 0.40e9}}) {
    const AbcMaterial m = typical(thickness);
    EXPECT_NEAR(std::sqrt(3.0) * carrier_pole(m, carrier_density(m, 6e7)) / high, 1.0, 0.01);
    EXPECT_NEAR(std::sqrt(3.0) * carrier_pole(m, carrier_density(m, 1e7)) / low, 1.0, 0.015);
  }
}

// Kind: measured, 15 %. 60 um c-plane blue LED with 1 nm wells: 1.53 GHz optical at 5,996 A/cm^2. The thickness of 5 nm
// is the fit; its *pole* lies at 0.85 GHz, which is the corner that a link sees (|P| = 1/sqrt(2)).
TEST(MicroLedMeasured, OpticalBandwidthAtSixKiloampere) {
  const AbcMaterial m = typical(5e-9);
  const double pole = carrier_pole(m, carrier_density(m, 5.996e7));
  EXPECT_NEAR(std::sqrt(3.0) * pole / 1.53e9, 1.0, 0.15);
  EXPECT_NEAR(pole, 0.85e9, 0.01e9);
}

// Kind: measured. Quantum-dot and nano-structured devices (1.12 GHz at 226, 1.3 GHz at 509 A/cm^2) are out of reach for
// any current below damage with typical coefficients at that current; a faster A or B reaches them. The factors that
// suffice, 200 on B and 500 on A, lie far outside the sourced ranges (10 and 10): plain ABC does not describe them.
TEST(MicroLedMeasured, NanostructuredDevicesNeedALargerAOrB) {
  for (const auto& [density, optical] : {std::pair{226.0, 1.12e9}, {509.0, 1.3e9}}) {
    const AbcMaterial slow = typical(5e-9);
    EXPECT_LT(std::sqrt(3.0) * carrier_pole(slow, carrier_density(slow, density * 1e4)), 0.35 * optical);
    AbcMaterial fast_b = typical(5e-9);
    fast_b.b *= 200.0;
    EXPECT_GT(std::sqrt(3.0) * carrier_pole(fast_b, carrier_density(fast_b, density * 1e4)), optical);
    AbcMaterial fast_a = typical(5e-9);
    fast_a.a *= 500.0;
    EXPECT_GT(std::sqrt(3.0) * carrier_pole(fast_a, carrier_density(fast_a, density * 1e4)), optical);
  }
}

// Kind: closed form. P = I EQE hc/(q lambda), 2.884 V at 430 nm.
TEST(MicroLedTables, OpticalPowerAtAHundredMicroampere) {
  for (const auto& [eqe, microwatts] : {std::pair{0.05, 14.4}, {0.10, 28.8}, {0.20, 57.7}}) {
    MicroLed::Params p;
    p.injection_efficiency = 1.0;
    const double iqe = internal_quantum_efficiency(MicroLed(p).material(), MicroLed(p).density(1e-4));
    p.extraction_efficiency = eqe / iqe;
    EXPECT_NEAR(MicroLed(p).optical_power(1e-4) * 1e6, microwatts, 0.1);
  }
}

// Kind: vendor claim. Avicena at SC25: 80 fJ/bit at 4 Gb/s and 100 uA, thus 3.2 V, stated for the LED. Its size is not
// stated: the bare diode of this model needs 9 to 18 % less from 3 to 6 um, so that the claim must hold a driver's
// headroom, more series resistance, or both. A bound, not an agreement.
TEST(MicroLedMeasured, BareDiodeAtAHundredMicroampereNeedsLessThanTheClaimed3p2Volts) {
  for (const double diameter : {3e-6, 4e-6, 6e-6}) {
    MicroLed::Params p;
    p.diameter = Length::from_si(diameter);
    const double v = MicroLed(p).voltage(1e-4, 313.15);
    EXPECT_LT(v, 3.2) << diameter;
    EXPECT_GT(v, 3.2 * 0.8) << diameter;
  }
}

}  // namespace
}  // namespace tessera
