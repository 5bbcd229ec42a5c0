#include "tests/support/made_up_link.hpp"

#include "phy/fec/frame_loss.hpp"

namespace tessera::test {

LinkReport made_up(const MadeUpLink& link) {
  LinkReport r;
  r.name = r.technology = link.name;
  r.payload_rate_bps = link.payload_rate;
  r.length_m = link.length;
  r.latency.total = 1e-7 + link.length * 5e-9;
  r.energy.module_and_host.watts = link.watts;
  r.energy.module_and_host.joules_per_bit = link.watts / link.payload_rate;
  r.energy.module.watts = link.module_share * link.watts;
  r.reliability.fit = link.fit;
  r.verdict.pre_fec_ber = Log10Probability::from_log10(-6.0);
  for (const int bytes : kReportedFrameBytes)
    r.verdict.frame_loss_ratio[bytes] = Log10Probability::from_log10(link.log10_loss);
  return r;
}

MadeUpCluster made_up_cluster(const Topology& topology, const std::vector<TierShare>& shares, const FabricTier& like) {
  MadeUpCluster c;
  c.fabric.name = "f";
  c.fabric.gpus = topology.gpus;
  c.fabric.gpu_rate = 400e9;
  c.fabric.topology = topology;
  FabricLinks links;
  for (const TopologyTier& shape : count(topology).tiers) {
    FabricTier tier = like;
    tier.name = shape.role;
    tier.ports = shape.links;
    tier.port_rate = 400e9;
    tier.crossings = shape.crossings;
    tier.link.fec = shares.front().fec;
    c.fabric.tiers.push_back(std::move(tier));
    links.tiers.push_back(shares);
  }
  c.report = report_of(c.fabric, std::move(links));
  return c;
}

}  // namespace tessera::test
