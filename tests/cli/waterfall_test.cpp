#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "phy/io/hdf5_file.hpp"
#include "tests/cli/program.hpp"

namespace tessera::testing_support {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST(WaterfallOption, CurvesStandInJsonHdf5PicturesAndTheTable) {
  const TemporaryFolder folder;
  const std::string out = folder.path() / "r.json", hdf5 = folder.path() / "r.h5", pictures = folder.path() / "p";
  const ProcessResult result = tessera({"run", "microled_800g", "--engine", "budget", "--no-reach", "--waterfall",
                                        "--json", out, "--out", hdf5, "--plots", pictures});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  EXPECT_THAT(result.out, HasSubstr("microled_800g.optical: received OMA "));
  const json link = json::parse(read_text(out)).at("links").at(0);
  const json& oma = link.at("curves").at("ber_against_received_oma").at(0);
  const json& snr = link.at("curves").at("ber_against_snr").at(0);
  // The probe in front of the photodiode shows the same light.
  for (const json& probe : link.at("probes")) {
    if (probe.at("stage") == "lens_rx") {
      EXPECT_NEAR(oma.at("own_received_oma_dbm").get<double>(),
                  10.0 * std::log10(probe.at("swing").get<double>() * 1e3), 1e-9);
    }
  }
  const Hdf5Reader file(hdf5);
  const std::string base = "/links/microled_800g/segments/optical/ber_against_received_oma";
  EXPECT_EQ(file.dataset(base + "/received_oma_dbm").values, oma.at("received_oma_dbm").get<std::vector<double>>());
  EXPECT_EQ(file.dataset(base + "/received_oma_dbm").unit, "dBm");
  EXPECT_EQ(file.axis_of(base + "/log10_pre_fec_ber", 0), base + "/received_oma_dbm");
  for (const json* curve : {&oma, &snr}) {
    const auto ber = curve->at("log10_pre_fec_ber").get<std::vector<double>>();
    EXPECT_GE(ber.size(), 18u);
    EXPECT_TRUE(std::is_sorted(ber.rbegin(), ber.rend()));
  }
  for (const char* name : {"ber_against_received_oma.svg", "ber_against_snr.svg"})
    EXPECT_THAT(read_text(pictures + "/" + name), HasSubstr("</svg>")) << name;
}

TEST(WaterfallOption, CopperHasNoCurveAgainstLight) {
  const ProcessResult result =
      tessera({"run", "copper_dac_800g", "--engine", "budget", "--no-reach", "--waterfall", "--json", "-"});
  ASSERT_EQ(result.exit_code, 0) << result.error;
  const json curves = json::parse(result.out).at("links").at(0).at("curves");
  EXPECT_TRUE(curves.at("ber_against_received_oma").empty());
  EXPECT_EQ(curves.at("ber_against_snr").size(), 1u);
}

}  // namespace
}  // namespace tessera::testing_support
