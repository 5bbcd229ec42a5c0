#include <cmath>

#include "phy/fec/code_gain.hpp"
#include "phy/fec/frame_loss.hpp"
#include "scenarios/link/scenario_reader.hpp"
#include "tools/tessera/validation/rows.hpp"

namespace tessera::validation {
namespace {

Log10Probability codeword_error(const RsCode& code, double ber) {
  return codeword_error_ratio(code, rs_symbol_error_ratio(Log10Probability::from_value(ber), code.bits_per_symbol));
}

double frame_loss(int interleave, double ber) {
  return frame_loss_ratio(kKp4, interleave, codeword_error(kKp4, ber), 64).value();
}

double uncoded_loss(double ber) { return uncoded_frame_loss_ratio(Log10Probability::from_value(ber), 64).value(); }

double required_ber(const RsCode& code, int interleave, double loss) {
  return bit_error_ratio_for_frame_loss(code, interleave, Log10Probability::from_value(loss), 64).value();
}

}  // namespace

std::vector<ValidationRow> fec_rows() {
  const std::string sums = "binomial sum, evaluated apart from this code";
  // Half a unit of the last printed digit decides the tolerance of rows that quote a standard.
  return {
      relative_row("fec.flr.400g", "standard", "frame loss ratio at BER 2.4e-4, two codewords interleaved", 1.7e-12,
                   0.03, frame_loss(2, 2.4e-4),
                   "IEEE 802.3-2022 clause 124.1.1: frame loss ratio 1.7e-12 at BER 2.4e-4"),
      relative_row("fec.flr.800g", "standard", "frame loss ratio at BER 2.4e-4, four codewords interleaved", 3.4e-12,
                   0.015, frame_loss(4, 2.4e-4),
                   "IEEE 802.3df-2024 clause 124.1.1: frame loss ratio 3.4e-12 at BER 2.4e-4"),
      relative_row("fec.flr.uncoded", "arithmetic", "frame loss ratio of uncoded 64-byte frames at BER 1e-12", 6.2e-10,
                   0.01, uncoded_loss(1e-12),
                   "IEEE 802.3-2022: frame loss ratio 6.2e-10 equals BER 1e-12; 8 (64 + 8 + 5) bits exposed"),
      relative_row("fec.kp4.2.4e-4", "closed-form", "KP4 codeword error ratio at BER 2.4e-4", 8.152e-13, 5e-4,
                   codeword_error(kKp4, 2.4e-4).value(), sums),
      relative_row("fec.kp4.1e-3", "closed-form", "KP4 codeword error ratio at BER 1e-3", 1.530e-4, 5e-4,
                   codeword_error(kKp4, 1e-3).value(), sums),
      relative_row("fec.kp4.5e-4", "closed-form", "KP4 codeword error ratio at BER 5e-4", 2.793e-8, 5e-4,
                   codeword_error(kKp4, 5e-4).value(), sums),
      relative_row("fec.kp4.3e-4", "closed-form", "KP4 codeword error ratio at BER 3e-4", 2.143e-11, 5e-4,
                   codeword_error(kKp4, 3e-4).value(), sums),
      relative_row("fec.kp4.1e-4", "closed-form", "KP4 codeword error ratio at BER 1e-4", 1.360e-18, 5e-4,
                   codeword_error(kKp4, 1e-4).value(), sums),
      relative_row("fec.kr4.2.1e-5", "closed-form", "KR4 codeword error ratio at BER 2.1e-5", 4.87e-13, 2e-3,
                   codeword_error(kKr4, 2.1e-5).value(), sums),
      relative_row("fec.kp4.limit.w1", "closed-form", "BER for frame loss 6.2e-10, KP4, W = 1", 3.76e-4, 3e-3,
                   required_ber(kKp4, 1, 6.2e-10), sums),
      relative_row("fec.kr4.limit.w1", "closed-form", "BER for frame loss 6.2e-10, KR4, W = 1", 5.14e-5, 3e-3,
                   required_ber(kKr4, 1, 6.2e-10), sums),
      relative_row("fec.kp4.2.52e-4", "closed-form", "KP4 codeword error ratio at BER 2.52e-4", 1.7e-12, 0.03,
                   codeword_error(kKp4, 2.52e-4).value(), sums),
      relative_row("fec.kp4.2.73e-4", "closed-form", "KP4 codeword error ratio at BER 2.73e-4", 5.5e-12, 0.02,
                   codeword_error(kKp4, 2.73e-4).value(), sums),
      relative_row("fec.kr4.5e-5", "closed-form", "KR4 codeword error ratio at BER 5e-5", 4.4e-10, 0.012,
                   codeword_error(kKr4, 5e-5).value(), sums),
      {"fec.kp4.1e-30", "closed-form", "log10 of the KP4 codeword error ratio at BER 1e-30", -433.65, 0.01,
       codeword_error(kKp4, 1e-30).log10(), "C(544,16) (10 BER)^16, evaluated apart from this code"},
      {"fec.overhead.kp4", "arithmetic", "line rate of 800 Gbit/s with KP4 and 256B/257B (Gbit/s)", 850.0, 1e-9,
       800.0 * line_overhead({"kp4", 4}), "IEEE 802.3-2022 clause 119.2.4"},
      {"fec.codeword_time", "closed-form", "four interleaved KP4 codewords on 850 Gbit/s (ns)", 25.6, 0.01,
       codeword_time(kKp4, 4, 850e9) * 1e9, "5440 x 4 bit / 850 Gbit/s"},
  };
}

}  // namespace tessera::validation
