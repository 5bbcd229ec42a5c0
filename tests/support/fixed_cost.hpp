#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "phy/link/prepare.hpp"

namespace tessera {

/// A model without signal whose costs a test chooses.
struct FixedCost {
  static constexpr std::string_view kType = "fixed_cost";
  struct Params {};
  template <class P, class Visitor>
  static void visit(P&, Visitor&&) {}
  const Params& params() const { return parameters; }

  std::vector<PowerItem> power(const CostContext& c) const { return watts ? watts(c) : std::vector<PowerItem>{}; }
  std::vector<FitItem> fit(const CostContext& c) const { return failures ? failures(c) : std::vector<FitItem>{}; }
  double latency(const CostContext& c) const { return delay ? delay(c) : 0.0; }

  Params parameters{};
  std::function<std::vector<PowerItem>(const CostContext&)> watts{};
  std::function<std::vector<FitItem>(const CostContext&)> failures{};
  std::function<double(const CostContext&)> delay{};
};

/// A prepared link with one segment of `lanes` NRZ lanes at 2 GBd and no stage; tests add stages and states.
inline PreparedLink bare_prepared_link(int lanes, int spare_lanes) {
  PreparedLink prepared;
  prepared.link.name = "test";
  prepared.link.payload_rate = 800e9;
  prepared.link.fec = {"none", 1};
  Segment segment;
  segment.name = "only";
  segment.symbol_rate = 2e9;
  segment.lanes = lanes;
  segment.spare_lanes = spare_lanes;
  prepared.link.segments.push_back(segment);
  PreparedSegment lowered;
  lowered.name = segment.name;
  prepared.segments.push_back(lowered);
  return prepared;
}

inline void add_stage(PreparedLink& prepared, const std::string& name, FixedCost model, Boundary boundary,
                      double output_level = 0.0) {
  prepared.link.segments.back().stages.push_back({name, AnyModel(std::move(model)), boundary, ""});
  prepared.segments.back().states.push_back({Port::voltage, {0.0, output_level}, {}});
}

}  // namespace tessera
