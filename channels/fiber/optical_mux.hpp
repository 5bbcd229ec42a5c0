#pragma once

#include <string_view>
#include <vector>

#include "phy/core/parameter.hpp"
#include "phy/link/cost.hpp"
#include "phy/link/ports.hpp"
#include "phy/signal/processor.hpp"

namespace tessera {

/// One wavelength's way through a multiplexer or demultiplexer: loss, passband, and what its neighbours leak into it.
///
/// Equation: P_out = T P_in,  T = 10^{-A/10} |H(d)|^2;  the envelope sees G(f) = H(f + d)/H(d), H Butterworth, 3 dB at
///   B/2;  leakage S(f) = 2 T_s r^2 V sinc^2(f T_s),  r^2 = n_a X_a^2 + n_o X_o^2,
///   V = T^2 mean of (P - mean of P)^2
/// Conventions: A, X and B count optical power; d = carrier less centre of the band; leakage in W^2/Hz at the output.
/// Valid for: neighbours alike in levels and rate, not in phase with this channel, and so far away in wavelength that
///   their beat lies beyond the detector; leakage taken as Gaussian, its mean (n_a X_a of the light) left out.
/// Source: agrawal2021 (heterowavelength crosstalk); oppenheim2010 (spectrum of held symbols)
/// Theory: docs/models/optical_mux.md
class OpticalMux {
 public:
  static constexpr std::string_view kType = "optical_mux";
  static constexpr Port kInput = Port::optical_field;
  static constexpr Port kOutput = Port::optical_field;

  struct Params {
    Decibel insertion_loss{1.5};
    Frequency passband = Frequency::from_si(2270e9);
    int filter_order = 3;
    Frequency detuning;
    int adjacent_channels = 2;
    Decibel adjacent_isolation{25.0};
    int other_channels = 1;
    Decibel other_isolation{35.0};
    Decibel neighbour_excess{0.0};
    double failure_rate = 0.0;
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"insertion_loss", "dB", 0.0, 60.0, "A: at the centre of the passband"}, p.insertion_loss);
    v({"passband", "GHz", 1.0, 1e5, "B: full width between the points of half the optical power"}, p.passband);
    v({"filter_order", "1", 1.0, 8.0, "order of the Butterworth shape: 1 a Lorentzian, 3 and more a flat top"},
      p.filter_order);
    v({"detuning", "GHz", -1e5, 1e5, "d: carrier less centre of the passband"}, p.detuning);
    v({"adjacent_channels", "1", 0.0, 2.0, "n_a: next channels that leak into this one; 0 for a multiplexer"},
      p.adjacent_channels);
    v({"adjacent_isolation", "dB", 0.0, 200.0, "10 log10 of 1/X_a, the share of a next channel's light"},
      p.adjacent_isolation);
    v({"other_channels", "1", 0.0, 62.0, "n_o: channels further away that leak; 0 for a multiplexer"},
      p.other_channels);
    v({"other_isolation", "dB", 0.0, 200.0, "10 log10 of 1/X_o"}, p.other_isolation);
    v({"neighbour_excess", "dB", -30.0, 30.0, "light of each other channel at the input over that of this one"},
      p.neighbour_excess);
    v({"failure_rate", "FIT", 0.0, 1e6, "of one channel's share in 1e9 h"}, p.failure_rate);
  }

  OpticalMux() : OpticalMux(Params{}) {}
  explicit OpticalMux(Params params);

  const Params& params() const { return params_; }
  /// T: power out over power in, detuning included.
  double transmission() const;
  /// G: transfer of the envelope at a frequency relative to the carrier [Hz], 1 at 0.
  Complex envelope_transfer(double frequency) const;
  /// r: rms leakage over the rms of this channel's own signal, both at the output.
  double leakage_ratio() const;

  LaneState operate(const LaneState& in) const;
  StageResponse respond(const FrequencyGrid& grid, const LaneState& in) const;
  std::vector<NoiseSource> noise(const FrequencyGrid& grid, const LaneState& in) const;
  /// Notes a carrier outside the passband.
  std::vector<ValidityNote> validity(const FrequencyGrid& grid, const LaneState& in) const;
  Processor make_processor(double sample_step, const LaneState& in) const;

  std::vector<PowerItem> power(const CostContext&) const { return {}; }
  std::vector<FitItem> fit(const CostContext& context) const;
  double latency(const CostContext&) const { return 0.0; }

 private:
  Params params_;
};

}  // namespace tessera
