// The mean burst of the statistical engine against one that is counted: the same samples decided with feedback of what
// was decided and with feedback of what was sent.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "phy/engine/baud_lane.hpp"
#include "phy/engine/statistical_engine.hpp"
#include "phy/engine/symbol_decider.hpp"
#include "tests/support/copper_lane.hpp"
#include "tests/support/noisier_segment.hpp"

namespace tessera::test {
namespace {

struct Counts {
  std::uint64_t fed_back = 0, alone = 0;
};

Counts count(const PreparedSegment& segment, std::uint64_t symbols) {
  const DecisionPoint point = settled_decision(segment, {});
  SymbolDecider deciding(segment, point, tails_at(point, point.at(segment, 0.0), StatisticalOptions{}.bins));
  SymbolDecider knowing = deciding;
  const std::vector<double> thresholds = deciding.thresholds();
  LaneOptions options;
  options.seed = 3;
  options.instance = "burst";
  options.jitter = JitterPlace::decision;
  options.converter = ConverterError::gaussian;
  const BaudLane lane(segment, point, options);
  BaudLane::Block block;
  std::vector<std::uint8_t> decided;
  Counts counts;
  for (std::uint64_t i = 0; i * lane.size() < symbols; ++i) {
    lane.fill(i, block);
    decided.resize(block.sent.size());
    deciding.decide(block.y, block.sent, decided);
    knowing.feed_back(block.y, block.sent);
    for (std::size_t k = 0; k < decided.size(); ++k) {
      const auto above = std::count_if(thresholds.begin(), thresholds.end(), [&](double t) { return t < block.y[k]; });
      counts.fed_back += decided[k] != block.sent[k];
      counts.alone += above != block.sent[k];
    }
  }
  return counts;
}

// Jitter decides which neighbours an error speaks for: taken for noise alone it made bursts of 4.6 and 3.0 here.
TEST(ErrorPropagation, JitteredErrorsMakeAsManyAsAreCounted) {
  for (const std::string name : {"backplane_nvl72", "acc_800g"}) {
    SCOPED_TRACE(name);
    PreparedSegment segment = shipped_link(name).segments.front();
    segment.jitter.dual_dirac_ui *= 2.0;
    segment = with_error_ratio(segment, 3e-4);
    const Counts counts = count(segment, 40'000'000);
    ASSERT_GT(counts.alone, 2500u);
    const double counted = static_cast<double>(counts.fed_back) / static_cast<double>(counts.alone);
    const double burst = run_statistical(segment).burst_mean;
    std::printf("%s: mean burst %.3f, counted %.3f from %llu errors\n", name.c_str(), burst, counted,
                static_cast<unsigned long long>(counts.alone));
    // About 1.5 % of it is what counting leaves open.
    EXPECT_NEAR(burst / counted, 1.0, 0.045);
  }
}

}  // namespace
}  // namespace tessera::test
