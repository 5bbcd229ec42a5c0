#pragma once

#include <string_view>
#include <vector>

#include "phy/link/models.hpp"

namespace tessera {

/// Phase refractive index of fused silica at room temperature (three-term Sellmeier equation), [wavelength] = m.
///
/// @throws ConfigError outside 0.21 to 3.71 um.
double silica_index(double wavelength);
/// Group index n - lambda dn/dlambda of fused silica, from the derivative of the Sellmeier equation.
double silica_group_index(double wavelength);
/// Material dispersion D = (1/c) dn_g/dlambda = -(lambda/c) d^2n/dlambda^2 in s/m^2 (1 ps/(nm km) = 1e-6 s/m^2).
double silica_dispersion(double wavelength);
/// Spread of arrival times in a step-index core filled to `numerical_aperture`, NA^2/(2 n c) in s/m.
double modal_walk_off(double numerical_aperture, double index);

/// Imaging (multicore, coherent-bundle) fibre that carries incoherent light over many modes.
///
///   P_out = P_in 10^{-alpha L/10},   H(f) = H_spectrum(f) H_modes(f),   H(0) = 1
///   H_spectrum = integral w(lambda) e^{-j 2 pi f L n_g(lambda)/c} dlambda,   w Gaussian, or as the light says it was
///   measured H_modes = sinc(f W) e^{-j pi f W},   W = L NA^2/(2 n c) [s]
///
/// Conventions: attenuation is 10 log10 of power; the bulk delay is the earliest arrival, so that the kernel is causal.
/// Valid for: silica, 0.21 to 3.71 um, light spread evenly over the modes (coarse in cores of ten to thirty modes).
/// Source: malitson1965; closed form for the walk-off of a step-index core
/// Theory: docs/theory/microled.md
class ImagingFiber {
 public:
  static constexpr std::string_view kType = "imaging_fiber";
  static constexpr Port kInput = Port::optical_power;
  static constexpr Port kOutput = Port::optical_power;

  struct Params {
    Length length = Length::from_si(10.0);
    DecibelPerLength attenuation{0.06};
    double numerical_aperture = 0.12;
    double modal_index = 1.467;
    Length wavelength = Length::from_si(430e-9);
    Length spectral_width = Length::from_si(15e-9);
    double failure_rate = 0.0;
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"length", "m", 0.0, 1000.0, "length of the fibre"}, p.length);
    v({"attenuation", "dB/m", 0.0, 100.0, "attenuation at the source's wavelength, 10 log10 of power"}, p.attenuation);
    v({"numerical_aperture", "1", 0.0, 1.0,
       "effective launch NA that the modes are filled to; 0 leaves modal walk-off out"},
      p.numerical_aperture);
    v({"modal_index", "1", 1.3, 2.0, "n, core index in the modal walk-off"}, p.modal_index);
    v({"wavelength", "nm", 250.0, 3000.0, "used where the light does not say its wavelength"}, p.wavelength);
    v({"spectral_width", "nm", 0.0, 100.0,
       "full width at half maximum, used where the light does not say its wavelength"},
      p.spectral_width);
    v({"failure_rate", "FIT", 0.0, 1e9, "failures in 1e9 h of one channel's cores"}, p.failure_rate);
  }

  /// @throws ConfigError if a parameter is outside its range.
  ImagingFiber() : ImagingFiber(Params{}) {}
  explicit ImagingFiber(Params params);
  const Params& params() const { return params_; }

  /// Power out over power in at DC, in (0, 1].
  double transmission() const;

  LaneState operate(const LaneState& input) const;
  /// @throws ConfigError if the spectrum reaches outside the Sellmeier equation's range.
  StageResponse respond(const FrequencyGrid& grid, const LaneState& input) const;
  std::vector<NoiseSource> noise(const FrequencyGrid& grid, const LaneState& input) const;
  Processor make_processor(double sample_step, const LaneState& input) const;
  /// Notes light that fills another aperture than the modes are said to be filled to.
  std::vector<ValidityNote> validity(const FrequencyGrid& grid, const LaneState& input) const;

  std::vector<PowerItem> power(const CostContext& context) const;
  std::vector<FitItem> fit(const CostContext& context) const;
  double latency(const CostContext& context) const;

 private:
  Params params_;
};

}  // namespace tessera
