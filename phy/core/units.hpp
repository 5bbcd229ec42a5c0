#pragma once

#include <cmath>

namespace tessera {

/// Exponents of the base units, counted in halves so that A/sqrt(Hz) exists. `bit` and `symbol` are pseudo-dimensions:
/// hertz (1/s), baud (symbol/s) and bit/s do not mix.
struct Dimension {
  int metre = 0, kilogram = 0, second = 0, ampere = 0, kelvin = 0, bit = 0, symbol = 0;

  constexpr bool operator==(const Dimension&) const = default;
};

constexpr Dimension operator*(Dimension a, Dimension b) {
  return {a.metre + b.metre,   a.kilogram + b.kilogram, a.second + b.second, a.ampere + b.ampere,
          a.kelvin + b.kelvin, a.bit + b.bit,           a.symbol + b.symbol};
}

constexpr Dimension pow_halves(Dimension a, int halves) {
  return {a.metre * halves / 2,  a.kilogram * halves / 2, a.second * halves / 2, a.ampere * halves / 2,
          a.kelvin * halves / 2, a.bit * halves / 2,      a.symbol * halves / 2};
}

constexpr Dimension operator/(Dimension a, Dimension b) { return a * pow_halves(b, -2); }

/// A scalar in coherent SI units whose dimension is part of its type. Public scalars are quantities; arrays and inner
/// loops are `double` in SI.
template <Dimension D>
class Quantity {
 public:
  static constexpr Dimension kDimension = D;

  constexpr Quantity() = default;
  /// The only way in from a bare number: says in the code that the number is in SI units.
  static constexpr Quantity from_si(double value) { return Quantity(value); }
  constexpr double si() const { return value_; }

  constexpr auto operator<=>(const Quantity&) const = default;
  constexpr Quantity operator-() const { return Quantity(-value_); }
  constexpr Quantity operator+(Quantity other) const { return Quantity(value_ + other.value_); }
  constexpr Quantity operator-(Quantity other) const { return Quantity(value_ - other.value_); }
  constexpr Quantity operator*(double factor) const { return Quantity(value_ * factor); }
  constexpr Quantity operator/(double divisor) const { return Quantity(value_ / divisor); }
  friend constexpr Quantity operator*(double factor, Quantity q) { return q * factor; }

