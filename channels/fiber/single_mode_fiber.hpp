#pragma once

#include <string_view>
#include <vector>

#include "phy/core/parameter.hpp"
#include "phy/link/cost.hpp"
#include "phy/link/ports.hpp"
#include "phy/signal/processor.hpp"

namespace tessera {

/// Chromatic dispersion coefficient of a G.652 fibre [s/m^2].
///
/// Equation: D = (S_0/4) (lambda - lambda_0^4/lambda^3)
/// Conventions: D > 0 above lambda_0 (blue arrives first); [S_0] = s/m^3, [lambda] = m.
/// Valid for: 1260 to 1360 nm; usable to 1625 nm within a few per cent.
/// Source: itu-g652
/// Theory: docs/theory/optics.md
double dispersion_coefficient(double wavelength, double zero_dispersion_wavelength, double slope);

/// Group-velocity dispersion beta_2 = -D lambda^2/(2 pi c) [s^2/m].
double group_velocity_dispersion(double dispersion, double wavelength);

/// Transfer of the complex envelope through a length of fibre, attenuation and group delay left out.
///
/// Equation: H = e^{-j beta_2 (2 pi f)^2 L/2} = e^{+j theta},  theta = pi D lambda^2 L f^2/c
/// Conventions: f relative to the carrier, field e^{+j 2 pi f t}; even in f.
/// Valid for: third-order dispersion negligible: |beta_3| (2 pi f)^3 L/6 << 1.
/// Source: agrawal2021
/// Theory: docs/theory/optics.md
Complex dispersion_transfer(double beta_2, double length, double frequency);

/// Single-mode fibre acting on the optical field: attenuation, chromatic dispersion, first-order polarisation-mode
/// dispersion.
///
/// Equation: (dP/2P, dphi)' = cos(pi f tau) [[cos theta, -sin theta], [sin theta, cos theta]] (dP/2P, dphi),
///   theta = -beta_2 (2 pi f)^2 L/2,  tau = tau_1km sqrt(L/1 km)
/// Conventions: with chirp alpha the detected response is |cos theta - alpha sin theta|; bulk delay L x group delay.
/// Valid for: linear propagation (no Kerr effect below 10 dBm over kilometres); worst launch; no reflections.
/// Source: agrawal2021; wang1992 (chirp and fading); itu-g652
/// Theory: docs/models/single_mode_fiber.md
class SingleModeFiber {
 public:
  static constexpr std::string_view kType = "single_mode_fiber";
  static constexpr Port kInput = Port::optical_field;
  static constexpr Port kOutput = Port::optical_field;
  static constexpr bool kCausal = false;  // dispersion around the mean group delay spreads to both sides

  struct Params {
    Length length = Length::from_si(500.0);
    DecibelPerLength attenuation{0.35e-3};
    Length zero_dispersion_wavelength = Length::from_si(1312e-9);
    DispersionSlope dispersion_slope = DispersionSlope::from_si(0.092e3);
    Time differential_delay;
    DelayPerLength group_delay = DelayPerLength::from_si(4.9e-9);
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"length", "m", 0.0, 1e6, "L: length of fibre between the connectors"}, p.length);
    v({"attenuation", "dB/km", 0.0, 1000.0, "of optical power"}, p.attenuation);
    v({"zero_dispersion_wavelength", "nm", 1200.0, 1700.0, "lambda_0"}, p.zero_dispersion_wavelength);
    v({"dispersion_slope", "ps/(nm^2*km)", 0.0, 1.0, "S_0: slope of the dispersion at lambda_0"}, p.dispersion_slope);
    v({"differential_delay", "ps", 0.0, 1000.0,
       "tau_1km: differential group delay of one kilometre, growing with the root of length"},
      p.differential_delay);
    v({"group_delay", "ns/m", 3.0, 10.0, "delay per length"}, p.group_delay);
  }

  SingleModeFiber() : SingleModeFiber(Params{}) {}
  explicit SingleModeFiber(Params params);

  const Params& params() const { return params_; }
  /// beta_2 at a wavelength [s^2/m].
  double beta_2(double wavelength) const;
  LaneState operate(const LaneState& in) const;
  /// @throws ConfigError if the light states no wavelength.
  StageResponse respond(const FrequencyGrid& grid, const LaneState& in) const;
  std::vector<NoiseSource> noise(const FrequencyGrid&, const LaneState&) const { return {}; }
  /// Notes light outside 1260 to 1625 nm.
  std::vector<ValidityNote> validity(const FrequencyGrid& grid, const LaneState& in) const;
  /// Field through the dispersion's taps; the delay of the fibre is left out, latency() is that of the taps.
  Processor make_processor(double sample_step, const LaneState& in) const;

  std::vector<PowerItem> power(const CostContext&) const { return {}; }
  std::vector<FitItem> fit(const CostContext&) const { return {}; }
  double latency(const CostContext&) const { return 0.0; }

 private:
  double polarisation_factor(double frequency) const;

  Params params_;
};

}  // namespace tessera
