#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "phy/core/parameter.hpp"
#include "phy/link/cost.hpp"
#include "phy/link/ports.hpp"
#include "phy/signal/processor.hpp"

namespace tessera {

/// Transfer of incoherent light of a Gaussian spectrum through dispersion that is linear in wavelength.
///
/// Equation: H = (1 + j y)^{-1/2} exp[-x^2/(2 (1 + j y))],  x = 2 pi f L D sigma,  y = 2 pi f L S sigma^2
/// Conventions: f in Hz, L D sigma the rms delay of the linear part [s], L S sigma^2 that of the slope [s]; delay of the
/// central wavelength left out.
/// Valid for: delay a quadratic in wavelength over the spectrum; source whose lines do not interfere.
/// Source: closed form (characteristic function of a Gaussian and its square)
/// Theory: docs/models/multimode_fiber.md
Complex gaussian_spectrum_transfer(double frequency, double linear_spread, double slope_spread);

/// Graded-index multimode fibre on incoherent light: attenuation, modal and chromatic bandwidth, mode partition.
///
/// Equation: H = 2^{-(f L/EMB)^2} H_c;  EMB(lambda) = EMB_p/sqrt[1 + ((lambda - lambda_p)/w)^2];
///   A = A_850 L [0.7003 (850 nm/lambda)^4 + 0.2997]  [dB];
///   H_c by gaussian_spectrum_transfer with D = (S_0/4)(lambda - lambda_0^4/lambda^3), S = dD/dlambda;
///   sigma_mp = (k/sqrt 2)[1 - e^{-(pi B L D sigma)^2}],  S_mp = 2 sigma_mp^2 (OMA/2)^2 T sinc^2(f T)  [W^2/Hz]
/// Conventions: EMB is the optical -3 dB point, |H| = 1/2; sigma the rms width of the power spectrum, FWHM/2.355.
/// Valid for: 840 to 953 nm; modes excited as in the EMB test; connectors' modal noise left out.
/// Source: nowell2000 (attenuation, Gaussian bandwidths); ogawa1982 (mode partition); tia492aaae (OM5)
/// Theory: docs/models/multimode_fiber.md
class MultimodeFiber {
 public:
  static constexpr std::string_view kType = "multimode_fiber";
  static constexpr Port kInput = Port::optical_power;
  static constexpr Port kOutput = Port::optical_power;
  static constexpr bool kCausal = false;  // a Gaussian around the mean delay has no beginning

  struct Params {
    Length length = Length::from_si(100.0);
    DecibelPerLength attenuation{3.0e-3};
    Quantity<dim::kBandwidthLength> modal_bandwidth = Quantity<dim::kBandwidthLength>::from_si(4.7e12);
    Length modal_peak_wavelength = Length::from_si(850e-9);
    Length modal_peak_width = Length::from_si(63.6e-9);
    Length zero_dispersion_wavelength = Length::from_si(1316e-9);
    DispersionSlope dispersion_slope = DispersionSlope::from_si(0.1028e3);
    double mode_partition = 0.3;
    Length core_diameter = Length::from_si(50e-6);
    double numerical_aperture = 0.2;
    DelayPerLength group_delay = DelayPerLength::from_si(4.95e-9);
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"length", "m", 0.0, 1e4, "L: length of fibre between the connectors"}, p.length);
    v({"attenuation", "dB/km", 0.0, 1000.0, "A_850: of optical power at 850 nm"}, p.attenuation);
    v({"modal_bandwidth", "MHz*km", 1.0, 1e6, "EMB_p: effective modal bandwidth at its peak, optical -3 dB"},
      p.modal_bandwidth);
    v({"modal_peak_wavelength", "nm", 600.0, 1700.0, "lambda_p: where the modal bandwidth is largest"},
      p.modal_peak_wavelength);
    v({"modal_peak_width", "nm", 0.0, 1e4,
       "w: distance from the peak that divides the modal bandwidth by sqrt 2; 0 for no dependence on wavelength"},
      p.modal_peak_width);
    v({"zero_dispersion_wavelength", "nm", 1200.0, 1700.0, "lambda_0"}, p.zero_dispersion_wavelength);
    v({"dispersion_slope", "ps/(nm^2*km)", 0.0, 1.0, "S_0: slope of the dispersion at lambda_0"}, p.dispersion_slope);
    v({"mode_partition", "1", 0.0, 1.0, "k: mode-partition coefficient of the source's lines; 0 leaves the noise out"},
      p.mode_partition);
    v({"core_diameter", "um", 1.0, 1000.0, "diameter of the light that leaves the fibre"}, p.core_diameter);
    v({"numerical_aperture", "1", 0.01, 1.0, "aperture of the light that leaves the fibre"}, p.numerical_aperture);
    v({"group_delay", "ns/m", 3.0, 10.0, "delay per length"}, p.group_delay);
  }

  MultimodeFiber() : MultimodeFiber(Params{}) {}
  explicit MultimodeFiber(Params params);

  const Params& params() const { return params_; }
  /// Power loss of the length in dB at a wavelength [m].
  double loss_db(double wavelength) const;
  /// Effective modal bandwidth at a wavelength [m], Hz m.
  double modal_bandwidth(double wavelength) const;
  /// rms delay over the spectrum [s] of light of central wavelength and rms width [m], slope term included.
  double chromatic_spread(double wavelength, double rms_width) const;
  /// rms mode-partition noise over half the OMA, symbols of `symbol_rate` [Bd] (Ogawa and Agrawal).
  double mode_partition_noise(double symbol_rate, double wavelength, double rms_width) const;

  /// @throws ConfigError if the light states no wavelength.
  LaneState operate(const LaneState& in) const;
  StageResponse respond(const FrequencyGrid& grid, const LaneState& in) const;
  /// Mode partition, redrawn every symbol, at its worst pattern, alike for every level.
  std::vector<NoiseSource> noise(const FrequencyGrid& grid, const LaneState& in) const;
  /// Notes light outside 840 to 953 nm.
  std::vector<ValidityNote> validity(const FrequencyGrid& grid, const LaneState& in) const;
  Processor make_processor(double sample_step, const LaneState& in) const;

  std::vector<PowerItem> power(const CostContext&) const { return {}; }
  std::vector<FitItem> fit(const CostContext&) const { return {}; }
  double latency(const CostContext&) const { return 0.0; }

 private:
  struct Spreads {
    double linear = 0.0, slope = 0.0;  // s
  };
  Spreads spreads(double wavelength, double rms_width) const;
  std::function<Complex(double)> transfer(const LaneState& in) const;

  Params params_;
};

}  // namespace tessera
