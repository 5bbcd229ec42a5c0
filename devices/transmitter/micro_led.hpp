#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "phy/link/models.hpp"

namespace tessera {

/// Recombination in the active region of an LED, SI units: 1/tau contributions A [1/s], B [m^3/s], C [m^6/s], thickness
/// d [m].
struct AbcMaterial {
  double a = 0.0, b = 0.0, c = 0.0, thickness = 0.0;
};

/// Steady carrier density: the one root n >= 0 of A n + B n^2 + C n^3 = J/(q d).
///
/// @param injected_current_density J in A/m^2, injection efficiency already taken off; values <= 0 give 0.
/// @return n in 1/m^3, to a relative 1e-14.
double carrier_density(const AbcMaterial& material, double injected_current_density);

/// Radiative share of the recombination, B n^2/(A n + B n^2 + C n^3); `density` in 1/m^3, 0 gives 0.
double internal_quantum_efficiency(const AbcMaterial& material, double density);

/// Small-signal pole of the light, (A + 2 B n + 3 C n^2)/(2 pi) in Hz: |P(f)/P(0)| = 1/sqrt(2) there. The optical -3 dB
/// frequency (|P| = 1/2) is sqrt(3) times as high. `density` in 1/m^3.
double carrier_pole(const AbcMaterial& material, double density);

/// GaN microLED: carriers by the ABC rate equation, light, voltage, heat and watts from diameter and current alone.
///
///   dn/dt = eta_inj I/(q d a) - (A + B n + C n^2) n,   A = A0 + 4 S/D,   a = pi D^2/4  [1/(m^3 s)]
///   P = eta_ext (h c/lambda) B n^2 d a [W],   V = V10 + m (k T/q) ln(J/10 A/cm^2) + rho_s J [V]
///   tau_RC = (rho_s/a)(c_d a + C_pad) [s]
///
/// Conventions: no bandwidth parameter; OpticalCarrier::power stays 0, as all the light is in the levels.
/// Valid for: J below 10 kA/cm^2; plain ABC is only locally valid, as B and C fall at high density.
/// Source: piprek2010; shen2007; green2013; zhang2020
/// Theory: docs/theory/microled.md
class MicroLed {
 public:
  static constexpr std::string_view kType = "micro_led";
  static constexpr Port kInput = Port::current;
  static constexpr Port kOutput = Port::optical_power;

