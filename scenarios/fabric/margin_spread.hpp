#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "phy/core/log10_probability.hpp"
#include "phy/fec/code_gain.hpp"
#include "phy/link/link.hpp"

namespace tessera {

/// How the margins of one tier's links differ from the evaluated one.
///
/// Equation: margin = nominal + N(0, rms^2), and for a share `weak_share` of the links another `weak` lower [electrical
///   dB].
/// Conventions: positive is better. A few weak links beside many good ones is what corrupting links in the field look
///   like (zhuo2017).
struct MarginSpread {
  double rms_db = 0.0;
  double weak_share = 0.0, weak_db = 0.0;

  bool none() const { return rms_db == 0.0 && (weak_share == 0.0 || weak_db == 0.0); }
};

/// From the margin of a single link to its losses.
struct LossLaw {
  std::optional<RsCode> code;
  int interleave = 1;
  double q = 0.0;  // of the binary Gaussian slicer whose random errors lose as many frames as the evaluated link
};

/// The law of a link whose frames of `frame_bytes` are lost with `frame_loss` at its evaluated margin.
///
/// Equation: Q(q) = the bit error ratio of random errors that loses as many frames.
/// Conventions: whatever made the errors (bursts, lanes of different quality) is kept as an equivalent margin.
/// Valid for: losses below 1/2 of what the code can lose; links worse than that are taken at that.
/// Source: closed form
/// Theory: docs/theory/fabric.md
/// @throws ConfigError for an unknown code.
LossLaw loss_law(const FecSpec& fec, Log10Probability frame_loss, int frame_bytes);

/// Bit error ratio before the code with a margin `shift_db` above the evaluated one: Q(q 10^{shift/20}).
Log10Probability bit_error_ratio(const LossLaw& law, double shift_db);

/// Frame loss ratio of one direction behind the code.
Log10Probability frame_loss(const LossLaw& law, Log10Probability bit_error_ratio, int frame_bytes);

/// What a tier's links lose, as a distribution over links.
struct LossSpread {
  Log10Probability nominal, median, percentile_99, worst;  // worst: the quantile 1 - 1/(2 n) of n links
  Log10Probability mean;                                   // over links: what traffic sees that uses all of them alike
};

/// Distribution over `links` links.
///
/// Equation: mean = sum over the two populations of integral FLR(m) phi(m) dm, trapezoidal in the log domain over +-8 rms.
/// Conventions: quantiles of the mixture.
/// Source: closed form
/// Theory: docs/theory/fabric.md
LossSpread loss_spread(const LossLaw& law, const MarginSpread& spread, std::int64_t links, int frame_bytes);

/// Margin shifts of links 0 … n-1 [dB]: a function of seed, name and index alone.
/// Source: salmon2011
/// Theory: docs/theory/fabric.md
void draw_margins(const MarginSpread& spread, std::uint64_t seed, const std::string& name, std::span<double> shifts_db);

}  // namespace tessera
