#include "scenarios/fabric/margin_spread.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "phy/core/error.hpp"
#include "phy/noise/gaussian_tail.hpp"
#include "scenarios/fabric/cable_lengths.hpp"

namespace tessera {
namespace {

LossLaw law_at(double ber) {
  LossLaw law{kKp4, 4, 0.0};
  const auto loss = frame_loss(law, Log10Probability::from_value(ber), 4158);
  return loss_law({"kp4", 4}, loss, 4158);
}

// IEEE 802.3 and its arithmetic: 2.4e-4 loses 8.58e-12 of frames of 4,158 bytes with four codewords interleaved, 1e-4
// loses 1.43e-17; a factor of 2.4 in the bit error ratio is 5.8 decades of frames.
TEST(LossLaw, KeepsTheLossOfTheEvaluatedLink) {
  const LossLaw law = law_at(2.4e-4);
  EXPECT_NEAR(bit_error_ratio(law, 0.0).value(), 2.4e-4, 1e-9);
  EXPECT_NEAR(frame_loss(law, bit_error_ratio(law, 0.0), 4158).value(), 8.58e-12, 0.01e-12);
  EXPECT_NEAR(law.q, gaussian_tail_inverse(Log10Probability::from_value(2.4e-4)), 1e-6);
  const double decades = frame_loss(law, Log10Probability::from_value(2.4e-4), 4158).log10() -
                         frame_loss(law, Log10Probability::from_value(1e-4), 4158).log10();
  EXPECT_NEAR(decades, 5.8, 0.05);
}

// 6 dB of electrical margin are a factor of two in Q.
TEST(LossLaw, ShiftIsElectricalDecibels) {
  const LossLaw law = law_at(1e-5);
  EXPECT_NEAR(bit_error_ratio(law, 20.0 * std::log10(2.0)).log10(), gaussian_tail(2.0 * law.q).log10(), 1e-9);
}

TEST(LossLaw, SurvivesLinksThatLoseEverythingOrNothing) {
  EXPECT_GT(loss_law({"kp4", 4}, Log10Probability::from_value(1.0), 4158).q, 0.0);
  const LossLaw good = loss_law({"kp4", 4}, Log10Probability::from_log10(-600.0), 4158);
  EXPECT_NEAR(frame_loss(good, bit_error_ratio(good, 0.0), 4158).log10(), -600.0, 1e-6);
  const LossLaw uncoded = loss_law({"none", 1}, Log10Probability::from_log10(-9.0), 4158);
  EXPECT_NEAR(frame_loss(uncoded, bit_error_ratio(uncoded, 0.0), 4158).log10(), -9.0, 1e-9);
}

// The mean over links of drawn margins, against the integral; and quantiles of the draws against the law's.
TEST(LossSpread, IsWhatDrawsGive) {
  const LossLaw law = law_at(3e-4);
  const MarginSpread spread{0.3, 0.02, 1.0};
  const std::size_t n = 200'000;
  std::vector<double> shifts(n), losses(n);
  draw_margins(spread, 11, "test", shifts);
  for (std::size_t i = 0; i < n; ++i) losses[i] = frame_loss(law, bit_error_ratio(law, shifts[i]), 4158).value();
  const LossSpread expected = loss_spread(law, spread, static_cast<std::int64_t>(n), 4158);
  const double mean = std::accumulate(losses.begin(), losses.end(), 0.0) / static_cast<double>(n);
  EXPECT_NEAR(std::log10(mean), expected.mean.log10(), 0.1);
  std::sort(losses.begin(), losses.end());
  EXPECT_NEAR(std::log10(losses[n / 2]), expected.median.log10(), 0.03);
  EXPECT_NEAR(std::log10(losses[n * 99 / 100]), expected.percentile_99.log10(), 0.05);
  EXPECT_NEAR(std::log10(losses.back()), expected.worst.log10(), 1.0);
  EXPECT_LE(expected.median, expected.percentile_99);
  EXPECT_LE(expected.percentile_99, expected.worst);
}

TEST(LossSpread, WithoutSpreadAllLinksAreTheNominalOne) {
  const LossSpread s = loss_spread(law_at(2e-4), {}, 1000, 4158);
  EXPECT_EQ(s.mean, s.nominal);
  EXPECT_EQ(s.worst, s.nominal);
}

TEST(Draws, DependOnSeedNameAndIndexAlone) {
  const MarginSpread spread{1.0, 0.1, 2.0};
  std::vector<double> all(1000), part(400), other(1000);
  draw_margins(spread, 1, "a", all);
  draw_margins(spread, 1, "a", part);
  EXPECT_TRUE(std::equal(part.begin(), part.end(), all.begin()));
  draw_margins(spread, 2, "a", other);
  EXPECT_NE(all, other);
  draw_margins(spread, 1, "b", other);
  EXPECT_NE(all, other);
}

RC_GTEST_PROP(LossProperty, LossRisesWithBitErrorsAndFallsWithMargin, ()) {
  const LossLaw law{
      *rc::gen::element(std::optional<RsCode>(kKp4), std::optional<RsCode>(kKr4), std::optional<RsCode>()),
      *rc::gen::inRange(1, 5), 4.0};
  const double a = -0.01 * *rc::gen::inRange(200, 10000), b = a - 0.01 * *rc::gen::inRange(1, 300);
  const int frame = *rc::gen::element(64, 1518, 4158, 9018);
  const auto loss = [&](double log10) { return frame_loss(law, Log10Probability::from_log10(log10), frame); };
  RC_ASSERT(loss(a) >= loss(b));
  if (loss(a).log10() < -0.01) RC_ASSERT(loss(a) > loss(b));  // not both all frames
  const double shift = 0.01 * *rc::gen::inRange(-500, 500);
  RC_ASSERT(bit_error_ratio(law, shift) > bit_error_ratio(law, shift + 0.1));
}

// Medians of five equal parts of U(2, 12); a triangle's median where its mode is an end: b - (b - a)/sqrt(2).
TEST(CableLengths, BinsAreMediansOfEqualParts) {
  CableLengths uniform{CableLengths::Shape::uniform, {}, 2.0, 2.0, 12.0};
  const auto parts = bins(uniform);
  ASSERT_EQ(parts.size(), 5U);
  for (std::size_t i = 0; i < parts.size(); ++i)
    EXPECT_NEAR(*parts[i].length, 3.0 + 2.0 * static_cast<double>(i), 1e-12);
  CableLengths triangle{CableLengths::Shape::triangular, {}, 0.0, 0.0, 10.0};
  EXPECT_NEAR(length_quantile(triangle, 0.5), 10.0 - 10.0 / std::sqrt(2.0), 1e-12);
  triangle.mode = 10.0;
  EXPECT_NEAR(length_quantile(triangle, 0.25), 5.0, 1e-12);
}

TEST(CableLengths, ListKeepsItsShares) {
  const auto parts = bins({CableLengths::Shape::list, {3.0, 1.0, 3.0, 3.0}, 0, 0, 0});
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(*parts[0].length, 1.0);
  EXPECT_DOUBLE_EQ(parts[1].share, 0.75);
  EXPECT_THROW(bins({CableLengths::Shape::list, {}, 0, 0, 0}), ConfigError);
  EXPECT_THROW(bins({CableLengths::Shape::uniform, {}, 5.0, 0, 1.0}), ConfigError);
}

RC_GTEST_PROP(CableLengthsProperty, PartsAddUpToTheWhole, ()) {
  const std::int64_t total = *rc::gen::inRange(0, 100000);
  const auto whole = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 100)));
  const std::vector<double> shares(whole.begin(), whole.end());
  const auto parts = apportion(total, shares);
  RC_ASSERT(std::accumulate(parts.begin(), parts.end(), std::int64_t{0}) == total);
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (std::size_t i = 0; i < parts.size(); ++i)
    RC_ASSERT(std::abs(static_cast<double>(parts[i]) - static_cast<double>(total) * shares[i] / sum) < 1.0);
}

}  // namespace
}  // namespace tessera
