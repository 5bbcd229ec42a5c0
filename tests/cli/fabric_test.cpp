#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"

namespace tessera::testing_support {
namespace {

using nlohmann::json;
using testing::HasSubstr;

json fabric_of(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "fabric");
  arguments.insert(arguments.end(), {"--json", "-"});
  const ProcessResult result = tessera(arguments);
  EXPECT_EQ(result.exit_code, 0) << result.error;
  return json::parse(result.out).at("fabric");
}

TEST(FabricCommand, PresetsAddUpTheirTiers) {
  for (const char* name : {"nvl72", "llama3_24k"}) {
    const json fabric = fabric_of({name});
    double watts = 0.0, links = 0.0;
    for (const json& tier : fabric.at("tiers")) {
      EXPECT_TRUE(tier.at("closes").get<bool>()) << name << " " << tier.at("name");
      EXPECT_EQ(tier.at("ends").get<double>(), 2.0 * tier.at("links").get<double>());
      EXPECT_NEAR(tier.at("power_w").get<double>(),
                  tier.at("ends").get<double>() * tier.at("watts_per_end").get<double>(), 1e-6);
      watts += tier.at("power_w").get<double>();
      links += tier.at("links").get<double>();
    }
    EXPECT_NEAR(fabric.at("power_w").get<double>(), watts, 1e-9 * watts);
    EXPECT_EQ(fabric.at("links_total").get<double>(), links);
  }
}

TEST(FabricCommand, TechnologyOfATierIsReplaced) {
  const json copper = fabric_of({"nvl72"}), light = fabric_of({"nvl72", "--set", "spine.link=microled_1600g"});
  // 5,184 pairs carry 1,296 ports of 400G; as ends of 1.6T they are 648.
  EXPECT_EQ(copper.at("tiers").at(0).at("ports"), 1296);
  EXPECT_EQ(light.at("ends_total"), 648);
  EXPECT_EQ(light.at("tiers").at(0).at("length_m"), 1.2);
  EXPECT_EQ(light.at("tiers").at(0).at("technology"), "microled");
}

TEST(FabricCommand, MistakesGetOneLine) {
  const ProcessResult key = tessera({"fabric", "nvl72", "--set", "spine.lnk=x"});
  EXPECT_EQ(key.exit_code, 2);
  EXPECT_THAT(key.error, HasSubstr("did you mean \"link\"?"));
  const ProcessResult name = tessera({"fabric", "nvl73"});
  EXPECT_EQ(name.exit_code, 4);
  EXPECT_THAT(name.error, HasSubstr("nvl73"));
  const ProcessResult missing = tessera({"fabric", "nvl72", "--set", "spine.link=no_such_link"});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_THAT(missing.error, HasSubstr("no_such_link"));
}

}  // namespace
}  // namespace tessera::testing_support
