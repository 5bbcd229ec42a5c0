#pragma once

#include <string_view>
#include <vector>

#include "phy/core/parameter.hpp"
#include "phy/link/cost.hpp"

namespace tessera {

/// The encoder and decoder of one end's outer code: what they draw and how long the decoder's pipeline is.
///
///   P = energy_per_bit x line rate  [W];  latency = decode_cycles / clock  [s]
///
/// Conventions: energy per bit on the line, encoder and decoder together. The wait for a whole block is the link's,
/// not the engine's.
/// Valid for: a decoder that runs at full rate whatever the error ratio; clock gating of idle error locators is not
/// modelled.
/// Source: none (values: see the page)
/// Theory: docs/models/fec_engine.md
class FecEngine {
 public:
  static constexpr std::string_view kType = "fec_engine";

  struct Params {
    EnergyPerBit energy_per_bit = EnergyPerBit::from_si(0.2e-12);
    int decode_cycles = 37;
    Frequency clock = Frequency::from_si(1e9);
    double failure_rate = 0.0;
  };

  template <class P, class Visitor>
  static void visit(P& p, Visitor&& v) {
    v({"energy_per_bit", "pJ/bit", 0.0, 100.0, "encoder and decoder, per bit on the line"}, p.energy_per_bit);
    v({"decode_cycles", "1", 0.0, 1e6, "clock cycles from the last bit of a block to its corrected data"},
      p.decode_cycles);
    v({"clock", "GHz", 1e-3, 100.0, "decoder clock"}, p.clock);
    v({"failure_rate", "1", 0.0, 1e6, "failures in 1e9 h; 0 where the chip around it already counts them"},
      p.failure_rate);
  }

  FecEngine() : FecEngine(Params{}) {}
  explicit FecEngine(const Params& params);
  const Params& params() const { return params_; }

  std::vector<PowerItem> power(const CostContext& context) const;
  std::vector<FitItem> fit(const CostContext& context) const;
  double latency(const CostContext& context) const;

 private:
  Params params_;
};

}  // namespace tessera
