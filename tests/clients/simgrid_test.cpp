#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "tests/clients/exported.hpp"
#include "tests/support/sample_fabrics.hpp"

// SimGrid loads our platform; its energy is ours.
namespace tessera::test {
namespace {

std::map<std::string, double> run(const Exported& out, const std::string& from, const std::string& to,
                                  const std::string& bytes) {
  const auto result = testing_support::run_process({SIMGRID_PROGRAM, out.path("platform.xml"), from, to, bytes,
                                                    "--cfg=network/model:CM02", "--cfg=network/crosstraffic:0",
                                                    "--cfg=network/TCP-gamma:1e12", "--log=root.thres:warning"});
  EXPECT_EQ(result.exit_code, 0) << result.error;
  std::map<std::string, double> values;
  std::istringstream words(result.out);
  std::string name;
  for (double value = 0.0; words >> name >> value;) values[name] = value;
  EXPECT_FALSE(values.empty()) << result.out << result.error;
  return values;
}

FabricGraph warm_link() {
  FabricGraph graph = one_link(-30.0);
  graph.classes[0].latency = 505e-9;
  graph.classes[0].watts_idle = 24.5;
  graph.classes[0].watts_busy = 29.0;
  return graph;
}

// 50 GB at 400 Gbit/s take 1 s and 505 ns; one end busy, the other, which only listens on this link, idle.
TEST(SimGrid, BusyLinkTakesItsWattsForItsTime) {
  const auto values = run(Exported(warm_link(), "simgrid"), "gpu-0", "gpu-1", "50000000000");
  const double time = 1.0 + 505e-9;
  EXPECT_NEAR(values.at("time"), time, 1e-7);
  EXPECT_NEAR(values.at("link-0-1_up"), 29.0 * time, 29.0 * 1e-6);
  EXPECT_NEAR(values.at("link-0-1_down"), 24.5 * time, 24.5 * 1e-6);
}

TEST(SimGrid, FabricAtRestTakesTheIdleWattsOfAllItsEnds) {
  FabricGraph graph = leaf_spine();
  graph.classes[0].watts_idle = 0.05;
  const auto values = run(Exported(graph, "simgrid"), "gpu-0", "gpu-1", "0");
  double ours = 0.0, theirs = 0.0;
  for (const FabricLink& link : graph.links) ours += 2.0 * graph.classes[link.link_class].watts_idle * 1.0;
  for (const auto& [name, joules] : values)
    if (name != "time") theirs += joules;
  EXPECT_EQ(values.size(), 1U + 2U * 12U);
  EXPECT_NEAR(theirs, ours, 1e-6 * ours);
}

// Behind a link of half the rate a link runs at half load: the mean of idle and busy.
TEST(SimGrid, HalfLoadIsTheMean) {
  FabricGraph graph = chain({-30.0, -30.0});
  graph.classes[0].watts_idle = 10.0;
  graph.classes[0].watts_busy = 20.0;
  graph.classes.push_back(graph.classes[0]);
  graph.classes[1].name = "slow";
  graph.classes[1].rate = 200e9;
  graph.links[1].link_class = 1;
  const auto values = run(Exported(graph, "simgrid"), "gpu-0", "gpu-1", "50000000000");
  const double time = values.at("time");
  EXPECT_NEAR(time, 2.0, 1e-5);
  EXPECT_NEAR(values.at("link-0-2_up"), 15.0 * time, 15.0 * time * 1e-6);
  EXPECT_NEAR(values.at("link-1-2_down"), 20.0 * time, 20.0 * time * 1e-6);
}

// GPU 0 to GPU 7 over leaf, spine and leaf: the client finds the route by itself; latency is the path's with its
// switches.
TEST(SimGrid, RoutesThroughTheSwitches) {
  FabricGraph graph = leaf_spine();
  for (FabricLink& link : graph.links) link.log10_frame_loss = -30.0;
  const auto values = run(Exported(graph, "simgrid"), "gpu-0", "gpu-7", "1");
  EXPECT_NEAR(values.at("time"), 2.0 * 105.4e-9 + 2.0 * 505e-9 + 3.0 * 300e-9, 1e-9);
}

}  // namespace
}  // namespace tessera::test
