#pragma once

#include <optional>

#include "phy/link/prepare.hpp"

namespace tessera {

/// The stage whose output is the light that falls on the photodiode; none for a segment without light.
std::optional<std::size_t> received_light(const PreparedSegment& prepared);

/// Outer OMA in front of the photodiode [W]. @throws ConfigError for a segment without light.
double received_oma(const PreparedSegment& prepared);

/// A segment as it would be prepared with an attenuator in front of its photodiode.
///
/// Equation: P' = ratio P for every level; behind it the large-signal walk is done again (gain control included), so
/// that S = s0 + s1 x + s2 x^2 follows its law: thermal noise stays, shot noise goes with P, RIN with P^2.
/// Conventions: ratio of optical powers; above 1 amplifies without noise.
/// Valid for: stages behind the light whose dynamics do not depend on its power; noise that the last optical stage adds
/// on its own account (s0, s1) counts as added behind the attenuator.
/// Source: ieee802.3-2022 clause 121.8.10 (sensitivity is measured with an attenuator)
/// Theory: docs/theory/waterfalls.md
/// @throws ConfigError for a segment without light, or a ratio that is not positive.
PreparedSegment attenuated(const Segment& segment, const PreparedSegment& prepared, double ratio);

/// A segment with all noise that engines take as Gaussian multiplied: injections, transmitter SNR, converter, slicer,
/// baseline wander. Interference, crosstalk and jitter stay.
///
/// Equation: sigma' = factor sigma for every mechanism.
/// Source: own derivation
/// Theory: docs/theory/waterfalls.md
/// @throws ConfigError unless the factor is positive.
PreparedSegment with_noise_scaled(const PreparedSegment& prepared, double factor);

}  // namespace tessera
