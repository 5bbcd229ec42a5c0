#include "scenarios/fabric/operation.hpp"

#include <algorithm>
#include <cmath>

#include "phy/core/error.hpp"
#include "scenarios/fabric/fabric.hpp"
#include "scenarios/fabric/interruptions.hpp"

namespace tessera {
namespace {

constexpr double kDay = 86400.0, kJoulesPerKwh = 3.6e6;

struct PathSums {
  PathLoss mean, worst;
};

Log10Probability united(Log10Probability a, Log10Probability b) {
  if (a.log10() < -8.0 && b.log10() < -8.0) return a + b;
  const double p = a.value(), q = b.value();
  return Log10Probability::from_value(std::min(1.0, p + q - p * q));
}

// What a tier loses of packets of another size than the frames that its losses are for, behind the code of the links
// that lose most.
Log10Probability at_frame(const TierReport& tier, Log10Probability loss, int frame_bytes) {
  if (frame_bytes == kDeliveredFrame) return loss;
  const auto of = [](const TierClass& c) { return c.link.verdict.frame_loss_ratio.at(kDeliveredFrame); };
  const auto worst = std::max_element(tier.classes.begin(), tier.classes.end(),
                                      [&](const TierClass& a, const TierClass& b) { return of(a) < of(b); });
  const LossLaw law = loss_law(worst->fec, loss, kDeliveredFrame);
  return frame_loss(law, bit_error_ratio(law, 0.0), frame_bytes);
}

// The longest path: of mean links, and with the worst link of each tier among them.
PathSums paths(const FabricReport& report, int frame_bytes) {
  PathSums out;
  bool first = true;
  int links = 0;
  double rate = 0.0;
  Log10Probability ber, worst_link;
  for (const TierReport& tier : report.tiers) {
    if (tier.crossings < 1) continue;
    const Log10Probability mean_link = at_frame(tier, tier.spread.mean, frame_bytes),
                           weak_link = at_frame(tier, tier.spread.worst, frame_bytes);
    const Log10Probability mean = any_of(mean_link, tier.crossings);
    Log10Probability worst = weak_link;
    if (tier.crossings > 1) worst = united(worst, any_of(mean_link, tier.crossings - 1));
    out.mean.packet_loss = first ? mean : united(out.mean.packet_loss, mean);
    out.worst.packet_loss = first ? worst : united(out.worst.packet_loss, worst);
    out.mean.link_loss = first ? mean_link : std::max(out.mean.link_loss, mean_link);
    worst_link = first ? weak_link : std::max(worst_link, weak_link);
    ber = first ? tier.link.verdict.pre_fec_ber : std::max(ber, tier.link.verdict.pre_fec_ber);
    rate = first ? tier.port_rate_bps : std::min(rate, tier.port_rate_bps);
    links += tier.crossings;
    first = false;
  }
  out.worst.link_loss = worst_link;
  out.mean.link_ber = out.worst.link_ber = ber;
  out.mean.links = out.worst.links = std::max(1, links);
  out.mean.rate = out.worst.rate = rate;
  return out;
}

void add_loss(const Fabric& fabric, const FabricReport& report, OperationReport& out) {
  const PathSums path = paths(report, fabric.transport.mtu + kPacketHeaders);
  out.path_loss = path.mean.packet_loss;
  out.worst_path_loss = path.worst.packet_loss;
  out.transport = transport(fabric.transport, path.mean);
  out.worst_transport = transport(fabric.transport, path.worst);
  out.goodput_fraction = out.transport.goodput_fraction;
  out.gpu_utilisation_loss = 1.0 - relative_utilisation(fabric.workload.exposed, out.worst_transport.goodput_fraction);
  if (fabric.gpus < 2) return;
  Collective c = fabric.workload.collective;
  if (c.ranks == 0) c.ranks = std::min(fabric.gpus, kMostRanks);
  if (c.bytes == 0.0) c.bytes = 1e9;
  c.rate = path.mean.rate;
  c.latency = 0.5 * fabric.transport.round_trip;
  c.mtu = fabric.transport.mtu;
  c.blocking = fabric.transport.kind != TransportKind::selective_repeat;
  c.packet_loss = out.transport.repeated;
  c.penalty = out.transport.repair_time;
  out.collective = collective_bounds(c);
  c.packet_loss = out.transport.residual;
  c.penalty = out.transport.timeout;
  out.collective_timeouts = collective_bounds(c);
}

void add_energy(const Fabric& fabric, const FabricReport& report, OperationReport& out) {
  const Operation& o = fabric.operation;
  if (fabric.topology) {
    const TopologyCounts counts = count(*fabric.topology);
    out.switches = counts.leaves + counts.aggregates + counts.cores;
    out.scale_up_switches = counts.scale_up_switches;
    out.optical_switches = counts.optical_switches;
  }
  for (const TierReport& tier : report.tiers) out.module_watts += tier.module_watts;
  const auto gpus = static_cast<double>(fabric.gpus);
  out.network_watts = out.module_watts + gpus * o.nic_watts + static_cast<double>(out.switches) * o.switch_watts +
                      static_cast<double>(out.optical_switches) * o.optical_switch_watts;
  out.cluster_watts = gpus * o.gpu_watts + out.network_watts;
  out.network_share = out.network_watts / out.cluster_watts;
  const double scale = o.pue * o.training_time / kJoulesPerKwh;
  out.kwh_per_training = report.watts * scale;
  out.network_kwh_per_training = out.network_watts * scale;
}

TierOperation tier_operation(const Fabric& fabric, const TierReport& tier, std::int64_t spares, double stall_budget) {
  const Operation& o = fabric.operation;
  TierOperation out;
  out.name = tier.name;
  out.failures_per_day = tier.failures_per_day;
  out.flaps_per_day = 24.0 * static_cast<double>(tier.links) * o.flap_fit * 1e-9;
  out.too_few = Log10Probability::from_log10(-400.0);  // of links that never fail
  if (tier.fit_per_link > 0.0) {
    const SparedParts parts = spared_parts(tier.links, spares, tier.fit_per_link, o.repair_time / 3600.0);
    out.too_few = parts.too_few;
    out.availability = parts.available;
    out.interruptions_per_day = 24.0 * parts.interruptions_per_hour;
  }
  out.interruptions_per_day += out.flaps_per_day * outage_kills(stall_budget, o.flap_outage).value();
  return out;
}

double effective(const Operation& o, double interruptions_per_day) {
  if (interruptions_per_day <= 0.0) return 1.0;
  const double mean = kDay / interruptions_per_day;
  return effective_time(mean, young_interval(mean, std::max(o.checkpoint, 1e-3)), o.checkpoint, o.restart);
}

double gpu_interruptions_per_day(const Fabric& fabric) {
  return 24.0 * static_cast<double>(fabric.gpus) * fabric.operation.gpu_fit * 1e-9;
}

void add_failures(const Fabric& fabric, const FabricReport& report, OperationReport& out) {
  for (std::size_t i = 0; i < report.tiers.size(); ++i) {
    const std::int64_t spares = i < fabric.tiers.size() ? fabric.tiers[i].spares : 0;
    const TierOperation& tier =
        out.tiers.emplace_back(tier_operation(fabric, report.tiers[i], spares, out.transport.stall_budget));
    out.flaps_per_day += tier.flaps_per_day;
    out.link_interruptions_per_day += tier.interruptions_per_day;
    out.availability *= tier.availability;
  }
  out.interruptions_per_day = out.link_interruptions_per_day + gpu_interruptions_per_day(fabric);
  if (out.interruptions_per_day > 0.0)
    out.checkpoint_interval =
        young_interval(kDay / out.interruptions_per_day, std::max(fabric.operation.checkpoint, 1e-3));
  out.effective_training_time = effective(fabric.operation, out.interruptions_per_day);
  out.effective_training_time_links = effective(fabric.operation, out.link_interruptions_per_day);
}

void add_alternatives(const Fabric& fabric, const FabricReport& report, OperationReport& out) {
  for (std::size_t i = 0; i < report.alternatives.size(); ++i) {
    const TierAlternative& chosen = fabric.alternatives[i];
    const TierReport& own = report.tiers.at(chosen.tier);
    const TierReport& other = report.alternatives[i];
    const TierOperation tier = tier_operation(fabric, other, chosen.replacement.spares, out.transport.stall_budget);
    AlternativeReport a;
    a.name = chosen.name;
    a.tier = own.name;
    a.link = other.link.name;
    a.technology = other.technology;
    a.closes = other.link.verdict.closes;
    a.watts = other.watts;
    a.saved_watts = own.watts - other.watts;
    a.saved_share = own.watts > 0.0 ? a.saved_watts / own.watts : 0.0;
    a.saved_kwh = a.saved_watts * fabric.operation.pue * fabric.operation.training_time / kJoulesPerKwh;
    a.fit_per_link = other.fit_per_link;
    a.failures_per_day = other.failures_per_day;
    a.effective_training_time =
        effective(fabric.operation, out.interruptions_per_day - out.tiers.at(chosen.tier).interruptions_per_day +
                                        tier.interruptions_per_day);
    out.alternatives.push_back(std::move(a));
  }
}

}  // namespace

OperationReport operate(const Fabric& fabric, const FabricReport& report) {
  OperationReport out;
  add_loss(fabric, report, out);
  add_energy(fabric, report, out);
  add_failures(fabric, report, out);
  add_alternatives(fabric, report, out);
  return out;
}

}  // namespace tessera
