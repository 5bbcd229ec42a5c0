#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "devices/laser_rates.hpp"
#include "phy/link/models.hpp"
#include "phy/signal/all_pole_filter.hpp"

namespace tessera {

/// Vertical-cavity laser on multimode fibre: light, dynamics and noise from rate equations, heat from its own watts.
///
/// Equation: rate equations of `laser_rates` at the junction temperature;  P = eta_o h nu S (V/Gamma)/tau_p  [W];
///   H = w_R^2/(w_R^2 - w^2 + j w gamma) x 1/[(1 + j w tau_c)(1 + j f/f_p)];
///   S_P = S_n (eta_o h nu/tau_p)^2 + RIN_x P^2  [W^2/Hz];  V = V_on + R_s I;  T_j = T_case + R_th mean(I V - P);
///   N_t, v_g dg/dN and eta change as e^{drift (T_j - T_ref)}
/// Conventions: rms width of the power spectrum; the carrier leaves with its full width at half maximum, 2.355 times that;
///   intensity noise by Langevin forces at the mean current, alike for every level; RIN_x white.
/// Valid for: symbols short against the thermal time (0.1 to 1 us), so that heat follows the mean; no feedback of light.
/// Source: mena1999; grabowski2021; coldren2012
/// Theory: docs/models/vcsel.md
class Vcsel {
 public:
  static constexpr std::string_view kType = "vcsel";
  static constexpr Port kInput = Port::current;
  static constexpr Port kOutput = Port::optical_power;

  using Rate = Quantity<dim::kOne / dim::kTime>;
  using VolumeRate = Quantity<dim::kVolumeRate>;
  using Volume = Quantity<dim::kArea * dim::kLength>;
  using Density = Quantity<dim::kOne / (dim::kArea * dim::kLength)>;
  using PerTemperature = Quantity<dim::kPerTemperature>;

