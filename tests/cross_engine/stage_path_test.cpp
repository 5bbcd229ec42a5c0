// The lane through every stage's processor against its linear response, and where the two must part.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "phy/engine/bit_by_bit_engine.hpp"
#include "phy/engine/stage_signal.hpp"
#include "tests/support/noisier_segment.hpp"

namespace tessera::test {
namespace {

double departure(const PreparedLink& link, std::size_t index = 0) {
  PreparedSegment segment = with_lane_class(link.segments.at(index), 0);
  segment.crosstalk.clear();
  segment.jitter = segment.transmitter.jitter = segment.receiver.jitter = {};
  const DecisionPoint point = settled_decision(segment);
  LaneOptions still;
  still.noise = false;
  const BaudLane linear(segment, point, still);
  return StageSignal(link.link.segments.at(index), segment, point, still, linear).departure();
}

TEST(StagePath, LinearStagesGiveTheLinearLane) { EXPECT_LT(departure(shipped_link("copper_dac_800g")), 2e-3); }

TEST(StagePath, ADriveThatBendsDepartsFromIt) {
  // Twice the swing on a modulator's sine bends the levels; a tenth of it does not.
  const double weak = departure(shipped_link("cpo_dr8_800g"));
  std::printf("cpo %.4f\n", weak);
  for (const char* name : {"lpo_dr8_800g", "microled_800g", "acc_800g"})
    std::printf("%s %.4f\n", name, departure(shipped_link(name)));
  std::printf("aoc %.4f\n", departure(shipped_link("aoc_sr8_800g"), 1));
}

TEST(StagePath, CountsWhatTheLinearLaneCountsWhereStagesAreLinear) {
  const PreparedLink link = shipped_link("copper_dac_800g");
  const PreparedSegment segment = with_error_ratio(link.segments.front(), 2e-3);
  BitByBitOptions options;
  options.jitter = JitterPlace::decision;
  options.converter = ConverterError::gaussian;
  options.path = LanePath::stages;
  options.stop = {2000, 600'000, 0.0};
  const ErrorCount count = *run_bit_by_bit(segment, options, &link.link.segments.front()).count;
  EXPECT_EQ(count.path, "stages");
  const double expected = run_statistical(segment).symbol_error_ratio.value();
  EXPECT_TRUE(count.symbol_error_999.contains(expected))
      << expected << " outside " << count.symbol_error_999.low << " ... " << count.symbol_error_999.high;
}

}  // namespace
}  // namespace tessera::test
