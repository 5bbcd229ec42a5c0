#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "phy/core/parameter.hpp"
#include "phy/link/cost.hpp"
#include "phy/signal/transmission_line.hpp"

namespace tessera {

/// Die and package of one end: die capacitances and inductances, package lines, ball capacitance (Annex 93A).
///
/// Equation: (C_d parallel, L_s series) repeated -> C_b parallel -> lines (gamma, Z_i, z_i) -> C_p parallel.
/// Conventions: differential two-port, reference 100 ohm; C and L per leg (R0 = 50 ohm); `receive` is the mirror.
/// Valid for: the frequencies of the line law (to about 60 GHz for the 802.3ck constants).
/// Source: ieee802.3-2022 93A.1.2; ieee802.3ck-2022 die ladder of the COM parameter sheets
/// Theory: docs/models/package.md
class Package {
 public:
  static constexpr std::string_view kType = "package";

  struct Params {
    std::string orientation = "transmit";
    std::vector<double> die_capacitances{120e-15};
    std::vector<double> die_inductances{120e-12};
    Capacitance bump_capacitance = Capacitance::from_si(30e-15);
    std::vector<double> line_lengths{12e-3, 1.8e-3};
    std::vector<double> line_impedances{87.5, 92.5};
    Quantity<dim::kOne / dim::kLength> constant_loss;
    SkinLoss skin_loss = SkinLoss::from_si(9.909e-4 * 1e3 / 31622.776601683795);
    DelayPerLength dielectric_loss = DelayPerLength::from_si(2.772e-4 * 1e-6);
    DelayPerLength delay = DelayPerLength::from_si(6.141e-9);
    Capacitance ball_capacitance = Capacitance::from_si(87e-15);
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"orientation", "", 0.0, 0.0, "transmit (die first) or receive (ball first)"}, p.orientation);
    v({"die_capacitances", "fF", 0.0, 10000.0, "C_d: one per rung of the ladder, die first, per leg"},
      p.die_capacitances);
    v({"die_inductances", "pH", 0.0, 10000.0, "L_s: behind each C_d, per leg; empty for none"}, p.die_inductances);
    v({"bump_capacitance", "fF", 0.0, 10000.0, "C_b: behind the ladder, per leg"}, p.bump_capacitance);
    v({"line_lengths", "mm", 0.0, 1000.0, "z: package lines from the die outwards"}, p.line_lengths);
    v({"line_impedances", "ohm", 20.0, 300.0, "Z_c: differential impedance of each line"}, p.line_impedances);
    v({"constant_loss", "1/mm", 0.0, 0.1, "gamma0 of the lines"}, p.constant_loss);
    v({"skin_loss", "1/(mm*sqrt(GHz))", 0.0, 0.1, "a1 of the lines"}, p.skin_loss);
    v({"dielectric_loss", "1/(mm*GHz)", 0.0, 0.01, "a2 of the lines"}, p.dielectric_loss);
    v({"delay", "ns/mm", 1e-3, 0.02, "tau of the lines"}, p.delay);
    v({"ball_capacitance", "fF", 0.0, 10000.0, "C_p: at the board side, per leg"}, p.ball_capacitance);
  }

  explicit Package(Params params);
  Package() : Package(Params{}) {}

  const Params& params() const { return params_; }
  SParameters s_parameters(std::span<const double> frequency) const;
  std::vector<ValidityNote> validity(const FrequencyGrid& grid, const LaneState& state) const;

  std::vector<PowerItem> power(const CostContext&) const { return {}; }
  std::vector<FitItem> fit(const CostContext&) const { return {}; }
  double latency(const CostContext&) const { return 0.0; }

 private:
  Params params_;
};

}  // namespace tessera
