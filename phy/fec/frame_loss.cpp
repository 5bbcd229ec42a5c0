#include "phy/fec/frame_loss.hpp"

#include <cmath>
#include <string>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

constexpr int kPreambleAndGap = 20;   // octets
constexpr int kExposedOverhead = 13;  // octets beside an uncoded frame whose errors lose it

void check_interleave(int interleave) {
  if (interleave < 1)
    throw ConfigError("fec interleave must be at least 1 codeword, got " + std::to_string(interleave));
}

double blocks_per_frame(const RsCode& code, int interleave, int frame_bytes) {
  const double frames = frames_per_block(code, interleave, frame_bytes);
  return (1.0 + frames) / frames;
}

}  // namespace

double frames_per_block(const RsCode& code, int interleave, int frame_bytes) {
  check_interleave(interleave);
  if (frame_bytes < 1) throw ConfigError("a frame must have at least 1 byte, got " + std::to_string(frame_bytes));
  const double client_bytes = code.data_symbols * code.bits_per_symbol / 8.0 * 256.0 / 257.0;
  return interleave * client_bytes / (frame_bytes + kPreambleAndGap);
}

Log10Probability frame_loss_ratio(const RsCode& code, int interleave, Log10Probability codeword_error_ratio,
                                  int frame_bytes) {
  const Log10Probability block = rs_symbol_error_ratio(codeword_error_ratio, interleave);
  return block.scaled(blocks_per_frame(code, interleave, frame_bytes));
}

Log10Probability codeword_error_for_frame_loss(const RsCode& code, int interleave, Log10Probability frame_loss_ratio,
                                               int frame_bytes) {
  const double log10_block = frame_loss_ratio.log10() - std::log10(blocks_per_frame(code, interleave, frame_bytes));
  if (log10_block >= 0.0) throw NumericError("no codeword error ratio below 1 loses that many frames");
  return bit_error_ratio_of_symbols(Log10Probability::from_log10(log10_block), interleave);
}

Log10Probability packet_error_ratio(Log10Probability bit_error_ratio, int octets) {
  return rs_symbol_error_ratio(bit_error_ratio, 8 * octets);
}

Log10Probability uncoded_frame_loss_ratio(Log10Probability bit_error_ratio, int frame_bytes) {
  return packet_error_ratio(bit_error_ratio, frame_bytes + kExposedOverhead);
}

Log10Probability bit_error_ratio_for_uncoded_frame_loss(Log10Probability frame_loss_ratio, int frame_bytes) {
  return bit_error_ratio_of_symbols(frame_loss_ratio, 8 * (frame_bytes + kExposedOverhead));
}

Log10Probability bit_error_ratio_for_frame_loss(const std::optional<RsCode>& code, int interleave,
                                                Log10Probability frame_loss_ratio, int frame_bytes) {
  if (!code) return bit_error_ratio_for_uncoded_frame_loss(frame_loss_ratio, frame_bytes);
  return bit_error_ratio_for_codeword_error(
      *code, codeword_error_for_frame_loss(*code, interleave, frame_loss_ratio, frame_bytes));
}

}  // namespace tessera
