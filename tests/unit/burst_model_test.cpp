#include "phy/fec/burst_model.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "phy/core/binomial_interval.hpp"
#include "phy/core/error.hpp"
#include "phy/fec/reed_solomon.hpp"
#include "phy/modulation/gray.hpp"
#include "phy/modulation/precoder.hpp"

namespace tessera {
namespace {

Log10Probability ratio(double p) { return Log10Probability::from_value(p); }

double codeword_error(const RsCode& code, double ber, double a, int interleave, bool precoded, int bits = 2) {
  return decode_bursts(code, {ratio(ber), a, bits, precoded, interleave}).codeword_error_ratio.value();
}

TEST(BurstModel, PublishedRowsAreReproduced) {
  // Two digits each: transfer matrices evaluated apart from this code, which agreed with Monte Carlo on a short code.
  const struct {
    double a;
    bool precoded;
    int interleave;
    double expected;
  } rows[] = {{0.75, false, 1, 5.2e-8}, {0.75, false, 2, 4.9e-13}, {0.75, false, 4, 4.6e-18}, {0.75, true, 1, 5.5e-11},
              {0.75, true, 2, 1.2e-14}, {0.75, true, 4, 3.2e-18},  {0.5, false, 1, 6.7e-11},  {0.5, false, 2, 1.3e-15},
              {0.5, false, 4, 3.8e-16}, {0.5, true, 1, 1.0e-9},    {0.5, true, 2, 1.7e-14},   {0.5, true, 4, 3.4e-15}};
  for (const auto& row : rows) {
    const double got = codeword_error(kKp4, 2.4e-4, row.a, row.interleave, row.precoded);
    const double half_digit = 0.5 * std::pow(10.0, std::floor(std::log10(row.expected)) - 1.0);
    EXPECT_NEAR(got, row.expected, 1.01 * half_digit)
        << row.a << (row.precoded ? " precoded, W = " : ", W = ") << row.interleave;
  }
  EXPECT_NEAR(codeword_error(kKr4, 1e-5, 0.0, 1, false, 1) / 1.36e-15, 1.0, 0.01);  // 1.36 is the binomial sum
  EXPECT_NEAR(codeword_error(kKr4, 1e-5, 0.25, 1, false, 1) / 4.6e-13, 1.0, 0.012);
  EXPECT_NEAR(codeword_error(kKr4, 1e-5, 0.5, 1, false, 1) / 3.0e-12, 1.0, 0.018);
}

TEST(BurstModel, SlicerRatioForACodewordErrorRatio) {
  const struct {
    double a;
    bool precoded;
    int interleave;
    double expected;
  } rows[] = {{0.0, false, 1, 2.09e-4},  {0.0, true, 1, 6.5e-5},   {0.0, true, 2, 1.74e-4},  {0.5, false, 1, 1.08e-4},
              {0.5, false, 2, 3.27e-4},  {0.5, false, 4, 3.47e-4}, {0.75, false, 1, 9.2e-8}, {0.75, false, 2, 1.94e-4},
              {0.75, false, 4, 4.90e-4}, {0.75, true, 1, 1.10e-4}, {0.75, true, 2, 2.94e-4}, {0.75, true, 4, 4.95e-4}};
  for (const auto& row : rows) {
    const double got =
        bit_error_ratio_for_codeword_error(kKp4, {{}, row.a, 2, row.precoded, row.interleave}, ratio(1e-13)).value();
    EXPECT_NEAR(got / row.expected, 1.0, 0.01)
        << row.a << (row.precoded ? " precoded, W = " : ", W = ") << row.interleave;
  }
}

TEST(BurstModel, WithoutContinuationItIsTheBinomialSum) {
  // a = p_s: no memory at all. A code symbol of 5 line symbols fails with 1 - (1-SER)^5.
  for (double ber : {1e-3, 2.4e-4, 1e-6}) {
    const double ser = 2.0 * ber;
    const Log10Probability symbol = rs_symbol_error_ratio(ratio(ser), 5);
    for (int interleave : {1, 4})
      EXPECT_NEAR(decode_bursts(kKp4, {ratio(ber), ser, 2, false, interleave}).codeword_error_ratio.log10(),
                  codeword_error_ratio(kKp4, symbol).log10(), 1e-9);
  }
}

TEST(BurstModel, TinyRatiosStayFinite) {
  // Without bursts 16 symbols must be hit: C(544,16) (5 SER)^16 with SER = 2e-40; with a = 0.9 one long burst does it.
  const double expected = std::lgamma(545.0) - std::lgamma(17.0) - std::lgamma(529.0) + 16.0 * std::log(1e-39);
  EXPECT_NEAR(decode_bursts(kKp4, {Log10Probability::from_log10(-40.0), 0.0, 2, false, 4}).codeword_error_ratio.log10(),
              expected / std::log(10.0), 0.01);
  EXPECT_GT(decode_bursts(kKp4, {Log10Probability::from_log10(-40.0), 0.9, 2, false, 1}).codeword_error_ratio.log10(),
            -45.0);
}

TEST(BurstModel, CountsSumToOne) {
  double sum = 0.0;
  for (const Log10Probability p : wrong_symbol_distribution(kKp4, {ratio(1e-3), 0.6, 2, true, 2})) sum += p.value();
  EXPECT_NEAR(sum, 1.0, 1e-9);
}

TEST(BurstModel, PostFecRatioOfRandomErrorsIsTheClosedForm) {
  const double ber = 1e-3, ser = 2.0 * ber;
  // NRZ without memory: p P(more than t-1 of the other n-1 symbols wrong).
  EXPECT_NEAR(decode_bursts(kKp4, {ratio(ber), ber, 1, false, 1}).post_fec_bit_error_ratio.log10(),
              post_fec_bit_error_ratio(kKp4, ratio(ber)).log10(), 1e-9);
  EXPECT_NEAR(decode_bursts(kKp4, {ratio(ber), ser, 2, false, 1}).input_bit_error_ratio.value(), ber, 1e-15);
}

TEST(BurstModel, SegmentsAddTheirErrors) {
  // Random errors on all: the binomial sum of the united symbol error ratio.
  std::vector<BurstChannel> path{{ratio(2.4e-4), 4.8e-4, 2, false, 1}};
  double right = std::pow(1.0 - 4.8e-4, 5);
  for (int i = 0; i < 4; ++i) {
    path.push_back({ratio(1e-5), 2e-5, 2, false, 1});
    right *= std::pow(1.0 - 2e-5, 5);
  }
  const double exact = codeword_error_ratio(kKp4, ratio(1.0 - right)).value();
  const double got = codeword_error_ratio(kKp4, path).value();
  EXPECT_NEAR(got / exact, 1.0, 1e-8);
}

TEST(BurstModel, BurstsOnOneSegmentCostTheWholePath) {
  const BurstChannel calm{ratio(2.4e-4), 0.0, 2, false, 2}, wild{ratio(1e-5), 0.75, 2, false, 2};
  const std::vector<BurstChannel> path{calm, wild};
  const double together = codeword_error_ratio(kKp4, path).value();
  EXPECT_GT(together, decode_bursts(kKp4, calm).codeword_error_ratio.value());
  EXPECT_GT(together, decode_bursts(kKp4, wild).codeword_error_ratio.value());
}

// A Gilbert line through the precoder and the actual decoder of a short code: RS(63,57), 6 bits, 3 PAM4 symbols each.
struct LineCount {
  std::uint64_t failed = 0, words = 0, wrong_symbols = 0, symbols = 0;
};

LineCount count_line(const ReedSolomon& codec, double ser, double a, int interleave, bool precoded, int blocks) {
  const double start = ser * (1.0 - a) / (1.0 - ser);
  const auto per_symbol = codec.code().bits_per_symbol / 2, n = codec.code().symbols;
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  LineCount count;
  bool wrong = uniform(random) < ser;
  int sign = 1;
  Precoder sender(4), receiver(4);
  std::vector<std::vector<std::uint16_t>> words(static_cast<std::size_t>(interleave),
                                                std::vector<std::uint16_t>(static_cast<std::size_t>(n)));
  for (int block = 0; block < blocks; ++block) {
    for (int i = 0; i < n; ++i)
      for (auto& word : words) {
        unsigned symbol = 0;
        for (int s = 0; s < per_symbol; ++s) {
          // The zero codeword under data that keep the line busy: what counts is the difference.
          const auto meant = static_cast<std::uint8_t>(random() & 3U);
          std::uint8_t line = meant;
          if (precoded) sender.encode({&line, 1});
          const bool next = uniform(random) < (wrong ? a : start);
          if (next) {
            sign = wrong ? -sign : (random() % 2 == 0 ? 1 : -1);
            line = static_cast<std::uint8_t>((line + sign) & 3);
          }
          wrong = next;
          if (precoded) receiver.decode({&line, 1});
          symbol = symbol << 2U | static_cast<unsigned>(to_gray(line) ^ to_gray(meant));
          count.wrong_symbols += line != meant ? 1 : 0;
          ++count.symbols;
        }
        word[static_cast<std::size_t>(i)] = static_cast<std::uint16_t>(symbol);
      }
    for (auto& word : words) {
      const DecodeResult result = codec.decode(word);
      bool zero = result.corrected;
      for (const std::uint16_t s : word) zero = zero && s == 0;
      count.failed += zero ? 0 : 1;
      ++count.words;
    }
  }
  return count;
}

TEST(BurstModel, MonteCarloThroughACodecAgrees) {
  const ReedSolomon codec(make_rs_code(63, 57, 6));
  for (const auto& [a, precoded, interleave] : {std::tuple{0.75, false, 1},
                                                {0.75, true, 1},
                                                {0.75, false, 2},
                                                {0.75, true, 2},
                                                {0.75, false, 4},
                                                {0.75, true, 4},
                                                {0.5, false, 4},
                                                {0.5, true, 4},
                                                {0.5, true, 1}}) {
    const double ser = interleave == 4 ? 0.02 : 0.01;  // enough lost words for a narrow interval
    const LineCount count = count_line(codec, ser, a, interleave, precoded, 40000 / interleave);
    EXPECT_GT(count.failed, 200U);
    const BurstResult model = decode_bursts(codec.code(), {ratio(0.5 * ser), a, 2, precoded, interleave});
    // Interleaved words share bursts: their spread is at most that of `interleave` times fewer.
    const auto thin = static_cast<std::uint64_t>(interleave);
    EXPECT_TRUE(
        clopper_pearson(count.failed / thin, count.words / thin, 0.999).contains(model.codeword_error_ratio.value()))
        << a << (precoded ? " precoded" : "") << " W " << interleave << ": "
        << static_cast<double>(count.failed) / static_cast<double>(count.words) << " against "
        << model.codeword_error_ratio.value();
    EXPECT_NEAR(static_cast<double>(count.wrong_symbols) / static_cast<double>(count.symbols),
                2.0 * model.input_bit_error_ratio.value(), 0.03 * ser);
  }
}

TEST(BurstModel, NonsenseIsRefused) {
  EXPECT_THROW(decode_bursts(kKp4, {ratio(1e-4), 1.0, 2, false, 1}), ConfigError);
  EXPECT_THROW(decode_bursts(kKp4, {ratio(1e-4), 0.5, 3, false, 1}), ConfigError);
  EXPECT_THROW(decode_bursts(kKp4, {ratio(1e-4), 0.5, 2, false, 0}), ConfigError);
  EXPECT_THROW(decode_bursts(kKp4, {ratio(0.5), 0.5, 2, false, 1}), NumericError);
  EXPECT_THROW(continuation_of_mean(0.5), ConfigError);
}

}  // namespace
}  // namespace tessera
