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
