#pragma once

#include <string_view>
#include <vector>

#include "phy/core/parameter.hpp"
#include "phy/link/cost.hpp"
#include "phy/link/ports.hpp"
#include "phy/signal/processor.hpp"

namespace tessera {

/// A variable optical attenuator on a modulated laser line.
///
/// Equation: P_out = P_in 10^{-(A_0 + A)/10}
/// Conventions: A_0 the loss when fully open, A the setting, both in dB of optical power, positive.
/// Valid for: loss flat over the signal's band; no reflections, no dependence on polarisation.
/// Source: closed form
/// Theory: docs/models/attenuator.md
class Attenuator {
 public:
  static constexpr std::string_view kType = "attenuator";
  static constexpr Port kInput = Port::optical_field;
  static constexpr Port kOutput = Port::optical_field;

  struct Params {
    Decibel attenuation{0.0};
    Decibel insertion_loss{0.7};
    Power control_power;
    double failure_rate = 0.0;
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"attenuation", "dB", 0.0, 80.0, "A: setting"}, p.attenuation);
    v({"insertion_loss", "dB", 0.0, 40.0, "A_0: fully open"}, p.insertion_loss);
    v({"control_power", "mW", 0.0, 1e4, "of the actuator, whatever the light"}, p.control_power);
    v({"failure_rate", "FIT", 0.0, 1e6, "failures in 1e9 h"}, p.failure_rate);
  }

  Attenuator() : Attenuator(Params{}) {}
  explicit Attenuator(Params params);

  const Params& params() const { return params_; }
  /// Power out over power in, in (0, 1].
  double transmission() const;
  LaneState operate(const LaneState& in) const;
  StageResponse respond(const FrequencyGrid& grid, const LaneState& in) const;
  std::vector<NoiseSource> noise(const FrequencyGrid&, const LaneState&) const { return {}; }
  Processor make_processor(double sample_step, const LaneState& in) const;

  std::vector<PowerItem> power(const CostContext&) const;
  std::vector<FitItem> fit(const CostContext& context) const;
  double latency(const CostContext&) const { return 0.0; }

 private:
  Params params_;
};

}  // namespace tessera
