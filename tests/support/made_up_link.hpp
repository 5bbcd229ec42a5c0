#pragma once

#include <string>
#include <vector>

#include "scenarios/fabric/fabric.hpp"

namespace tessera::test {

/// A link of which only the numbers matter that a fabric asks for.
struct MadeUpLink {
  double log10_loss = -15.0;  // of frames of every reported size
  double watts = 10.0;        // of one end, module and host
  double module_share = 0.6;  // of them
  double fit = 100.0;         // of one direction
  double payload_rate = 800e9;
  double length = 2.0;
  std::string name = "made_up";
};

LinkReport made_up(const MadeUpLink& link);

/// A tree of 400 Gbit/s ports whose tiers, called after their roles, run over the same links.
struct MadeUpCluster {
  Fabric fabric;
  FabricReport report;
};

/// @param like margins and spares of every tier.
MadeUpCluster made_up_cluster(const Topology& topology, const std::vector<TierShare>& shares,
                              const FabricTier& like = {});

}  // namespace tessera::test
