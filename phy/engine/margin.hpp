#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "phy/core/log10_probability.hpp"
#include "phy/engine/link_report.hpp"
#include "phy/fec/frame_loss.hpp"

namespace tessera {

/// The Q of a Gaussian slicer with the same symbol error ratio; at least `kLeastQ`, so that every margin is finite.
double equivalent_q(Log10Probability symbol_error_ratio, int order);

inline constexpr double kLeastQ = 1e-3;

/// Bit error ratio before the decoder at which random errors, alike on all lanes, meet the link's frame loss limit
/// (64 bytes).
/// @throws ConfigError for an unknown code, interleave < 1, or a limit outside (0, 1).
Log10Probability required_bit_error_ratio(const Link& link);

/// Q that a segment needs at its slicer if it had the whole error budget of the path for itself.
///
/// Equation: frame loss limit -> codeword error -> BER -> SER = BER/(bit errors per symbol error) -> Q.
/// Conventions: Q = half the smallest level distance / noise rms [V/V].
/// Valid for: independent errors, alike on all lanes.
/// Source: ieee802.3-2022 clause 124.1.1 (form of the criterion)
/// Theory: docs/theory/fec.md
/// @throws NumericError unless bit_errors_per_symbol_error is positive (Modulation::bit_errors_per_symbol_error).
double required_q(const Link& link, int order, double bit_errors_per_symbol_error);

/// Whether a path meets its criterion, and by how much.
struct LinkVerdict {
  Log10Probability pre_fec_ber;                          // sum over segments, mean over lanes
  Log10Probability required_ber;                         // of the criterion, lanes alike
  std::optional<Log10Probability> codeword_error_ratio;  // empty without a code
  Log10Probability post_fec_ber;
  std::map<int, Log10Probability> frame_loss_ratio;  // by frame size, bytes
  double margin_q = 0.0;                             // Q at the slicer / Q required; 1 exactly at the criterion
  double margin_electrical_db = 0.0;                 // 20 log10
  std::optional<double> margin_optical_db;           // 10 log10; only for links with an optical port
  std::vector<double> required_q;                    // one per segment: its Q / margin_q
  std::string limiting_segment;                      // the largest part of the errors at the criterion
  bool closes = false;
};

/// The same criterion for every technology: frame loss ratio of 64-byte frames <= the link's limit, for the whole
/// path behind its code.
///
/// Equation: margin_q = the m at which segments with Q_i/m lose exactly the allowed frames. For one segment that is
/// Q/Q_required; for
/// several the error budget is shared in proportion to what each of them does with it.
/// Conventions: a segment's bit errors per symbol error, its error propagation included, are kept while Q varies. A
/// code's symbols are
/// spread evenly over lanes; segments add; lanes of different quality in different segments meet at random.
/// Valid for: independent symbol errors; bursts that an interleaver does not break up are not in this arithmetic.
/// Source: ieee802.3-2022 clause 124.1.1
/// Theory: docs/theory/fec.md
/// @throws ConfigError if there is no segment result or the link's FEC is not known.
LinkVerdict evaluate_criterion(const Link& link, const std::vector<SegmentResult>& segments);

/// True if any stage of the link carries light.
bool has_optical_port(const Link& link);

}  // namespace tessera
