#pragma once

#include <string_view>
#include <vector>

#include "phy/core/parameter.hpp"
#include "phy/link/cost.hpp"

namespace tessera {

/// The digital block between few fast host lanes and many slow ones: distribution, deskew, lane remapping.
///
///   P = energy_per_bit x line rate + power_per_lane x (lanes + spare lanes powered)  [W]
///
/// Conventions: both directions of one end; line rate over all lanes with all coding; one instance at each end.
/// Valid for: synchronous lanes of a forwarded clock; clock recovery per lane belongs to the lane's receiver.
/// Source: none (values: see the page)
/// Theory: docs/models/gearbox.md
class Gearbox {
 public:
  static constexpr std::string_view kType = "gearbox";

  struct Params {
    EnergyPerBit energy_per_bit = EnergyPerBit::from_si(0.4e-12);
    Power power_per_lane = Power::from_si(0.0);
    Time pipeline_delay = Time::from_si(0.0);
    double skew_buffer = 0.0;
    double failure_rate = 0.0;
    double failure_rate_per_lane = 0.0;
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"energy_per_bit", "pJ/bit", 0.0, 100.0, "both directions of one end, per bit on the line"}, p.energy_per_bit);
    v({"power_per_lane", "mW", 0.0, 1000.0, "lane logic that runs whatever the rate, spares included while powered"},
      p.power_per_lane);
    v({"pipeline_delay", "ns", 0.0, 1e6, "delay of the distribution logic, both ends together"}, p.pipeline_delay);
    v({"skew_buffer", "1", 0.0, 1e6, "depth of the deskew buffer, symbols of a lane"}, p.skew_buffer);
    v({"failure_rate", "1", 0.0, 1e6, "failures of the common block in 1e9 h"}, p.failure_rate);
    v({"failure_rate_per_lane", "1", 0.0, 1e6, "failures of one lane's logic in 1e9 h, in series"},
      p.failure_rate_per_lane);
  }

  Gearbox() : Gearbox(Params{}) {}
  explicit Gearbox(const Params& params);
  const Params& params() const { return params_; }

  std::vector<PowerItem> power(const CostContext& context) const;
  std::vector<FitItem> fit(const CostContext& context) const;
  double latency(const CostContext& context) const;

 private:
  Params params_;
};

}  // namespace tessera
