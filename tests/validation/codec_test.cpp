#include <gtest/gtest.h>

#include <cmath>

#include "phy/fec/codec_monte_carlo.hpp"
#include "phy/fec/hamming.hpp"

namespace tessera {
namespace {

Log10Probability ratio(double p) { return Log10Probability::from_value(p); }

// Codeword error ratios of KP4: binomial sums evaluated apart from this code.
struct Point {
  double ber, codeword_error;
  std::uint64_t words;
};
class Kp4AtBer : public testing::TestWithParam<Point> {};

TEST_P(Kp4AtBer, MonteCarloThroughTheDecoderContainsTheBinomialSum) {
  const Point p = GetParam();
  const WordCount count = count_random_errors(ReedSolomon(kKp4), ratio(p.ber), p.words, 1);
  EXPECT_TRUE(count.codeword_interval(0.999).contains(p.codeword_error))
      << count.lost() << " of " << count.words << ", expected " << p.codeword_error * static_cast<double>(p.words);
  EXPECT_NEAR(static_cast<double>(count.wrong_bits_in) / static_cast<double>(count.bits) / p.ber, 1.0, 2e-3);
  EXPECT_EQ(count.corrected + count.lost(), count.words);
  EXPECT_GT(count.lost(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Codec, Kp4AtBer,
                         testing::Values(Point{1e-3, 1.530e-4, 700000}, Point{9e-4, 4.65e-5, 700000},
                                         Point{8e-4, 1.16e-5, 1000000}),
                         [](const auto& info) { return "E" + std::to_string(std::lround(info.param.ber * 1e4)); });

TEST(Codec, ImportanceSamplingReachesWhatCountingCannot) {
  const struct {
    double ber, expected;
  } rows[] = {{1e-3, 1.530e-4}, {5e-4, 2.793e-8}, {2.4e-4, 8.152e-13}};
  for (const auto& row : rows) {
    const ImportanceEstimate got =
        sample_codeword_error(ReedSolomon(kKp4), rs_symbol_error_ratio(ratio(row.ber)), 200000, 2);
    EXPECT_NEAR(got.codeword_error_ratio, row.expected, 3.29 * got.standard_error + 5e-4 * row.expected);
    EXPECT_LT(got.standard_error, 0.03 * row.expected);
  }
}

TEST(Codec, HammingCountContainsTheClosedForm) {
  const WordCount count = count_hamming(ratio(1e-3), 4000000, 3);
  // Words with an even number of errors from two on are given up, with an odd one from three on miscorrected.
  EXPECT_NEAR(static_cast<double>(count.wrong_bits_out) / static_cast<double>(count.bits) / 1.22e-4, 1.0, 0.02);
  EXPECT_GT(count.miscorrected, 0U);
}

TEST(Codec, BchCountContainsTheBinomialSum) {
  const Bch code = Bch::of_lengths(144, 128);
  const WordCount count = count_bch(code, ratio(2e-3), 500000, 4);
  EXPECT_TRUE(count.codeword_interval(0.999).contains(codeword_error_ratio(code.code(), ratio(2e-3)).value()));
}

TEST(Codec, BurstCountContainsTheTransferMatrix) {
  // KP4 itself, not the short code: bursts so frequent that words are lost.
  for (const bool precoded : {false, true}) {
    const BurstChannel channel{ratio(1.2e-3), 0.75, 2, precoded, 1};
    const WordCount count = count_bursts(ReedSolomon(kKp4), channel, 300000, 5);
    EXPECT_TRUE(count.codeword_interval(0.999).contains(decode_bursts(kKp4, channel).codeword_error_ratio.value()))
        << count.lost() << " of " << count.words;
    EXPECT_NEAR(static_cast<double>(count.wrong_bits_out) / static_cast<double>(count.bits) /
                    decode_bursts(kKp4, channel).post_fec_bit_error_ratio.value(),
                1.0, 0.1);
  }
}

TEST(Codec, SameSeedSameCount) {
  const ReedSolomon codec(kKr4);
  EXPECT_EQ(count_random_errors(codec, ratio(1e-3), 2000, 9).wrong_bits_in,
            count_random_errors(codec, ratio(1e-3), 2000, 9).wrong_bits_in);
  EXPECT_NE(count_random_errors(codec, ratio(1e-3), 2000, 9).wrong_bits_in,
            count_random_errors(codec, ratio(1e-3), 2000, 10).wrong_bits_in);
}

}  // namespace
}  // namespace tessera
