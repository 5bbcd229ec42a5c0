#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"

namespace tessera::testing_support {
namespace {

using testing::HasSubstr;

// A matched differential pair whose through paths (1 -> 3, 2 -> 4) are exponentials of frequency.
std::string four_port(const std::string& header, const std::vector<double>& gigahertz, bool swapped = false) {
  std::string text = header;
  for (const double f : gigahertz) {
    const double loss = std::exp(-0.05 * std::sqrt(f)), angle = -2.0 * M_PI * f * 0.5;
    text += fmt::format("{}", f);
    for (int to = 0; to < 4; ++to) {
      for (int from = 0; from < 4; ++from) {
        const bool through = swapped ? (to / 2 == from / 2 && to != from) : (std::abs(to - from) == 2);
        text += fmt::format(" {:.9g} {:.9g}", through ? loss * std::cos(angle) : 0.0,
                            through ? loss * std::sin(angle) : 0.0);
      }
      text += "\n";
    }
  }
  return text;
}

std::vector<double> axis() {
  std::vector<double> f;
  for (int k = 1; k <= 400; ++k) f.push_back(0.1 * k);
  return f;
}

class TouchstoneInput : public testing::Test {
 protected:
  ProcessResult check(const std::string& content) {
    file_ = folder_.file("channel.s4p", content);
    return tessera({"check", "kr4_touchstone", "--touchstone", file_});
  }
  void expect_refused(const std::string& content, const std::string& message, int line = 0) {
    const ProcessResult result = check(content);
    EXPECT_EQ(result.exit_code, 2) << result.error;
    EXPECT_THAT(result.error, HasSubstr(file_ + (line > 0 ? ":" + std::to_string(line) + ":" : "")));
    EXPECT_THAT(result.error, testing::ContainsRegex(message));
    EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
  }
  TemporaryFolder folder_;
  std::string file_;
};

constexpr const char* kHeader = "# GHz S RI R 50\n";

TEST_F(TouchstoneInput, AGoodFileIsAccepted) {
  const ProcessResult result = check(four_port(kHeader, axis()));
  EXPECT_EQ(result.exit_code, 0) << result.error;
}

TEST_F(TouchstoneInput, TruncatedFileIsRefused) {
  const std::string text = four_port(kHeader, axis());
  expect_refused(text.substr(0, text.size() - 40), "");
}

TEST_F(TouchstoneInput, MissingHeaderIsRefused) { expect_refused(four_port("", axis()), "option line|header|#", 1); }

TEST_F(TouchstoneInput, FrequenciesThatDoNotIncreaseAreRefused) {
  expect_refused(four_port(kHeader, {1.0, 2.0, 1.5, 3.0}), "must rise: 1.5 GHz comes after 2 GHz", 10);
}

TEST_F(TouchstoneInput, NotANumberIsRefused) {
  std::string text = four_port(kHeader, axis());
  const auto at = text.find(' ', text.find("\n0.2") + 1);
  text.replace(at + 1, 1, "nan");
  expect_refused(text, "nan", 6);
}

TEST_F(TouchstoneInput, SwappedPortsAreDetectedFromTheLowFrequencyTransmission) {
  const auto log10_ber = [&](bool swapped) {
    const std::string file = folder_.file("channel.s4p", four_port(kHeader, axis(), swapped));
    const ProcessResult result =
        tessera({"run", "kr4_touchstone", "--touchstone", file, "--engine", "budget", "--json", "-"});
    EXPECT_EQ(result.exit_code, 0) << result.error;
    return result.exit_code == 0
               ? nlohmann::json::parse(result.out).at("links").at(0).at("log10_pre_fec_ber").get<double>()
               : 0.0;
  };
  const double in_order = log10_ber(false);
  EXPECT_LT(in_order, -3.0);
  EXPECT_DOUBLE_EQ(log10_ber(true), in_order);
}

TEST_F(TouchstoneInput, PortOrderThatDoesNotFitIsRefused) {
  const std::string file = folder_.file("channel.s4p", four_port(kHeader, axis()));
  const ProcessResult result =
      tessera({"check", "kr4_touchstone", "--touchstone", file, "--set", "copper.channel.port_order=1 2 2 4"});
  EXPECT_EQ(result.exit_code, 2) << result.out;
  EXPECT_THAT(result.error, HasSubstr("port"));
}

TEST_F(TouchstoneInput, MissingFileIsASystemError) {
  const ProcessResult result = tessera({"check", "kr4_touchstone", "--touchstone", "nowhere.s4p"});
  EXPECT_EQ(result.exit_code, 4) << result.error;
  EXPECT_THAT(result.error, HasSubstr("nowhere.s4p"));
}

}  // namespace
}  // namespace tessera::testing_support
