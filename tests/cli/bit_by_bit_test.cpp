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
  // The rule of three, for symbols of two bits of which one is wrong; feedback makes several errors of one.
  const double symbols = segment.at("count").at("symbols").get<double>(),
               burst = segment.at("count").at("clustering").get<double>();
  EXPECT_GT(burst, 2.0);
  EXPECT_NEAR(segment.at("pre_fec_ber").get<double>() / (-std::log(0.05) * burst / symbols / 2.0), 1.0, 0.01);
}

TEST(CountingEngine, WithoutAnErrorTheTableDecidesNothing) {
  const ProcessResult r = tessera({"run", "microled_800g", "--engine", "bit_by_bit", "--symbols", "100"});
  ASSERT_EQ(r.exit_code, 0) << r.error;
  EXPECT_THAT(r.out, testing::ContainsRegex("closes +not decided"));
  EXPECT_THAT(r.out, testing::ContainsRegex("margin_q +> 0"));
  EXPECT_THAT(r.out, testing::ContainsRegex("frame loss ratio, 64 B +< "));
}

TEST(CountingEngine, WithoutALengthScanNoEmptyPictureIsWritten) {
  const TemporaryFolder folder;
  const ProcessResult r =
      tessera({"run", "copper_dac_800g", "--engine", "budget", "--no-reach", "--plots", folder.path().string()});
  ASSERT_EQ(r.exit_code, 0) << r.error;
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "power_breakdown.svg"));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "ber_against_length.svg"));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "reach_against_energy.svg"));
}

