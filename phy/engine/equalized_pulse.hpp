#pragma once

#include <span>

#include "phy/signal/pulse_response.hpp"

namespace tessera {

/// Pulse behind an FFE as a function of time.
///
/// Equation: h(t) = sum_i w_i p(t + pre_taps - i)
/// Conventions: t in UI from the decision about the pulse's own symbol, which `position` [samples of the pulse] names.
/// Valid for: times within the pulse's window.
/// Source: closed form
/// Theory: docs/theory/bit_by_bit_engine.md
struct EqualizedPulse {
  const PulseResponse* pulse = nullptr;
  double position = 0.0;
  std::span<const double> ffe;
  int pre_taps = 0;

  double at(double t) const;
  double slope(double t) const;  // per UI
  /// Weight of the sample between two symbols and where it stands: h(u) = h(u + 1) - feedback with u in (-1, 0).
  struct Crossing {
    double u = -0.5, weight = 0.5;
  };
  Crossing crossing(double feedback) const;
};

}  // namespace tessera
