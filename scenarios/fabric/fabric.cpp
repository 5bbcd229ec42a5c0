#include "scenarios/fabric/fabric.hpp"

#include <algorithm>
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
  std::optional<Log10Probability> sum;
  double log_survival = 0.0;
  for (const TierReport& tier : tiers) {
    if (tier.crossings < 1) continue;
    const Log10Probability loss = tier.frame_loss_ratio.at(frame);
    const Log10Probability part = loss.scaled(tier.crossings);
    sum = sum ? *sum + part : part;
    small = small && loss.log10() < kSmall;
    log_survival += tier.crossings * std::log1p(-loss.value());
  }
  // An empty path loses nothing, which Log10Probability cannot say.
  if (!sum) throw ConfigError("the longest path must cross at least one tier");
  return small ? *sum : Log10Probability::from_value(-std::expm1(log_survival));
}

TierClass tier_class(const FabricTier& tier, TierShare share, std::int64_t ports) {
  TierClass out;
  out.ports = ports;
  out.links = links_for(ports, tier.port_rate, share.link.payload_rate_bps);
  out.ends = 2 * out.links;
  out.watts = static_cast<double>(out.ends) * share.link.energy.module_and_host.watts;
  out.module_watts = static_cast<double>(out.ends) * share.link.energy.module.watts;
  out.fit_per_link = 2.0 * share.link.reliability.fit;
  out.link = std::move(share.link);
  out.fec = std::move(share.fec);
  return out;
}

void name_classes(const std::string& tier, std::vector<TierClass>& classes) {
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const auto same = [&](const TierClass& c) { return c.link.name == classes[i].link.name; };
    const auto before = std::count_if(classes.begin(), classes.begin() + static_cast<std::ptrdiff_t>(i), same);
    classes[i].name = tier + "." + classes[i].link.name;
    if (before > 0) classes[i].name += "." + std::to_string(before + 1);
  }
}

void add_classes(TierReport& report) {
  double fit = 0.0, energy = 0.0;
  for (const TierClass& c : report.classes) {
    report.links += c.links;
    report.ends += c.ends;
    report.watts += c.watts;
    report.module_watts += c.module_watts;
    fit += static_cast<double>(c.links) * c.fit_per_link;
    energy += static_cast<double>(c.links) * c.link.energy.module_and_host.joules_per_bit;
    const double share = static_cast<double>(c.ports) / static_cast<double>(report.ports);
    for (const auto& [frame, loss] : c.link.verdict.frame_loss_ratio) {
      const auto found = report.frame_loss_ratio.find(frame);
      const Log10Probability part = share == 1.0 ? loss : loss.scaled(share);
      report.frame_loss_ratio.insert_or_assign(frame,
                                               found == report.frame_loss_ratio.end() ? part : found->second + part);
    }
  }
  const auto links = static_cast<double>(report.links);
  report.watts_per_end = report.watts / static_cast<double>(report.ends);
  report.joules_per_provisioned_bit = energy / links;
  report.fit_per_link = fit / links;
  report.failures_per_day = 24.0 * fit * 1e-9;
}

// Over all links of a tier: quantiles of the class that loses most, mean over classes.
LossSpread spread_of(const FabricTier& tier, const TierReport& report) {
  LossSpread out;
  bool first = true;
  for (const TierClass& c : report.classes) {
    const auto loss = c.link.verdict.frame_loss_ratio.find(kDeliveredFrame);
    if (loss == c.link.verdict.frame_loss_ratio.end()) continue;
    const LossSpread part =
        tier.margins.none()
            ? LossSpread{loss->second, loss->second, loss->second, loss->second, loss->second}
            : loss_spread(loss_law(c.fec, loss->second, kDeliveredFrame), tier.margins, report.ports, kDeliveredFrame);
    const double share = static_cast<double>(c.ports) / static_cast<double>(report.ports);
    const Log10Probability mean = share == 1.0 ? part.mean : part.mean.scaled(share);
    if (first) {
      out = part;
      out.mean = mean;
    } else {
      out = {std::max(out.nominal, part.nominal), std::max(out.median, part.median),
             std::max(out.percentile_99, part.percentile_99), std::max(out.worst, part.worst), out.mean + mean};
    }
    first = false;
  }
  return out;
}

