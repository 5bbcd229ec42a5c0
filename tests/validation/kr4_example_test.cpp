#include <gtest/gtest.h>

#include <filesystem>

#include "scenarios/link/link_evaluation.hpp"
#include "scenarios/link/scenario_reader.hpp"
#include "tests/support/locations.hpp"

namespace tessera {
namespace {

// The VITA 68 example channel with the short package: MATLAB COM run quoted in the PyChOpMarg notebook, no crosstalk
// here.
TEST(Kr4Example, CursorInterferenceAndNoiseAreThoseOfTheReferenceCode) {
  const auto file = test::shared_dir() / "data/sparams/com_golden_kr4_6ch/example2_THRU.s4p";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "measured KR4 example channel is not at hand";
  const Library library = find_library(test::library_dir());
  ScenarioOptions scenario;
  scenario.touchstone = file;
  EvaluationOptions options;
  options.eye = false;
  options.reach = false;
  const LinkReport report =
      evaluate(read_link(resolve_scenario(library, "kr4_touchstone"), library, all_models(), scenario).link, options);
  const SegmentResult& r = report.segments.front().result;
  EXPECT_EQ(r.equalizer.ctle_dc_gain_db, -12.0);
  EXPECT_NEAR(r.cursor / 30.3e-3, 1.0, 0.03);
  EXPECT_NEAR(r.isi_rms / 1.8e-3, 1.0, 0.03);
  EXPECT_NEAR(r.noise_rms_by_mechanism.at("transmitter.snr") / 1.4e-3, 1.0, 0.03);
  EXPECT_NEAR(r.noise_rms_by_mechanism.at("rx.input") / 0.71e-3, 1.0, 0.01);
  ASSERT_EQ(r.equalizer.dfe.size(), 14u);
  EXPECT_NEAR(r.equalizer.dfe[0], 0.577, 0.015);
  EXPECT_NEAR(r.equalizer.dfe[1], 0.034, 0.015);
  EXPECT_NEAR(r.equalizer.dfe[2], 0.000, 0.015);
  EXPECT_NEAR(r.equalizer.dfe[3], -0.070, 0.015);
}

}  // namespace
}  // namespace tessera
