#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/fabric/collectives.hpp"
#include "scenarios/fabric/transport.hpp"

namespace tessera {

struct Fabric;
struct FabricReport;

/// What runs on a cluster.
struct Workload {
  double exposed = 0.3;        // share of a step that is communication which nothing hides, without losses
  Collective collective = {};  // ranks 0: one for each GPU, at most `kMostRanks`
};

/// How a cluster is run.
///
/// Conventions: watts of one piece; FIT of one piece. `gpu_fit` covers everything that stops a job but the links.
struct Operation {
  double gpu_watts = 1275.0;  // of servers, per GPU, without network
  double nic_watts = 0.0, switch_watts = 0.0, optical_switch_watts = 0.0;
  double pue = 1.0;                           // facility over equipment
  double training_time = 54.0 * 86400.0;      // s
  double repair_time = 4.0 * 3600.0;          // s
  double checkpoint = 60.0, restart = 600.0;  // s
  double gpu_fit = 17754.0;
  double flap_fit = 0.0, flap_outage = 5.0;  // flaps of one link in 1e9 h; mean s
};

/// One tier in operation.
struct TierOperation {
  std::string name;
  double failures_per_day = 0.0, flaps_per_day = 0.0, interruptions_per_day = 0.0;
  double availability = 1.0;  // enough links up at one moment
  Log10Probability too_few;   // its complement
};

/// A technology in place of a tier's own.
struct AlternativeReport {
  std::string name, tier, link, technology;
  bool closes = false;
  double watts = 0.0, saved_watts = 0.0, saved_share = 0.0;  // of the tier
  double saved_kwh = 0.0;                                    // of a training run
  double fit_per_link = 0.0, failures_per_day = 0.0;         // of the tier
  double effective_training_time = 0.0;
};

/// What a cluster delivers, draws and misses.
struct OperationReport {
  TransportReport transport, worst_transport;   // of a path of mean links; through the worst link of each tier
  Log10Probability path_loss, worst_path_loss;  // of packets of the transport's MTU
  double goodput_fraction = 1.0;                // of the mean path
  double gpu_utilisation_loss = 0.0;            // 1 - U/U0, by the worst path, which a collective waits for
  std::optional<CollectiveTime> collective;
  std::optional<CollectiveTime> collective_timeouts;  // each loss that no link repeats costs a timeout

  std::int64_t switches = 0, scale_up_switches = 0, optical_switches = 0;
  double module_watts = 0.0, network_watts = 0.0, cluster_watts = 0.0, network_share = 0.0;
  double kwh_per_training = 0.0;  // of the links' ends
  double network_kwh_per_training = 0.0;

  std::vector<TierOperation> tiers;
  double flaps_per_day = 0.0, link_interruptions_per_day = 0.0, interruptions_per_day = 0.0;
  double availability = 1.0;
  double checkpoint_interval = 0.0;            // s
  double effective_training_time = 1.0;        // share
  double effective_training_time_links = 1.0;  // if nothing but links failed
  std::vector<AlternativeReport> alternatives;
};

inline constexpr std::int64_t kMostRanks = 16384;

/// Everything that follows from a fabric's links once somebody uses it.
///
/// Equation: a packet is a frame of MTU + 62 bytes; worst path = product over tiers of the worst link's survival; network watts = modules + NICs + switches;
///   energy = watts x PUE x time; effective time by Daly at Young's interval.
/// Conventions: scale-up switches are in the servers' watts; other switches' own watts contain the SerDes of their ports, so modules alone are added to them.
/// Valid for: see the models that it calls.
/// Source: closed form
/// Theory: docs/theory/fabric.md
/// @throws ConfigError as those models.
OperationReport operate(const Fabric& fabric, const FabricReport& report);

}  // namespace tessera
