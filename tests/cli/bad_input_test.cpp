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

TEST_F(BadInput, ARuleThatASetBreaksNamesTheSet) {
  const ProcessResult result = check(kLink, {"--set", "lane.lanes=3"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("does not carry payload 100 Gbit/s"));
  EXPECT_THAT(result.error, HasSubstr("(with --set lane.lanes=3)\n"));
}

TEST_F(BadInput, JsonIsNoScenario) {
  expect_refused(R"( { "links": [] })", "1:1", "this is JSON; a TOML file is needed");
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

TEST(Program, OptionsOfTheCountingEngineAreRefusedForOthers) {
  const ProcessResult result = tessera({"run", "copper_dac_800g", "--errors", "10"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("are for --engine bit_by_bit, got statistical"));
}

TEST(Program, CountingThatNothingEndsIsRefused) {
  const ProcessResult result =
      tessera({"run", "copper_dac_800g", "--engine", "bit_by_bit", "--errors", "0", "--symbols", "0"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("nothing ends the run"));
}

TEST(Program, UnknownPatternNamesTheNearest) {
  const ProcessResult result = tessera({"run", "copper_dac_800g", "--engine", "bit_by_bit", "--pattern", "prbs13x"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("unknown pattern \"prbs13x\"; did you mean"));
}

TEST(Program, PatternThatDoesNotFitTheLevelsIsRefused) {
  const ProcessResult result = tessera({"run", "microled_800g", "--engine", "bit_by_bit", "--pattern", "ssprq"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("ssprq"));
}

TEST(Program, CountingNeedsAPositiveTime) {
  const ProcessResult result = tessera({"run", "copper_dac_800g", "--engine", "bit_by_bit", "--time", "-1"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("--time must be positive, got -1 s"));
}

TEST(Program, UnknownPlaceOfJitterIsRefused) {
  const ProcessResult result = tessera({"run", "copper_dac_800g", "--engine", "bit_by_bit", "--jitter", "here"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("jitter acts on edges or decision, got \"here\""));
}

TEST(Program, UnknownPathOfTheLaneNamesTheNearest) {
  const ProcessResult result = tessera({"run", "copper_dac_800g", "--engine", "bit_by_bit", "--path", "stage"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("unknown path \"stage\"; did you mean \"stages\"?"));
}

TEST(Program, UnknownMethodNamesTheNearest) {
  const ProcessResult result = tessera({"run", "copper_dac_800g", "--engine", "bit_by_bit", "--method", "counts"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("unknown method \"counts\"; did you mean \"count\"?"));
}

TEST(Program, TheBeginningOfAMethodNamesIt) {
  const ProcessResult result = tessera({"run", "copper_dac_800g", "--engine", "bit_by_bit", "--method", "importence"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("unknown method \"importence\"; did you mean \"importance_sampling\"?"));
}

TEST(Program, WhatSetsAReceiverNeedsItsPath) {
  ProcessResult result = tessera({"run", "copper_dac_800g", "--engine", "bit_by_bit", "--cdr", "bang_bang"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("--cdr: for --path receiver, got automatic"));
  result = tessera({"run", "copper_dac_800g", "--cdr", "bang_bang"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("are for --engine bit_by_bit, got statistical"));
}

TEST(Program, AReceiverThatCannotBeIsRefused) {
  const auto refused = [](std::vector<std::string> more) {
    std::vector<std::string> arguments{"run", "copper_dac_800g", "--engine", "bit_by_bit", "--path", "receiver"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ProcessResult result = tessera(arguments);
    EXPECT_EQ(result.exit_code, 2);
    return result.error;
  };
  EXPECT_THAT(refused({"--cdr", "mueller"}), HasSubstr("did you mean \"mueller_muller\"?"));
  EXPECT_THAT(refused({"--adaptation", "lms", "--training", "10"}), HasSubstr("at least 4096 symbols, got 10"));
  EXPECT_THAT(refused({"--cdr", "bang_bang", "--cdr-bandwidth", "4 m"}), HasSubstr("--cdr-bandwidth"));
  EXPECT_THAT(refused({"--sinusoidal-jitter", "0.1"}), HasSubstr("belong together"));
  EXPECT_THAT(refused({"--clock-ppm", "100"}), HasSubstr("--clock-ppm needs --cdr"));
  EXPECT_THAT(refused({"--method", "semi_analytic"}), HasSubstr("--path receiver is for --method count"));
}

TEST(Program, RulesOfCountingAreRefusedForOtherMethods) {
  const ProcessResult result =
      tessera({"run", "copper_dac_800g", "--engine", "bit_by_bit", "--method", "semi_analytic", "--errors", "10"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("are for --method count, got semi_analytic"));
}

TEST(Program, WaterfallsAreNotCounted) {
  const ProcessResult result = tessera({"run", "copper_dac_800g", "--engine", "bit_by_bit", "--waterfall"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("need an engine that computes"));
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

TEST_F(BadInput, UnknownTechnologyNamesTheNearest) {
  expect_refused(replaced("\"backplane\"", "\"backplan\""), "3:14",
                 "unknown technology \"backplan\"; did you mean \"backplane\"?");
}

TEST_F(BadInput, NamesHoldLettersDigitsUnderscoreAndHyphenOnly) {
  expect_refused(replaced("name = \"small\"", "name = \"a/b\""), "2:8", "letters, digits, '_' and '-', got \"a/b\"");
  expect_refused(replaced("name = \"lane\"", "name = \"la ne\""), "9:8", "got \"la ne\"");
  expect_refused(replaced("name = \"trace\"", "name = \"tr.ace\""), "20:8", "got \"tr.ace\"");
  expect_refused(replaced("name = \"rx\"", "name = \"\""), "25:8", "name must be a text that is not empty");
  expect_refused(replaced("name = \"small\"", "name = \"" + std::string(65, 'x') + "\""), "2:8",
                 "at most 64 characters, got 65");
}

std::string with_coupling(const std::string& keys) {
  return std::string(kLink) + "\n[[segment.coupling]]\n" + keys + "\n";
}

TEST_F(BadInput, CouplingKeysThatNothingReadsAreRefused) {
  const std::string flat = "name = \"x\"\ninjection = \"trace\"\ngain = \"-40 dB\"\n";
  EXPECT_EQ(check(with_coupling(flat)).exit_code, 0);
  expect_refused(with_coupling(flat + "slope = \"20 dB\""), "33:1", "key \"slope\" has no meaning with shape flat");
  expect_refused(with_coupling(flat + "file = \"x.s4p\""), "33:1", "without shape touchstone");
  const std::string measured = "name = \"x\"\ninjection = \"trace\"\nshape = \"touchstone\"\nfile = \"x.s4p\"\n";
  for (const std::string key : {"gain = \"-40 dB\"", "gains = [\"-40 dB\"]", "aggressors = 2",
                                "with_through_loss = true", "slope = \"20 dB\"", "reference_frequency = \"1 GHz\""})
    expect_refused(with_coupling(measured + key), "34:1", "has no meaning with shape touchstone");
}

TEST_F(BadInput, CouplingBesideTheNetworksIsFlat) {
  const std::string at_tx = "name = \"x\"\ninjection = \"tx\"\ngain = \"-40 dB\"\n";
  EXPECT_EQ(check(with_coupling(at_tx)).exit_code, 0);
  expect_refused(with_coupling(at_tx + "with_through_loss = true"), "33:1", "which is not an electrical network stage");
  expect_refused(with_coupling(at_tx + "shape = \"power_law\"\nreference_frequency = \"1 GHz\""), "33:9",
                 "must be flat");
}

TEST_F(BadInput, CouplingGainAboveOneAndReservedNameAreRefused) {
  expect_refused(with_coupling("name = \"x\"\ninjection = \"trace\"\ngain = \"1 dB\"\n"), "32:8", "gain must be in");
  expect_refused(with_coupling("name = \"array\"\ninjection = \"trace\"\ngain = \"-40 dB\"\n"), "30:8", "reserved");
}

TEST_F(BadInput, MoreStagesThanCanBePreparedAreRefused) {
  std::string many;
  for (int i = 0; i < 100; ++i)
    many += "[[segment.stage]]\nname = \"t" + std::to_string(i) + "\"\nmodel = \"pcb_trace\"\n\n";
  const ProcessResult result =
      check(replaced("[[segment.stage]]\nname = \"rx\"", many + "[[segment.stage]]\nname = \"rx\""));
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, HasSubstr("at most 100 tables [[stage]] may stand together, got 103"));
  EXPECT_LT(result.seconds, 2.0);
}

TEST_F(BadInput, ReachLimitBeyondTheStagesRangeIsRefused) {
  expect_refused(replaced("limit = \"2 m\"", "limit = \"20 m\""), "6:36",
                 "reach limit is out of the range of stage trace");
}

TEST_F(BadInput, FailureOfPreparationNamesThePlaceInTheFile) {
  const ProcessResult result = check(replaced("model = \"pcb_trace\"\nlength = \"0.1 m\"", "model = \"mach_zehnder\""));
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error, StartsWith("tessera: " + (folder_.path() / "link.toml").string() + ":"));
}

TEST(Program, LaunchBehindTheReachStageIsRefused) {
  const ProcessResult result = tessera({"check", "lpo_dr8_800g", "--set", "lpo.launch.stage=fiber"});
  EXPECT_EQ(result.exit_code, 2) << result.out;
  EXPECT_THAT(result.error, HasSubstr("must stand before the reach stage"));
}

TEST(Program, ChannelWithoutAFileNamesTheOption) {
  const ProcessResult result = tessera({"check", "kr4_touchstone"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.error,
              testing::ContainsRegex("kr4_touchstone.toml:[0-9]+:[0-9]+: stage channel has no Touchstone"));
  EXPECT_THAT(result.error, HasSubstr("--touchstone FILE"));
}

TEST(Program, SeedAndThreadsOutOfRangeAreRefused) {
  for (const std::string seed : {"-1", "18446744073709551616", "1.5", ""}) {
    const ProcessResult result = tessera({"run", "copper_dac_800g", "--seed=" + seed});
    EXPECT_EQ(result.exit_code, 2) << seed;
    EXPECT_THAT(result.error, HasSubstr("--seed")) << seed;
  }
  for (const std::string threads : {"-1", "1025", "x"}) {
    const ProcessResult result = tessera({"run", "copper_dac_800g", "--threads=" + threads});
    EXPECT_EQ(result.exit_code, 2) << threads;
    EXPECT_THAT(result.error, HasSubstr("must be a whole number from 0 to 1024")) << threads;
  }
}

TEST(Program, OutputsThatCollideOrHaveNoNameAreRefused) {
  const TemporaryFolder folder;
  const std::string file = folder.path() / "r", same = folder.path() / "." / "r";
  const ProcessResult twice = tessera({"run", "copper_dac_800g", "--json", file, "--out", same});
  EXPECT_EQ(twice.exit_code, 2);
  EXPECT_THAT(twice.error, HasSubstr("--json and --out must be two files"));
  const ProcessResult none = tessera({"run", "copper_dac_800g", "--out", ""});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.error, HasSubstr("the name of an output file must not be empty"));
}

TEST(Program, FolderIsNoScenario) {
  const TemporaryFolder folder;
  const ProcessResult result = tessera({"run", folder.path()});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.error, HasSubstr("it is a directory, not a scenario file"));
}

TEST(Program, HelpTeachesWithExamples) {
  const ProcessResult result = tessera({"--help"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, HasSubstr("tessera run compare_800g"));
  EXPECT_THAT(result.out, HasSubstr("Exit codes"));
}

}  // namespace
}  // namespace tessera::testing_support
