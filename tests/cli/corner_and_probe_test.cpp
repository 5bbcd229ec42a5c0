#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "phy/io/hdf5_file.hpp"
#include "tests/cli/program.hpp"

namespace tessera::testing_support {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST(CornerOption, ReachesResultsAndMessages) {
  const ProcessResult hot =
      tessera({"run", "lpo_dr8_800g", "--engine", "budget", "--no-reach", "--corner", "hot", "--json", "-"});
  ASSERT_EQ(hot.exit_code, 0) << hot.error;
  const json link = json::parse(hot.out).at("links").at(0);
  EXPECT_EQ(link.at("corner"), "hot");
  EXPECT_NEAR(link.at("case_temperature_k").get<double>(), 343.15, 1e-9);
  EXPECT_THAT(tessera({"run", "lpo_dr8_800g", "--engine", "budget", "--no-reach", "--set", "link.corner=cold"}).out,
              HasSubstr("(engine budget, corner cold)"));
  EXPECT_EQ(tessera({"check", "lpo_dr8_800g", "--corner", "worst"}).exit_code, 0);
  const ProcessResult wrong = tessera({"check", "lpo_dr8_800g", "--corner", "wurst"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.error, HasSubstr("tessera: --corner wurst: unknown corner \"wurst\"; did you mean \"worst\"?"));
}

TEST(CornerOption, LinkWithoutItsChannelIsRefusedForTheChannel) {
  const ProcessResult result = tessera({"check", "kr4_touchstone", "--corner", "worst"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("has no Touchstone file: give --touchstone FILE"));
}

TEST(PartsList, ShowsCornerValues) {
  EXPECT_THAT(tessera({"parts", "mpo_connector"}).out, HasSubstr("insertion_loss, worst"));
}

TEST(Probes, TableIsPrintedWhenAskedFor) {
  const std::vector<std::string> run{"run", "lpo_dr8_800g", "--engine", "budget", "--no-reach"};
  EXPECT_THAT(tessera(run).out, testing::Not(HasSubstr("test point")));
  std::vector<std::string> with = run;
  with.emplace_back("--probes");
  const ProcessResult result = tessera(with);
  ASSERT_EQ(result.exit_code, 0) << result.error;
  for (const char* word : {"test point", "TP0a", "TP1a", "TP2", "TP3", "TP4", "TP5a", "R_LM", "1.50", "53.12 GHz"})
    EXPECT_THAT(result.out, HasSubstr(word));
}

TEST(Probes, AndDensityStandInTheFile) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "r.h5";
  ASSERT_EQ(tessera({"run", "microled_800g", "--engine", "budget", "--no-reach", "--quiet", "--out", path}).exit_code,
            0);
  const Hdf5Reader file(path);
  const std::string base = "/links/microled_800g";
  EXPECT_EQ(file.dataset(base + "/probes/optical/photodiode/noise_rms").unit, "A");
  EXPECT_EQ(file.dataset(base + "/probes/optical/fiber/average_power_dbm").unit, "dBm");
  EXPECT_EQ(file.dataset(base + "/probes/optical/tia/levels").values.size(), 2u);
  EXPECT_NEAR(file.dataset(base + "/density/shoreline").values.at(0), 800e9 / 22.58e-3, 1.0);
}

}  // namespace
}  // namespace tessera::testing_support
