#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/clients/exported.hpp"
#include "tests/support/sample_fabrics.hpp"

// tc reads its options before it looks for the device: a good line fails with the device alone. Nothing is changed on
// the machine.
namespace tessera::test {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

testing_support::ProcessResult tc(const std::string& line) {
  std::vector<std::string> command;
  std::istringstream words(line);
  for (std::string word; words >> word;) command.push_back(word);
  command[0] = TC_PROGRAM;
  command[4] = "nosuchdev0";  // tc qdisc add dev DEVICE …
  return testing_support::run_process(command);
}

TEST(Netem, EveryLineIsUnderstood) {
  for (const FabricGraph& graph : {leaf_spine(), scale_up_rack(), torus()}) {
    std::istringstream lines(testing_support::read_text(Exported(graph, "netem").path("netem.sh")));
    int tried = 0;
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("tc ")) continue;
      const auto result = tc(line);
      EXPECT_NE(result.exit_code, 0);
      EXPECT_THAT(result.error, HasSubstr("Cannot find device")) << line;
      EXPECT_THAT(result.error, Not(AnyOf(HasSubstr("Illegal"), HasSubstr("What is")))) << line;
      ++tried;
    }
    EXPECT_EQ(tried, 2 * static_cast<int>(graph.links.size()));
  }
}

TEST(Netem, WhatWeAvoidIsRefused) {
  EXPECT_THAT(tc("tc qdisc add dev x root netem delay 505ns rate 400gbit").error, HasSubstr("Illegal"));
  EXPECT_THAT(tc("tc qdisc add dev x root netem loss random 101%").error, HasSubstr("Illegal"));
}

}  // namespace
}  // namespace tessera::test