// At each length the first technology that closes; what did not close at one length is not tried at longer ones.
std::vector<TierShare> evaluate_shares(const FabricTier& tier, const EvaluationOptions& options) {
  EvaluationOptions own = options;
  own.reach = false;
  own.eye = false;
  std::vector<const Link*> technologies{&tier.link};
  for (const Link& link : tier.longer) technologies.push_back(&link);
  std::vector<TierShare> shares;
  std::size_t first = 0;
  for (const LengthBin& bin : bins(tier.lengths)) {
    for (;; ++first) {
      const Link& link = *technologies[first];
      LinkReport report = evaluate_own_length(bin.length ? with_length(link, *bin.length) : link, own);
      if (!report.verdict.closes && first + 1 < technologies.size()) continue;
      shares.push_back({std::move(report), link.fec, bin.share});
      break;
    }
  }
  return shares;
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
  std::vector<TierShare> shares;
  shares.push_back({std::move(link), tier.link.fec, 1.0});
  return tier_report(tier, std::move(shares));
}

TierReport tier_report(const FabricTier& tier, std::vector<TierShare> shares) {
  if (shares.empty()) throw ConfigError("tier " + tier.name + " has no link");
  TierReport report;
  report.name = tier.name;
  report.ports = tier.ports;
  report.port_rate_bps = tier.port_rate;
  report.crossings = tier.crossings;
  std::vector<double> weights;
  for (const TierShare& share : shares) weights.push_back(share.share);
  const std::vector<std::int64_t> ports = apportion(tier.ports, weights);
  for (std::size_t i = 0; i < shares.size(); ++i)
    if (ports[i] > 0 || tier.ports < 1)
      report.classes.push_back(tier_class(tier, std::move(shares[i]), tier.ports < 1 ? tier.ports : ports[i]));
  name_classes(tier.name, report.classes);
  add_classes(report);
  report.spread = spread_of(tier, report);
  report.link = report.classes.back().link;
  report.technology = report.link.technology;
  return report;
}

FabricReport aggregate(const Fabric& fabric, std::vector<TierReport> tiers) {
  if (fabric.gpus < 1 || !(fabric.gpu_rate > 0.0) || !(fabric.load > 0.0) || fabric.load > 1.0)
    throw ConfigError("fabric " + fabric.name + " needs GPUs, a rate above 0 bit/s and a load in (0, 1]");
  if (tiers.empty()) throw ConfigError("fabric " + fabric.name + " has no tier");
  FabricReport report{fabric.name, fabric.description,
                      fabric.gpus, 0,
                      0,           fabric.gpu_rate,
                      fabric.load, {},
                      0.0,         0.0,
                      {},          {},
                      0.0,         {},
                      {},          {}};
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

FabricLinks evaluate_links(const Fabric& fabric, const EvaluationOptions& options) {
  FabricLinks links;
  for (const FabricTier& tier : fabric.tiers) links.tiers.push_back(evaluate_shares(tier, options));
  for (const TierAlternative& alternative : fabric.alternatives)
    links.alternatives.push_back(evaluate_shares(alternative.replacement, options));
  return links;
}

FabricReport report_of(const Fabric& fabric, FabricLinks links) {
  if (links.tiers.size() != fabric.tiers.size() || links.alternatives.size() != fabric.alternatives.size())
    throw ConfigError("fabric " + fabric.name + " has " + std::to_string(fabric.tiers.size()) + " tiers and " +
                      std::to_string(fabric.alternatives.size()) + " alternatives, its links are of " +
                      std::to_string(links.tiers.size()) + " and " + std::to_string(links.alternatives.size()));
  std::vector<TierReport> tiers;
  for (std::size_t i = 0; i < links.tiers.size(); ++i)
    tiers.push_back(tier_report(fabric.tiers[i], std::move(links.tiers[i])));
  FabricReport report = aggregate(fabric, std::move(tiers));
  for (std::size_t i = 0; i < links.alternatives.size(); ++i)
    report.alternatives.push_back(tier_report(fabric.alternatives[i].replacement, std::move(links.alternatives[i])));
  report.operation = operate(fabric, report);
  const double delivered =
      static_cast<double>(fabric.gpus) * fabric.gpu_rate * std::min(fabric.load, report.operation->goodput_fraction);
  report.joules_per_delivered_bit = report.watts / delivered;
  return report;
}

FabricReport evaluate(const Fabric& fabric, const EvaluationOptions& options) {
  return report_of(fabric, evaluate_links(fabric, options));
}

}  // namespace tessera
