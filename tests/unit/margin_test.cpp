#include "phy/engine/margin.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "phy/noise/gaussian_tail.hpp"
#include "tests/support/fixed_cost.hpp"

namespace tessera {
namespace {

Modulation pam4() { return {4, {-1.0, -1.0 / 3.0, 1.0 / 3.0, 1.0}, {0, 1, 3, 2}, 2.0}; }
Modulation nrz() { return {}; }

Link link_of(std::vector<Modulation> modulations, const std::string& code = "kp4", int interleave = 4) {
  Link link;
  link.name = "test";
  for (const Modulation& m : modulations) {
    Segment segment;
    segment.modulation = m;
    link.segments.push_back(segment);
  }
  link.fec = {code, interleave};
  return link;
}

// A segment in Gaussian noise; `bits` = bit errors per symbol error.
SegmentResult gaussian_segment(const std::string& name, int order, double q, double bits) {
  SegmentResult result;
  result.name = name;
  result.q = q;
  result.symbol_error_ratio = pam_symbol_error_ratio(order, q);
  result.pre_fec_ber = result.symbol_error_ratio.scaled(bits);
  return result;
}

TEST(Margin, EquivalentQOfGaussianNoiseIsItsQ) {
  for (double q : {0.01, 1.0, 3.4141, 7.0, 60.0})
    EXPECT_NEAR(equivalent_q(pam_symbol_error_ratio(4, q), 4), q, 1e-11 * std::max(1.0, q));
  EXPECT_EQ(equivalent_q(Log10Probability(), 4), kLeastQ);
}

TEST(Margin, RequiredBitErrorRatioOfTheDefaultCriterion) {
  EXPECT_NEAR(required_bit_error_ratio(link_of({pam4()}, "kp4", 2)).value() / 3.06e-4, 1.0, 2e-3);
  EXPECT_NEAR(required_bit_error_ratio(link_of({pam4()}, "none", 1)).value() / 1e-13, 1.0, 0.01);
}

TEST(Margin, RequiredQOfPam4IsThatOfTwiceTheBitErrorRatio) {
  const Link link = link_of({pam4()}, "kp4", 2);
  // 3.06e-4 before KP4: 1.5 Q(q) = 6.12e-4, solved here by bisection on erfc.
  double low = 2.0, high = 6.0;
  for (int i = 0; i < 80; ++i) {
    const double q = 0.5 * (low + high);
    (0.75 * std::erfc(q / std::sqrt(2.0)) > 2.0 * required_bit_error_ratio(link).value() ? low : high) = q;
  }
  EXPECT_NEAR(required_q(link, 4, 0.5), low, 1e-9);
  EXPECT_NEAR(low, 3.35, 0.01);
}

TEST(Margin, OneSegmentHasQOverRequiredQ) {
  for (double q : {2.0, 3.2, 3.5, 5.0, 20.0}) {
    const Link link = link_of({pam4()});
    const LinkVerdict verdict = evaluate_criterion(link, {gaussian_segment("a", 4, q, 0.5)});
    EXPECT_NEAR(verdict.margin_q, q / required_q(link, 4, 0.5), 1e-10 * q);
    EXPECT_NEAR(verdict.required_q.at(0), required_q(link, 4, 0.5), 1e-9);
    EXPECT_EQ(verdict.closes, verdict.margin_q >= 1.0);
    EXPECT_NEAR(verdict.margin_electrical_db, 20.0 * std::log10(verdict.margin_q), 1e-12);
    EXPECT_FALSE(verdict.margin_optical_db.has_value());
  }
}

TEST(Margin, ChainOfCodeAndFramesIsTheStandards) {
  const LinkVerdict verdict = evaluate_criterion(
      link_of({pam4()}, "kp4", 2),
      {gaussian_segment("a", 4, pam_symbol_error_ratio_inverse(4, Log10Probability::from_value(4.8e-4)), 0.5)});
  EXPECT_NEAR(verdict.pre_fec_ber.value() / 2.4e-4, 1.0, 1e-9);
  EXPECT_NEAR(verdict.codeword_error_ratio->value() / 8.152e-13, 1.0, 1e-3);
  EXPECT_NEAR(verdict.frame_loss_ratio.at(64).value() / 1.737e-12, 1.0, 1e-3);
  EXPECT_NEAR(verdict.frame_loss_ratio.at(4158).value() / 6.95e-12, 1.0, 2e-3);
  EXPECT_NEAR(verdict.post_fec_ber.value() / 2.41e-15, 1.0, 3e-3);
  EXPECT_EQ(verdict.frame_loss_ratio.size(), 4u);
  EXPECT_TRUE(verdict.closes);
}

TEST(Margin, BitErrorsOfSegmentsAdd) {
  // The retimed 800G path: 2.4e-4 on the fibre and 1e-5 on each of four electrical sections.
  std::vector<Modulation> modulations(5, pam4());
  std::vector<SegmentResult> segments(
      4, gaussian_segment("electrical", 4, pam_symbol_error_ratio_inverse(4, Log10Probability::from_value(2e-5)), 0.5));
  segments.push_back(
      gaussian_segment("fibre", 4, pam_symbol_error_ratio_inverse(4, Log10Probability::from_value(4.8e-4)), 0.5));
  const LinkVerdict verdict = evaluate_criterion(link_of(modulations), segments);
  EXPECT_NEAR(verdict.pre_fec_ber.value(), 2.8e-4, 1e-12);
  EXPECT_EQ(verdict.limiting_segment, "fibre");
}

// P(more than 15 of 544 symbols wrong), position by position, every term positive.
double kp4_codeword_error(const std::vector<double>& symbol_error_ratio) {
  std::vector<long double> wrong(symbol_error_ratio.size() + 1, 0.0L);
  wrong[0] = 1.0L;
  for (std::size_t n = 0; n < symbol_error_ratio.size(); ++n) {
    const long double s = symbol_error_ratio[n];
    for (std::size_t i = n + 1; i > 0; --i) wrong[i] = wrong[i] * (1.0L - s) + wrong[i - 1] * s;
    wrong[0] *= 1.0L - s;
  }
  return static_cast<double>(std::accumulate(wrong.begin() + 16, wrong.end(), 0.0L));
}

// IEEE 802.3 allots 2.8e-4 to a path of 800G: 2.4e-4 on the fibre and 1e-5 on each of four electrical sections. Exact:
// a symbol of ten bits is right when all ten are right in all five segments.
TEST(Margin, CodewordErrorOfTheRetimedPathIsTheExactSum) {
  std::vector<SegmentResult> segments(
      4, gaussian_segment("electrical", 4, pam_symbol_error_ratio_inverse(4, Log10Probability::from_value(2e-5)), 0.5));
  segments.insert(
      segments.begin() + 2,
      gaussian_segment("fibre", 4, pam_symbol_error_ratio_inverse(4, Log10Probability::from_value(4.8e-4)), 0.5));
  const LinkVerdict verdict = evaluate_criterion(link_of(std::vector<Modulation>(5, pam4())), segments);
  const double symbol = -std::expm1(10.0 * std::log1p(-2.4e-4) + 40.0 * std::log1p(-1e-5));
  const double exact = kp4_codeword_error(std::vector<double>(544, symbol));
  EXPECT_NEAR(verdict.codeword_error_ratio->value() / exact, 1.0, 1e-3);
  EXPECT_NEAR(exact / 7.9e-12, 1.0, 0.01);
  EXPECT_GT(verdict.codeword_error_ratio->value(), 9.0 * 8.2e-13);  // the fibre alone: 8.2e-13
}

// Four lanes in each of two segments, of different quality: every pair of lanes carries 1/16 of the codeword, 34
// symbols, and the error ratios of a pair add.
TEST(Margin, LanesOfTwoSegmentsAreTheirPairsSymbolBySymbol) {
  const std::vector<double> first{1e-6, 3e-5, 2e-4, 1.5e-3}, second{1e-7, 1e-5, 5e-4, 2e-4};
  const auto segment = [](const char* name, const std::vector<double>& lanes) {
    SegmentResult result;
    result.name = name;
    for (const double ber : lanes) result.lane_error_ratios.push_back({0.25, Log10Probability::from_value(ber)});
    const double mean = 0.25 * std::accumulate(lanes.begin(), lanes.end(), 0.0);
    result.pre_fec_ber = Log10Probability::from_value(mean);
    result.symbol_error_ratio = result.pre_fec_ber.scaled(2.0);
    return result;
  };
  std::vector<double> symbols;
  for (const double a : first)
    for (const double b : second)
      symbols.insert(symbols.end(), 34, -std::expm1(10.0 * (std::log1p(-a) + std::log1p(-b))));
  const LinkVerdict verdict =
      evaluate_criterion(link_of({pam4(), pam4()}), {segment("a", first), segment("b", second)});
  // The sum of two ratios counts bits hit in both segments twice: at most 1.5e-3 x 5e-4 of 2e-3, sixteenfold in the
  // tail.
  EXPECT_NEAR(verdict.codeword_error_ratio->value() / kp4_codeword_error(symbols), 1.0, 6e-3);
  const double as_a_mean = -std::expm1(10.0 * std::log1p(-verdict.pre_fec_ber.value()));
  // Of all symbols with one mean, those alike spread their number most (Hoeffding 1956).
  EXPECT_LT(verdict.codeword_error_ratio->value(), 0.9 * kp4_codeword_error(std::vector<double>(544, as_a_mean)));
}

TEST(Margin, SegmentsDividedByTheMarginMeetTheCriterion) {
  const Link link = link_of({pam4(), nrz()});
  const std::vector<SegmentResult> segments{gaussian_segment("a", 4, 3.9, 0.5), gaussian_segment("b", 2, 4.1, 1.0)};
  const LinkVerdict verdict = evaluate_criterion(link, segments);
  const double sum = 0.5 * pam_symbol_error_ratio(4, 3.9 / verdict.margin_q).value() +
                     pam_symbol_error_ratio(2, 4.1 / verdict.margin_q).value();
  EXPECT_NEAR(sum / required_bit_error_ratio(link).value(), 1.0, 1e-9);
  EXPECT_NEAR(verdict.required_q.at(1), 4.1 / verdict.margin_q, 1e-12);
}

TEST(Margin, ASegmentWithMarginToSpareTakesNothing) {
  const Link one = link_of({pam4()}), two = link_of({pam4(), pam4()});
  const auto tight = gaussian_segment("tight", 4, 3.6, 0.5), easy = gaussian_segment("easy", 4, 12.0, 0.5);
  EXPECT_NEAR(evaluate_criterion(two, {easy, tight}).margin_q, evaluate_criterion(one, {tight}).margin_q, 1e-9);
}

TEST(Margin, LanesOfDifferentQualityAreAMixtureNotAMean) {
  const Link link = link_of({pam4()}, "kp4", 1);
  SegmentResult segment = gaussian_segment("a", 4, 4.0, 0.5);
  const auto good = Log10Probability::from_value(1e-6), bad = Log10Probability::from_value(1e-3);
  segment.lane_error_ratios = {{0.875, good}, {0.125, bad}};
  segment.pre_fec_ber = good.scaled(0.875) + bad.scaled(0.125);
  segment.symbol_error_ratio = segment.pre_fec_ber.scaled(2.0);
  const LinkVerdict verdict = evaluate_criterion(link, {segment});
  EXPECT_NEAR(verdict.pre_fec_ber.log10(), segment.pre_fec_ber.log10(), 1e-10);
  // 68 of 544 symbols at the bad lane's ratio; of the good ones at most two can matter at this accuracy.
  const std::vector<SymbolClass> symbols{{0.875, rs_symbol_error_ratio(good)}, {0.125, rs_symbol_error_ratio(bad)}};
  EXPECT_NEAR(verdict.codeword_error_ratio->log10(), codeword_error_ratio(kKp4, symbols).log10(), 1e-9);
  EXPECT_NE(verdict.codeword_error_ratio->log10(),
            codeword_error_ratio(kKp4, rs_symbol_error_ratio(segment.pre_fec_ber)).log10());
}

TEST(Margin, EqualLaneClassesAreOneClass) {
  const Link link = link_of({pam4()});
  const SegmentResult plain = gaussian_segment("a", 4, 3.5, 0.5);
  SegmentResult split = plain;
  split.lane_error_ratios = {{0.25, plain.pre_fec_ber}, {0.75, plain.pre_fec_ber}};
  EXPECT_NEAR(evaluate_criterion(link, {split}).margin_q, evaluate_criterion(link, {plain}).margin_q, 1e-10);
}

TEST(Margin, ErrorPropagationIsKeptWhileQVaries) {
  // Four bit errors for each symbol error found by the slicer in isolation: the budget is four times smaller.
  const Link link = link_of({pam4()});
  const LinkVerdict verdict = evaluate_criterion(link, {gaussian_segment("a", 4, 4.0, 2.0)});
  const double needed = pam_symbol_error_ratio_inverse(4, required_bit_error_ratio(link).scaled(0.5));
  EXPECT_NEAR(verdict.margin_q, 4.0 / needed, 1e-9);
}

TEST(Margin, AHopelessLinkHasAFiniteMargin) {
  const LinkVerdict verdict = evaluate_criterion(link_of({pam4()}), {gaussian_segment("a", 4, -5.0, 0.5)});
  EXPECT_FALSE(verdict.closes);
  EXPECT_TRUE(std::isfinite(verdict.margin_electrical_db));
  EXPECT_LT(verdict.margin_q, 1e-3);
}

TEST(Margin, UncodedLinkHasNoCodewords) {
  const LinkVerdict verdict = evaluate_criterion(link_of({nrz()}, "none", 1), {gaussian_segment("a", 2, 7.5, 1.0)});
  EXPECT_FALSE(verdict.codeword_error_ratio.has_value());
  EXPECT_EQ(verdict.post_fec_ber, verdict.pre_fec_ber);
  EXPECT_NEAR(verdict.margin_q,
              7.5 / pam_symbol_error_ratio_inverse(2, required_bit_error_ratio(link_of({nrz()}, "none", 1))), 1e-9);
}

TEST(Margin, RefusesWrongInput) {
  EXPECT_THROW(required_q(link_of({pam4()}), 4, 0.0), NumericError);
  EXPECT_THROW(evaluate_criterion(link_of({pam4()}), {}), ConfigError);
  EXPECT_THROW(evaluate_criterion(link_of({}), {gaussian_segment("a", 4, 4.0, 0.5)}), ConfigError);
  EXPECT_THROW(evaluate_criterion(link_of({pam4()}, "bch"), {gaussian_segment("a", 4, 4.0, 0.5)}), ConfigError);
  Link link = link_of({pam4()});
  link.frame_loss_limit = 0.0;
  try {
    required_bit_error_ratio(link);
    FAIL();
  } catch (const ConfigError& e) {
    EXPECT_STREQ(e.what(), "frame_loss_limit must be in (0, 1), got 0.000000");
  }
}

}  // namespace
}  // namespace tessera
