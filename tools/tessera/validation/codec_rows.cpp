#include <cmath>

#include "phy/fec/burst_model.hpp"
#include "phy/fec/codec_monte_carlo.hpp"
#include "phy/fec/hamming.hpp"
#include "phy/fec/interleaver.hpp"
#include "tools/tessera/validation/rows.hpp"

namespace tessera::validation {
namespace {

Log10Probability ratio(double p) { return Log10Probability::from_value(p); }

double burst(double a, bool precoded, int interleave) {
  return decode_bursts(kKp4, {ratio(2.4e-4), a, 2, precoded, interleave}).codeword_error_ratio.value();
}

// A count against a sum: the tolerance is what 99.9 % of counts keep, 3.29 times the rms of that many words.
ValidationRow counted_row(std::string id, std::string quantity, double expected, double got, double standard_error,
                          std::string source) {
  return {std::move(id), "closed-form", std::move(quantity), expected, 3.29 * standard_error, got, std::move(source)};
}

ValidationRow counted_kp4(const std::string& id, double ber, double expected, std::uint64_t words) {
  const WordCount count = count_random_errors(ReedSolomon(kKp4), ratio(ber), words, 1);
  const double n = static_cast<double>(words);
  return counted_row(id, "KP4 codewords lost by the actual decoder, per word", expected,
                     static_cast<double>(count.lost()) / n, std::sqrt(expected / n), "binomial sum");
}

ValidationRow sampled_kp4() {
  const ImportanceEstimate e = sample_codeword_error(ReedSolomon(kKp4), rs_symbol_error_ratio(ratio(5e-4)), 100000, 1);
  return counted_row("codec.kp4.5e-4.sampled",
                     "KP4 codeword error ratio at BER 5e-4, importance sampling, actual decoder", 2.793e-8,
                     e.codeword_error_ratio, e.standard_error, "binomial sum");
}

ValidationRow dead_lane_row() {
  std::vector<Log10Probability> lanes(8, ratio(1e-8));
  lanes[0] = ratio(0.5);
  return {"fec.dead_lane_of_8",
          "arithmetic",
          "codewords lost with one lane of eight at BER 1/2",
          1.0,
          1e-3,
          codeword_error_ratio(lane_map_800g(8), lanes).value(),
          "68 of 544 symbols are doubtful, 15 are corrected"};
}

}  // namespace

std::vector<ValidationRow> codec_rows() {
  const std::string matrices =
      "two-state transfer matrices evaluated apart from this code, checked there by Monte Carlo";
  const std::vector<std::uint16_t> g = ReedSolomon(kKp4).generator();
  return {
      {"codec.kp4.generator", "standard", "coefficient g_0 of the KP4 generator polynomial", 523.0, 1e-9,
       static_cast<double>(g[0]), "IEEE 802.3-2022 table 91-1"},
      {"codec.kr4.generator", "standard", "coefficient g_0 of the KR4 generator polynomial", 432.0, 1e-9,
       static_cast<double>(ReedSolomon(kKr4).generator()[0]), "IEEE 802.3-2022 table 91-1"},
      counted_kp4("codec.kp4.1e-3", 1e-3, 1.530e-4, 200000),
      sampled_kp4(),
      relative_row("codec.hamming.1e-3", "closed-form", "BER behind the hard Hamming (128,120) decoder at 1e-3",
                   1.22e-4, 5e-3, hamming_bit_error_ratio(ratio(1e-3)).value(),
                   "sum over weights, evaluated apart from this code"),
      relative_row("codec.hamming.2e-3", "closed-form", "BER behind the hard Hamming (128,120) decoder at 2e-3",
                   4.66e-4, 5e-3, hamming_bit_error_ratio(ratio(2e-3)).value(),
                   "sum over weights, evaluated apart from this code"),
      relative_row("fec.burst.w1", "closed-form", "KP4 codeword errors at 2.4e-4, bursts a = 0.75, W = 1", 5.21e-8,
                   0.01, burst(0.75, false, 1), matrices),
      relative_row("fec.burst.w2", "closed-form", "KP4 codeword errors at 2.4e-4, bursts a = 0.75, W = 2", 4.88e-13,
                   0.01, burst(0.75, false, 2), matrices),
      relative_row("fec.burst.w4", "closed-form", "KP4 codeword errors at 2.4e-4, bursts a = 0.75, W = 4", 4.55e-18,
                   0.01, burst(0.75, false, 4), matrices),
      relative_row("fec.burst.precoded.w1", "closed-form", "the same precoded, W = 1", 5.54e-11, 0.01,
                   burst(0.75, true, 1), matrices),
      relative_row("fec.burst.precoded.w2", "closed-form", "the same precoded, W = 2", 1.21e-14, 0.01,
                   burst(0.75, true, 2), matrices),
      relative_row("fec.burst.precoded.w4", "closed-form", "the same precoded, W = 4", 3.20e-18, 0.01,
                   burst(0.75, true, 4), matrices),
      dead_lane_row(),
  };
}

}  // namespace tessera::validation
