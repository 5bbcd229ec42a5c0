#include "phy/fec/frame_loss.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "phy/core/error.hpp"
#include "phy/core/rng.hpp"

namespace tessera {
namespace {

Log10Probability probability(double p) { return Log10Probability::from_value(p); }

double frame_loss(const RsCode& code, int interleave, double ber, int bytes) {
  return frame_loss_ratio(code, interleave, codeword_error_ratio(code, rs_symbol_error_ratio(probability(ber))), bytes)
      .value();
}

TEST(FrameLoss, FramesPerCodeword) {
  EXPECT_NEAR(frames_per_block(kKp4, 1, 64), 7.619, 5e-4);
  EXPECT_NEAR(frames_per_block(kKp4, 1, 1518), 0.4161, 5e-5);
  EXPECT_NEAR(frames_per_block(kKp4, 1, 9018), 0.07081, 5e-6);
  EXPECT_DOUBLE_EQ(frames_per_block(kKp4, 2, 64), 2 * 640.0 / 84.0);
}

TEST(FrameLoss, StandardLimitsAt2p4em4) {
  // 9.2e-13, 1.7e-12 and 3.4e-12 in the standard, for 100G, 400G and 800G.
  EXPECT_NEAR(frame_loss(kKp4, 1, 2.4e-4, 64) / 9.22e-13, 1.0, 1.5e-3);
  EXPECT_NEAR(frame_loss(kKp4, 2, 2.4e-4, 64) / 1.737e-12, 1.0, 1.5e-3);
  EXPECT_NEAR(frame_loss(kKp4, 4, 2.4e-4, 64) / 3.368e-12, 1.0, 1.5e-3);
}

struct Row {
  double ber, w1, w2, w4, long_w1, long_w2, long_w4, jumbo_w4;
};

class ReferenceTable : public ::testing::TestWithParam<Row> {};

TEST_P(ReferenceTable, FrameLossToThreeDigits) {
  const Row& r = GetParam();
  const struct {
    int w, bytes;
    double expected;
  } cells[] = {{1, 64, r.w1},        {2, 64, r.w2},        {4, 64, r.w4},        {1, 4158, r.long_w1},
               {2, 4158, r.long_w2}, {4, 4158, r.long_w4}, {4, 9018, r.jumbo_w4}};
  for (const auto& c : cells)
    EXPECT_NEAR(frame_loss(kKp4, c.w, r.ber, c.bytes) / c.expected, 1.0, 5.1e-3)
        << r.ber << " W" << c.w << ' ' << c.bytes;
}

INSTANTIATE_TEST_SUITE_P(
    Kp4, ReferenceTable,
    ::testing::Values(Row{1e-3, 1.73e-4, 3.26e-4, 6.32e-4, 1.15e-3, 1.30e-3, 1.61e-3, 2.77e-3},
                      Row{5e-4, 3.16e-8, 5.95e-8, 1.15e-7, 2.10e-7, 2.38e-7, 2.94e-7, 5.06e-7},
                      Row{3e-4, 2.42e-11, 4.57e-11, 8.85e-11, 1.61e-10, 1.83e-10, 2.26e-10, 3.88e-10},
                      Row{2.4e-4, 9.22e-13, 1.74e-12, 3.37e-12, 6.14e-12, 6.95e-12, 8.58e-12, 1.48e-11},
                      Row{2e-4, 6.10e-14, 1.15e-13, 2.23e-13, 4.06e-13, 4.60e-13, 5.67e-13, 9.77e-13},
                      Row{1.5e-4, 7.86e-16, 1.48e-15, 2.87e-15, 5.23e-15, 5.92e-15, 7.31e-15, 1.26e-14},
                      Row{1e-4, 1.54e-18, 2.90e-18, 5.62e-18, 1.02e-17, 1.16e-17, 1.43e-17, 2.46e-17},
                      Row{5e-5, 3.02e-23, 5.69e-23, 1.10e-22, 2.01e-22, 2.28e-22, 2.81e-22, 4.84e-22}));

TEST(FrameLoss, Kr4At5em5) { EXPECT_NEAR(frame_loss(kKr4, 1, 5e-5, 64) / 4.97e-10, 1.0, 2e-3); }

TEST(FrameLoss, BitErrorRatioForFrameLoss) {
  const struct {
    double flr;
    int w, bytes;
    double ber;
  } rows[] = {{1e-8, 4, 4158, 3.912e-4},  {1e-10, 4, 4158, 2.837e-4}, {1e-12, 4, 4158, 2.077e-4},
              {1e-15, 4, 4158, 1.317e-4}, {6.2e-10, 1, 64, 3.76e-4},  {6.2e-11, 2, 64, 3.06e-4}};
  for (const auto& r : rows)
    EXPECT_NEAR(bit_error_ratio_for_frame_loss(kKp4, r.w, probability(r.flr), r.bytes).value() / r.ber, 1.0, 1.5e-3)
        << r.flr;
  EXPECT_NEAR(bit_error_ratio_for_frame_loss(kKr4, 1, probability(6.2e-10), 64).value() / 5.14e-5, 1.0, 1.5e-3);
}

TEST(FrameLoss, WholePathTargetsAreUncodedBitErrorRatios) {
  EXPECT_NEAR(uncoded_frame_loss_ratio(probability(1e-12), 64).value() / 6.2e-10, 1.0, 0.01);
  EXPECT_NEAR(uncoded_frame_loss_ratio(probability(1e-13), 64).value() / 6.2e-11, 1.0, 0.01);
  EXPECT_NEAR(
      bit_error_ratio_for_frame_loss(std::nullopt, 1, uncoded_frame_loss_ratio(probability(3e-9), 1518), 1518).value() /
          3e-9,
      1.0, 1e-12);
}

TEST(FrameLoss, PacketWithoutCode) {
  EXPECT_NEAR(packet_error_ratio(probability(1e-6), 4096).value(), 1.0 - std::pow(1.0 - 1e-6, 32768), 1e-12);
  EXPECT_NEAR(packet_error_ratio(Log10Probability::from_log10(-400), 64).log10(), -400 + std::log10(512.0), 1e-10);
}

// Frames one behind the other over blocks of 4 x 640 bytes of which one in a thousand is lost: a frame is lost with any
// block that it touches.
TEST(FrameLoss, IsThatOfFramesLaidOverBlocks) {
  std::vector<double> uniform(400'000);
  random_uniform(stream_key(13, "blocks"), 0, uniform);
  const double block_loss = -std::expm1(4.0 * std::log1p(-2.5e-4));
  std::vector<std::size_t> lost_before{0};
  for (const double u : uniform) lost_before.push_back(lost_before.back() + (u < block_loss ? 1 : 0));
  for (const int bytes : {64, 1518, 4158, 9018}) {
    const std::size_t pitch = static_cast<std::size_t>(bytes) + 20, block = 4 * 640;
    std::size_t frames = 0, lost = 0;
    for (std::size_t start = 0; start + pitch <= uniform.size() * block; start += pitch, ++frames)
      lost += lost_before[(start + pitch - 1) / block + 1] > lost_before[start / block] ? 1 : 0;
    const double counted = static_cast<double>(lost) / static_cast<double>(frames);
    const double expected = frame_loss_ratio(kKp4, 4, Log10Probability::from_value(2.5e-4), bytes).value();
    const double blocks = static_cast<double>(lost_before.back());  // each loses its frames together
    EXPECT_NEAR(counted, expected, 4.0 * expected / std::sqrt(blocks)) << bytes;
  }
}

TEST(FrameLoss, NeverAboveOne) { EXPECT_EQ(frame_loss(kKp4, 4, 0.1, 9018), 1.0); }

TEST(FrameLoss, MeanTimeToLossAt800G) {
  const double frames_per_second = 800e9 / 8.0 / (4158 + 20);
  EXPECT_NEAR(frames_per_second, 23.93e6, 1e4);
  EXPECT_NEAR(1.0 / (frames_per_second * frame_loss(kKp4, 4, 2.4e-4, 4158)) / 3600.0, 1.35, 0.01);
}

TEST(FrameLoss, RefusesWrongCounts) {
  try {
    frames_per_block(kKp4, 0, 64);
    FAIL();
  } catch (const ConfigError& e) {
    EXPECT_STREQ(e.what(), "fec interleave must be at least 1 codeword, got 0");
  }
  EXPECT_THROW(frames_per_block(kKp4, 1, 0), ConfigError);
}

}  // namespace
}  // namespace tessera
