#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "phy/core/parameter.hpp"
#include "phy/link/cost.hpp"
#include "phy/signal/transmission_line.hpp"

namespace tessera {

/// A printed-circuit differential pair by the causal line law of Annex 93A.
///
/// Equation: gamma = gamma0 + a1 (1+j) sqrt(f) + [a2 (1 - j (2/pi) ln(f/1 GHz)) + j 2 pi tau] f   [1/m], Z_c real [ohm]
/// Conventions: differential two-port, reference 100 ohm; a1 and a2 are amplitude attenuations in neper.
/// Valid for: uniform pairs to about 60 GHz; roughness only as far as the fit of a1 and a2 saw it.
/// Source: ieee802.3-2022 93A.1.2.3 and Table 92-12
/// Theory: docs/models/pcb_trace.md
class PcbTrace {
 public:
  static constexpr std::string_view kType = "pcb_trace";

  struct Params {
    Length length = Length::from_si(0.151);
    Quantity<dim::kOne / dim::kLength> constant_loss;
    SkinLoss skin_loss = SkinLoss::from_si(4.114e-4 * 1e3 / 31622.776601683795);
    DelayPerLength dielectric_loss = DelayPerLength::from_si(2.547e-4 * 1e-6);
    DelayPerLength delay = DelayPerLength::from_si(6.191e-9);
    Resistance impedance = Resistance::from_si(109.8);
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"length", "m", 0.0, 10.0, "length of the pair"}, p.length);
    v({"constant_loss", "1/mm", 0.0, 0.1, "gamma0: attenuation at 0 Hz"}, p.constant_loss);
    v({"skin_loss", "1/(mm*sqrt(GHz))", 0.0, 0.1, "a1: conductor attenuation"}, p.skin_loss);
    v({"dielectric_loss", "1/(mm*GHz)", 0.0, 0.01, "a2: dielectric attenuation per frequency"}, p.dielectric_loss);
    v({"delay", "ns/mm", 1e-3, 0.02, "tau: phase delay of the dielectric at 1 GHz"}, p.delay);
    v({"impedance", "ohm", 20.0, 300.0, "Z_c: differential characteristic impedance"}, p.impedance);
  }

  explicit PcbTrace(Params params);
  PcbTrace() : PcbTrace(Params{}) {}

  const Params& params() const { return params_; }
  SParameters s_parameters(std::span<const double> frequency) const;
  LineLaw law() const;
  std::vector<ValidityNote> validity(const FrequencyGrid& grid, const LaneState& state) const;

  std::vector<PowerItem> power(const CostContext&) const { return {}; }
  std::vector<FitItem> fit(const CostContext&) const { return {}; }
  double latency(const CostContext&) const { return 0.0; }

 private:
  Params params_;
};

}  // namespace tessera
