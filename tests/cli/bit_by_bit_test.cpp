#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"
#include "tests/support/locations.hpp"

namespace tessera::testing_support {
namespace {

using nlohmann::json;
using testing::HasSubstr;

json counted(const std::vector<std::string>& more) {
  std::vector<std::string> arguments{"run", "copper_dac_1600g", "--engine", "bit_by_bit", "--json", "-"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const ProcessResult result = tessera(arguments);
  EXPECT_EQ(result.exit_code, 0) << result.error;
  return json::parse(result.out).at("links").at(0);
}

TEST(CountingEngine, WritesIntervalCountsAndNoReach) {
  const json link = counted({"--symbols", "200000", "--errors", "0", "--seed", "7"});
  EXPECT_EQ(link.at("engine"), "bit_by_bit");
  EXPECT_TRUE(link.at("reach_nominal_m").is_null());
  const json& segment = link.at("segments").at(0);
  const json& count = segment.at("count");
  EXPECT_GE(count.at("symbols").get<std::uint64_t>(), 200'000u);
  EXPECT_EQ(count.at("seed"), 7);
  EXPECT_EQ(count.at("stopped_by"), "symbols");
  std::uint64_t sum = 0;
  for (const json& n : count.at("symbols_by_level")) sum += n.get<std::uint64_t>();
  EXPECT_EQ(sum, count.at("symbols").get<std::uint64_t>());
  const json& interval = segment.at("ber_interval");
  EXPECT_LE(interval.at(0).get<double>(), segment.at("pre_fec_ber").get<double>());
  EXPECT_GE(interval.at(1).get<double>(), segment.at("pre_fec_ber").get<double>());
}

TEST(CountingEngine, WithoutAnErrorTheRatioIsABound) {
  const json link = counted({"--symbols", "20000", "--set", "copper.cable.length=0.3 m"});
  const json& segment = link.at("segments").at(0);
  ASSERT_EQ(segment.at("count").at("symbol_errors"), 0);
  EXPECT_TRUE(segment.at("count").at("is_bound"));
  EXPECT_EQ(segment.at("ber_interval").at(0), 0.0);
  // The rule of three, for symbols of two bits of which one is wrong.
  const double symbols = segment.at("count").at("symbols").get<double>();
  EXPECT_NEAR(segment.at("pre_fec_ber").get<double>() / (-std::log(0.05) / symbols / 2.0), 1.0, 0.01);
}

TEST(CountingEngine, ThreadsDoNotChangeTheResult) {
  const std::vector<std::string> one{"--symbols", "100000", "--threads", "1"},
      two{"--symbols", "100000", "--threads", "2"};
  EXPECT_EQ(counted(one), counted(two));
}

TEST(CountingEngine, PatternsAreSent) {
  const json link = counted({"--symbols", "100000", "--pattern", "prbs13q"});
  EXPECT_EQ(link.at("segments").at(0).at("count").at("pattern"), "prbs13q");
}

TEST(CountingEngine, DrawsAnEyeForEachSegment) {
  const auto folder = std::filesystem::temp_directory_path() / "tessera_eye_test";
  std::filesystem::remove_all(folder);
  counted({"--symbols", "20000", "--plots", folder.string()});
  const std::string svg = read_text((folder / "eye_copper_dac_1600g_copper.svg").string());
  EXPECT_THAT(svg, HasSubstr("time around the decision (UI)"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tessera::testing_support
