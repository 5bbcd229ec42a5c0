#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/fabric/cable_lengths.hpp"
#include "scenarios/fabric/margin_spread.hpp"
#include "scenarios/fabric/operation.hpp"
#include "scenarios/fabric/topology.hpp"
#include "scenarios/link/link_evaluation.hpp"

namespace tessera {

/// One tier of a cluster: how many ports of which rate stand between two kinds of node, and the link that carries them.
struct FabricTier {
  std::string name;
  std::int64_t ports = 0;         // logical links, each both ways
  double port_rate = 0.0;         // bit/s of payload, one direction
  int crossings = 2;              // how often the longest path crosses this tier
  Link link;                      // at the tier's length
  std::vector<Link> longer = {};  // tried one by one at lengths where those before do not close
  CableLengths lengths = {};
  MarginSpread margins = {};
  std::int64_t spares = 0;  // links that may be down without stopping a job
};

/// Another technology for one tier, to compare with.
struct TierAlternative {
  std::string name;
  std::size_t tier = 0;
  FabricTier replacement;
};

/// A cluster by counts, and its shape where the file gives one: a tier for each of the topology's, in the same order.
struct Fabric {
  std::string name, description;
  std::int64_t gpus = 0;
  double gpu_rate = 0.0;  // bit/s that a GPU sends into the fabric at full load, payload
  double load = 1.0;      // share of it that is sent on average
  std::vector<FabricTier> tiers;
  std::optional<Topology> topology = std::nullopt;
  double switch_latency = 0.0;  // s
  Transport transport = {};
  Workload workload = {};
  Operation operation = {};
  std::vector<TierAlternative> alternatives = {};
};

/// Links of one tier that are alike: one technology at one length.
struct TierClass {
  std::string name;  // unique in the fabric: "pod.dr8_dsp_800g", with ".2" behind it for the second length
  LinkReport link;
  FecSpec fec;
  std::int64_t ports = 0, links = 0, ends = 0;
  double watts = 0.0, module_watts = 0.0;  // of all ends; without what the hosts contain
  double fit_per_link = 0.0;               // both directions
};

/// What one tier costs and loses.
///
/// Conventions: `links` carry `ports` of `port_rate` each: a link of 800 Gbit/s carries two ports of 400. A link has two
/// ends and two directions; FIT and failures are of both directions, watts of all ends.
struct TierReport {
  std::string name, technology;  // the longest links'
  LinkReport link;               // the longest, without reach
  std::vector<TierClass> classes;
  std::int64_t ports = 0, links = 0, ends = 0;
  double port_rate_bps = 0.0;
  int crossings = 0;
  double watts_per_end = 0.0, watts = 0.0;           // mean over the ends; all ends
  double module_watts = 0.0;                         // of them without what the hosts contain
  double joules_per_provisioned_bit = 0.0;           // of one link: power of one end over payload, mean over links
  std::map<int, Log10Probability> frame_loss_ratio;  // of one link in one direction, by frame size; mean over links
  LossSpread spread;                                 // of frames of `kDeliveredFrame` bytes, over links
  double fit_per_link = 0.0, failures_per_day = 0.0;
};

/// What the cluster's links cost and lose together.
struct FabricReport {
  std::string name, description;
  std::int64_t gpus = 0, links = 0, ends = 0;
  double gpu_rate_bps = 0.0, load = 1.0;
  std::vector<TierReport> tiers;
  double watts = 0.0, watts_per_gpu = 0.0;
  std::optional<double> joules_per_delivered_bit;   // none where next to nothing is delivered
  std::map<int, Log10Probability> path_loss_ratio;  // of the longest path, one direction, by frame size in bytes
  double failures_per_day = 0.0;
  std::optional<double> hours_between_failures;  // none for links without any FIT
  std::vector<TierReport> alternatives;          // one for each of the fabric's
  std::optional<OperationReport> operation;      // of `evaluate`, not of `aggregate`
};

/// Links that carry `ports` of `port_rate`: whole links, each a whole number of ports where a port fits into a link.
///
/// Equation: ceil(ports / floor(R_link/R_port)) for R_port <= R_link, else ports ceil(R_port/R_link)
/// Source: closed form
/// Theory: docs/guides/fabrics.md
/// @throws ConfigError unless all are positive.
std::int64_t links_for(std::int64_t ports, double port_rate, double link_payload_rate);

/// One tier whose links are all alike. @throws ConfigError as links_for.
TierReport tier_report(const FabricTier& tier, LinkReport link);

/// A share of a tier's ports and the link that carries them.
struct TierShare {
  LinkReport link;
  FecSpec fec;
  double share = 1.0;
};

/// One tier of several kinds of link: ports by largest remainders, watts and failures added, losses averaged over
/// ports.
/// @throws ConfigError as links_for, or without shares.
TierReport tier_report(const FabricTier& tier, std::vector<TierShare> shares);

/// Adds tiers up.
///
/// Equation: W = sum of links x 2 x power of one end; path loss 1 - prod (1 - p_i)^{crossings_i}; energy per delivered
///   bit = W/(gpus x gpu_rate x load x (1 - path loss of `kDeliveredFrame` bytes));
///   failures per day = 24 h x sum of links x FIT x 1e-9.
/// Conventions: power does not fall with load (modules idle at full power), so energy per delivered bit rises as the
///   load falls. What is lost is not delivered; its repetition takes capacity, which is the transport's business.
/// Valid for: independent losses; constant hazards.
/// Source: closed form
/// Theory: docs/guides/fabrics.md
/// @throws ConfigError without tiers or GPUs.
FabricReport aggregate(const Fabric& fabric, std::vector<TierReport> tiers);

inline constexpr int kDeliveredFrame = 4158;  // RoCEv2 with an MTU of 4,096 bytes

/// What the ports of each tier, and of each alternative, run over at each of its lengths: all of a fabric that takes
/// time to compute.
struct FabricLinks {
  std::vector<std::vector<TierShare>> tiers, alternatives;  // in the fabric's order
};

/// Evaluates the links of every tier and alternative at each of its lengths: the first technology that closes there,
/// else the last. @throws as `evaluate_own_length`.
FabricLinks evaluate_links(const Fabric& fabric, const EvaluationOptions& options = {});

/// Adds evaluated links up and puts the cluster into operation. What is lost is sent again: energy per delivered bit =
/// W/(gpus x gpu_rate x min(load, goodput)).
/// @throws ConfigError as `tier_report`, `aggregate` and `operate`, or for links of other tiers than the fabric's.
FabricReport report_of(const Fabric& fabric, FabricLinks links);

/// Both: `report_of` the evaluated links.
FabricReport evaluate(const Fabric& fabric, const EvaluationOptions& options = {});

}  // namespace tessera
