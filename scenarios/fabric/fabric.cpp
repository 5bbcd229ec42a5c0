#include "scenarios/fabric/fabric.hpp"

#include <cmath>
#include <numbers>
#include <utility>

#include "phy/core/quantity_text.hpp"

namespace tessera {
namespace {

constexpr double kRounding = 1e-9;  // a port of exactly the link's rate fits once

// 1 - prod (1 - p_i)^{n_i}, exact for any p: through ln(1 - p), or the sum of the p where they are too small for it.
Log10Probability path_loss(const std::vector<TierReport>& tiers, int frame) {
  constexpr double kSmall = -8.0;  // log10; below it the sum is off by less than 1e-8 of itself
  bool small = true;
  for (const TierReport& tier : tiers) small = small && tier.frame_loss_ratio.at(frame).log10() < kSmall;
  if (small) {
    // An empty path loses nothing, which Log10Probability cannot say; there is at least one tier.
    Log10Probability sum = tiers.front().frame_loss_ratio.at(frame).scaled(tiers.front().crossings);
    for (std::size_t i = 1; i < tiers.size(); ++i)
      sum = sum + tiers[i].frame_loss_ratio.at(frame).scaled(tiers[i].crossings);
    return sum;
  }
  double log_survival = 0.0;
  for (const TierReport& tier : tiers)
    log_survival += tier.crossings * std::log1p(-tier.frame_loss_ratio.at(frame).value());
  return Log10Probability::from_value(-std::expm1(log_survival));
}

}  // namespace

std::int64_t links_for(std::int64_t ports, double port_rate, double link_payload_rate) {
  if (ports < 1 || !(port_rate > 0.0) || !(link_payload_rate > 0.0))
    throw ConfigError("a tier needs at least one port and rates above 0 bit/s");
  if (port_rate > link_payload_rate * (1.0 + kRounding))
    return ports * static_cast<std::int64_t>(std::ceil(port_rate / link_payload_rate - kRounding));
  const auto per_link = static_cast<std::int64_t>(std::floor(link_payload_rate / port_rate + kRounding));
  return (ports + per_link - 1) / per_link;
}

TierReport tier_report(const FabricTier& tier, LinkReport link) {
  TierReport report;
  report.name = tier.name;
  report.technology = link.technology;
  report.ports = tier.ports;
  report.port_rate_bps = tier.port_rate;
  report.crossings = tier.crossings;
  report.links = links_for(tier.ports, tier.port_rate, link.payload_rate_bps);
  report.ends = 2 * report.links;
  report.watts_per_end = link.energy.module_and_host.watts;
  report.watts = static_cast<double>(report.ends) * report.watts_per_end;
  report.joules_per_provisioned_bit = link.energy.module_and_host.joules_per_bit;
  report.frame_loss_ratio = link.verdict.frame_loss_ratio;
  report.fit_per_link = 2.0 * link.reliability.fit;
  report.failures_per_day = 24.0 * static_cast<double>(report.links) * report.fit_per_link * 1e-9;
  report.link = std::move(link);
  return report;
}

FabricReport aggregate(const Fabric& fabric, std::vector<TierReport> tiers) {
  if (fabric.gpus < 1 || !(fabric.gpu_rate > 0.0) || !(fabric.load > 0.0) || fabric.load > 1.0)
    throw ConfigError("fabric " + fabric.name + " needs GPUs, a rate above 0 bit/s and a load in (0, 1]");
  if (tiers.empty()) throw ConfigError("fabric " + fabric.name + " has no tier");
  FabricReport report{
      fabric.name, fabric.description, fabric.gpus, 0, 0, fabric.gpu_rate, fabric.load, {}, 0.0, 0.0, {}, {}, 0.0, {}};
  for (const TierReport& tier : tiers) {
    report.links += tier.links;
    report.ends += tier.ends;
    report.watts += tier.watts;
    report.failures_per_day += tier.failures_per_day;
  }
  report.watts_per_gpu = report.watts / static_cast<double>(fabric.gpus);
  for (const auto& [frame, loss] : tiers.front().frame_loss_ratio)
    report.path_loss_ratio[frame] = path_loss(tiers, frame);
  const double delivered = static_cast<double>(fabric.gpus) * fabric.gpu_rate * fabric.load *
                           (1.0 - report.path_loss_ratio.at(kDeliveredFrame).value());
  if (delivered > 0.0) report.joules_per_delivered_bit = report.watts / delivered;
  if (report.failures_per_day > 0.0) report.hours_between_failures = 24.0 / report.failures_per_day;
  report.tiers = std::move(tiers);
  return report;
}

FabricReport evaluate(const Fabric& fabric, const EvaluationOptions& options) {
  EvaluationOptions own = options;
  own.reach = false;
  own.eye = false;
  std::vector<TierReport> tiers;
  for (const FabricTier& tier : fabric.tiers) tiers.push_back(tier_report(tier, evaluate_own_length(tier.link, own)));
  return aggregate(fabric, std::move(tiers));
}

}  // namespace tessera
