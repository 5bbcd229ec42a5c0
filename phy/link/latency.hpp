#pragma once

#include <string>
#include <vector>

#include "phy/link/prepare.hpp"

namespace tessera {

struct LatencyRow {
  std::string component;
  double seconds = 0.0;
};

struct Latency {
  std::vector<LatencyRow> rows;
  double total = 0.0;  // s, sum of the rows in their order
};

/// One-way delay of a link, from the first bit into its transmitter to the frame out of its decoder.
///
/// Equation: sum of each segment's bulk delay + each part's own latency + one block of the outer code, n m W / line
/// rate [s].
/// Conventions: a part's latency is what it adds beyond the delay of its response; a decoder's own row holds only its
/// pipeline, because
/// the wait for the block follows from the code and the line rate whichever chip decodes.
/// Valid for: store-and-forward decoding; queueing and the MAC are not in here.
/// Source: ieee802.3-2022 clause 119 (block)
/// Theory: docs/theory/energy.md
/// @throws ConfigError for an unknown code; NumericError if a latency is negative or not finite.
Latency latency(const PreparedLink& link);

}  // namespace tessera
