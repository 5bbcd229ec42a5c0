// Counted errors against densities: both engines hold the same taps, phase and thresholds.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "phy/engine/bit_by_bit_engine.hpp"
#include "tests/support/copper_lane.hpp"
#include "tests/support/noisier_segment.hpp"
#include "tests/support/synthetic_segment.hpp"

namespace tessera::test {
namespace {

struct Case {
  std::string name, link;
  std::vector<std::string> sets;
  double symbol_error_ratio;
  std::size_t segment = 0;
  std::uint64_t errors = 2500;
};

std::vector<Case> cases() {
  return {
      {"dac_pam4", "copper_dac_800g", {}, 1e-3},
      {"dac_200g", "copper_dac_1600g", {}, 3e-4},
      {"c2m", "c2m_112g", {}, 1e-3},
      {"backplane", "backplane_nvl72", {}, 1e-4},
      {"c2m_nrz", "c2m_112g", {"electrical.modulation=nrz", "link.payload_rate=400 Gbit/s"}, 1e-3},
      {"acc", "acc_800g", {}, 3e-4},
      {"lpo", "lpo_dr8_800g", {}, 3e-4},
      {"cpo", "cpo_dr8_800g", {}, 3e-4},
      {"aoc", "aoc_sr8_800g", {}, 3e-4},
      {"dr8_host", "dr8_dsp_800g", {}, 1e-3},
      {"dr8_optics", "dr8_dsp_800g", {}, 3e-4, 1},
      {"microled", "microled_800g", {}, 3e-4},
      {"microled_digest", "microled_800g_mosaic_digest", {}, 1e-3},
      {"dac_pam6", "copper_dac_800g", {"copper.modulation=pam6", "copper.symbol_rate=42.5 GBd"}, 1e-3},
  };
}

std::vector<Case> rare_cases() {
  return {
      {"c2m_nrz_low", "c2m_112g", {"electrical.modulation=nrz", "link.payload_rate=400 Gbit/s"}, 1e-5, 0, 1500},
      {"aoc_host_low", "aoc_sr8_800g", {}, 1e-6, 0, 350},
  };
}

std::uint64_t seed() {
  const char* text = std::getenv("TESSERA_CROSS_ENGINE_SEED");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 1;
}

// log10 of counted over computed.
double compare(const Case& c) {
  const PreparedSegment segment =
      with_error_ratio(shipped_link(c.link, c.sets).segments.at(c.segment), c.symbol_error_ratio);
  const SegmentResult expected = run_statistical(segment);
  BitByBitOptions options;
  options.jitter = JitterPlace::decision;
  options.converter = ConverterError::gaussian;
  options.seed = seed();
  options.stop = {c.errors, 600'000'000, 0.0};
  const SegmentResult result = run_bit_by_bit(segment, options);
  const ErrorCount& counted = *result.count;
  const double p = expected.symbol_error_ratio.value();
  const double ratio = std::log10(counted.symbol_error_ratio() / p);
  EXPECT_GE(counted.symbol_errors, c.symbol_error_ratio > 2e-6 ? 1000u : 300u);
  EXPECT_TRUE(counted.symbol_error_999.contains(p))
      << p << " outside [" << counted.symbol_error_999.low << ", " << counted.symbol_error_999.high << "]";
  std::printf("%-16s %.4e counted %.4e in %llu symbols, log10 ratio %+.4f, mean burst %.3f and %.3f\n", c.name.c_str(),
              p, counted.symbol_error_ratio(), static_cast<unsigned long long>(counted.symbols), ratio,
              expected.burst_mean, result.burst_mean);
  return ratio;
}

TEST(BitByBit, CountsWhatTheStatisticalEngineComputes) {
  double sum = 0.0;
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    sum += compare(c);
  }
  EXPECT_NEAR(sum / static_cast<double>(cases().size()), 0.0, 0.03);
}

TEST(BitByBit, CountsRareErrorsAlike) {
  for (const Case& c : rare_cases()) {
    SCOPED_TRACE(c.name);
    compare(c);
  }
}

}  // namespace
}  // namespace tessera::test
