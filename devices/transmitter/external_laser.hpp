#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "devices/laser_diode.hpp"
#include "devices/thermoelectric_cooler.hpp"
#include "phy/core/parameter.hpp"
#include "phy/link/cost.hpp"
#include "phy/link/measured.hpp"
#include "phy/link/ports.hpp"
#include "phy/signal/processor.hpp"

namespace tessera {

/// A pluggable laser source beside the optical engine: M chips, each with its own polarisation-maintaining fibre,
/// cooled or not, shared by N modulators each; the drive voltage passes by unchanged.
///
/// Equation: P_chip = N P_carrier 10^{(A_c + n A_k + a L + A_e + A_s log2 N)/10}  [W];
///   P_lane = [V I(P_chip, T) + P_cool(V I - P_chip, T, T_case + rise - T)]/(eta N) + P_ctl/(M N)  [W];
///   T = T_set with a cooler, else T_case + rise
/// Conventions: carrier power at the modulator's input; optical decibels; RIN one-sided, relative.
/// Valid for: chips as in laser_diode, coolers as in thermoelectric_cooler; no heating of a cold chip; light that keeps
///   its polarisation.
/// Source: zhou2022-cpo-laser; goldsmid2016; oif-elsfp-02.0 (classes, eye safety); lumentum2026-elsfp (failures)
/// Theory: docs/models/external_laser.md
class ExternalLaser {
 public:
  static constexpr std::string_view kType = "external_laser";
  static constexpr Port kInput = Port::voltage;
  static constexpr Port kOutput = Port::voltage;

