#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/cli/program.hpp"

namespace tessera::testing_support {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// A small electrical link that closes; each test spoils one line of it.
constexpr const char* kLink = R"([link]
name = "small"
technology = "backplane"
payload_rate = "100 Gbit/s"
fec = { code = "kr4", interleave = 1 }
reach = { stage = "trace", limit = "2 m" }

[[segment]]
name = "lane"
modulation = "nrz"
symbol_rate = "25.78125 GBd"
lanes = 4

[[segment.stage]]
name = "tx"
model = "serdes_driver"
boundary = "host"

[[segment.stage]]
name = "trace"
model = "pcb_trace"
length = "0.1 m"

[[segment.stage]]
name = "rx"
model = "serdes_receiver"
boundary = "host"
)";

std::string replaced(const std::string& from, const std::string& to) {
  std::string text = kLink;
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("no such text in the test's link: " + from);
  return text.replace(at, from.size(), to);
}

class BadInput : public testing::Test {
 protected:
  ProcessResult check(const std::string& content, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{"check", folder_.file("link.toml", content)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return tessera(arguments);
  }
  void expect_refused(const std::string& content, const std::string& place, const std::string& message) {
    const ProcessResult result = check(content);
    EXPECT_EQ(result.exit_code, 2) << result.error;
    EXPECT_THAT(result.error, StartsWith("tessera: " + (folder_.path() / "link.toml").string() + ":" + place + ": "));
    EXPECT_THAT(result.error, HasSubstr(message));
    EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
  }
  TemporaryFolder folder_;
};

TEST_F(BadInput, TheUnspoiltLinkIsAccepted) {
  const ProcessResult result = check(kLink);
  EXPECT_EQ(result.exit_code, 0) << result.error;
  EXPECT_THAT(result.out, HasSubstr("small: ok"));
}

TEST_F(BadInput, UnknownKeyNamesTheNearest) {
  expect_refused(replaced("payload_rate = ", "payload_rat = "), "4:1",
                 "unknown key \"payload_rat\" in [link]; did you mean \"payload_rate\"?");
  expect_refused(replaced("lanes = 4", "lane = 4"), "12:1",
                 "unknown key \"lane\" in [[segment]]; did you mean \"lanes\"?");
}

TEST_F(BadInput, UnknownParameterNamesTheNearest) {
  expect_refused(replaced("length = \"0.1 m\"", "lenght = \"0.1 m\""), "22:10",
                 "unknown parameter \"lenght\" of pcb_trace; did you mean \"length\"?");
}

TEST_F(BadInput, WrongDimensionSaysWhatIsWanted) {
  expect_refused(replaced("\"0.1 m\"", "\"0.1 GHz\""), "22:10", "length must be a length");
}

TEST_F(BadInput, BareNumberIsRefused) {
  expect_refused(replaced("\"0.1 m\"", "0.1"), "22:10", "length must be a length");
  expect_refused(replaced("\"25.78125 GBd\"", "25.78125e9"), "11:15", "symbol_rate must be");
}

TEST_F(BadInput, NotANumberIsRefused) {
  expect_refused(replaced("\"0.1 m\"", "\"nan m\""), "22:10", "length");
  expect_refused(replaced("\"0.1 m\"", "nan"), "22:10", "finite");
}

TEST_F(BadInput, NegativeAndAbsurdLengthsAreRefused) {
  expect_refused(replaced("\"0.1 m\"", "\"-1 m\""), "22:10", "got -1 m");
  expect_refused(replaced("\"0.1 m\"", "\"1e30 m\""), "22:10", "length must be");
}

TEST_F(BadInput, MissingPartNamesTheNearest) {
  expect_refused(replaced("model = \"pcb_trace\"", "part = \"pcb_megtron_77\""), "21:8",
                 "unknown part \"pcb_megtron_77\"; did you mean \"pcb_megtron_7\"?");
}

TEST_F(BadInput, UnknownModelNamesTheNearest) {
  expect_refused(replaced("\"pcb_trace\"", "\"pcb_trase\""), "21:9",
                 "unknown model \"pcb_trase\"; did you mean \"pcb_trace\"?");
}

TEST_F(BadInput, LineRateBelowPayloadTimesOverheadIsRefusedWithNumbers) {
  expect_refused(replaced("lanes = 4", "lanes = 3"), "4:16",
                 "line rate 77.3438 Gbit/s does not carry payload 100 Gbit/s with fec kr4, which takes 103.125 Gbit/s");
}

TEST_F(BadInput, ZeroLanesAreRefused) { expect_refused(replaced("lanes = 4", "lanes = 0"), "12:9", "lanes must be"); }

TEST_F(BadInput, ReachStageThatIsNotThereIsNamed) {
  expect_refused(replaced("stage = \"trace\"", "stage = \"trase\""), "6:19", "did you mean \"trace\"?");
}

TEST_F(BadInput, StageNameTwiceIsRefused) {
  expect_refused(replaced("name = \"rx\"", "name = \"tx\""), "25:8", "stands twice");
}

TEST_F(BadInput, SyntaxErrorSaysWhere) { expect_refused(replaced("lanes = 4", "lanes = = 4"), "12:9", ""); }

TEST_F(BadInput, SetOfUnknownStageNamesTheNearest) {
  const ProcessResult result = check(kLink, {"--set", "lane.trase.length=1 m"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, StartsWith("tessera: --set lane.trase.length=1 m: "));
  EXPECT_THAT(result.error, HasSubstr("did you mean \"trace\"?"));
}

TEST_F(BadInput, SetWithWrongUnitNamesTheOption) {
  const ProcessResult result = check(kLink, {"--set", "lane.trace.length=1 GHz"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, StartsWith("tessera: --set lane.trace.length=1 GHz: length must be a length"));
}

TEST_F(BadInput, TouchstoneWithoutAStageForItIsRefused) {
  const ProcessResult result = check(kLink, {"--touchstone", "x.s4p"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("touchstone_channel"));
}

TEST(Program, MissingScenarioIsASystemErrorThatNamesTheNearest) {
  const ProcessResult result = tessera({"run", "copper_dac_800"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.error, HasSubstr("did you mean \"copper_dac_800g\"?"));
}

TEST(Program, UnknownCommandNamesTheNearest) {
  const ProcessResult result = tessera({"rum"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("unknown command \"rum\"; did you mean \"run\"?"));
}

TEST(Program, EngineOfALaterVersionIsRefusedPlainly) {
  const ProcessResult result = tessera({"run", "copper_dac_800g", "--engine", "bit_by_bit"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("engine bit_by_bit is not in this version"));
}

TEST(Program, UnwritableOutputIsASystemErrorBeforeTheWork) {
  const ProcessResult result = tessera({"run", "copper_dac_800g", "--json", "/nonexistent_folder/r.json"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.error, HasSubstr("cannot write /nonexistent_folder/r.json"));
  EXPECT_LT(result.seconds, 2.0);
}

TEST(Program, FullDiskIsASystemError) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full on this system";
  const ProcessResult result = tessera({"validate", "--quiet", "--json", "/dev/full"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.error, HasSubstr("cannot write /dev/full: No space left on device"));
}

TEST(Program, HelpTeachesWithExamples) {
  const ProcessResult result = tessera({"--help"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, HasSubstr("tessera run compare_800g"));
  EXPECT_THAT(result.out, HasSubstr("Exit codes"));
}

}  // namespace
}  // namespace tessera::testing_support
