#pragma once

#include <functional>
#include <vector>

#include "phy/link/terminals.hpp"

namespace tessera {

/// A share of all errors and the sampling time that stands for them.
struct OffsetShare {
  double offset_ui = 0.0, share = 1.0;
};

/// ln of an error ratio over all sampling times, and where the errors are made.
struct JitterMix {
  double log_ratio = 0.0;
  std::vector<OffsetShare> offsets{{}};
};

/// ln of an error ratio averaged over the jitter of the sampling time.
///
/// Equation: ln integral f(t) e^{l(t)} dt, f = 1/2 [N(t - A_DD) + N(t + A_DD)] with N Gaussian of sigma_RJ
/// Conventions: [t] = UI from the settled phase; l(t) = ln of the error ratio when sampling there. The offsets are, for
///   each of the two Diracs, mean +- standard deviation of t over the errors, which are f(t) e^{l(t)}.
/// Valid for: any jitter; l is evaluated on nodes at most 0.025 UI apart, interpolated between them (six points), and
/// the nodes go on outwards until the ends add less than 1e-5, half a UI at most or the reach of the jitter, A_DD + 5
/// sigma_RJ.
/// Source: own derivation (phase mixing; ieee802.3-2022 annex 93A.1.6 replaces it by the slope)
/// Theory: docs/theory/statistical_engine.md
JitterMix mix_over_jitter(const std::function<double(double)>& log_error_ratio, const JitterSpec& jitter);

}  // namespace tessera
