#pragma once

#include <array>

#include "phy/fec/code_gain.hpp"

namespace tessera {

/// Frame sizes that reports list, bytes on the MAC: the shortest, the classic longest, RoCEv2 with a 4096-byte
/// payload, jumbo.
inline constexpr std::array<int, 4> kReportedFrameBytes{64, 1518, 4158, 9018};

/// Frames of `frame_bytes` whose data one block of interleaved codewords holds.
///
/// Equation: MFC = W (k m/8)(256/257)/(frame + 20): 640 client bytes per codeword; 8 of preamble and 12 between
/// frames.
/// Conventions: frame_bytes on the MAC with its check sequence, back to back with the smallest gap.
/// Valid for: 256B/257B transcoded client data.
/// Source: ieee802.3-2022 clause 119.2.4.2; anslow2012
/// Theory: docs/theory/fec.md
double frames_per_block(const RsCode& code, int interleave, int frame_bytes);

/// Frame loss ratio behind a code: a lost codeword marks its whole block, and every frame that touches the block is
/// lost.
///
/// Equation: FLR = (1 - (1-CER)^W)(1 + MFC)/MFC.
/// Conventions: clamped at 1.
/// Valid for: independent codewords; an upper bound for W > 1.
/// Source: anslow2012; ieee802.3-2022 clause 124.1.1 (limit 1.7e-12 at 2.4e-4, W = 2)
/// Theory: docs/theory/fec.md
/// @throws ConfigError for interleave < 1 or frame_bytes < 1.
Log10Probability frame_loss_ratio(const RsCode& code, int interleave, Log10Probability codeword_error_ratio,
                                  int frame_bytes);

/// Inverse of `frame_loss_ratio` for the codeword error ratio.
/// @throws NumericError if no codeword error ratio below 1 loses that many frames.
Log10Probability codeword_error_for_frame_loss(const RsCode& code, int interleave, Log10Probability frame_loss_ratio,
                                               int frame_bytes);

/// Probability that at least one of 8 `octets` bits is wrong: 1 - (1-p)^{8 L}.
Log10Probability packet_error_ratio(Log10Probability bit_error_ratio, int octets);

/// Frame loss ratio without a code; frame + 13 octets are exposed, so that 1e-12 is the 6.2e-10 of 64-byte frames.
Log10Probability uncoded_frame_loss_ratio(Log10Probability bit_error_ratio, int frame_bytes);

/// Inverse of `uncoded_frame_loss_ratio`.
Log10Probability bit_error_ratio_for_uncoded_frame_loss(Log10Probability frame_loss_ratio, int frame_bytes);

/// The bit error ratio of random errors at which frames are lost with this ratio; `code` empty for an uncoded path.
Log10Probability bit_error_ratio_for_frame_loss(const std::optional<RsCode>& code, int interleave,
                                                Log10Probability frame_loss_ratio, int frame_bytes);

}  // namespace tessera
