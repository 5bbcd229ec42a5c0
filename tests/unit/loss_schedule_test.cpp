#include "scenarios/fabric/export/loss_schedule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "phy/core/error.hpp"
#include "scenarios/fabric/export/link_text.hpp"
#include "scenarios/fabric/export/tessera_links.hpp"
#include "tests/support/process.hpp"
#include "tests/support/sample_fabrics.hpp"

namespace tessera {
namespace {

using testing::HasSubstr;
using namespace test;

constexpr double kFloor = export_text::kGeneratorFloor;

// 400G of 4158 + 20 bytes are 11.97 M frames a second; at 1e-10 one direction loses one in 836 s.
TEST(LossSchedule, CountsArePoissonWithTheExpectedMean) {
  const FabricGraph graph = one_link(-10.0);
  const double rate = 400e9 / (8.0 * 4178.0) * 1e-10, window = 20.0 / rate;
  constexpr int kWindows = 400;
  const auto losses = loss_schedule(graph, kFloor, kWindows * window, 7);
  std::map<std::pair<int, int>, int> counts;
  for (const ScheduledLoss& loss : losses) ++counts[{loss.direction, static_cast<int>(loss.time / window)}];
  const double total = 2.0 * kWindows * 20.0;
  EXPECT_NEAR(static_cast<double>(losses.size()), total, 4.0 * std::sqrt(total));
  double chi_square = 0.0;
  for (int direction : {0, 1})
    for (int w = 0; w < kWindows; ++w) chi_square += std::pow(counts[{direction, w}] - 20.0, 2.0) / 20.0;
  // 800 cells: mean 800, deviation 40.
  EXPECT_NEAR(chi_square, 800.0, 4.0 * 40.0);
}

TEST(LossSchedule, GapsAreExponential) {
  const auto losses = loss_schedule(one_link(-10.0), kFloor, 4e6, 3);
  std::vector<double> gaps;
  double last = 0.0;
  for (const ScheduledLoss& loss : losses)
    if (loss.direction == 0) {
      gaps.push_back(loss.time - last);
      last = loss.time;
    }
  std::sort(gaps.begin(), gaps.end());
  const double mean = 8.0 * 4178.0 / 400e9 / 1e-10;
  double worst = 0.0;
  for (std::size_t i = 0; i < gaps.size(); ++i)
    worst = std::max(worst, std::abs(-std::expm1(-gaps[i] / mean) -
                                     (static_cast<double>(i) + 0.5) / static_cast<double>(gaps.size())));
  ASSERT_GT(gaps.size(), 4000U);
  // Kolmogorov-Smirnov: 1.95/sqrt(n) is exceeded once in a thousand.
  EXPECT_LT(worst * std::sqrt(static_cast<double>(gaps.size())), 1.95);
}

TEST(LossSchedule, IsAFunctionOfSeedLinkAndDirection) {
  const FabricGraph graph = chain({-10.0, -10.0, -10.0});
  const auto first = loss_schedule(graph, kFloor, 1e5, 1), again = loss_schedule(graph, kFloor, 1e5, 1),
             other = loss_schedule(graph, kFloor, 1e5, 2), longer = loss_schedule(graph, kFloor, 2e5, 1);
  const auto same = [](const ScheduledLoss& x, const ScheduledLoss& y) {
    return x.link == y.link && x.direction == y.direction && x.frame == y.frame;
  };
  EXPECT_TRUE(std::equal(first.begin(), first.end(), again.begin(), again.end(), same));
  EXPECT_TRUE(std::equal(first.begin(), first.end(), longer.begin(),
                         longer.begin() + static_cast<std::ptrdiff_t>(first.size()), same));
  EXPECT_FALSE(std::equal(first.begin(), first.end(), other.begin(), other.end(), same));
  std::map<std::uint64_t, int> frames;
  for (const ScheduledLoss& loss : first) ++frames[loss.frame];
  EXPECT_EQ(frames.size(), first.size()) << "two directions share their losses";
  EXPECT_TRUE(std::is_sorted(first.begin(), first.end(), [](const auto& x, const auto& y) { return x.time < y.time; }));
}

// 1e-18 over 1 s are 1.2e-11 losses a direction: over 3 million directions none, with overwhelming chance.
TEST(LossSchedule, HealthyLinksLoseNothingAndLossyOnesAreDrawnByTheClient) {
  EXPECT_TRUE(loss_schedule(one_link(-18.0), kFloor, 1.0, 0).empty());
  EXPECT_TRUE(loss_schedule(one_link(-3.0), kFloor, 1e6, 0).empty());
  EXPECT_TRUE(export_text::schedule_file(one_link(-3.0), {}).empty());
}

TEST(LossSchedule, TooLongATimeNamesTheOneThatFits) {
  try {
    loss_schedule(one_link(-10.0), kFloor, 1e12, 0);
    FAIL() << "accepted";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("at most 1e+06 fit, which are 4.18e+08 s"));
  }
  EXPECT_THROW(loss_schedule(one_link(-10.0), kFloor, 0.0, 0), ConfigError);
}

TEST(LinkReader, ReadsWhatTheExportWrote) {
  FabricGraph graph = leaf_spine();
  graph.classes[0].name = "rack, \"short\"";
  ExportOptions options;
  options.schedule_seconds = 1000.0;
  const testing_support::TemporaryFolder folder;
  std::map<std::string, std::string> paths;
  for (const ExportFile& file : export_fabric(graph, "ns3", options).files)
    paths[file.name] = folder.file(file.name, file.text);
  const auto links = tessera_links::read_links(paths.at("links.csv"));
  ASSERT_EQ(links.size(), graph.links.size());
  for (std::size_t i = 0; i < links.size(); ++i) {
    const FabricLink& link = graph.links[i];
    const FabricLinkClass& kind = graph.classes[link.link_class];
    EXPECT_EQ(links[i].index, i);
    EXPECT_EQ(links[i].a, link.a);
    EXPECT_EQ(links[i].b, link.b);
    EXPECT_EQ(links[i].link_class, kind.name);
    EXPECT_EQ(links[i].rate_bps, kind.rate);
    EXPECT_EQ(links[i].latency_s, kind.latency);
    EXPECT_EQ(links[i].log10_frame_loss, link.log10_frame_loss);
    EXPECT_EQ(links[i].watts_busy, kind.watts_busy);
    EXPECT_EQ(links[i].fit, kind.fit);
    EXPECT_EQ(links[i].frame_bytes, 4158);
  }
  const auto read = tessera_links::read_schedule(paths.at("loss_schedule.csv"));
  const auto made = loss_schedule(graph, kFloor, 1000.0, 0);
  ASSERT_EQ(read.size(), made.size());
  ASSERT_FALSE(read.empty());
  for (std::size_t i = 0; i < read.size(); ++i) {
    EXPECT_EQ(read[i].link, made[i].link);
    EXPECT_EQ(read[i].frame, made[i].frame);
    EXPECT_EQ(read[i].time_s, made[i].time);
    EXPECT_TRUE(links[read[i].link].scheduled());
  }
}

TEST(LinkReader, MistakesNameTheirLine) {
  const testing_support::TemporaryFolder folder;
  const auto message = [&](const std::string& text) {
    try {
      tessera_links::read_schedule(folder.file("s.csv", text));
    } catch (const std::runtime_error& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_EQ(message("# mine\nlink,direction,frame,time_s\r\n0,1,12,1e-3\r\n"), "accepted");
  EXPECT_THAT(message("link,direction,frame,time_s\n0,1,12\n"), HasSubstr("s.csv:2: has another number of fields"));
  EXPECT_THAT(message("link,direction,frame,time_s\n0,1,x,1\n"), HasSubstr("s.csv:2: frame is no number: x"));
  EXPECT_THAT(message("link,direction,time_s\n0,1,1\n"), HasSubstr("there is no column frame"));
  EXPECT_THAT(message(""), HasSubstr("is empty"));
  EXPECT_THROW(tessera_links::read_links("nowhere.csv"), std::runtime_error);
}

}  // namespace
}  // namespace tessera
