#include "phy/engine/burst_criterion.hpp"

#include <gtest/gtest.h>

namespace tessera {
namespace {

Link link_of(int segments, int interleave) {
  Link link;
  link.segments.resize(static_cast<std::size_t>(segments));
  for (Segment& s : link.segments) s.modulation = Modulation::pam(4);
  link.fec = {"kp4", interleave};
  return link;
}

SegmentResult result_of(double symbol_error_ratio, double burst_mean) {
  SegmentResult result;
  result.symbol_error_ratio = Log10Probability::from_value(symbol_error_ratio);
  result.burst_mean = burst_mean;
  return result;
}

TEST(BurstCriterion, OneSegmentIsTheTransferMatrix) {
  // BER 2.4e-4, mean burst 4: 5.2e-8 and 4.9e-13, from transfer matrices evaluated apart from this code.
  EXPECT_NEAR(burst_codeword_error_ratio(link_of(1, 1), {result_of(4.8e-4, 4.0)})->value(), 5.2e-8, 5e-10);
  EXPECT_NEAR(burst_codeword_error_ratio(link_of(1, 2), {result_of(4.8e-4, 4.0)})->value(), 4.9e-13, 5e-15);
}

Link lanes_of(int lanes, int interleave, double symbol_rate) {
  Link link = link_of(1, interleave);
  link.segments.front().lanes = lanes;
  link.segments.front().symbol_rate = symbol_rate;
  return link;
}

TEST(BurstCriterion, LanesThatMultiplexBitsLoseWhatAPlacementCounts) {
  // BER 1.5e-3, a = 0.75, eight lanes of 800GBASE-R: 4.8e-4, counted by placing bursts apart from this code; in
  // sequence it would be 4.0e-7.
  const auto cer = [](const Link& link) { return burst_codeword_error_ratio(link, {result_of(3e-3, 4.0)})->value(); };
  EXPECT_NEAR(cer(lanes_of(8, 4, 53.125e9)) / 4.8e-4, 1.0, 0.05);
  EXPECT_NEAR(cer(lanes_of(8, 4, 106.25e9)) / 4.0e-7, 1.0, 0.05);
  // Four lanes of 400GBASE-R are alike alone and side by side.
  EXPECT_EQ(cer(lanes_of(4, 2, 53.125e9)), cer(lanes_of(8, 2, 53.125e9)));
  EXPECT_GT(cer(lanes_of(4, 2, 53.125e9)), 10.0 * cer(lanes_of(8, 4, 53.125e9)));
}

TEST(BurstCriterion, SegmentsOfTheSameLanesAddTheirBursts) {
  Link link = lanes_of(8, 4, 53.125e9);
  const double once = burst_codeword_error_ratio(link, {result_of(2e-3, 3.0)})->value();
  link.segments.push_back(link.segments.front());
  EXPECT_NEAR(burst_codeword_error_ratio(link, {result_of(1e-3, 3.0), result_of(1e-3, 3.0)})->value() / once, 1.0,
              0.01);
  EXPECT_GT(burst_codeword_error_ratio(link, {result_of(2e-3, 3.0), result_of(1e-3, 1.0)})->value(), 1.5 * once);
}

TEST(BurstCriterion, LengthsThatWereCountedReplaceTheirMeanAndFewSayNothing) {
  // Of 180 bursts 165 are single errors and 15 have 10: the mean 1.75 hides them.
  SegmentResult counted = result_of(1e-3, 315.0 / 180.0);
  counted.count = ErrorCount{};
  counted.count->bursts = {165, 0, 0, 0, 0, 0, 0, 0, 0, 15};
  counted.count->symbol_errors = 315;
  for (const Link& link : {lanes_of(8, 4, 53.125e9), link_of(1, 1)}) {
    const double by_mean = burst_codeword_error_ratio(link, {result_of(1e-3, 315.0 / 180.0)})->value();
    EXPECT_GT(burst_codeword_error_ratio(link, {counted})->value(), 2.0 * by_mean);
    SegmentResult few = counted;
    few.count->symbol_errors = 99;
    EXPECT_FALSE(burst_codeword_error_ratio(link, {few}).has_value());
  }
}

TEST(BurstCriterion, SilentWithoutACodeOrABurst) {
  Link link = link_of(1, 1);
  EXPECT_FALSE(burst_codeword_error_ratio(link, {result_of(4.8e-4, 1.0)}).has_value());
  link.fec.code = "none";
  EXPECT_FALSE(burst_codeword_error_ratio(link, {result_of(4.8e-4, 4.0)}).has_value());
}

TEST(BurstCriterion, AClosedEyeLosesEverything) {
  EXPECT_EQ(burst_codeword_error_ratio(link_of(1, 1), {result_of(0.7, 2.0)})->log10(), 0.0);
}

}  // namespace
}  // namespace tessera