 private:
  explicit constexpr Quantity(double value) : value_(value) {}
  double value_ = 0.0;
};

template <Dimension A, Dimension B>
constexpr auto operator*(Quantity<A> a, Quantity<B> b) {
  return Quantity<A * B>::from_si(a.si() * b.si());
}

template <Dimension A, Dimension B>
constexpr auto operator/(Quantity<A> a, Quantity<B> b) {
  return Quantity<A / B>::from_si(a.si() / b.si());
}

namespace dim {
inline constexpr Dimension kOne{};
inline constexpr Dimension kLength{.metre = 2};
inline constexpr Dimension kTime{.second = 2};
inline constexpr Dimension kCurrent{.ampere = 2};
inline constexpr Dimension kTemperature{.kelvin = 2};
inline constexpr Dimension kBit{.bit = 2};
inline constexpr Dimension kSymbol{.symbol = 2};
inline constexpr Dimension kFrequency = kOne / kTime;
inline constexpr Dimension kSymbolRate = kSymbol / kTime;
inline constexpr Dimension kBitRate = kBit / kTime;
inline constexpr Dimension kPower{.metre = 4, .kilogram = 2, .second = -6};
inline constexpr Dimension kEnergy = kPower * kTime;
inline constexpr Dimension kEnergyPerBit = kEnergy / kBit;
inline constexpr Dimension kVoltage = kPower / kCurrent;
inline constexpr Dimension kResistance = kVoltage / kCurrent;
inline constexpr Dimension kConductivity = kOne / (kResistance * kLength);
inline constexpr Dimension kCapacitance = kCurrent * kTime / kVoltage;
inline constexpr Dimension kInductance = kVoltage * kTime / kCurrent;
inline constexpr Dimension kResponsivity = kCurrent / kPower;
inline constexpr Dimension kCurrentNoise = kCurrent / pow_halves(kFrequency, 1);  // A/sqrt(Hz)
inline constexpr Dimension kVoltageNoisePsd = kVoltage * kVoltage / kFrequency;   // V^2/Hz
inline constexpr Dimension kArea = kLength * kLength;
inline constexpr Dimension kVelocity = kLength / kTime;
inline constexpr Dimension kVolumeRate = kArea * kLength / kTime;               // ABC model: B, m^3/s
inline constexpr Dimension kVolumeSquaredRate = kArea * kArea * kArea / kTime;  // ABC model: C, m^6/s
inline constexpr Dimension kSpecificResistance = kResistance * kArea;           // ohm m^2
inline constexpr Dimension kCapacitancePerArea = kCapacitance / kArea;
inline constexpr Dimension kDelayPerLength = kTime / kLength;
inline constexpr Dimension kDispersion = kTime / kArea;                   // ps/(nm km) -> s/m^2
inline constexpr Dimension kDispersionSlope = kTime / (kArea * kLength);  // ps/(nm^2 km) -> s/m^3
inline constexpr Dimension kBandwidthLength = kFrequency * kLength;
inline constexpr Dimension kSlopeEfficiency = kPower / kCurrent;        // W/A
inline constexpr Dimension kThermalResistance = kTemperature / kPower;  // K/W
inline constexpr Dimension kPerTemperature = kOne / kTemperature;
inline constexpr Dimension kPerVoltage = kOne / kVoltage;  // transconductance over current
inline constexpr Dimension kVoltagePerTemperature = kVoltage / kTemperature;
inline constexpr Dimension kSkinLoss = pow_halves(kTime, 1) / kLength;  // a1: Np/(m sqrt(Hz))
}  // namespace dim

using Length = Quantity<dim::kLength>;
using Time = Quantity<dim::kTime>;
using Current = Quantity<dim::kCurrent>;
using Temperature = Quantity<dim::kTemperature>;
using Frequency = Quantity<dim::kFrequency>;
using SymbolRate = Quantity<dim::kSymbolRate>;
using BitRate = Quantity<dim::kBitRate>;
using Power = Quantity<dim::kPower>;
using Energy = Quantity<dim::kEnergy>;
using EnergyPerBit = Quantity<dim::kEnergyPerBit>;
using Voltage = Quantity<dim::kVoltage>;
using Resistance = Quantity<dim::kResistance>;
using Capacitance = Quantity<dim::kCapacitance>;
using Inductance = Quantity<dim::kInductance>;
using Responsivity = Quantity<dim::kResponsivity>;
using CurrentNoise = Quantity<dim::kCurrentNoise>;
using VoltageNoisePsd = Quantity<dim::kVoltageNoisePsd>;
using Area = Quantity<dim::kArea>;
using Velocity = Quantity<dim::kVelocity>;
using DelayPerLength = Quantity<dim::kDelayPerLength>;
using Dispersion = Quantity<dim::kDispersion>;
using DispersionSlope = Quantity<dim::kDispersionSlope>;
using SkinLoss = Quantity<dim::kSkinLoss>;

/// A ratio in decibels. Which ratio (power or amplitude) is said by the function that makes or linearises it.
/// `insertion_loss` is a positive Decibel; on an optical port it is 10 log10 of power.
struct Decibel {
  double db = 0.0;

  static Decibel from_power_ratio(double ratio) { return {10.0 * std::log10(ratio)}; }
  static Decibel from_amplitude_ratio(double ratio) { return {20.0 * std::log10(ratio)}; }
  double power_ratio() const { return std::pow(10.0, db / 10.0); }
  double amplitude_ratio() const { return std::pow(10.0, db / 20.0); }
  constexpr auto operator<=>(const Decibel&) const = default;
};

/// A power level relative to 1 mW.
struct Dbm {
  double dbm = 0.0;

  static Dbm from_power(Power p) { return {10.0 * std::log10(p.si() * 1e3)}; }
  Power power() const { return Power::from_si(1e-3 * std::pow(10.0, dbm / 10.0)); }
  constexpr auto operator<=>(const Dbm&) const = default;
};

/// Loss per length, dB/m inside whatever the file says (dB/km, dB/in).
struct DecibelPerLength {
  double db_per_m = 0.0;
  constexpr auto operator<=>(const DecibelPerLength&) const = default;
};

/// Relative intensity noise, dB/Hz: RIN = 10 log10(S_P(f) / P^2), one-sided, S_P in W^2/Hz.
struct DecibelPerFrequency {
  double db_per_hz = 0.0;

  /// @return one-sided relative PSD in 1/Hz.
  double psd() const { return std::pow(10.0, db_per_hz / 10.0); }
  constexpr auto operator<=>(const DecibelPerFrequency&) const = default;
};

}  // namespace tessera
