#include "phy/fec/code_gain.hpp"

#include <gtest/gtest.h>

#include <array>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>
#include <vector>

#include "phy/core/error.hpp"
#include "phy/fec/binomial.hpp"

namespace tessera {
namespace {

using Wide = boost::multiprecision::cpp_bin_float_50;

Log10Probability probability(double p) { return Log10Probability::from_value(p); }

Log10Probability cer_of_ber(const RsCode& code, Log10Probability ber) {
  return codeword_error_ratio(code, rs_symbol_error_ratio(ber));
}

// Direct sum in 50 digits and 32-bit exponents: no logarithms, no choice of side.
double reference_log10_more_than(int n, int limit, Wide p) {
  Wide term = pow(Wide(1) - p, n), sum = 0;
  for (int i = 0; i <= n; ++i) {
    if (i > limit) sum += term;
    term *= p * (n - i) / ((i + 1) * (Wide(1) - p));
  }
  return log10(sum).convert_to<double>();
}

// Distribution of the number of wrong symbols by adding one symbol after the other in 50 digits.
double reference_log10_poisson_binomial(const std::vector<Wide>& s, std::size_t limit) {
  std::vector<Wide> density(s.size() + 1, Wide(0));
  density[0] = 1;
  for (const Wide& p : s)
    for (std::size_t j = s.size() + 1; j-- > 0;)
      density[j] = density[j] * (1 - p) + (j > 0 ? Wide(density[j - 1] * p) : Wide(0));
  Wide sum = 0;
  for (std::size_t j = limit + 1; j <= s.size(); ++j) sum += density[j];
  return log10(sum).convert_to<double>();
}

TEST(Binomial, TailEqualsFiftyDigitSum) {
  const struct {
    int n, limit;
    double p;
  } cases[] = {{544, 15, 2.397e-3}, {544, 15, 1e-9}, {544, 15, 0.02}, {544, 15, 0.03}, {544, 15, 0.3},
               {460, 35, 4e-3},     {5, 0, 0.5},     {5, 4, 0.5},     {528, 7, 1e-2}};
  for (const auto& c : cases) {
    const double expected = reference_log10_more_than(c.n, c.limit, Wide(c.p));
    EXPECT_NEAR(binomial_more_than(c.n, c.limit, probability(c.p)).log10(), expected,
                1e-12 + 1e-12 * std::abs(expected))
        << c.n << ' ' << c.limit << ' ' << c.p;
  }
}

TEST(Binomial, TailAndHeadSumToOne) {
  for (double p : {1e-3, 0.01, 0.028, 0.05, 0.4})
    EXPECT_NEAR(binomial_more_than(544, 15, probability(p)).value() + binomial_at_most(544, 15, probability(p)).value(),
                1.0, 1e-12);
}

TEST(Binomial, CertainEventsExceedEveryLimit) {
  EXPECT_EQ(binomial_more_than(10, 3, Log10Probability()).log10(), 0.0);
  EXPECT_THROW(binomial_more_than(10, 10, probability(0.5)), NumericError);
  EXPECT_THROW(binomial_at_most(10, 3, Log10Probability()), NumericError);
}

TEST(CodeGain, CodesHaveTheirStandardShape) {
  EXPECT_EQ(kKp4.codeword_bits(), 5440);
  EXPECT_EQ(kKr4.codeword_bits(), 5280);
  EXPECT_EQ(kKp4.correctable, (kKp4.symbols - kKp4.data_symbols) / 2);
  EXPECT_EQ(kKr4.correctable, (kKr4.symbols - kKr4.data_symbols) / 2);
  EXPECT_NEAR(544.0 / 514.0 - 1.0, 0.058, 5e-4);
}

TEST(CodeGain, NamesOfLinkFiles) {
  EXPECT_FALSE(rs_code("none").has_value());
  EXPECT_EQ(rs_code("kp4"), kKp4);
  EXPECT_EQ(rs_code("kr4"), kKr4);
  try {
    rs_code("kp5");
    FAIL();
  } catch (const ConfigError& e) {
    EXPECT_STREQ(e.what(), "fec code must be none, kr4 or kp4, got kp5");
  }
}

TEST(CodeGain, SymbolErrorRatioOfTenBits) {
  EXPECT_NEAR(rs_symbol_error_ratio(probability(2.4e-4)).value(), 1.0 - std::pow(1.0 - 2.4e-4, 10), 1e-15);
  EXPECT_NEAR(rs_symbol_error_ratio(probability(2.4e-4)).value() / 2.397e-3, 1.0, 5e-4);
  EXPECT_NEAR(rs_symbol_error_ratio(Log10Probability::from_log10(-500)).log10(), -499.0, 1e-12);
  for (double p : {1e-30, 1e-18, 1e-17, 1e-9, 0.1, 0.5})
    EXPECT_NEAR(bit_error_ratio_of_symbols(rs_symbol_error_ratio(probability(p))).log10(), std::log10(p), 1e-13);
}

struct CodewordRow {
  const RsCode* code;
  double ber, cer;
};

class RandomErrors : public ::testing::TestWithParam<CodewordRow> {};

TEST_P(RandomErrors, CodewordErrorRatioToThreeDigits) {
  const auto& row = GetParam();
  const double log10_cer = cer_of_ber(*row.code, probability(row.ber)).log10();
  const double mantissa = row.cer / std::pow(10.0, std::floor(std::log10(row.cer)));
  EXPECT_NEAR(log10_cer, std::log10(row.cer), std::log10(1.0 + 0.005 / mantissa))
      << std::pow(10.0, log10_cer);  // half of the third digit
  const Wide s = 1 - pow(1 - Wide(row.ber), 10);
  EXPECT_NEAR(log10_cer, reference_log10_more_than(row.code->symbols, row.code->correctable, s), 1e-11);
}

INSTANTIATE_TEST_SUITE_P(PublishedRows, RandomErrors,
                         ::testing::Values(CodewordRow{&kKp4, 2.4e-4, 8.152e-13}, CodewordRow{&kKp4, 1e-3, 1.530e-4},
                                           CodewordRow{&kKp4, 5e-4, 2.793e-8}, CodewordRow{&kKp4, 3e-4, 2.143e-11},
                                           CodewordRow{&kKp4, 2e-4, 5.390e-14}, CodewordRow{&kKp4, 1.5e-4, 6.945e-16},
                                           CodewordRow{&kKp4, 1e-4, 1.360e-18}, CodewordRow{&kKp4, 5e-5, 2.669e-23},
                                           CodewordRow{&kKp4, 1e-5, 2.14e-34}, CodewordRow{&kKr4, 2.1e-5, 4.872e-13},
                                           CodewordRow{&kKr4, 5e-5, 4.397e-10}, CodewordRow{&kKr4, 1e-5, 1.36e-15}));

TEST(CodeGain, TenToTheMinusThirtyGivesTenToTheMinus433p65) {
  EXPECT_NEAR(cer_of_ber(kKp4, Log10Probability::from_log10(-30.0)).log10(), -433.65, 0.01);
}

TEST(CodeGain, PostFecBitErrorRatio) {
  EXPECT_NEAR(post_fec_bit_error_ratio(kKp4, probability(2.4e-4)).value() / 2.41e-15, 1.0, 3e-3);
  EXPECT_NEAR(post_fec_bit_error_ratio(kKr4, probability(2.1e-5)).value() / 7.4e-16, 1.0, 7e-3);
}

TEST(CodeGain, PostFecBitErrorRatioIsTheSumOverWrongSymbols) {
  const Wide p(2.4e-4), s = 1 - pow(1 - p, 10);
  Wide term = pow(1 - s, 544), sum = 0;
  for (int i = 0; i <= 544; ++i) {
    if (i > 15) sum += term * i / 544;
    term *= s * (544 - i) / ((i + 1) * (1 - s));
  }
  EXPECT_NEAR(post_fec_bit_error_ratio(kKp4, probability(2.4e-4)).log10(),
              log10(Wide(sum * p / s)).convert_to<double>(), 1e-12);
}

TEST(CodeGain, BitErrorRatioForPostFec) {
  const struct {
    double post, pre, tolerance;
  } rows[] = {{1e-15, 2.262e-4, 3e-4}, {1e-13, 3.10e-4, 2e-3}, {1e-12, 3.64e-4, 2e-3}};
  for (const auto& row : rows)
    EXPECT_NEAR(bit_error_ratio_for_post_fec(kKp4, probability(row.post)).value() / row.pre, 1.0, row.tolerance);
  EXPECT_NEAR(bit_error_ratio_for_post_fec(kKr4, probability(1e-15)).value() / 2.182e-5, 1.0, 3e-4);
}

TEST(CodeGain, BitErrorRatioForCodewordError) {
  EXPECT_NEAR(bit_error_ratio_for_codeword_error(kKp4, probability(1.7e-12)).value() / 2.52e-4, 1.0, 2e-3);
  EXPECT_NEAR(bit_error_ratio_for_codeword_error(kKp4, probability(5.5e-12)).value() / 2.73e-4, 1.0, 2e-3);
  EXPECT_NEAR(bit_error_ratio_for_codeword_error(kKp4, probability(1e-13)).value() / 2.09e-4, 1.0, 3e-3);
  for (double log10_cer : {-0.3, -4.0, -12.0, -433.65})
    EXPECT_NEAR(
        cer_of_ber(kKp4, bit_error_ratio_for_codeword_error(kKp4, Log10Probability::from_log10(log10_cer))).log10(),
        log10_cer, 1e-10);
  EXPECT_THROW(bit_error_ratio_for_codeword_error(kKp4, Log10Probability()), NumericError);
}

TEST(SymbolMixture, OneClassIsTheBinomialSum) {
  for (double log10_s : {-30.0, -8.0, -2.62, -1.6, -1.4, -0.5}) {
    const auto s = Log10Probability::from_log10(log10_s);
    const std::vector<SymbolClass> one{{1.0, s}}, eight(8, SymbolClass{0.125, s});
    const double expected = codeword_error_ratio(kKp4, s).log10();
    EXPECT_NEAR(codeword_error_ratio(kKp4, one).log10(), expected, 1e-11 * std::max(1.0, std::abs(expected)));
    EXPECT_NEAR(codeword_error_ratio(kKp4, eight).log10(), expected, 1e-11 * std::max(1.0, std::abs(expected)));
  }
}

TEST(SymbolMixture, LanesOfDifferentQualityEqualFiftyDigitConvolution) {
  const std::array<double, 4> log10_s{-1.3, -2.5, -6.0, -40.0};
  std::vector<SymbolClass> classes;
  std::vector<Wide> positions;
  for (double v : log10_s) {
    classes.push_back({0.25, Log10Probability::from_log10(v)});
    positions.insert(positions.end(), 136, pow(Wide(10), Wide(v)));
  }
  EXPECT_NEAR(codeword_error_ratio(kKp4, classes).log10(), reference_log10_poisson_binomial(positions, 15), 1e-11);
}

TEST(SymbolMixture, FarTailOfDifferentLanesEqualsFiftyDigitConvolution) {
  const std::vector<SymbolClass> classes{{0.125, Log10Probability::from_log10(-9.0)},
                                         {0.875, Log10Probability::from_log10(-25.0)}};
  std::vector<Wide> positions(68, pow(Wide(10), -9));
  positions.insert(positions.end(), 476, pow(Wide(10), -25));
  EXPECT_NEAR(codeword_error_ratio(kKp4, classes).log10(), reference_log10_poisson_binomial(positions, 15), 1e-10);
}

TEST(SymbolMixture, SmallSharesDrawTheirPositionsAtRandom) {
  // 545 lanes, one of them dark: 544/545 of a position. Either that position is dark (s = 1/2) or it is as good as
  // the others.
  const auto good = probability(1e-3), dark = probability(0.5);
  const std::vector<SymbolClass> classes{{544.0 / 545.0, good}, {1.0 / 545.0, dark}};
  const double share = 544.0 / 545.0;  // floor(543.0018) + floor(0.998) = 543 positions; the last one draws its class
  const std::vector<SymbolClass> with{{543.0 / 544.0, good}, {1.0 / 544.0, dark}};
  const double expected =
      share * codeword_error_ratio(kKp4, with).value() + (1.0 - share) * codeword_error_ratio(kKp4, good).value();
  EXPECT_NEAR(codeword_error_ratio(kKp4, classes).value() / expected, 1.0, 1e-9);
}

TEST(SymbolMixture, OneDeadLaneOfEightLosesEveryCodeword) {
  // 68 of the 544 positions are wrong half of the time: 34 wrong symbols, more than the 15 that can be repaired.
  const std::vector<SymbolClass> classes{{0.125, probability(0.5)}, {0.875, probability(1e-9)}};
  EXPECT_GT(codeword_error_ratio(kKp4, classes).value(), 0.99999);
}

TEST(SymbolMixture, SharesMustSumToOne) {
  const std::vector<SymbolClass> classes{{0.5, probability(1e-3)}, {0.4, probability(1e-3)}};
  EXPECT_THROW(codeword_error_ratio(kKp4, classes), NumericError);
}

TEST(CodeGain, CodewordTime) {
  EXPECT_NEAR(codeword_time(kKp4, 1, 106.25e9), 51.2e-9, 1e-13);
  EXPECT_NEAR(codeword_time(kKp4, 1, 212.5e9), 25.6e-9, 1e-13);
  EXPECT_NEAR(codeword_time(kKp4, 2, 212.5e9), 51.2e-9, 1e-13);
  EXPECT_NEAR(codeword_time(kKp4, 4, 212.5e9), 102.4e-9, 1e-13);
  EXPECT_NEAR(codeword_time(kKp4, 4, 850e9), 25.6e-9, 1e-13);
}

}  // namespace
}  // namespace tessera
