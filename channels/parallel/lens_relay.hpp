#pragma once

#include <string_view>
#include <vector>

#include "phy/link/models.hpp"

namespace tessera {

/// Share of a Lambertian emitter's light that goes into a cone of numerical aperture `na` <= 1: na^2.
double lambertian_collection(double na);

/// Share of a uniform disc of diameter `image` that falls on a disc of diameter `target` whose centre lies `offset`
/// away (lengths in one unit).
double disc_overlap(double image, double target, double offset);

/// Lens, butt coupling or connector between two pieces of incoherent optics.
///
///   P_out = P_in min(NA_lens, M NA/n)^2 overlap(M D_source, D_target, offset) 10^{-L/10}   [W]
///
/// A lens of magnification M narrows the angle and widens the image alike (Abbe's sine condition), so that the product
/// cannot exceed what the source's etendue n^2 D^2 allows. NA = 1 leaves the collection out (light that is guided
/// already).
///
/// Conventions: coupling_loss is 10 log10 of power, positive; no spectrum and no bandwidth.
/// Valid for: incoherent light, a uniform Lambertian disc as source, aberrations only inside coupling_loss.
/// Source: closed form; benyahya2025 for lens and connector losses (estimates)
/// Theory: docs/theory/microled.md
class LensRelay {
 public:
  static constexpr std::string_view kType = "lens_relay";
  static constexpr Port kInput = Port::optical_power;
  static constexpr Port kOutput = Port::optical_power;

  struct Params {
    double numerical_aperture = 1.0;
    double lens_aperture = 1.0;
    double magnification = 1.0;
    double source_index = 1.0;
    Length source_diameter = Length::from_si(4e-6);
    Length target_diameter = Length::from_si(50e-6);
    Length lateral_offset;
    Decibel coupling_loss;
    double failure_rate = 0.0;
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"numerical_aperture", "1", 0.01, 1.0, "NA that the next medium takes; 1 leaves the collection out"},
      p.numerical_aperture);
    v({"lens_aperture", "1", 0.01, 1.0,
       "NA_lens, sine of the widest angle that the lens collects from the source, in the source's medium"},
      p.lens_aperture);
    v({"magnification", "1", 0.1, 1000.0, "M, image over source diameter; 1 for butt coupling"}, p.magnification);
    v({"source_index", "1", 1.0, 4.0, "n, refractive index of the medium that the source emits into"}, p.source_index);
    v({"source_diameter", "um", 0.1, 10000.0,
       "D_source, diameter of the emitter or feeding core, used where the light does not say it"},
      p.source_diameter);
    v({"target_diameter", "um", 0.1, 10000.0, "D_target, diameter of the core or group of cores that is fed"},
      p.target_diameter);
    v({"lateral_offset", "um", 0.0, 10000.0, "distance between the centres of image and target"}, p.lateral_offset);
    v({"coupling_loss", "dB", 0.0, 100.0, "Fresnel, fill factor and aberrations, 10 log10 of power"}, p.coupling_loss);
    v({"failure_rate", "FIT", 0.0, 1e9, "failures in 1e9 h of one lane's share"}, p.failure_rate);
  }

  /// @throws ConfigError if a parameter is outside its range.
  LensRelay() : LensRelay(Params{}) {}
  explicit LensRelay(Params params);
  const Params& params() const { return params_; }

  /// Power out over power in, in (0, 1], for a source of the parameter's or of a given diameter [m].
  double transmission() const { return transmission(params_.source_diameter.si()); }
  double transmission(double source_diameter) const;

  /// Levels at the target; the light then comes from the image and fills the NA. Light that says its diameter overrides
  /// the parameter.
  /// @throws ConfigError if the image misses the target.
  LaneState operate(const LaneState& input) const;
  StageResponse respond(const FrequencyGrid& grid, const LaneState& input) const;
  std::vector<NoiseSource> noise(const FrequencyGrid& grid, const LaneState& input) const;
  Processor make_processor(double sample_step, const LaneState& input) const;
  /// Notes collection by NA from light that does not fill the half space.
  std::vector<ValidityNote> validity(const FrequencyGrid& grid, const LaneState& input) const;

  std::vector<PowerItem> power(const CostContext& context) const;
  std::vector<FitItem> fit(const CostContext& context) const;
  double latency(const CostContext& context) const;

 private:
  Params params_;
};

}  // namespace tessera
