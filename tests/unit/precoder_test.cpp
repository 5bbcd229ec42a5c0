#include "phy/modulation/precoder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "phy/core/error.hpp"

namespace tessera {
namespace {

using Symbols = std::vector<std::uint8_t>;

TEST(Precoder, RecoversWhatWasMeantInBlocksOfAnySize) {
  std::mt19937_64 random(1);
  for (int order : {2, 4}) {
    Symbols meant(10000);
    for (auto& s : meant) s = static_cast<std::uint8_t>(random() % static_cast<unsigned>(order));
    Symbols line = meant;
    Precoder sender(order), receiver(order);
    sender.encode(line);
    for (std::size_t at = 0; at < line.size(); at += 77)
      receiver.decode(std::span(line).subspan(at, std::min<std::size_t>(77, line.size() - at)));
    EXPECT_EQ(line, meant);
  }
}

// A PAM4 line 1 + D with a feedback tap of 1, without noise but for one push: a wrong decision feeds back the wrong
// correction, the next decision errs to the other side unless the outer level stops it.
TEST(Precoder, ABurstOfAnyLengthLeavesTwoSymbolErrors) {
  std::mt19937_64 random(2);
  std::vector<int> lengths(12, 0);
  for (int trial = 0; trial < 5000; ++trial) {
    Symbols meant(200);
    for (auto& s : meant) s = static_cast<std::uint8_t>(random() & 3U);
    Symbols line = meant;
    Precoder sender(4), receiver(4);
    sender.encode(line);
    Symbols decided(line.size());
    double feedback = 0.0, sent_before = 0.0;
    for (std::size_t k = 0; k < line.size(); ++k) {
      // Levels 0 … 3, post-cursor 1; at k = 50 one push by a whole level.
      const double received = line[k] + 1.0 * sent_before + (k == 50 ? (line[k] < 3 ? 1.0 : -1.0) : 0.0);
      decided[k] = static_cast<std::uint8_t>(std::clamp(std::lround(received - feedback), 0L, 3L));
      feedback = decided[k];
      sent_before = line[k];
    }
    int burst = 0;
    for (std::size_t k = 0; k < line.size(); ++k) burst += decided[k] != line[k] ? 1 : 0;
    receiver.decode(decided);
    int left = 0;
    for (std::size_t k = 0; k < line.size(); ++k) left += decided[k] != meant[k] ? 1 : 0;
    ASSERT_GE(burst, 1);
    ASSERT_EQ(left, 2) << "burst of " << burst;
    ++lengths[static_cast<std::size_t>(std::min(burst, 11))];
  }
  // P(length > k) = (3/4)^k: long bursts were there.
  EXPECT_NEAR(lengths[1] / 5000.0, 0.25, 0.03);
  EXPECT_NEAR(lengths[11] / 5000.0, std::pow(0.75, 10), 0.02);
}

TEST(Precoder, OnlyPam2AndPam4) {
  EXPECT_THAT([] { Precoder(6); }, testing::ThrowsMessage<ConfigError>(testing::HasSubstr("PAM2 and PAM4, got PAM6")));
  EXPECT_THROW(Precoder(8), ConfigError);
}

}  // namespace
}  // namespace tessera