  struct Params {
    Power carrier_power = Power::from_si(10e-3);
    Length wavelength = Length::from_si(1311e-9);
    DecibelPerFrequency relative_intensity_noise{-145.0};
    int lanes_per_laser = 16;
    int lasers_per_module = 8;
    int wavelengths_per_fiber = 1;
    Decibel coupling_loss{0.66};
    int connectors = 1;
    Decibel connector_loss{0.5};
    Length fiber_length = Length::from_si(0.5);
    DecibelPerLength fiber_attenuation{1e-3};
    Decibel engine_coupling_loss{1.41};
    Decibel splitter_excess_loss{0.1};
    Power rated_power = Power::from_si(0.581);
    double rollover = 0.79;
    Current threshold_current = Current::from_si(99e-3);
    Temperature threshold_temperature = Temperature::from_si(60.2);
    Quantity<dim::kSlopeEfficiency> slope_efficiency = Quantity<dim::kSlopeEfficiency>::from_si(0.523);
    Temperature slope_temperature = Temperature::from_si(99.5);
    Voltage forward_voltage = Voltage::from_si(1.8);
    Temperature temperature_rise = Temperature::from_si(0.0);
    Quantity<dim::kPower / dim::kTemperature> cooler_conductance =
        Quantity<dim::kPower / dim::kTemperature>::from_si(0.1);
    Quantity<dim::kPerTemperature> cooler_figure_of_merit = Quantity<dim::kPerTemperature>::from_si(2.65e-3);
    Temperature set_temperature = Temperature::from_si(323.15);
    double regulator_efficiency = 0.9;
    Power controller_power = Power::from_si(0.5);
    bool interlock = true;
    double failure_rate = 20.0;
    Energy activation_energy = Energy::from_si(0.75 * 1.602176634e-19);
    Temperature reference_temperature = Temperature::from_si(323.15);
    double module_failure_rate = 0.0;
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"carrier_power", "mW", 1e-6, 1e4, "at the modulator's input, one lane; a launch target scales it"},
      p.carrier_power);
    v({"wavelength", "nm", 200.0, 2000.0, "in vacuum"}, p.wavelength);
    v({"relative_intensity_noise", "dB/Hz", -200.0, -80.0, "one-sided"}, p.relative_intensity_noise);
    v({"lanes_per_laser", "1", 1.0, 256.0, "N: lanes that share one chip"}, p.lanes_per_laser);
    v({"lasers_per_module", "1", 1.0, 64.0, "M: chips that share a module and its controller"}, p.lasers_per_module);
    v({"wavelengths_per_fiber", "1", 1.0, 64.0, "chips of the module that share one of its fibres; for eye safety"},
      p.wavelengths_per_fiber);
    v({"coupling_loss", "dB", 0.0, 40.0, "A_c: chip to the module's fibre"}, p.coupling_loss);
    v({"connectors", "1", 0.0, 16.0, "n: mated pairs between module and engine"}, p.connectors);
    v({"connector_loss", "dB", 0.0, 20.0, "A_k: of each"}, p.connector_loss);
    v({"fiber_length", "m", 0.0, 1000.0, "L: polarisation-maintaining fibre to the engine"}, p.fiber_length);
    v({"fiber_attenuation", "dB/km", 0.0, 1e5, "a: of that fibre"}, p.fiber_attenuation);
    v({"engine_coupling_loss", "dB", 0.0, 40.0, "A_e: fibre to the photonic chip"}, p.engine_coupling_loss);
    v({"splitter_excess_loss", "dB", 0.0, 20.0, "A_s: beyond the ideal 3 dB, per one-to-two splitter"},
      p.splitter_excess_loss);
    visit_laser_diode(p, v);
    v({"temperature_rise", "K", -100.0, 100.0, "chip, or hot side of its cooler, above case"}, p.temperature_rise);
    v({"cooler_conductance", "W/K", 0.0, 100.0, "K: of one chip's cooler; 0 for no cooler"}, p.cooler_conductance);
    v({"cooler_figure_of_merit", "1/K", 1e-6, 0.1, "Z: of its legs"}, p.cooler_figure_of_merit);
    v({"set_temperature", "degC", -40.0, 150.0, "T_set: what a cooler holds the chip at"}, p.set_temperature);
    v({"regulator_efficiency", "1", 0.01, 1.0, "eta of the current sources of chip and cooler"},
      p.regulator_efficiency);
    v({"controller_power", "mW", 0.0, 1e5, "P_ctl: monitoring and control of one module"}, p.controller_power);
    v({"interlock", "", 0.0, 0.0, "light goes off when a connector opens, so that no limit of eye safety applies"},
      p.interlock);
    v({"failure_rate", "FIT", 0.0, 1e6, "of one chip in 1e9 h at the reference temperature"}, p.failure_rate);
    v({"activation_energy", "eV", 0.0, 3.0, "of the failure rate"}, p.activation_energy);
    v({"reference_temperature", "degC", -40.0, 150.0, "chip temperature of the failure rate"}, p.reference_temperature);
    v({"module_failure_rate", "FIT", 0.0, 1e6, "of what the chips of a module share, in 1e9 h"}, p.module_failure_rate);
  }

  ExternalLaser() : ExternalLaser(Params{}) {}
  explicit ExternalLaser(Params params);

  const Params& params() const { return params_; }
  /// The same laser with a measured curve of its chip in place of current and voltage.
  ExternalLaser with_liv(std::shared_ptr<const LivCurve> curve) const;
  /// Output of one chip [W] that puts `carrier_power` [W] at each of its N modulators.
  double chip_output(double carrier_power) const;
  /// Light [W] of one chip in the module's fibre, as its classes count it.
  double fiber_output(double carrier_power) const;
  /// Chip temperature [K] at a case temperature [K].
  double chip_temperature(double case_temperature) const;
  /// Electrical power [W] of one chip, and of its cooler, regulator included.
  double chip_power(double chip_output, double case_temperature) const;
  double cooling_power(double chip_output, double case_temperature) const;
  /// Light in the fibre over all electrical power of one chip, cooler and regulators included, controller left out.
  double wall_plug_efficiency(double chip_output, double case_temperature) const;

  /// Puts its light beside the drive, in place of any that is there.
  LaneState operate(const LaneState& in) const;
  StageResponse respond(const FrequencyGrid& grid, const LaneState& in) const;
  std::vector<NoiseSource> noise(const FrequencyGrid&, const LaneState&) const {
    return {};
  }  // RIN rides on the carrier
  Processor make_processor(double sample_step, const LaneState& in) const;
  /// Notes a chip outside the temperatures of its sources, above its rated power or too hot for its cooler, light
  /// outside every power class, and more light in a fibre than is safe without an interlock.
  std::vector<ValidityNote> validity(const FrequencyGrid& grid, const LaneState& in, const LaneState& out) const;

  std::vector<PowerItem> power(const CostContext& context) const;
  std::vector<FitItem> fit(const CostContext& context) const;
  double latency(const CostContext&) const { return 0.0; }

 private:
  bool cooled() const { return params_.cooler_conductance.si() > 0.0; }
  double heat(double chip_output, double case_temperature) const;
  double cooler_difference(double case_temperature) const;
  ThermoelectricCooler cooler() const;
  void note_thermal_limits(double chip_output, double case_temperature, std::vector<ValidityNote>& notes) const;
  void note_light(double carrier_power, std::vector<ValidityNote>& notes) const;

  Params params_;
  std::shared_ptr<const LivCurve> liv_;  // null: threshold, slope, rollover and forward voltage
};

}  // namespace tessera