TEST(Run, AFabricIsSentToItsCommandAndBack) {
  const ProcessResult run = tessera({"run", "nvl72"}), fabric = tessera({"fabric", "compare_800g"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_EQ(run.error, "tessera: nvl72 is a fabric: it is computed by tessera fabric\n");
  EXPECT_EQ(fabric.exit_code, 2);
  EXPECT_EQ(fabric.error, "tessera: compare_800g is no fabric: it is computed by tessera run\n");
}

TEST(CountingEngine, ThreadsDoNotChangeTheResult) {
  const std::vector<std::string> one{"--symbols", "100000", "--threads", "1"},
      two{"--symbols", "100000", "--threads", "2"};
  EXPECT_EQ(counted(one), counted(two));
}

TEST(CountingEngine, AnotherSeedIsAnotherRun) {
  EXPECT_NE(counted({"--symbols", "100000", "--seed", "1"}).at("segments"),
            counted({"--symbols", "100000", "--seed", "2"}).at("segments"));
}

// Without an interrupt these rules would let it run for hours.
TEST(CountingEngine, AnInterruptEndsItWithinASecondWithTheIntervalSoFar) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "r.json";
  ProcessOptions options;
  for (options.interrupt_after_s = 0.5 * kSlowness; options.interrupt_after_s < 30.0 * kSlowness;
       options.interrupt_after_s *= 2.0) {
    const ProcessResult result = tessera({"run", "copper_dac_1600g", "--engine", "bit_by_bit", "--symbols",
                                          "100000000000", "--errors", "0", "--json", file, "--plots", folder.path()},
                                         options);
    EXPECT_EQ(result.exit_code, 130) << result.error;
    if (result.signalled) continue;  // still being loaded
    EXPECT_THAT(result.error, HasSubstr("interrupted"));
    EXPECT_LT(result.seconds, options.interrupt_after_s + 1.0 * kSlowness);
    if (!std::filesystem::exists(file)) continue;  // too early for a symbol
    const json document = json::parse(read_text(file));
    EXPECT_FALSE(document.at("complete").get<bool>());
    const json& segment = document.at("links").at(0).at("segments").at(0);
    EXPECT_EQ(segment.at("count").at("stopped_by"), "interrupt");
    EXPECT_GT(segment.at("count").at("symbols").get<std::uint64_t>(), 0u);
    const double low = segment.at("ber_interval").at(0), high = segment.at("ber_interval").at(1);
    EXPECT_LT(low, high);
    EXPECT_LE(high, 1.0);
    return;
  }
  FAIL() << "no interrupt came behind the first block";
}

TEST(CountingEngine, AnInterruptEndsATrainingToo) {
  ProcessOptions options;
  options.interrupt_after_s = 1.0 * kSlowness;
  const ProcessResult result =
      tessera({"run", "copper_dac_800g", "--engine", "bit_by_bit", "--path", "receiver", "--adaptation", "lms",
               "--training", "10000000", "--symbols", "100000000000", "--errors", "0"},
              options);
  EXPECT_EQ(result.exit_code, 130) << result.error;
  EXPECT_THAT(result.error, HasSubstr("interrupted"));
  EXPECT_LT(result.seconds, options.interrupt_after_s + 1.0 * kSlowness);
}

json microled(const std::vector<std::string>& more) {
  std::vector<std::string> arguments{"run",    "microled_800g", "--engine", "bit_by_bit",
                                     "--path", "baud_rate",     "--json",   "-"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const ProcessResult result = tessera(arguments);
  EXPECT_EQ(result.exit_code, 0) << result.error;
  return json::parse(result.out).at("links").at(0);
}

// Lanes at the edge of the array are few: a short run sends nothing over them.
TEST(CountingEngine, LanesThatSentNothingCountAsTheOthers) {
  const json link = microled({"--set", "optical.fiber.length=30 m", "--errors", "400"});
  const double ratio = link.at("segments").at(0).at("pre_fec_ber").get<double>();
  EXPECT_NEAR(link.at("pre_fec_ber").get<double>(), ratio, 0.1 * ratio);
}

// Without an error at any lane the path has the bound of all symbols, -ln(0.05)/n and a burst's clustering at most.
TEST(CountingEngine, BoundsOfLaneClassesDoNotAddUp) {
  const json link = microled({"--symbols", "1000000"});
  const json& segment = link.at("segments").at(0);
  ASSERT_EQ(segment.at("count").at("symbol_errors"), 0);
  const double symbols = segment.at("count").at("symbols").get<double>();
  EXPECT_NEAR(link.at("pre_fec_ber").get<double>(), -std::log(0.05) / symbols, 0.02 * 3.0 / symbols);
}

TEST(CountingEngine, TimeEndsARun) {
  const json link = counted({"--symbols", "0", "--errors", "0", "--time", "0.2"});
  EXPECT_EQ(link.at("segments").at(0).at("count").at("stopped_by"), "time");
}

TEST(CountingEngine, CountsMayHaveAnExponent) {
  const auto symbols = [](const char* count) {
    return tessera({"run", "copper_dac_800g", "--engine", "bit_by_bit", "--symbols", count, "--json", "-", "--quiet"});
  };
  const ProcessResult whole = symbols("120000");
  ASSERT_EQ(whole.exit_code, 0) << whole.error;
  EXPECT_EQ(symbols("1.2e5").out, whole.out);
  for (const char* none : {"1.25e1", "2e20", "-2e6", "2e", "e6", "2e6x", "1e-3", "1..2e5", ""}) {
    const ProcessResult refused = symbols(none);
    EXPECT_EQ(refused.exit_code, 2) << none;
    EXPECT_EQ(std::count(refused.error.begin(), refused.error.end(), '\n'), 1) << refused.error;
  }
}

TEST(CountingEngine, ErrorsEndARun) {
  const json count = counted({"--errors", "200"}).at("segments").at(0).at("count");
  EXPECT_EQ(count.at("stopped_by"), "errors");
  EXPECT_GE(count.at("symbol_errors").get<std::uint64_t>(), 200u);
}

// A run too short for every class of lanes: the mixture is that of the classes that had their turn.
TEST(CountingEngine, AShortRunOfManyLanesCountsSomeOfTheirClasses) {
  const ProcessResult result =
      tessera({"run", "microled_800g", "--engine", "bit_by_bit", "--path", "receiver", "--cdr", "mueller_muller",
               "--training", "4096", "--symbols", "10000", "--errors", "0", "--json", "-"});
  EXPECT_EQ(result.exit_code, 0) << result.error;
}

// The VCSEL's rate equations bend the optical segment of this cable; its copper segments have no stage to bend.
TEST(CountingEngine, TakesTheStagesWhereTheyBendTheSignal) {
  const ProcessResult result =
      tessera({"run", "aoc_sr8_800g", "--engine", "bit_by_bit", "--symbols", "20000", "--json", "-"});
  const json segments = json::parse(result.out).at("links").at(0).at("segments");
  EXPECT_EQ(segments.at(0).at("count").at("path"), "baud_rate");
  EXPECT_EQ(segments.at(1).at("count").at("path"), "stages");
}

TEST(CountingEngine, AReceiverTellsHowItEnded) {
  const json segment =
      counted({"--path", "receiver", "--cdr", "mueller_muller", "--adaptation", "lms", "--detector", "mlse",
               "--sinusoidal-jitter", "0.02", "--jitter-frequency", "20 MHz", "--symbols", "100000", "--errors", "0"})
          .at("segments")
          .at(0);
  EXPECT_EQ(segment.at("count").at("path"), "receiver");
  const json& r = segment.at("receiver");
  EXPECT_EQ(r.at("cdr"), "mueller_muller");
  EXPECT_EQ(r.at("settling_symbols"), 200'000);
  EXPECT_EQ(r.at("ffe").size(), segment.at("equalizer").at("ffe").size());
  EXPECT_EQ(r.at("convergence").at("training_symbols"), 200'000);
  EXPECT_GT(r.at("convergence").at("mean_square_v2").size(), 100u);
  EXPECT_EQ(r.at("converter").at("bits"), 6);
  EXPECT_EQ(r.at("mlse_pulse").size(), 2u);
  EXPECT_GT(r.at("jitter_transfer").at("measured").at("magnitude").get<double>(), 0.0);
  EXPECT_GT(r.at("jitter_transfer").at("linear").at("magnitude").get<double>(), 0.0);
}

TEST(CountingEngine, AReceiverDoesNotDependOnThreads) {
  const auto with = [](const std::string& threads) {
    return counted({"--path", "receiver", "--cdr", "bang_bang", "--symbols", "50000", "--threads", threads});
  };
  EXPECT_EQ(with("1"), with("2"));
}

TEST(CountingEngine, OtherMethodsSayWhatTheyRestOn) {
  for (const std::string method : {"semi_analytic", "de_bruijn", "importance_sampling"}) {
    const bool draws = method != "de_bruijn";
    const json segment = counted({"--method", method, "--jitter", "decision"}).at("segments").at(0);
    const json& sampled = segment.at("sampled");
    EXPECT_EQ(sampled.at("method"), method);
    EXPECT_GE(sampled.at("effective_samples").get<double>(), 100.0);
    EXPECT_EQ(sampled.at("relative_error").get<double>() > 0.0, draws);
    EXPECT_TRUE(segment.at("count").is_null());
    const double p = segment.at("pre_fec_ber");
    EXPECT_EQ(segment.at("ber_interval").at(0).get<double>() < p, draws);
    EXPECT_EQ(segment.at("ber_interval").at(1).get<double>() > p, draws);
    // The error ratio of the shipped link by the statistical engine.
    const ProcessResult computed = tessera({"run", "copper_dac_1600g", "--no-reach", "--json", "-"});
    const json link = json::parse(computed.out).at("links").at(0);
    EXPECT_NEAR(std::log10(p), link.at("log10_pre_fec_ber").get<double>(), 0.1) << method;
  }
}

// A method that does not know an option says so; it would give the figure without it.
TEST(CountingEngine, MethodsRefuseWhatTheyDoNotKnow) {
  const std::vector<std::vector<std::string>> unknown{
      {"--path", "stages"}, {"--jitter", "edges"}, {"--sinusoidal-jitter", "0.1", "--jitter-frequency", "100 MHz"}};
  for (const std::string method : {"de_bruijn", "importance_sampling"})
    for (std::vector<std::string> more : unknown) {
      more.insert(more.begin(), {"run", "copper_dac_800g", "--engine", "bit_by_bit", "--method", method});
      const ProcessResult result = tessera(more);
      EXPECT_EQ(result.exit_code, 2) << more.at(6);
      EXPECT_THAT(result.error, HasSubstr("method " + method));
    }
  const ProcessResult bent =
      tessera({"run", "aoc_sr8_800g", "--engine", "bit_by_bit", "--method", "importance_sampling"});
  EXPECT_EQ(bent.exit_code, 2);
  EXPECT_THAT(bent.error, HasSubstr("its stages bend the signal"));
}

// A lane without feedback, whose errors come alone.
TEST(CountingEngine, NoiseFreeSamplesHaveTheSinusoidalJitterThatIsCounted) {
  const auto log_ber = [](const std::string& peak, std::vector<std::string> more) {
    more.insert(more.begin(),
                {"run", "lpo_dr8_800g", "--engine", "bit_by_bit", "--path", "baud_rate", "--jitter", "edges",
                 "--sinusoidal-jitter", peak, "--jitter-frequency", "100 MHz", "--json", "-", "--quiet"});
    const ProcessResult result = tessera(more);
    EXPECT_EQ(result.exit_code, 0) << result.error;
    return json::parse(result.out).at("links").at(0).at("log10_pre_fec_ber").get<double>();
  };
  const std::vector<std::string> noise_free{"--method", "semi_analytic", "--symbols", "1000000"};
  const double drawn = log_ber("0.08", noise_free);
  EXPECT_NEAR(drawn, log_ber("0.08", {"--errors", "2000"}), 0.05);
  EXPECT_GT(drawn, log_ber("0.0001", noise_free) + 10 * 0.05);  // it matters
}

TEST(CountingEngine, AnInterruptOfNoiseFreeSamplesIsNoWholeResult) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "r.json";
  ProcessOptions options;
  for (options.interrupt_after_s = 0.5 * kSlowness; options.interrupt_after_s < 30.0 * kSlowness;
       options.interrupt_after_s *= 2.0) {
    const ProcessResult result = tessera({"run", "copper_dac_1600g", "--engine", "bit_by_bit", "--method",
                                          "semi_analytic", "--symbols", "100000000000", "--json", file},
                                         options);
    EXPECT_EQ(result.exit_code, 130) << result.error;
    if (result.signalled || !std::filesystem::exists(file)) continue;
    const json document = json::parse(read_text(file));
    EXPECT_FALSE(document.at("complete").get<bool>());
    EXPECT_TRUE(document.at("links").at(0).at("segments").at(0).at("sampled").at("interrupted").get<bool>());
    return;
  }
  FAIL() << "no interrupt came behind enough samples";
}

TEST(CountingEngine, ClassesOfLanesAreCountedApart) {
  const json count = microled({"--set", "optical.fiber.length=30 m", "--symbols", "500000", "--errors", "0"})
                         .at("segments")
                         .at(0)
                         .at("count");
  ASSERT_GT(count.at("lane_classes").size(), 1u);
  double share = 0.0;
  std::uint64_t symbols = 0, errors = 0;
  for (const json& own : count.at("lane_classes")) {
    share += own.at("share").get<double>();
    symbols += own.at("symbols").get<std::uint64_t>();
    errors += own.at("symbol_errors").get<std::uint64_t>();
  }
  EXPECT_NEAR(share, 1.0, 1e-12);
  EXPECT_EQ(symbols, count.at("symbols").get<std::uint64_t>());
  EXPECT_EQ(errors, count.at("symbol_errors").get<std::uint64_t>());
}

TEST(CountingEngine, AFewSamplesAreRefused) {
  const ProcessResult result = tessera({"run", "copper_dac_1600g", "--engine", "bit_by_bit", "--method",
                                        "semi_analytic", "--symbols", "10000", "--set", "copper.cable.length=0.3 m"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.error, HasSubstr("at least 100 are needed: take more symbols"));
}

// A checker knows the polynomial, and finds the errors that are counted against what was sent.
TEST(CountingEngine, APrbsCheckerFindsTheErrorsThatAreCounted) {
  for (const std::string pattern : {"prbs31q", "prbs13q"}) {
    SCOPED_TRACE(pattern);
    const json count =
        counted({"--pattern", pattern, "--symbols", "3000000", "--errors", "0"}).at("segments").at(0).at("count");
    const json& checker = count.at("prbs_checker");
    EXPECT_TRUE(checker.at("locked").get<bool>());
    const double bits = 2.0 * count.at("symbols").get<double>(), errors = count.at("bit_errors").get<double>();
    EXPECT_GT(errors, 100.0);
    EXPECT_GT(checker.at("bits").get<double>(), bits - 2000.0);  // the rest has filled its register
    EXPECT_NEAR(checker.at("bit_errors").get<double>(), errors, 4.0);
  }
  EXPECT_TRUE(counted({"--symbols", "20000"}).at("segments").at(0).at("count").at("prbs_checker").is_null());
}

TEST(CountingEngine, PatternsAreSent) {
  const json link = counted({"--symbols", "100000", "--pattern", "prbs13q"});
  EXPECT_EQ(link.at("segments").at(0).at("count").at("pattern"), "prbs13q");
}

TEST(CountingEngine, DrawsAnEyeForEachSegment) {
  const TemporaryFolder folder;
  counted({"--symbols", "20000", "--plots", folder.path().string()});
  const std::string svg = read_text(folder.path() / "eye_copper_dac_1600g_copper.svg");
  EXPECT_THAT(svg, HasSubstr("time around the decision (UI)"));
}

}  // namespace
}  // namespace tessera::testing_support
