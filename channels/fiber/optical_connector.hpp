#pragma once

#include <string_view>
#include <vector>

#include "phy/core/parameter.hpp"
#include "phy/link/cost.hpp"
#include "phy/link/ports.hpp"
#include "phy/signal/processor.hpp"

namespace tessera {

/// Flat loss of couplers, connectors and splices in the path of a modulated laser line.
///
/// Equation: P_out = P_in 10^{-n A/10}
/// Conventions: A in dB of optical power, positive, each of n.
/// Valid for: loss without reflections (multipath interference is left out).
/// Source: ieee802.3-2022 clause 124 (3.0 dB of channel insertion loss); closed form
/// Theory: docs/models/optical_connector.md
class OpticalConnector {
 public:
  static constexpr std::string_view kType = "optical_connector";
  static constexpr Port kInput = Port::optical_field;
  static constexpr Port kOutput = Port::optical_field;

  struct Params {
    Decibel insertion_loss{0.5};
    int count = 1;
    double failure_rate = 0.0;
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"insertion_loss", "dB", 0.0, 60.0, "A: of one connector or coupler"}, p.insertion_loss);
    v({"count", "1", 0.0, 64.0, "n: alike in series"}, p.count);
    v({"failure_rate", "FIT", 0.0, 1e6, "of each in 1e9 h"}, p.failure_rate);
  }

  OpticalConnector() : OpticalConnector(Params{}) {}
  explicit OpticalConnector(Params params);

  const Params& params() const { return params_; }
  LaneState operate(const LaneState& in) const;
  StageResponse respond(const FrequencyGrid& grid, const LaneState& in) const;
  std::vector<NoiseSource> noise(const FrequencyGrid&, const LaneState&) const { return {}; }
  Processor make_processor(double sample_step, const LaneState& in) const;

  std::vector<PowerItem> power(const CostContext&) const { return {}; }
  std::vector<FitItem> fit(const CostContext& context) const;
  double latency(const CostContext&) const { return 0.0; }

 private:
  double transmission() const;

  Params params_;
};

}  // namespace tessera
