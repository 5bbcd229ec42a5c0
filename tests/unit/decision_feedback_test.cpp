#include "phy/equalization/decision_feedback.hpp"

#include <gtest/gtest.h>

#include "phy/core/error.hpp"
#include "phy/core/rng.hpp"
#include "phy/modulation/pam.hpp"
#include "phy/noise/gaussian_noise.hpp"

namespace tessera {
namespace {

std::vector<float> levels_of(int order) {
  const auto levels = Modulation::pam(order).levels;
  return {levels.begin(), levels.end()};
}

// One decision after the other, as a circuit does it.
std::vector<std::uint8_t> one_by_one(const std::vector<float>& levels, const std::vector<float>& thresholds,
                                     const std::vector<float>& taps, const std::vector<float>& y) {
  std::vector<std::uint8_t> d;
  for (std::size_t n = 0; n < y.size(); ++n) {
    float shift = 0.0F;
    for (std::size_t i = 0; i < taps.size(); ++i) shift += taps[i] * levels[n > i ? d[n - 1 - i] : 0];
    std::uint8_t count = 0;
    for (const float t : thresholds) count = static_cast<std::uint8_t>(count + (y[n] > t + shift ? 1 : 0));
    d.push_back(count);
  }
  return d;
}

TEST(DecisionFeedback, MapsGiveTheDecisionsOfTheRecurrence) {
  std::vector<float> y(5000);
  gaussian_noise(stream_key(1, "y"), 0, y, 0.8F);
  for (const int order : {2, 3, 4, 5, 6, 8, 16}) {
    const auto levels = levels_of(order), thresholds = middle_thresholds(levels);
    for (const auto& taps : std::vector<std::vector<float>>{{}, {0.7F}, {1.0F}, {-0.3F}, {0.4F, -0.2F, 0.1F}}) {
      DecisionFeedback slicer(levels, thresholds, taps);
      std::vector<std::uint8_t> d(y.size());
      for (std::size_t done = 0, step = 1; done < y.size(); step = step * 7 % 611 + 1) {
        const std::size_t run = std::min(step, y.size() - done);
        decide(slicer, std::span(y).subspan(done, run), std::span(d).subspan(done, run));
        done += run;
      }
      EXPECT_EQ(d, one_by_one(levels, thresholds, taps, y)) << order << " levels, " << taps.size() << " taps";
    }
  }
}

TEST(DecisionFeedback, RemovesTheEchoOfAKnownStream) {
  const auto levels = levels_of(4);
  std::vector<std::uint32_t> words(2000);
  random_words(stream_key(4, "s"), 0, words);
  std::vector<std::uint8_t> sent(words.size()), d(words.size());
  std::vector<float> y(words.size());
  for (std::size_t n = 0; n < sent.size(); ++n) {
    sent[n] = static_cast<std::uint8_t>(words[n] >> 30);
    y[n] = levels[sent[n]] + 0.9F * levels[n > 0 ? sent[n - 1] : 0];
  }
  DecisionFeedback slicer(levels, middle_thresholds(levels), std::vector<float>{0.9F});
  decide(slicer, y, d);
  EXPECT_EQ(d, sent);
}

TEST(DecisionFeedback, BadInputNamesTheRule) {
  const auto make = [](std::vector<float> levels, std::vector<float> thresholds) {
    try {
      DecisionFeedback slicer(levels, thresholds);
    } catch (const ConfigError& e) {
      return std::string(e.what());
    }
    return std::string("no error");
  };
  EXPECT_EQ(make({-1, 1}, {0, 1}), "a slicer needs 2 to 256 levels and one threshold fewer, got 2 and 2");
  EXPECT_EQ(make({-1, 0, 1}, {1, 0}), "thresholds must ascend");
}

}  // namespace
}  // namespace tessera