  struct Params {
    Volume active_volume = Volume::from_si(6.3e-19);
    double confinement = 6.3 / 5320.0;
    double injection_efficiency = 1.0;
    Rate nonradiative_rate;
    Rate spontaneous_rate = Rate::from_si(2e8);
    VolumeRate radiative_coefficient;
    Quantity<dim::kVolumeSquaredRate> auger_coefficient;
    VolumeRate differential_gain = VolumeRate::from_si(1.064e-10);
    Density transparency_density = Density::from_si(7.94e23);
    double gain_curvature = 0.0;
    Volume gain_compression = Volume::from_si(5.32e-22);
    Time photon_lifetime = Time::from_si(4e-12);
    double spontaneous_coupling = 1e-4;
    double output_efficiency = 0.4;
    Time transport_time;
    Frequency parasitic_bandwidth = Frequency::from_si(20e9);
    double spontaneous_factor = 1.5;
    DecibelPerFrequency excess_noise{-150.0};
    Length wavelength = Length::from_si(850e-9);
    Quantity<dim::kLength / dim::kTemperature> wavelength_drift =
        Quantity<dim::kLength / dim::kTemperature>::from_si(0.064e-9);
    Length spectral_width = Length::from_si(0.45e-9);
    Length aperture = Length::from_si(7e-6);
    double numerical_aperture = 0.3;
    Voltage turn_on_voltage = Voltage::from_si(1.6);
    Resistance series_resistance = Resistance::from_si(60.0);
    Quantity<dim::kThermalResistance> thermal_resistance;
    Temperature reference_temperature = Temperature::from_si(300.0);
    PerTemperature transparency_drift;
    PerTemperature gain_drift;
    PerTemperature efficiency_drift;
    double failure_rate = 20.0;
    Energy activation_energy = Energy::from_si(0.7 * 1.602176634e-19);
    Temperature failure_temperature = Temperature::from_si(343.15);
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"active_volume", "um^3", 1e-6, 1e6, "V: of the quantum wells under the aperture"}, p.active_volume);
    v({"confinement", "1", 1e-6, 1.0, "Gamma: active volume over that of the optical mode"}, p.confinement);
    v({"injection_efficiency", "1", 0.01, 1.0, "eta: share of the current that reaches the wells, at T_ref"},
      p.injection_efficiency);
    v({"nonradiative_rate", "1/ns", 0.0, 1000.0, "A: recombination without light"}, p.nonradiative_rate);
    v({"spontaneous_rate", "1/ns", 0.0, 1000.0, "A_sp: spontaneous emission, linear"}, p.spontaneous_rate);
    v({"radiative_coefficient", "cm^3/s", 0.0, 1e-6, "B: spontaneous emission, bimolecular"}, p.radiative_coefficient);
    v({"auger_coefficient", "cm^6/s", -1e-26, 1e-26, "C: negative where it corrects B at high density"},
      p.auger_coefficient);
    v({"differential_gain", "cm^3/s", 1e-9, 1e-2, "G_t = v_g dg/dN at transparency, at T_ref"}, p.differential_gain);
    v({"transparency_density", "1/cm^3", 1e15, 1e20, "N_t: carriers without net gain, at T_ref"},
      p.transparency_density);
    v({"gain_curvature", "1", 0.0, 2.0, "kappa: 0 for a gain linear in the density, 1 for its logarithm"},
      p.gain_curvature);
    v({"gain_compression", "cm^3", 0.0, 1e-12, "eps: gain falls as 1/(1 + eps S)"}, p.gain_compression);
    v({"photon_lifetime", "ps", 0.01, 1000.0, "tau_p"}, p.photon_lifetime);
    v({"spontaneous_coupling", "1", 0.0, 1.0, "beta: share of the spontaneous emission that enters the modes"},
      p.spontaneous_coupling);
    v({"output_efficiency", "1", 0.001, 1.0, "eta_o: share of the lost photons that leaves as useful light"},
      p.output_efficiency);
    v({"transport_time", "ps", 0.0, 1000.0, "tau_c: transport and capture ahead of the wells; 0 leaves it out"},
      p.transport_time);
    v({"parasitic_bandwidth", "GHz", 0.0, 1e4, "f_p: electrical corner of pad and mirror; 0 leaves it out"},
      p.parasitic_bandwidth);
    v({"spontaneous_factor", "1", 1.0, 100.0,
       "n_sp: stimulated emissions per emission less absorption; sets the Langevin forces"},
      p.spontaneous_factor);
    v({"excess_noise", "dB/Hz", -250.0, -80.0, "RIN_x: white, beyond the Langevin forces (modes, reflections)"},
      p.excess_noise);
    v({"wavelength", "nm", 600.0, 1700.0, "in vacuum, at T_ref"}, p.wavelength);
    v({"wavelength_drift", "nm/K", -1.0, 1.0, "with the junction temperature"}, p.wavelength_drift);
    v({"spectral_width", "nm", 0.0, 10.0, "rms width of the power spectrum"}, p.spectral_width);
    v({"aperture", "um", 0.1, 100.0, "diameter of the light at the facet"}, p.aperture);
    v({"numerical_aperture", "1", 0.01, 1.0, "aperture of the emitted cone"}, p.numerical_aperture);
    v({"turn_on_voltage", "V", 0.1, 5.0, "V_on: straight line of the V-I curve at no current"}, p.turn_on_voltage);
    v({"series_resistance", "ohm", 0.0, 1e4, "R_s: differential resistance"}, p.series_resistance);
    v({"thermal_resistance", "K/W", 0.0, 1e5, "R_th: junction to case"}, p.thermal_resistance);
    v({"reference_temperature", "K", 200.0, 450.0, "T_ref: junction temperature of the rate-equation parameters"},
      p.reference_temperature);
    v({"transparency_drift", "1/K", -0.1, 0.1, "relative change of N_t per kelvin, exponential"}, p.transparency_drift);
    v({"gain_drift", "1/K", -0.1, 0.1, "relative change of G_t per kelvin, exponential"}, p.gain_drift);
    v({"efficiency_drift", "1/K", -0.1, 0.1, "relative change of eta per kelvin, exponential"}, p.efficiency_drift);
    v({"failure_rate", "FIT", 0.0, 1e6, "failures in 1e9 h at the failure temperature"}, p.failure_rate);
    v({"activation_energy", "eV", 0.0, 3.0, "of the failure rate"}, p.activation_energy);
    v({"failure_temperature", "degC", -40.0, 200.0, "junction temperature of the failure rate"}, p.failure_temperature);
  }

  /// @throws ConfigError if a parameter is outside its range or nothing recombines.
  Vcsel() : Vcsel(Params{}) {}
  explicit Vcsel(Params params);
  const Params& params() const { return params_; }

  /// The same laser with a measured curve in place of its light and voltage. The light changes from the curve's
  /// temperature (of the junction) to another as the rate equations say, not at all if it has none; self-heating is in
  /// the curve. Carriers and photons, and so response and noise, stay.
  Vcsel with_liv(std::shared_ptr<const LivCurve> curve) const;
  /// The same laser with a measured spectrum, whose centroid drifts as the wavelength does.
  Vcsel with_spectrum(std::shared_ptr<const OpticalSpectrum> spectrum) const;

  /// Rate equations at a junction temperature [K].
  LaserRates rates(double junction) const;
  /// Junction temperature [K] with these currents [A] equally likely.
  /// @throws ConfigError above 600 K.
  double junction_temperature(const std::vector<double>& currents, double case_temperature) const;
  /// Light [W] at a current [A] and junction temperature [K].
  double optical_power(double current, double junction) const;
  double voltage(double current) const;
  /// Relative intensity noise at a frequency [Hz] of steady light at a current, excess included, 1/Hz.
  double relative_intensity_noise(double frequency, double current, double junction) const;

  LaneState operate(const LaneState& in) const;
  StageResponse respond(const FrequencyGrid& grid, const LaneState& in) const;
  std::vector<NoiseSource> noise(const FrequencyGrid& grid, const LaneState& in) const;
  /// Transport and parasitic poles, then the rate equations; latency 0.
  Processor make_processor(double sample_step, const LaneState& in) const;
  /// Notes symbols whose relaxation frequencies lie more than a factor of two apart.
  std::vector<ValidityNote> validity(const FrequencyGrid& grid, const LaneState& in) const;

  std::vector<PowerItem> power(const CostContext& context) const;
  std::vector<FitItem> fit(const CostContext& context) const;
  double latency(const CostContext&) const { return 0.0; }

 private:
  double power_per_photon(double junction) const;  // W at the output per photon in the mode
  Poles electrical_poles() const;
  double wavelength(double junction) const;
  double modelled_power(double current, double junction) const;

  Params params_;
  std::shared_ptr<const LivCurve> liv_;              // null: the rate equations' own
  std::shared_ptr<const OpticalSpectrum> spectrum_;  // null: wavelength and width
};

}  // namespace tessera
