#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"

namespace tessera::testing_support {
namespace {

using nlohmann::json;
using testing::HasSubstr;

json fec_of(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "fec");
  arguments.insert(arguments.end(), {"--json", "-"});
  const ProcessResult result = tessera(arguments);
  EXPECT_EQ(result.exit_code, 0) << result.error;
  return json::parse(result.out).at("fec");
}

TEST(FecCommand, FrameLossOfTheStandards) {
  // IEEE 802.3: 1.7e-12 and 3.4e-12 at BER 2.4e-4 with two and four codewords.
  EXPECT_NEAR(fec_of({"--code", "kp4", "--ber", "2.4e-4", "--interleave", "2"}).at("frame_loss_ratio"), 1.7e-12, 5e-14);
  const json four = fec_of({"--code", "kp4", "--ber", "2.4e-4", "--interleave", "4"});
  EXPECT_NEAR(four.at("frame_loss_ratio"), 3.4e-12, 5e-14);
  EXPECT_NEAR(four.at("codeword_error_ratio"), 8.152e-13, 1e-15);
  EXPECT_NEAR(four.at("log10_codeword_error_ratio"), -12.0887, 1e-3);
  EXPECT_NEAR(four.at("post_fec_ber"), 2.41e-15, 1e-17);
}

TEST(FecCommand, BurstsAndThePrecoder) {
  const std::vector<std::string> base{"--code", "kp4", "--ber", "2.4e-4", "--burst", "0.75"};
  std::vector<std::string> precoded = base;
  precoded.emplace_back("--precode");
  EXPECT_NEAR(fec_of(base).at("codeword_error_ratio"), 5.2e-8, 5e-10);
  EXPECT_NEAR(fec_of(precoded).at("codeword_error_ratio"), 5.5e-11, 6e-13);
  EXPECT_NEAR(fec_of(precoded).at("input_ber"), 1.2e-4, 1e-9);  // two errors for a mean burst of four
}

TEST(FecCommand, BelowTheSmallestNumberTheLogarithmSpeaks) {
  const json tiny = fec_of({"--code", "kp4", "--ber", "1e-30"});
  EXPECT_TRUE(tiny.at("codeword_error_ratio").is_null());
  EXPECT_NEAR(tiny.at("log10_codeword_error_ratio"), -433.65, 0.01);  // C(544,16) (10 BER)^16
}

TEST(FecCommand, OtherCodes) {
  EXPECT_NEAR(fec_of({"--code", "hamming128", "--ber", "1e-3"}).at("post_fec_ber"), 1.22e-4, 5e-7);
  EXPECT_NEAR(fec_of({"--code", "kr4", "--ber", "2.1e-5"}).at("codeword_error_ratio"), 4.87e-13, 1e-15);
  EXPECT_EQ(fec_of({"--code", "bch:144,128", "--ber", "1e-4"}).at("correctable"), 2);
  // Two errors of (127,120) always become three: 1.18e-4 without miscorrection.
  EXPECT_NEAR(fec_of({"--code", "bch:127,120", "--ber", "1e-3"}).at("post_fec_ber"), 1.76e-4, 1e-6);
}

TEST(FecCommand, MonteCarloIsRepeatableAndContainsTheTheory) {
  const std::vector<std::string> words{"--code", "kp4", "--ber", "1.5e-3", "--monte-carlo", "40000", "--seed", "7"};
  const json one = fec_of(words), two = fec_of(words);
  EXPECT_EQ(one, two);
  const json& count = one.at("monte_carlo");
  EXPECT_EQ(count.at("words"), 40000);
  EXPECT_LT(count.at("codeword_error_ratio_99_9").at(0).get<double>(), one.at("codeword_error_ratio").get<double>());
  EXPECT_GT(count.at("codeword_error_ratio_99_9").at(1).get<double>(), one.at("codeword_error_ratio").get<double>());
  const json none = fec_of({"--code", "kp4", "--ber", "1e-5", "--monte-carlo", "1000"}).at("monte_carlo");
  EXPECT_EQ(none.at("codeword_error_ratio"), 0.0);
  EXPECT_NEAR(none.at("codeword_error_ratio_95").at(1), 2.99e-3, 1e-5);  // no error: a bound
}

TEST(FecCommand, MistakesGetOneLine) {
  const struct {
    std::vector<std::string> arguments;
    const char* message;
  } cases[] = {
      {{"--code", "kp5", "--ber", "1e-4"}, "unknown code \"kp5\""},
      {{"--code", "bch:144,127", "--ber", "1e-4"}, "no BCH code of 144 bits has 17 parity bits"},
      {{"--code", "bch:144", "--ber", "1e-4"}, "bch:N,K needs two whole numbers"},
      {{"--ber", "0.7"}, "must be a number above 0 and below 0.5, got \"0.7\""},
      {{"--ber", "0"}, "--ber must be above 0"},
      {{"--ber", "nan"}, "must be a number above 0 and below 0.5"},
      {{"--ber", "-1e-4"}, "must be a number above 0 and below 0.5"},
      {{"--ber", "1e-4x"}, "must be a number above 0 and below 0.5"},
      {{"--ber", "1e-4", "--interleave", "0"}, "--interleave must be at least 1"},
      {{"--ber", "1e-4", "--burst", "1"}, "must be a number from 0 to below 1, got \"1\""},
      {{"--ber", "1e-4", "--modulation", "pam4"}, "with --burst or --precode only"},
      {{"--ber", "1e-4", "--precode", "--modulation", "pam6"}, "--modulation must be nrz or pam4"},
      {{"--code", "hamming128", "--ber", "1e-4", "--burst", "0.5"}, "--burst and --precode are for kp4 and kr4"},
      {{"--ber", "1e-4", "--monte-carlo", "-5"}, "must be a whole number"},
      {{}, "--ber is required"},
  };
  for (const auto& c : cases) {
    std::vector<std::string> arguments = c.arguments;
    arguments.insert(arguments.begin(), "fec");
    const ProcessResult result = tessera(arguments);
    EXPECT_EQ(result.exit_code, 2) << c.message;
    EXPECT_THAT(result.error, HasSubstr(c.message));
    EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
    EXPECT_TRUE(result.out.empty());
  }
}

}  // namespace
}  // namespace tessera::testing_support
