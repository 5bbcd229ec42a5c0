#include "phy/core/quantity_text.hpp"

#include <gtest/gtest.h>

#include <clocale>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

std::string message_of(auto&& call) {
  try {
    call();
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no ConfigError";
}

struct Row {
  std::string text;
  double si;
  Dimension dimension;
};

// Expected values are literals or products of defining constants, worked by hand.
TEST(QuantityText, EveryUnitOfTheFactTablesParses) {
  using namespace dim;
  const std::vector<Row> rows{
      {"2 m", 2.0, kLength},
      {"1310 nm", 1310e-9, kLength},
      {"26.5625 GHz", 26.5625e9, kFrequency},
      {"53.125 GBd", 53.125e9, kSymbolRate},
      {"53.125 Gbaud", 53.125e9, kSymbolRate},
      {"800 Gb/s", 800e9, kBitRate},
      {"800 Gbit/s", 800e9, kBitRate},
      {"800 Gbps", 800e9, kBitRate},
      {"1 GB/s", 8e9, kBitRate},
      {"3.4 pJ/bit", 3.4e-12, kEnergyPerBit},
      {"50 fJ/bit", 50e-15, kEnergyPerBit},
      {"250 mW", 0.25, kPower},
      {"120 fF", 120e-15, kCapacitance},
      {"130 pH", 130e-12, kInductance},
      {"55 ohm", 55, kResistance},
      {"55 Ω", 55, kResistance},
      {"42.5 mΩ", 42.5e-3, kResistance},
      {"16 pA/√Hz", 16e-12, kCurrentNoise},
      {"16 pA/sqrt(Hz)", 16e-12, kCurrentNoise},
      {"16 pA/Hz^0.5", 16e-12, kCurrentNoise},
      {"16 pA/Hz^(1/2)", 16e-12, kCurrentNoise},
      {"17 ps/(nm*km)", 17e-6, kDispersion},
      {"17 ps/(nm·km)", 17e-6, kDispersion},
      {"17 ps/nm/km", 17e-6, kDispersion},
      {"0.09 ps/nm²/km", 90.0, kDispersionSlope},
      {"1e-10 cm^3/s", 1e-16, kVolumeRate},
      {"1e-29 cm⁶/s", 1e-41, kVolumeSquaredRate},
      {"4 fF/µm²", 4e-3, kCapacitancePerArea},
      {"5.2e-8 V²/GHz", 5.2e-17, kVoltageNoisePsd},
      {"6 kA/cm²", 6e7, kCurrent / kArea},
      {"100 A/cm²", 1e6, kCurrent / kArea},
      {"1e-5 ohm*cm²", 1e-9, kSpecificResistance},
      {"45.5 ps/m", 45.5e-12, kDelayPerLength},
      {"4700 MHz·km", 4.7e12, kBandwidthLength},
      {"6.141e-3 ns/mm", 6.141e-9, kDelayPerLength},
      {"8.9e-4 1/(mm*sqrt(GHz))", 8.9e-4 / (1e-3 * std::sqrt(1e9)), kSkinLoss},
      {"100 K/W", 100, kThermalResistance},
      {"-2 mV/K", -2e-3, kVoltagePerTemperature},
      {"0.09 nm/K", 0.09e-9, kLength / kTemperature},
      {"0.07 nm/°C", 0.07e-9, kLength / kTemperature},
      {"0.8 A/W", 0.8, kResponsivity},
      {"0.4 W/A", 0.4, kSlopeEfficiency},
      {"0.25 nm/mW", 0.25e-6, kLength / kPower},
      {"15 V·cm", 0.15, kVoltage * kLength},
      {"1.1 eV", 1.1 * 1.602176634e-19, kEnergy},
      {"10 FIT", 10, kOne},
      {"0.01 UI", 0.01, kOne},
      {"10 mUI", 0.01, kOne},
      {"5 %", 0.05, kOne},
      {"5%/month", 0.05 / (730.5 * 3600), kFrequency},
      {"3 ppm", 3e-6, kOne},
      {"0.5", 0.5, kOne},
      {"0.5 1", 0.5, kOne},
      {"58 MS/m", 5.8e7, kConductivity},
      {"1 in", 0.0254, kLength},
      {"5 mil", 127e-6, kLength},
      {"4 Tb/s/mm", 4e15, kBitRate / kLength},
      {"4 Tb/s/mm^2", 4e18, kBitRate / kArea},
      {"1 Mh", 3.6e9, kTime},
      {"2 y", 2 * 8766 * 3600.0, kTime},
      {"40 degC", 313.15, kTemperature},
      {"40 °C", 313.15, kTemperature},
      {"300 K", 300, kTemperature},
      {"-40 degC", 233.15, kTemperature},
      {"1 m^-2", 1, kOne / kArea},
      {"3e18 cm⁻³", 3e24, kOne / (kArea * kLength)},
      {"2 pF/mm", 2e-9, kCapacitance / kLength},
      {"1 kg*m^2/s^3", 1, kPower},
      {"640 bit", 640, kBit},
      {"10 taps", 0, kOne},
  };
  for (const Row& row : rows) {
    if (row.si == 0.0) {  // words that are no units
      EXPECT_THROW(parse_quantity(row.text, row.dimension), ConfigError) << row.text;
      continue;
    }
    double got = NAN;
    EXPECT_NO_THROW(got = parse_quantity(row.text, row.dimension)) << row.text;
    EXPECT_NEAR(got / row.si, 1.0, 4e-16) << row.text;
  }
}

TEST(QuantityText, DecimalUnitsGiveTheNearestDouble) {
  EXPECT_EQ(parse_quantity("1310 nm", dim::kLength), 1.31e-6);
  EXPECT_EQ(parse_quantity("0.3 GHz", dim::kFrequency), 0.3e9);
  EXPECT_EQ(parse_quantity("120 fF", dim::kCapacitance), 120e-15);
  EXPECT_EQ(parse_quantity("6.2E-3ps", dim::kTime), 6.2e-15);
}

TEST(QuantityText, HertzBaudAndBitPerSecondDoNotMix) {
  EXPECT_THROW(parse_quantity("53 GHz", dim::kSymbolRate), ConfigError);
  EXPECT_THROW(parse_quantity("53 GBd", dim::kFrequency), ConfigError);
  EXPECT_THROW(parse_quantity("53 Gb/s", dim::kSymbolRate), ConfigError);
  EXPECT_THROW(parse_quantity("53 GHz", dim::kBitRate), ConfigError);
}

TEST(QuantityText, LogarithmicUnitsAreTheirOwnKinds) {
  EXPECT_EQ(parse_decibel("-3.5 dB"), -3.5);
  EXPECT_EQ(parse_dbm("-3 dBm"), -3.0);
  EXPECT_EQ(parse_dbm("−3 dBm"), -3.0);  // typographic minus
  EXPECT_NEAR(parse_dbm("0.5 mW"), 10.0 * std::log10(0.5), 1e-15);
  EXPECT_EQ(parse_db_per_length("0.2 dB/km"), 0.2e-3);
  EXPECT_NEAR(parse_db_per_length("0.72 dB/in"), 0.72 / 0.0254, 1e-14);
  EXPECT_EQ(parse_db_per_length("3 dB/cm"), 300.0);
  EXPECT_EQ(parse_db_per_hz("-145 dB/Hz"), -145.0);
  EXPECT_EQ(parse_db_per_hz("-145 dBc/Hz"), -145.0);
  for (const char* wrong : {"3", "3 dBm", "3 m", "3 dB/m", "3 dBΩ", "dB", "3 %"})
    EXPECT_THROW(parse_decibel(wrong), ConfigError) << wrong;
  for (const char* wrong : {"3", "3 dB", "0 W", "-1 mW", "3 V"}) EXPECT_THROW(parse_dbm(wrong), ConfigError) << wrong;
  for (const char* wrong : {"3 dB", "3 dB/s", "3 1/m", "3 dB/"})
    EXPECT_THROW(parse_db_per_length(wrong), ConfigError) << wrong;
  for (const char* wrong : {"-145 dB/GHz", "-145", "1e-14 1/Hz"})
    EXPECT_THROW(parse_db_per_hz(wrong), ConfigError) << wrong;
  EXPECT_NE(message_of([] { parse_quantity("3 dBΩ", dim::kResistance); }).find("logarithmic"), std::string::npos);
}

TEST(QuantityText, RefusesByName) {
  EXPECT_EQ(message_of([] { parse_quantity("2 GHz", dim::kLength); }),
            "expected a length, e.g. \"2 m\"; got \"2 GHz\"");
  EXPECT_EQ(message_of([] { parse_unit("GHzz"); }), "unit \"GHzz\" is unknown");
  EXPECT_EQ(message_of([] { parse_unit("Gb/s/ch"); }), "unit \"Gb/s/ch\" is unknown because of \"ch\"");
  EXPECT_EQ(message_of([] { parse_unit("ps/nm·km"); }),
            "unit \"ps/nm·km\" is ambiguous: put the denominator in parentheses, as in ps/(nm*km)");
  EXPECT_EQ(message_of([] { parse_unit("sqrt(sqrt(Hz))"); }),
            "unit \"sqrt(sqrt(Hz))\" has a root that leaves neither whole nor half exponents");
}

TEST(QuantityText, RefusesWhatIsNoFiniteNumber) {
  for (const char* text : {"",
                           " ",
                           "m",
                           "nan",
                           "nan m",
                           "inf m",
                           "-inf m",
                           "1e999 m",
                           "1e300 Tm",
                           "0x10 m",
                           "1,5 m",
                           "1 2 m",
                           "--1 m",
                           "+-1 m",
                           "1e m",
                           "1..2 m",
                           "2 m;",
                           "2 m m)",
                           "2 (m",
                           "2 m^",
                           "2 m^0",
                           "2 m^1.25",
                           "2 m^99999999999",
                           "2 /",
                           "2 /m/",
                           "2 m**2",
                           "2 m//s",
                           "\xff\xfe",
                           "2 \xff",
                           "2 m\n",
                           "2 sqrt m",
                           "2 √",
                           "1e5 1e5"}) {
    EXPECT_THROW(parse_quantity(text, dim::kLength), ConfigError) << text;
  }
  EXPECT_THROW(parse_unit(std::string(100000, '(')), ConfigError);
  EXPECT_THROW(parse_unit(std::string(60, '(')), ConfigError);
}

TEST(QuantityText, RandomBytesNeverEscapeAsAnythingButConfigError) {
  std::mt19937 random(7);
  const std::string alphabet = "0123456789.eE+-munpkMGTHzsVAWbd()^/*√²·% \t\xc2\xb5";
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (unsigned n = random() % 24; n > 0; --n) text += alphabet[random() % alphabet.size()];
    try {
      EXPECT_TRUE(std::isfinite(parse_quantity(text, dim::kLength))) << text;
    } catch (const ConfigError&) {
    }
  }
}

