#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/link/link_evaluation.hpp"

namespace tessera {

/// One tier of a cluster: how many ports of which rate stand between two kinds of node, and the link that carries them.
struct FabricTier {
  std::string name;
  std::int64_t ports = 0;  // logical links, each both ways
  double port_rate = 0.0;  // bit/s of payload, one direction
  int crossings = 2;       // how often the longest path crosses this tier
  Link link;               // at the tier's length
};

/// A cluster by counts.
struct Fabric {
  std::string name, description;
  std::int64_t gpus = 0;
  double gpu_rate = 0.0;  // bit/s that a GPU sends into the fabric at full load, payload
  double load = 1.0;      // share of it that is sent on average
  std::vector<FabricTier> tiers;
};

/// What one tier costs and loses.
///
/// Conventions: `links` carry `ports` of `port_rate` each: a link of 800 Gbit/s carries two ports of 400. A link has two
/// ends and two directions; FIT and failures are of both directions, watts of all ends.
struct TierReport {
  std::string name, technology;
  LinkReport link;  // at its own length, without reach
  std::int64_t ports = 0, links = 0, ends = 0;
  double port_rate_bps = 0.0;
  int crossings = 0;
  double watts_per_end = 0.0, watts = 0.0;
  double joules_per_provisioned_bit = 0.0;           // of one link: power of one end over payload
  std::map<int, Log10Probability> frame_loss_ratio;  // of one link in one direction, by frame size in bytes
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
};

/// Links that carry `ports` of `port_rate`: whole links, each a whole number of ports where a port fits into a link.
///
/// Equation: ceil(ports / floor(R_link/R_port)) for R_port <= R_link, else ports ceil(R_port/R_link)
/// Source: closed form
/// Theory: docs/guides/fabrics.md
/// @throws ConfigError unless all are positive.
std::int64_t links_for(std::int64_t ports, double port_rate, double link_payload_rate);

/// One tier from the report of its link. @throws ConfigError as links_for.
TierReport tier_report(const FabricTier& tier, LinkReport link);

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

/// Evaluates each tier's link at its own length and adds up. @throws as `evaluate_own_length`.
FabricReport evaluate(const Fabric& fabric, const EvaluationOptions& options = {});

}  // namespace tessera
