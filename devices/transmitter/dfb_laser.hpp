#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "devices/laser_diode.hpp"
#include "phy/core/parameter.hpp"
#include "phy/link/cost.hpp"
#include "phy/link/measured.hpp"
#include "phy/link/ports.hpp"
#include "phy/signal/processor.hpp"

namespace tessera {

/// A continuous-wave DFB laser that feeds one or several modulators; the drive voltage passes by unchanged.
///
/// Equation: P_lane = V I(P, T)/(eta_reg N) + P_ctl/N  [W],  P = N P_carrier 10^{(A_c + A_s log2 N)/10};
///   I = [I_th(T) + P/s(T)] [1 + (1/r - 1) P/P_r],  I_th = I_25 e^{(T-25)/T_0},  s = s_25 e^{-(T-25)/T_1},
///   T = case + rise
/// Conventions: carrier power at the modulator's input; RIN one-sided, relative; failures at the same junction rise.
/// Valid for: chip output up to P_r; laser temperatures 25 to 50 degC; V constant, an upper bound at light load.
/// Source: zhou2022-cpo-laser; lumentum2026-elsfp (failures); chou2024 (RIN)
/// Theory: docs/models/dfb_laser.md
class DfbLaser {
 public:
  static constexpr std::string_view kType = "dfb_laser";
  static constexpr Port kInput = Port::voltage;
  static constexpr Port kOutput = Port::voltage;

  struct Params {
    Power carrier_power = Power::from_si(10e-3);
    Length wavelength = Length::from_si(1310e-9);
    DecibelPerFrequency relative_intensity_noise{-145.0};
    int lanes_per_laser = 4;
    Decibel coupling_loss{2.0};
    Decibel splitter_excess_loss{0.1};
    Power rated_power = Power::from_si(0.581);
    double rollover = 0.79;
    Current threshold_current = Current::from_si(99e-3);
    Temperature threshold_temperature = Temperature::from_si(60.2);
    Quantity<dim::kSlopeEfficiency> slope_efficiency = Quantity<dim::kSlopeEfficiency>::from_si(0.523);
    Temperature slope_temperature = Temperature::from_si(99.5);
    Voltage forward_voltage = Voltage::from_si(1.8);
    Temperature temperature_rise = Temperature::from_si(10.0);
    double regulator_efficiency = 0.85;
    Power controller_power = Power::from_si(20e-3);
    double failure_rate = 20.0;
    Energy activation_energy = Energy::from_si(0.75 * 1.602176634e-19);
    Temperature reference_temperature = Temperature::from_si(323.15);
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"carrier_power", "mW", 1e-6, 1e4, "at the modulator's input, one lane; a launch target scales it"},
      p.carrier_power);
    v({"wavelength", "nm", 200.0, 2000.0, "in vacuum"}, p.wavelength);
    v({"relative_intensity_noise", "dB/Hz", -200.0, -80.0, "one-sided"}, p.relative_intensity_noise);
    v({"lanes_per_laser", "1", 1.0, 64.0, "N: lanes that share one chip"}, p.lanes_per_laser);
    v({"coupling_loss", "dB", 0.0, 40.0, "A_c: chip to modulator"}, p.coupling_loss);
    v({"splitter_excess_loss", "dB", 0.0, 20.0, "A_s: beyond the ideal 3 dB, per one-to-two splitter"},
      p.splitter_excess_loss);
    visit_laser_diode(p, v);
    v({"temperature_rise", "K", 0.0, 100.0, "laser above case"}, p.temperature_rise);
    v({"regulator_efficiency", "1", 0.01, 1.0, "eta_reg of the current source"}, p.regulator_efficiency);
    v({"controller_power", "mW", 0.0, 1e4, "P_ctl: monitoring and bias control of one chip"}, p.controller_power);
    v({"failure_rate", "FIT", 0.0, 1e6, "of one chip in 1e9 h at the reference temperature"}, p.failure_rate);
    v({"activation_energy", "eV", 0.0, 3.0, "of the failure rate"}, p.activation_energy);
    v({"reference_temperature", "degC", -40.0, 150.0, "laser temperature of the failure rate"},
      p.reference_temperature);
  }

  DfbLaser() : DfbLaser(Params{}) {}
  explicit DfbLaser(Params params);

  const Params& params() const { return params_; }
  /// The same laser with a measured curve of its chip in place of current and voltage. From the curve's temperature (of
  /// the chip) to another the current changes by the factor that threshold and slope say; without one it stays.
  DfbLaser with_liv(std::shared_ptr<const LivCurve> curve) const;
  /// Current [A] for a chip output [W] at a case temperature [K].
  double current(double chip_output, double case_temperature) const;
  /// Light out over electrical power in, without the regulator, for a chip output [W] at a case temperature [K].
  double wall_plug_efficiency(double chip_output, double case_temperature) const;
  /// Chip output [W] that puts `carrier_power` [W] at each of its N modulators.
  double chip_output(double carrier_power) const;

  /// Puts its light beside the drive, in place of any that is there.
  LaneState operate(const LaneState& in) const;
  StageResponse respond(const FrequencyGrid& grid, const LaneState& in) const;
  std::vector<NoiseSource> noise(const FrequencyGrid&, const LaneState&) const {
    return {};
  }  // RIN rides on the carrier
  Processor make_processor(double sample_step, const LaneState& in) const;
  /// Notes a laser outside the temperatures of its sources and a chip asked for more than its rated power.
  std::vector<ValidityNote> validity(const FrequencyGrid& grid, const LaneState& in, const LaneState& out) const;

  std::vector<PowerItem> power(const CostContext& context) const;
  std::vector<FitItem> fit(const CostContext& context) const;
  double latency(const CostContext&) const { return 0.0; }

 private:
  double chip_power(double chip_output, double case_temperature) const;  // W, without the regulator

  Params params_;
  std::shared_ptr<const LivCurve> liv_;  // null: threshold, slope, rollover and forward voltage
};

}  // namespace tessera
