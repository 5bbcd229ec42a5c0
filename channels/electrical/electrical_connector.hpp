#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "phy/core/parameter.hpp"
#include "phy/link/cost.hpp"
#include "phy/signal/transmission_line.hpp"

namespace tessera {

/// A mated connector: a short lossy contact line of its own impedance between two footprint capacitances.
///
/// Equation: IL = IL_ref [w sqrt(f/f_ref) + (1 - w) f/f_ref]   [dB] of the matched contact line
/// Conventions: differential two-port, reference 100 ohm; C_pad per leg to ground; mismatch loss adds to IL.
/// Valid for: one mated pair without stub or mode-conversion resonance, to about 60 GHz.
/// Source: ieee802.3-2022 93A.1.2 for the line and the shunt
/// Theory: docs/models/electrical_connector.md
class ElectricalConnector {
 public:
  static constexpr std::string_view kType = "electrical_connector";

  struct Params {
    Decibel insertion_loss{0.75};
    Frequency reference_frequency = Frequency::from_si(26.5625e9);
    double skin_fraction = 0.4;
    Time delay = Time::from_si(60e-12);
    Resistance impedance = Resistance::from_si(95.0);
    Capacitance pad_capacitance = Capacitance::from_si(15e-15);
    double failure_rate = 1.0;
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"insertion_loss", "dB", 0.0, 20.0, "loss of the matched contact line at the reference frequency"},
      p.insertion_loss);
    v({"reference_frequency", "GHz", 0.01, 200.0, "where the insertion loss is given"}, p.reference_frequency);
    v({"skin_fraction", "1", 0.0, 1.0, "w: share of the loss that goes with sqrt(f); the rest goes with f"},
      p.skin_fraction);
    v({"delay", "ps", 0.0, 1000.0, "delay of the contact line"}, p.delay);
    v({"impedance", "ohm", 20.0, 300.0, "differential impedance of the contact line"}, p.impedance);
    v({"pad_capacitance", "fF", 0.0, 1000.0, "footprint capacitance per leg at each end"}, p.pad_capacitance);
    v({"failure_rate", "FIT", 0.0, 1e6, "failures of the mated pair in 1e9 h"}, p.failure_rate);
  }

  explicit ElectricalConnector(Params params);
  ElectricalConnector() : ElectricalConnector(Params{}) {}

  const Params& params() const { return params_; }
  SParameters s_parameters(std::span<const double> frequency) const;
  std::vector<ValidityNote> validity(const FrequencyGrid& grid, const LaneState& state) const;

  std::vector<PowerItem> power(const CostContext&) const { return {}; }
  std::vector<FitItem> fit(const CostContext&) const { return {{"connector", params_.failure_rate, Scope::per_end}}; }
  double latency(const CostContext&) const { return 0.0; }

 private:
  Params params_;
};

}  // namespace tessera
