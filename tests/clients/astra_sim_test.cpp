#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <set>

#include "tests/clients/exported.hpp"
#include "tests/support/sample_fabrics.hpp"

// The YAML reader that ASTRA-sim's analytical network uses reads our file as that program does.
namespace tessera::test {
namespace {

TEST(AstraSim, FourListsOfEqualLength) {
  for (const FabricGraph& graph : {torus(), leaf_spine(), three_level_tree(), scale_up_rack()}) {
    const YAML::Node network = YAML::LoadFile(Exported(graph, "astra-sim").path("network.yml"));
    const auto topology = network["topology"].as<std::vector<std::string>>();
    const auto npus = network["npus_count"].as<std::vector<int>>();
    const auto bandwidth = network["bandwidth"].as<std::vector<double>>(),
               latency = network["latency"].as<std::vector<double>>();
    ASSERT_EQ(topology.size(), graph.dimensions.size());
    EXPECT_EQ(npus.size(), topology.size());
    EXPECT_EQ(bandwidth.size(), topology.size());
    EXPECT_EQ(latency.size(), topology.size());
    std::int64_t gpus = 1;
    for (std::size_t i = 0; i < topology.size(); ++i) {
      EXPECT_TRUE((std::set<std::string>{"Ring", "FullyConnected", "Switch"}.contains(topology[i])));
      EXPECT_GT(npus[i], 1);
      EXPECT_GT(bandwidth[i], 0.0);
      EXPECT_GT(latency[i], 0.0);
      gpus *= npus[i];
    }
    EXPECT_EQ(gpus, graph.gpus);
  }
}

}  // namespace
}  // namespace tessera::test