  struct Params {
    Length diameter = Length::from_si(4e-6);
    Quantity<dim::kOne / dim::kTime> srh_rate = Quantity<dim::kOne / dim::kTime>::from_si(1e7);
    Velocity surface_recombination = Velocity::from_si(10.0);
    Quantity<dim::kVolumeRate> radiative_coefficient = Quantity<dim::kVolumeRate>::from_si(1e-17);
    Quantity<dim::kVolumeSquaredRate> auger_coefficient = Quantity<dim::kVolumeSquaredRate>::from_si(1e-42);
    Length active_thickness = Length::from_si(5e-9);
    double injection_efficiency = 0.8;
    double extraction_efficiency = 0.18;
    Quantity<dim::kSpecificResistance> series_resistance = Quantity<dim::kSpecificResistance>::from_si(2e-8);
    Quantity<dim::kCapacitancePerArea> depletion_capacitance = Quantity<dim::kCapacitancePerArea>::from_si(1.2e-3);
    Capacitance pad_capacitance = Capacitance::from_si(20e-15);
    Voltage forward_voltage = Voltage::from_si(2.35);
    double ideality = 2.0;
    Length wavelength = Length::from_si(430e-9);
    Length spectral_width = Length::from_si(15e-9);
    Temperature reference_temperature = Temperature::from_si(313.15);
    Quantity<dim::kVoltagePerTemperature> voltage_drift = Quantity<dim::kVoltagePerTemperature>::from_si(-2e-3);
    Quantity<dim::kPerTemperature> efficiency_drift = Quantity<dim::kPerTemperature>::from_si(-2e-3);
    Quantity<dim::kLength / dim::kTemperature> wavelength_drift =
        Quantity<dim::kLength / dim::kTemperature>::from_si(0.04e-9);
    Quantity<dim::kThermalResistance> thermal_resistance;
    double activity = 0.5;
    double failure_rate = 1.0;
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"diameter", "um", 0.5, 1000.0, "diameter of the mesa"}, p.diameter);
    v({"srh_rate", "1/s", 0.0, 1e10, "A0, recombination through defects in the bulk of the active layer"}, p.srh_rate);
    v({"surface_recombination", "cm/s", 0.0, 1e6, "S, sidewall recombination velocity; adds 4 S/D to A0"},
      p.surface_recombination);
    v({"radiative_coefficient", "cm^3/s", 1e-13, 1e-8, "B, radiative recombination"}, p.radiative_coefficient);
    v({"auger_coefficient", "cm^6/s", 0.0, 1e-27, "C, Auger recombination and other droop"}, p.auger_coefficient);
    v({"active_thickness", "nm", 0.5, 1000.0, "d, effective thickness that carriers spread over"}, p.active_thickness);
    v({"injection_efficiency", "1", 0.01, 1.0, "share of the current that recombines in the active layer"},
      p.injection_efficiency);
    v({"extraction_efficiency", "1", 1e-4, 1.0, "share of the photons that leave towards the lens"},
      p.extraction_efficiency);
    v({"series_resistance", "ohm cm^2", 0.0, 1.0, "rho_s, specific series resistance of contact and spreading"},
      p.series_resistance);
    v({"depletion_capacitance", "fF/um^2", 0.0, 100.0, "c_d, junction capacitance per area"}, p.depletion_capacitance);
    v({"pad_capacitance", "fF", 0.0, 1e6, "C_pad, capacitance of pad and bump"}, p.pad_capacitance);
    v({"forward_voltage", "V", 0.5, 10.0, "V10, forward voltage at 10 A/cm^2 without series resistance"},
      p.forward_voltage);
    v({"ideality", "1", 0.5, 10.0, "m, ideality of the current-voltage characteristic"}, p.ideality);
    v({"wavelength", "nm", 250.0, 2000.0, "peak wavelength at the reference temperature"}, p.wavelength);
    v({"spectral_width", "nm", 0.0, 100.0, "full width at half maximum of the emission"}, p.spectral_width);
    v({"reference_temperature", "K", 150.0, 500.0, "junction temperature at which all other values hold"},
      p.reference_temperature);
    v({"voltage_drift", "mV/K", -20.0, 20.0, "change of the forward voltage with junction temperature"},
      p.voltage_drift);
    v({"efficiency_drift", "1/K", -0.02, 0.02, "relative change of the quantum efficiency with junction temperature"},
      p.efficiency_drift);
    v({"wavelength_drift", "nm/K", -1.0, 1.0, "change of the wavelength with junction temperature"},
      p.wavelength_drift);
    v({"thermal_resistance", "K/W", 0.0, 1e6, "junction to case; 0 leaves self-heating out"}, p.thermal_resistance);
    v({"activity", "1", 0.0, 1.0, "charging cycles per symbol; 0.25 for random NRZ data, 0.5 as upper bound"},
      p.activity);
    v({"failure_rate", "FIT", 0.0, 1e9, "failures in 1e9 h of one LED"}, p.failure_rate);
  }

  /// @throws ConfigError if a parameter is outside its range.
  MicroLed() : MicroLed(Params{}) {}
  explicit MicroLed(Params params);
  const Params& params() const { return params_; }

  /// The same LED with a measured curve in place of its light and voltage: watts and levels follow the curve, the
  /// drifts act from the curve's temperature on (not at all if it has none), self-heating is in the curve. Carriers,
  /// and so the response, stay.
  MicroLed with_liv(std::shared_ptr<const LivCurve> curve) const;
  /// The same LED with a measured spectrum, whose centroid drifts as the wavelength does. A curve's photon energy is
  /// its own.
  MicroLed with_spectrum(std::shared_ptr<const OpticalSpectrum> spectrum) const;

  double area() const;                         // m^2
  AbcMaterial material() const;                // A with its sidewall part
  double density(double current) const;        // 1/m^3 at a steady current [A]
  double optical_power(double current) const;  // W at a steady current [A], on a case at the reference temperature
  double external_quantum_efficiency(double current) const;  // photons towards the lens per electron
  double rc_time_constant() const;                           // s
  /// Forward voltage in V at a steady current [A] and junction temperature [K]; 0 without current.
  double voltage(double current, double junction_temperature) const;
  /// Junction temperature in K for equally likely drive currents [A] on a case at `case_temperature` [K].
  double junction_temperature(const std::vector<double>& currents, double case_temperature) const;

  /// Levels in A to levels in W, each at its own steady carrier density; sets wavelength, spectral width, source
  /// diameter and the half space as aperture.
  LaneState operate(const LaneState& input) const;
  /// Carrier pole at the mean drive current times the RC pole.
  StageResponse respond(const FrequencyGrid& grid, const LaneState& input) const;
  std::vector<NoiseSource> noise(const FrequencyGrid& grid, const LaneState& input) const;
  /// Large signal: current in A through the RC pole, rate equation by Runge-Kutta of order 4, light in W out. The
  /// current is taken as straight between samples; the state starts in the steady state of the mean level.
  Processor make_processor(double sample_step, const LaneState& input) const;
  /// Current density above what devices survived; carrier pole that moves more than twofold within the drive.
  std::vector<ValidityNote> validity(const FrequencyGrid& grid, const LaneState& input) const;

  std::vector<PowerItem> power(const CostContext& context) const;
  std::vector<FitItem> fit(const CostContext& context) const;
  double latency(const CostContext& context) const;

 private:
  double photon_efficiency(double junction_temperature) const;
  double photon_energy(double junction_temperature) const;
  double wavelength(double junction_temperature) const;
  double light(double current, double junction_temperature) const;  // W at a steady current [A]
  double curve_drift(double junction_temperature) const;            // of the measured light

  Params params_;
  std::shared_ptr<const LivCurve> liv_;              // null: the ABC model's own
  std::shared_ptr<const OpticalSpectrum> spectrum_;  // null: wavelength and width
};

}  // namespace tessera
