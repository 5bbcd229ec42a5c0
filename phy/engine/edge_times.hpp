#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "phy/core/rng.hpp"
#include "phy/link/terminals.hpp"

namespace tessera {

/// Sinusoidal jitter of the transmitter's edges: amplitude sin(2 pi frequency t).
struct SinusoidalJitter {
  double amplitude_ui = 0.0;  // peak
  double frequency = 0.0;     // Hz
};

/// Displacements of edges or sampling instants by absolute index, in UI.
///
/// Equation: tau_n = +-A_DD (either sign equally likely) + sigma_RJ z_n + A sin(2 pi f n T)
/// Conventions: positive is late; the sine's phase is that of index 0.
/// Valid for: white dual-Dirac and random parts.
/// Source: ieee802.3-2022 annex 93A.1.6 (the two parts)
/// Theory: docs/theory/bit_by_bit_engine.md
struct EdgeTimes {
  JitterSpec spec;
  SinusoidalJitter sinusoidal;
  double unit_interval = 0.0;  // s
  StreamKey sign, random;

  static EdgeTimes make(const JitterSpec& spec, std::uint64_t seed, const std::string& path, double unit_interval);

  /// Largest displacement but for one in 10^9.
  double reach() const { return spec.dual_dirac_ui + 6.0 * spec.random_rms_ui + sinusoidal.amplitude_ui; }
  void fill(std::uint64_t first, std::span<double> tau) const;
};

}  // namespace tessera