TEST(QuantityText, ReadsBackTheSameDouble) {
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> mantissa(-10, 10), exponent(-20, 15);
  const std::vector<std::string> units{"GHz",  "pA/sqrt(Hz)", "ps/(nm*km)", "1/(mm*sqrt(GHz))", "mil", "in",  "eV",
                                       "degC", "%",           "V^2/GHz",    "cm^6/s",           "GBd", "deg", "1",
                                       "",     "min"};
  for (const std::string& unit : units) {
    const Dimension dimension = parse_unit(unit).dimension;
    for (int i = 0; i < 500; ++i) {
      const double si = mantissa(random) * std::pow(10.0, exponent(random));
      const std::string text = format_quantity(si, unit);
      EXPECT_EQ(parse_quantity(text, dimension), si) << text;
    }
  }
}

TEST(QuantityText, FormatsInTheDeclaredUnit) {
  EXPECT_EQ(format_quantity(53.125e9, "GBd"), "53.125 GBd");
  EXPECT_EQ(format_quantity(1.31e-6, "nm"), "1310 nm");
  EXPECT_EQ(format_quantity(313.15, "degC"), "40 degC");
  EXPECT_EQ(format_quantity(0.5, "1"), "0.5");
  EXPECT_EQ(format_quantity(0.0254, "in"), "1 in");
  EXPECT_THROW(format_quantity(NAN, "m"), NumericError);
}

TEST(QuantityText, EngineeringFormatPicksThePrefix) {
  EXPECT_EQ(format_engineering(53.125e9, "Hz"), "53.12 GHz");
  EXPECT_EQ(format_engineering(0.0123, "W"), "12.3 mW");
  EXPECT_EQ(format_engineering(-4.5e-12, "J/bit"), "-4.5 pJ/bit");
  EXPECT_EQ(format_engineering(999.96, "W"), "1 kW");
  EXPECT_EQ(format_engineering(0.0, "W"), "0 W");
  EXPECT_EQ(format_engineering(INFINITY, "W"), "not finite");
}

TEST(QuantityText, LocaleDoesNotMatter) {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  std::setlocale(LC_ALL, "de_DE.UTF-8");  // may be absent; the parser uses no locale either way
  EXPECT_EQ(parse_quantity("1.5 m", dim::kLength), 1.5);
  EXPECT_EQ(format_quantity(1.5, "m"), "1.5 m");
  std::setlocale(LC_ALL, before.c_str());
}

}  // namespace
}  // namespace tessera
