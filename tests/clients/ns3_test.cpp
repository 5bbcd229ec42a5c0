#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>
#include <vector>

#include "tests/clients/exported.hpp"
#include "tests/support/sample_fabrics.hpp"

// ns-3 reads what Tessera exports (ns3_program.cpp) and must lose what Tessera says.
namespace tessera::test {
namespace {

std::vector<double> run(const std::vector<std::string>& arguments) {
  std::vector<std::string> command{NS3_PROGRAM};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const auto result = testing_support::run_process(command);
  EXPECT_EQ(result.exit_code, 0) << result.error;
  std::vector<double> numbers;
  std::istringstream words(result.out);
  for (double number = 0.0; words >> number;) numbers.push_back(number);
  return numbers;
}

double z_score(double lost, double sent, double p) { return (lost - sent * p) / std::sqrt(sent * p * (1.0 - p)); }

TEST(Ns3, LosesOnEachLinkWhatTheFileSays) {
  const std::vector<double> losses{1e-2, 1e-3, 3e-4, 1e-4};
  std::vector<double> log10_losses;
  for (double p : losses) log10_losses.push_back(std::log10(p));
  const Exported out(chain(log10_losses), "ns3");
  const auto counts = run({"packet", out.folder(), "200000"});
  ASSERT_EQ(counts.size(), 8U);
  for (std::size_t i = 0; i < losses.size(); ++i) {
    EXPECT_EQ(counts[2 * i], 200000.0);
    const double z = z_score(counts[2 * i + 1], counts[2 * i], losses[i]);
    RecordProperty("z_" + std::to_string(i), std::to_string(z));
    EXPECT_LT(std::abs(z), 4.0) << "link " << i << " lost " << counts[2 * i + 1];
  }
}

// Links without correction: ns-3 takes the bit error ratio, and a frame's loss follows from its length (2 bytes of PPP
// more).
TEST(Ns3, BitErrorsOfTheTableLoseFrames) {
  FabricGraph graph = chain({-4.0, -4.0, -4.0});
  for (std::size_t i = 0; i < 3; ++i) graph.links[i].log10_pre_fec_ber = -7.0 - static_cast<double>(i);
  const Exported out(graph, "ns3");
  const auto counts = run({"bit", out.folder(), "200000"});
  ASSERT_EQ(counts.size(), 6U);
  EXPECT_NEAR(-std::expm1(8.0 * 4098.0 * std::log1p(-1e-8)), 3.278e-4, 1e-7);
  for (std::size_t i = 0; i < 3; ++i) {
    const double p = -std::expm1(8.0 * 4098.0 * std::log1p(-std::pow(10.0, -7.0 - static_cast<double>(i))));
    const double z = z_score(counts[2 * i + 1], counts[2 * i], p);
    RecordProperty("z_" + std::to_string(i), std::to_string(z));
    EXPECT_LT(std::abs(z), 4.0) << "link " << i << " lost " << counts[2 * i + 1];
  }
}

// UDP over three routed hops.
TEST(Ns3, PathOfThreeHopsLosesTheSumOfItsLinks) {
  const Exported out(chain({-3.0, std::log10(5e-4), std::log10(2e-3)}), "ns3");
  const auto counts = run({"path", out.folder(), "200000"});
  ASSERT_EQ(counts.size(), 2U);
  const double p = 1.0 - (1.0 - 1e-3) * (1.0 - 5e-4) * (1.0 - 2e-3);
  EXPECT_NEAR(p, 3.4965e-3, 1e-7);
  const double z = z_score(counts[1], counts[0], p);
  RecordProperty("z", std::to_string(z));
  EXPECT_LT(std::abs(z), 4.0) << "lost " << counts[1];
}

// Why the companion pages warn: with all links on stream 50, as in HPCC and its descendants, links lose the same
// frames.
TEST(Ns3, OneStreamForAllLinksRepeatsTheirLosses) {
  const Exported out(chain({-2.0, -2.0}), "ns3");
  const auto shared = run({"shared", out.folder(), "50000"}), own = run({"packet", out.folder(), "50000"});
  ASSERT_EQ(shared.size(), 4U);
  ASSERT_EQ(own.size(), 4U);
  EXPECT_GT(shared[1], 0.0);
  EXPECT_EQ(shared[1], shared[3]);
  EXPECT_NE(own[1], own[3]);
}

TEST(Ns3, RatesInTerabitsAbort) {
  const auto result = testing_support::run_process({NS3_PROGRAM, "rate", "1.6Tbps"});
  EXPECT_GT(result.exit_code, 128) << result.out;
  EXPECT_EQ(run({"rate", "1600Gbps"}), std::vector<double>{1.6e12});
}

TEST(Ns3, ScheduledLossesArriveWithPoissonCounts) {
  ExportOptions options;
  options.schedule_seconds = 1e6;
  options.seed = 11;
  const Exported out(one_link(-10.0), "ns3", options);
  const auto numbers = run({"schedule", out.folder(), "20000"});
  ASSERT_GT(numbers.size(), 4U);
  EXPECT_EQ(numbers[0], numbers[1]) << "frames vanished";
  EXPECT_EQ(numbers[2], numbers[3]) << "scheduled and lost";
  // 25 windows; each expects 1e-10 of the frames of a full link. Chi-square of 25: below 8.65 or above 52.6 once in a
  // thousand.
  const double expected = options.schedule_seconds / 25.0 * 400e9 / (8.0 * 4178.0) * 1e-10;
  std::vector<double> counts(25, 0.0);
  for (std::size_t i = 4; i < numbers.size(); ++i)
    counts.at(static_cast<std::size_t>(numbers[i] / options.schedule_seconds * 25.0)) += 1.0;
  double chi_square = 0.0;
  for (double count : counts) chi_square += (count - expected) * (count - expected) / expected;
  RecordProperty("chi_square", std::to_string(chi_square));
  EXPECT_GT(chi_square, 8.65);
  EXPECT_LT(chi_square, 52.6);
}

}  // namespace
}  // namespace tessera::test
